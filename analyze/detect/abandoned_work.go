package detect

import (
	"time"

	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/trace"
)

var abandonedWork = Detector{
	ID: "LP010", Name: "abandoned-work",
	Means:    "A caller gives up and goes on without an answer, and its callee works on for nobody.",
	Evidence: "A call that failed, and its callee's span ends later by more than clocks and lengths explain.",
	Alike:    "Clocks that disagree, streams, long polls, and calls that succeeded.",
	Remedy:   "Find what hangs in the callee; pass the deadline on, and let the callee stop when its caller has gone.",
	Says:     "{calls} calls are given up after {after}; the callee works on for {on} each",
	WhatIf:   [][]string{{"set calls{PLACE}=typical"}},
	yields:   []string{"LP007"},
	begin:    func(limits) fold { return &abandoned{} },
}

type abandoned struct{ tally }

func (f *abandoned) look(q *request) {
	for _, i := range q.spans {
		s := q.span(i)
		p := q.Trace.Parent(i)
		if !s.Flags.Has(trace.GaveUp) || p == trace.None || q.under[p] == 0 {
			continue
		}
		h := q.hit(q.under[p])
		h.took = s.End.Sub(q.span(p).End)
		f.add(Subject{Service: q.is[p].service, Callee: q.is[i].service, Operation: q.is[i].operation}, h)
	}
}

func (f *abandoned) merge(o fold) { f.mergeTally(&o.(*abandoned).tally) }

func (f *abandoned) find(r *round) {
	for _, s := range f.subjects() {
		r.each(s, f.of[s].hits, func(s *shown) {
			if !s.isSeen() {
				return
			}
			calls := int32(0)
			for i := range s.hits {
				calls += s.hits[i].times
			}
			r.add(&abandonedWork, s, budget.Proven, countOf("calls", calls), timeOf("after", medianOf(s.hits, (*shownHit).staked)),
				timeOf("on", medianOf(s.hits, func(h *shownHit) time.Duration { return h.took / time.Duration(h.times) })))
		})
	}
}
