package detect

import (
	"time"

	"github.com/longpole/longpole/budget"
)

var timeoutMissing = Detector{
	ID: "LP013", Name: "timeout-missing",
	Means:    "Some calls take many times as long as others of their kind, and none is ever given up.",
	Evidence: "Calls of an edge that take ten times the middle one and more than a second, and of hundreds none failed.",
	Alike:    "Batch work and uploads, which take as long as they are large.",
	Remedy:   "Give the call a timeout by what its caller can use, and answer without it.",
	Says:     "of {calls} calls none failed; half take about {usual} or less, the longest {longest}",
	WhatIf:   [][]string{{"set calls{PLACE, OPERATION}=typical"}},
	Params: []budget.Parameter{
		ratio("factor", "times the middle call at least", 10_000_000),
		duration("longer", "longer than", time.Second),
		count("calls", "calls at least", 300),
	},
	begin: func(l limits) fold {
		return &noTimeouts{factor: l["factor"], longer: l.time("longer"), calls: l.count("calls")}
	},
}

type noTimeouts struct {
	tally
	factor int64
	longer time.Duration
	calls  int
}

func (f *noTimeouts) look(q *request) {
	if q.Duration() <= f.longer {
		return
	}
	for _, i := range q.calls {
		if q.span(i).Duration() > f.longer {
			f.add(q.subject(i), q.hit(q.under[i]))
		}
	}
}

func (f *noTimeouts) merge(o fold) { f.mergeTally(&o.(*noTimeouts).tally) }

func (f *noTimeouts) find(r *round) {
	for _, s := range f.subjects() {
		e := r.edge(s)
		if e.Calls < f.calls || e.Failed > 0 || !isShare(e.Longest, e.Took.Median(), f.factor) {
			continue
		}
		r.each(s, f.of[s].hits, func(s *shown) {
			if len(s.hits) > 0 && s.slow >= leastTime {
				r.add(&timeoutMissing, s, budget.Hint, countOf("calls", e.Calls), timeOf("usual", e.Took.Median()), timeOf("longest", e.Longest))
			}
		})
	}
}
