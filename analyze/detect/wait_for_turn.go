package detect

import (
	"strings"
	"time"

	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/trace"
)

var waitForTurn = Detector{
	ID: "LP012", Name: "wait-for-turn",
	Means:    "Requests wait for a connection of a pool, a lock, a worker or a place in a queue, and spans say so.",
	Evidence: "Spans or events that are named as a wait, or time in front of a callee that begins later than the way back explains.",
	Alike:    "Opening a connection while one is asked for: that is connect, tls and dns.",
	Remedy:   "Hold it for less time, or have more of it: compare the length of the wait with how busy it is before enlarging anything.",
	Says:     "{waits} waits for a turn in {requests} of {of} requests, half of them {wait} or longer{what}",
	WhatIf:   [][]string{{"servers STATION=MORE"}},
	begin:    func(limits) fold { return &turns{} },
}

// KeepsEvent reports whether an event says that a wait began or ended.
func KeepsEvent(name string) bool { return isWait(name) || isAcquired(name) }

// The words of waiting, as programs log them: "Waiting for lock behind 3 transactions".
func isWait(name string) bool     { return hasWord(name, "waiting for ") }
func isAcquired(name string) bool { return hasWord(name, "acquired") }

func hasWord(name, word string) bool {
	return len(name) >= len(word) && strings.EqualFold(name[:len(word)], word)
}

type turns struct{ tally }

func (f *turns) look(q *request) {
	for i := range q.Pieces {
		p := &q.Pieces[i]
		switch {
		case p.Category == category.Queue || p.Open && p.Category != category.External:
			s := Subject{Service: q.is[p.Span].service, Callee: p.Callee, Operation: q.is[p.Span].operation}
			if p.Open {
				s.Other = string(p.Category)
			}
			f.wait(q, s, p.Duration())
		case len(q.span(p.Span).Events()) > 0:
			if d := q.waitIn(p.Span, p.From, p.To); d > 0 {
				f.wait(q, Subject{Service: q.is[p.Span].service, Operation: q.is[p.Span].operation, Other: "lock"}, d)
			}
		}
	}
}

func (f *turns) wait(q *request, s Subject, d time.Duration) {
	h := q.hit(d)
	f.add(s, h)
}

// waitIn returns how much of a stretch of span i lies between events of a wait and of its end.
func (q *request) waitIn(i int32, from, to trace.Time) (d time.Duration) {
	var since trace.Time
	for _, e := range q.span(i).Events() {
		switch {
		case isWait(e.Name):
			since = e.At
		case isAcquired(e.Name) && since > 0:
			if a, b := max(from, since), min(to, e.At); a < b {
				d += b.Sub(a)
			}
			since = 0
		}
	}
	return d
}

func (f *turns) merge(o fold) { f.mergeTally(&o.(*turns).tally) }

func (f *turns) find(r *round) {
	for _, s := range f.subjects() {
		what := ""
		switch {
		case s.Other == "lock":
			what = ", by its events"
		case s.Other != "":
			if r.judged.Of(category.Category(s.Other), s.Service, s.Callee) != category.Queue {
				continue
			}
			what = ", in front of the callee"
		}
		r.each(s, f.of[s].hits, func(s *shown) {
			if s.isSeen() {
				waits := 0
				for i := range s.hits {
					waits += int(s.hits[i].times)
				}
				r.add(&waitForTurn, s, budget.Proven, countOf("waits", waits), timeOf("wait", medianOf(s.hits, (*shownHit).staked)), textIf("what", what != "", what))
			}
		})
	}
}
