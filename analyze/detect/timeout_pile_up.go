package detect

import (
	"slices"
	"time"

	"github.com/longpole/longpole/analyze/edges"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/trace"
)

var timeoutPileUp = Detector{
	ID: "LP009", Name: "timeout-pile-up",
	Means:    "Calls fail after the same time, which is longer than most that succeed take: a timeout, and requests wait for all of it.",
	Evidence: "Most failed calls of an edge took nearly the same, and that is more than 95 of 100 successful ones.",
	Alike:    "Calls that are refused at once, which take nearly the same, too.",
	Remedy:   "Mend what does not answer; set the timeout by what successful calls need; answer without what is missing.",
	Says:     "{alike} of {failures} failed calls took about {timeout}; half of the others take about {usual} or less",
	WhatIf:   [][]string{{"set calls{PLACE, OPERATION}=typical"}},
	Params: []budget.Parameter{
		count("failures", "failed calls at least", 5),
		share("alike", "of them that took nearly the same at least", 60),
		share("apart", "nearly the same is within this share", 2),
	},
	yields: []string{"LP010", "LP006", "LP007"},
	begin: func(l limits) fold {
		return &pileUps{failures: l.count("failures"), alike: l["alike"], apart: l["apart"]}
	},
}

type pileUps struct {
	tally
	failures     int
	alike, apart int64
}

func (f *pileUps) look(q *request) {
	if !q.SomeFailed() {
		return
	}
	for _, i := range q.calls {
		if q.span(i).Flags.Has(trace.Failed) {
			f.add(q.subject(i), q.hit(q.under[i]))
		}
	}
}

func (f *pileUps) merge(o fold) { f.mergeTally(&o.(*pileUps).tally) }

func (f *pileUps) find(r *round) {
	for _, s := range f.subjects() {
		e := r.edge(s)
		at, alike := f.pile(e.Failures)
		if len(e.Failures) < f.failures || !isShare(alike, len(e.Failures), f.alike) || 8*at <= 9*e.Took.Quantile(95, 100) { // which is told within an eighth
			continue
		}
		r.each(s, f.of[s].hits, func(s *shown) {
			if s.isSeen() {
				r.add(&timeoutPileUp, s, budget.Likely, countOf("alike", alike), countOf("failures", len(e.Failures)), timeOf("timeout", at), timeOf("usual", e.Took.Median()))
			}
		})
	}
}

// pile returns the middle of times, and how many are nearly as long.
func (f *pileUps) pile(times []time.Duration) (at time.Duration, alike int) {
	at = edges.Middle(slices.Clone(times))
	near := max(time.Millisecond, at*time.Duration(f.apart)/1e6)
	for _, t := range times {
		if (t - at).Abs() <= near {
			alike++
		}
	}
	return at, alike
}
