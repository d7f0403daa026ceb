package detect

import (
	"slices"

	"github.com/longpole/longpole/analyze/edges"
	"github.com/longpole/longpole/budget"
)

var retryStorm = Detector{
	ID: "LP007", Name: "retry-storm",
	Means:    "A callee that fails is asked more often for it: attempts pile up while it can answer least.",
	Evidence: "Seconds in which each call takes many attempts, and the callee gets more calls than usual.",
	Alike:    "Single repeats spread over the run (retry), polling, hedged calls.",
	Remedy:   "Cap attempts, back off exponentially with jitter, keep a retry budget, and break the circuit when most calls fail.",
	Says:     "{attempts} attempts for {calls} calls ({ratio} x), {failures} failed; up to {most} at one call, {pause} apart; in the worst {seconds} s {worst} x",
	WhatIf:   [][]string{{"set retry{PLACE}=0"}},
	Params: []budget.Parameter{
		ratio("attempts", "attempts at each call in a second at least", 1_500_000),
		count("calls", "calls in such a second at least", 20),
		ratio("load", "of the calls in the middle second at least", 1_200_000),
	},
	begin: func(l limits) fold {
		return &retryStorms{attempts: l["attempts"], calls: l.count("calls"), load: l["load"]}
	},
}

// retryStorms are retries where there are seconds of a storm.
type retryStorms struct {
	retries
	attempts, load int64
	calls          int
}

func (f *retryStorms) merge(o fold) { f.mergeTally(&o.(*retryStorms).tally) }

func (f *retryStorms) find(r *round) {
	for _, s := range f.subjects() {
		e := r.edge(s)
		seconds, worst := f.storms(e)
		if seconds == 0 {
			continue
		}
		r.each(s, f.of[s].hits, func(s *shown) {
			if s.isSeen() && s.adds() {
				r.add(&retryStorm, s, budget.Proven, append(retryFigures(e, s), countOf("seconds", seconds), ratioOf("worst", worst))...)
			}
		})
	}
}

// storms counts the seconds of a storm; worst is how many attempts each call took in the worst of them.
func (f *retryStorms) storms(e *edges.Edge) (seconds int, worst int64) {
	if e.Repeats == 0 {
		return 0, 0
	}
	all := e.Seconds()
	var usual []int
	for _, s := range all {
		usual = append(usual, s.Calls)
	}
	slices.Sort(usual)
	middle := usual[(len(usual)-1)/2]
	for _, s := range all {
		attempts := int64(s.Calls) * 1e6 / int64(max(1, s.Calls-s.Repeats))
		if s.Calls >= f.calls && attempts >= f.attempts && isShare(s.Calls, middle, f.load) {
			seconds++
			worst = max(worst, attempts)
		}
	}
	return seconds, worst
}
