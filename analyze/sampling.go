package analyze

import (
	"fmt"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/internal/wire"
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
	unusable        int    // of the unknown, those that say it in a way that nobody understands
	marked          string // an attribute that a tail sampler left; the first by name
	rated           int    // of the unknown, those that say it by the attribute of a known sampler, which not all do
	rate            string // that attribute; the first by name
}

// weigh returns how many requests the observation stands for. Where spans of one trace were
// sampled apart, the trace is complete only if the highest threshold kept it.
//
// Where all requests of the run say it by the attribute of a known sampler, as byRate says, that one counts.
func (s *samplingCount) weigh(t *trace.Trace, root int32, attr string, byRate bool) quantile.Weight {
	unusable := 0
	if text, ok := t.Spans[root].Attr(attr); ok && attr != "" {
		if w, ok := quantile.ParseWeight(text); ok {
			s.add(&samplingCount{declared: 1})
			return w
		}
		unusable = 1
	}
	if !t.Spans[root].Flags.Has(trace.Sampled) {
		return s.weighByRate(&t.Spans[root], unusable, byRate)
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

func (s *samplingCount) weighByRate(root *trace.Span, unusable int, byRate bool) quantile.Weight {
	rate, w, usable := attribute.RateOf(root)
	if byRate {
		s.add(&samplingCount{declared: 1, rate: rate})
		return w
	}
	one := samplingCount{unknown: 1, unusable: unusable, marked: semconv.SamplerMark(root), rate: rate}
	if usable && w != quantile.One {
		one.rated = 1
	}
	s.add(&one)
	return quantile.One
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
	if s.rate == "" || (o.rate != "" && o.rate < s.rate) {
		s.rate = o.rate
	}
	s.rated += o.rated
	s.declared += o.declared
	s.unusable += o.unusable
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

// Weights counts what the attribute says that requests are to be weighed by.
type Weights struct {
	Attr     string // empty if they are not
	Usable   int    // requests that carry a weight
	Unusable int    // that carry something else
	Missing  int    // that carry nothing, nor a threshold
	// Rate is the attribute of a known sampler, and Rated how many carry it although they are not weighed by
	// it: others do not carry it.
	Rate  string
	Rated int
}

func (d *Data) weights(s *samplingCount) Weights {
	if d.weightAttr == "" {
		w := Weights{Usable: s.declared, Rated: s.rated, Rate: s.rate}
		if s.declared > 0 {
			w.Attr = s.rate
		}
		return w
	}
	return Weights{Attr: d.weightAttr, Usable: s.declared, Unusable: s.unusable, Missing: s.unknown - s.unusable}
}

// unweighed says why nobody knows what the requests of a journey are a sample of; nothing if one
// probability was given for each, or for none.
func (d *Data) unweighed(key attribute.Key) string {
	j := d.journeys[key]
	if j == nil {
		return ""
	}
	s, all := &j.sampling, requests(j.requests())
	switch {
	case s.unusable > 0:
		return fmt.Sprintf("%d of %s carry a %s that is no weight, so nobody knows how many they stand for", s.unusable, all, d.weightAttr)
	case d.weightAttr == "" && s.rated > 0:
		return fmt.Sprintf("%d of %s carry %s and others do not, so nobody knows how many they stand for; --weight-attr %s counts by it", s.rated, all, s.rate, s.rate)
	case d.weightAttr != "" && s.declared+s.known == 0 && j.requests() > 0:
		return fmt.Sprintf("none of %s carries a %s, so nobody knows how many they stand for", all, d.weightAttr)
	case s.status() != SamplingMixed:
		return ""
	case d.weightAttr != "" && s.known == 0:
		return fmt.Sprintf("%d of %s carry no %s, so nobody knows how many they stand for", s.unknown, all, d.weightAttr)
	}
	return fmt.Sprintf("%d of %s do not say how they were sampled, so nobody knows how many they stand for", s.unknown, all)
}

func (s *samplingCount) code(c *wire.Coder) {
	wire.Counts(c, &s.known, &s.unknown, &s.declared, &s.unusable, &s.rated)
	wire.Num(c, &s.lowest)
	wire.Num(c, &s.highest)
	wire.Text(c, &s.marked)
	wire.Text(c, &s.rate)
}
