package quality

import (
	"cmp"
	"slices"

	"github.com/longpole/longpole/trace"
)

// A Threshold is what a trace says of how it was sampled: of 2^56 traces like it, Rejected
// were dropped. Known is false if it says nothing.
type Threshold struct {
	Rejected uint64
	Known    bool
}

// A Sampled is how many traces were sampled alike.
type Sampled struct {
	Threshold
	Traces int
}

// thresholdOf returns the highest threshold in a trace, which is complete only if that kept it.
// A trace whose root says nothing is taken to say nothing, as it is when requests are weighed.
func thresholdOf(t *trace.Trace) (th Threshold) {
	if len(t.Roots) > 0 && !t.Spans[t.Roots[0]].Flags.Has(trace.Sampled) {
		return Threshold{}
	}
	for i := range t.Spans {
		if s := &t.Spans[i]; s.Flags.Has(trace.Sampled) {
			th = Threshold{max(th.Rejected, s.Threshold), true}
		}
	}
	return th
}

func (s *Survey) sampledRows() []Sampled {
	var rows []Sampled
	for th, n := range s.thresholds {
		rows = append(rows, Sampled{th, n})
	}
	slices.SortFunc(rows, func(a, b Sampled) int {
		return cmp.Or(cmp.Compare(b.Traces, a.Traces), cmp.Compare(a.Rejected, b.Rejected), compareKnown(a.Known, b.Known))
	})
	return rows
}

func compareKnown(a, b bool) int {
	if a == b {
		return 0
	}
	if a {
		return -1
	}
	return 1
}
