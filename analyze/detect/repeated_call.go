package detect

import (
	"time"

	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/internal/wire"
	"github.com/longpole/longpole/trace"
)

var repeatedCall = Detector{
	ID: "LP001", Name: "repeated-call",
	Means:    "One operation makes the same kind of call again and again, one after the other, where one call could fetch it all (N+1).",
	Evidence: "Calls of one parent to one callee, of the same statement or route, each begun when the one before had ended; their number differs between requests, or slow requests have more of them.",
	Alike:    "Attempts after failures, polling (more pause than work), batch consumers, and a number of calls that is the same in all requests, which sequential-calls tells.",
	Remedy:   "Fetch the rows together: a join, WHERE id IN (...), MGET, a batch endpoint or a data loader; or cache them.",
	Says:     "{times} like calls one after the other in {requests} of {of} requests, {total} of calls in each",
	WhatIf:   [][]string{{"parallel {PLACE, OPERATION}"}},
	Params: []budget.Parameter{
		count("repeats", "calls of one parent at least", 5),
		duration("total", "they take at least", 10*time.Millisecond),
		share("share", "of their parent they take at least", 5),
	},
	begin: func(l limits) fold {
		return &repeatedCalls{least: l.count("repeats"), total: l.time("total"), share: l["share"], beside: map[Subject]int{}}
	},
}

type repeatedCalls struct {
	tally
	least int
	total time.Duration
	share int64
	chain []int32

	beside map[Subject]int // requests that make as many calls side by side
}

func (f *repeatedCalls) look(q *request) {
	for _, g := range q.alike {
		if len(g.calls) >= f.least && !isBatch(q.span(g.parent)) {
			f.siblings(q, g)
		}
	}
}

// siblings looks at the calls of one parent, callee by callee.
func (f *repeatedCalls) siblings(q *request, g group) {
	for from := 0; from < len(g.calls); {
		to := from + 1
		for to < len(g.calls) && q.Call(g.calls[to]) == q.Call(g.calls[from]) {
			to++
		}
		if to-from >= f.least {
			f.calls(q, g.parent, g.calls[from:to])
		}
		from = to
	}
}

func (f *repeatedCalls) calls(q *request, parent int32, calls []int32) {
	chain, between := q.inTurn(calls, f.chain)
	f.chain = chain
	if len(chain) < f.least {
		if q.areBeside(calls) {
			f.beside[q.subject(calls[0])]++
		}
		return
	}
	var total time.Duration
	for _, k := range chain {
		total += q.span(k).Duration()
	}
	if total < f.total || between > total || !isShare(total, q.span(parent).Duration(), f.share) {
		return
	}
	sum, _ := q.onPath(chain)
	h := q.hit(sum - sum/time.Duration(len(chain)))
	h.times, h.took = int32(len(chain)), total
	f.add(q.subject(chain[0]), h)
}

// isBatch reports whether a span works off many messages at once.
func isBatch(s *trace.Span) bool { return s.Sig.Kind == trace.Consumer || len(s.Links()) > 1 }

func (f *repeatedCalls) merge(o fold) {
	theirs := o.(*repeatedCalls)
	f.mergeTally(&theirs.tally)
	for s, n := range theirs.beside {
		f.beside[s] += n
	}
}

func (f *repeatedCalls) code(c *wire.Coder) {
	f.tally.code(c)
	codeCounts(c, &f.beside)
}

func (f *repeatedCalls) find(r *round) {
	for _, s := range f.subjects() {
		r.each(s, f.of[s].hits, func(s *shown) {
			if !s.isSeen() || !s.adds() && !s.varies() || f.of[s.Subject].ofKept(f.beside[s.Subject]) > len(s.hits) {
				return
			}
			r.add(&repeatedCall, s, budget.Proven,
				countOf("times", int64(medianOf(s.hits, (*shownHit).often))),
				timeOf("total", medianOf(s.hits, (*shownHit).measured)))
		})
	}
}

// varies reports whether not all requests show it as often.
func (s *shown) varies() bool {
	if len(s.hits)*2 < len(s.Requests) {
		return true
	}
	least, most := s.hits[0].times, s.hits[0].times
	for i := range s.hits {
		least, most = min(least, s.hits[i].times), max(most, s.hits[i].times)
	}
	return most >= 2*least
}

func (h *shownHit) often() time.Duration    { return time.Duration(h.times) }
func (h *shownHit) measured() time.Duration { return h.took }
func (h *shownHit) staked() time.Duration   { return h.stake }
