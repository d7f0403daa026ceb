package detect

import (
	"time"

	"github.com/longpole/longpole/analyze/edges"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/budget/category"
)

var retry = Detector{
	ID: "LP006", Name: "retry",
	Means:    "Calls fail and are made again, and requests wait for the attempts that failed and for the pauses between.",
	Evidence: "An attempt that failed, followed by a call of the same operation to the same callee, about the same thing as far as both say.",
	Alike:    "Redirects, demands to log in, what was not found, hedged calls, polling.",
	Remedy:   "Find out why the first attempt fails; fail faster; retry only what is safe to repeat and likely to succeed.",
	Says:     "{attempts} attempts for {calls} calls, {failures} failed; each repeat costs {each}",
	WhatIf:   [][]string{{"set retry{PLACE}=0"}},
	yields:   []string{"LP007"},
	begin:    func(limits) fold { return &retries{} },
}

type retries struct{ tally }

func (f *retries) look(q *request) {
	for _, i := range q.calls {
		if next, again := q.Retried(i); again {
			f.add(q.subject(i), q.hit(q.under[i]+q.pause(i, next)))
		}
	}
}

// pause returns what the path spends between an attempt and the next one, in who makes them.
func (q *request) pause(failed, next int32) (d time.Duration) {
	p := q.Trace.Parent(failed)
	from, to := q.span(failed).End, q.span(next).Start
	for i := range q.Pieces {
		if piece := &q.Pieces[i]; piece.Span == p && piece.Cause == category.Retry && piece.From >= from && piece.To <= to {
			d += piece.Duration()
		}
	}
	return d
}

func (f *retries) merge(o fold) { f.mergeTally(&o.(*retries).tally) }

func (f *retries) find(r *round) {
	for _, s := range f.subjects() {
		r.each(s, f.of[s].hits, func(s *shown) {
			if s.isSeen() {
				r.add(&retry, s, budget.Proven, retryFigures(r.edge(s.Subject), s)...)
			}
		})
	}
}

func retryFigures(e *edges.Edge, s *shown) []Figure {
	var lost time.Duration
	repeats := 0
	for i := range s.hits {
		lost += s.hits[i].stake
		repeats += int(s.hits[i].times)
	}
	pause, _ := e.Pause(2)
	return []Figure{
		countOf("attempts", e.Calls), countOf("calls", e.Needed()), ratioOf("ratio", e.Attempts()), countOf("failures", e.Failed),
		countOf("most", e.Most), timeOf("each", lost/time.Duration(max(1, repeats))), timeOf("pause", pause),
	}
}
