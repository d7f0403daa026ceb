package detect

import (
	"maps"
	"slices"
	"time"

	"github.com/longpole/longpole/analyze/detect/pages"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/internal/wire"
	"github.com/longpole/longpole/trace"
)

var connectionNotReused = Detector{
	ID: "LP016", Name: "connection-not-reused",
	Means:    "A caller opens a connection for nearly each call, and pays for its handshakes every time.",
	Evidence: "Most requests of a caller, or of one instance of it, wait for TCP or TLS on their way to a callee.",
	Alike:    "Connections that are opened now and then: first calls, pools that grow, servers that close what is idle.",
	Remedy:   "Keep connections alive: read bodies to their end, raise the number of idle connections, look for Connection: close.",
	Says:     "{where} opens a connection in {opened} of {passed} requests, half of them {handshake} or longer",
	WhatIf:   [][]string{{"set connect{PLACE}=0", "set tls{PLACE}=0"}},
	Params: []budget.Parameter{
		share("opened", "of requests that open a connection at least", 50),
		count("requests", "requests of a caller at least", 20),
	},
	begin: func(l limits) fold {
		return &handshakes{opened: l["opened"], fewest: l.count("requests"), passed: map[Subject]*passing{}}
	},
}

type handshakes struct {
	tally
	passed map[Subject]*passing // by instance of the caller
	opened int64
	fewest int
}

// A passing counts the requests in which an instance makes calls to a callee.
type passing struct {
	requests int
	last     Ref
}

func (f *handshakes) look(q *request) {
	if pages.IsPage(q.Reading, q.Request) { // a visitor comes without a connection
		return
	}
	for _, p := range q.steps {
		if p.Category == category.TLS || p.Category == category.Connect {
			sig := q.is[p.Span]
			f.add(Subject{Service: sig.service, Callee: p.Callee, Other: sig.instance}, q.hit(p.Duration()))
		}
	}
	for _, i := range q.calls {
		if sig := q.is[i]; sig.kind == trace.Client {
			if callee := q.asked[i]; sig.passed == nil || sig.passedTo != callee {
				sig.passedTo = callee
				sig.passed = f.passing(Subject{Service: sig.service, Callee: sig.passedTo, Other: sig.instance})
			}
			if sig.passed.last != q.ref {
				sig.passed.last = q.ref
				sig.passed.requests++
			}
		}
	}
}

func (f *handshakes) passing(s Subject) *passing {
	if f.passed[s] == nil {
		f.passed[s] = &passing{}
	}
	return f.passed[s]
}

func (f *handshakes) merge(o fold) {
	theirs := o.(*handshakes)
	f.mergeTally(&theirs.tally)
	for s, n := range theirs.passed {
		f.passing(s).requests += n.requests
	}
}

func (f *handshakes) code(c *wire.Coder) {
	f.tally.code(c)
	codeSubjects(c, &f.passed, func(n **passing) {
		if c.Reading() {
			*n = &passing{}
		}
		wire.Counts(c, &(*n).requests)
	})
}

// find looks at the instances of a caller that open connections for most calls, together.
func (f *handshakes) find(r *round) {
	hits, opened, passed := map[Subject][]hit{}, map[Subject]int{}, map[Subject]int{}
	where := map[Subject][]string{}
	for _, s := range f.subjects() {
		n := f.passing(s).requests
		if n < f.fewest || !isShare(f.of[s].all, n, f.opened) {
			continue
		}
		at := Subject{Service: s.Service, Callee: s.Callee}
		hits[at], opened[at], passed[at] = append(hits[at], f.of[s].hits...), opened[at]+f.of[s].all, passed[at]+n
		where[at] = append(where[at], s.Other)
	}
	for _, at := range slices.SortedFunc(maps.Keys(hits), compareSubjects) {
		r.each(at, hits[at], func(s *shown) {
			if s.isSeen() {
				r.add(&connectionNotReused, s, budget.Proven, f.where(at, where[at]), countOf("opened", opened[at]),
					countOf("passed", passed[at]), timeOf("handshake", medianOf(longOnes(s), func(h *shownHit) time.Duration { return h.stake })))
			}
		})
	}
}

// where names the instance of the caller that does so, if it is one of several.
func (f *handshakes) where(at Subject, instances []string) Figure {
	others := 0
	for s := range f.passed {
		if s.Service == at.Service && s.Callee == at.Callee {
			others++
		}
	}
	if len(instances) == 1 && others > 1 && instances[0] != "" {
		return textOf("where", instances[0])
	}
	return textOf("where", at.Service)
}
