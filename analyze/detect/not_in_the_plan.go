package detect

import (
	"cmp"

	"github.com/longpole/longpole/budget"
)

var notInThePlan = Detector{
	ID: "LP020", Name: "not-in-the-plan",
	Means:    "Requests wait for a dependency that their plan does not allow on the way.",
	Evidence: "A service, store or kind of work on the path that may_wait_for of the journey does not name.",
	Alike:    "The service that requests begin at, and what is between services: network, names, connections.",
	Remedy:   "Take the call out of the request, or allow it in the plan.",
	Says:     "{requests} of {of} requests wait for it",
	WhatIf:   [][]string{{"set {PLACE}=0"}},
	begin:    func(limits) fold { return &unplanned{} },
}

type unplanned struct{ tally }

func (f *unplanned) look(q *request) {
	if !q.Key.Planned {
		return
	}
	j, err := q.plan.Journey(q.Key.Journey)
	if err != nil || len(j.MayWaitFor) == 0 {
		return
	}
	own := q.is[q.Root].service
	for i := range q.Pieces {
		p := &q.Pieces[i]
		service := cmp.Or(p.Caller, q.is[p.Span].service)
		name := cmp.Or(p.Callee, service)
		if p.Category.IsBetween() || name == own || j.MayWaitFor.Match(name) || j.MayWaitFor.Match(string(p.Category)) {
			continue
		}
		f.add(Subject{Service: service, Callee: p.Callee}, q.hit(p.Duration()))
	}
}

func (f *unplanned) merge(o fold) { f.mergeTally(&o.(*unplanned).tally) }

func (f *unplanned) find(r *round) {
	for _, s := range f.subjects() {
		r.each(s, f.of[s].hits, func(s *shown) {
			if s.Planned && s.isSeen() {
				r.add(&notInThePlan, s, budget.Proven)
			}
		})
	}
}
