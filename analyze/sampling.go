package analyze

import (
	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/trace"
	"github.com/longpole/longpole/trace/semconv"
)

// Sampling says what the observations are a sample of, as far as the spans tell.
type Sampling string

// What is known of sampling.
const (
	SamplingUnknown  Sampling = "unknown"  // no span carries a threshold: the figures are of the traces that were exported
	SamplingUniform  Sampling = "uniform"  // every trace carries the same threshold
	SamplingWeighted Sampling = "weighted" // traces count by their thresholds, or by an attribute
	SamplingMixed    Sampling = "mixed"    // some traces carry a threshold and some do not; these count once
)

type samplingCount struct {
	known, unknown  int
	lowest, highest uint64 // thresholds
	declared        int    // observations that say themselves what they stand for
	marked          string // an attribute that a tail sampler left; the first by name
}

// weigh returns how many requests the observation stands for. Where spans of one trace were
// sampled apart, the trace is complete only if the highest threshold kept it.
func (s *samplingCount) weigh(t *trace.Trace, root int32, attr string) quantile.Weight {
	if text, ok := t.Spans[root].Attr(attr); ok && attr != "" {
		if w, ok := quantile.ParseWeight(text); ok {
			s.add(&samplingCount{declared: 1})
			return w
		}
	}
	if !t.Spans[root].Flags.Has(trace.Sampled) {
		s.add(&samplingCount{unknown: 1, marked: semconv.SamplerMark(&t.Spans[root])})
		return quantile.One
	}
	var th uint64
	for i := range t.Spans {
		if t.Spans[i].Flags.Has(trace.Sampled) {
			th = max(th, t.Spans[i].Threshold)
		}
	}
	s.add(&samplingCount{known: 1, lowest: th, highest: th})
	return quantile.AdjustedCount(th)
}

func (s *samplingCount) add(o *samplingCount) {
	if o.known > 0 {
		if s.known == 0 {
			s.lowest, s.highest = o.lowest, o.highest
		}
		s.lowest, s.highest = min(s.lowest, o.lowest), max(s.highest, o.highest)
	}
	if s.marked == "" || (o.marked != "" && o.marked < s.marked) {
		s.marked = o.marked
	}
	s.declared += o.declared
	s.known += o.known
	s.unknown += o.unknown
}

func (s *samplingCount) status() Sampling {
	switch {
	case s.known+s.declared == 0:
		return SamplingUnknown
	case s.unknown > 0:
		return SamplingMixed
	case s.declared == 0 && s.lowest == s.highest:
		return SamplingUniform
	}
	return SamplingWeighted
}
