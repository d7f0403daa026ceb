package detect

import (
	"time"

	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/internal/wire"
	"github.com/longpole/longpole/trace"
)

var sequentialCalls = Detector{
	ID: "LP003", Name: "sequential-calls",
	Means:    "Calls are made one after the other that may not need each other's results.",
	Evidence: "Calls of one operation to one callee, each begun when the one before had ended. Proven where other requests make them side by side.",
	Alike:    "Statements of a database, which may share a transaction; attempts after failures; a first call whose answer the others need, which no trace shows: so it is a hint until it is seen otherwise.",
	Remedy:   "Start them together and wait for all, or ask for all in one call.",
	Says:     "{times} calls one after the other in {requests} of {of} requests; side by side they would take {together} instead of {total}",
	WhatIf:   [][]string{{"parallel {PLACE, OPERATION}"}},
	Params: []budget.Parameter{
		count("calls", "calls in turn at least", 3),
		duration("saved", "together they would save at least", 10*time.Millisecond),
		share("share", "of their parent they would save at least", 10),
	},
	yields: []string{"LP001"},
	begin: func(l limits) fold {
		return &sequentialCallsFold{least: l.count("calls"), saved: l.time("saved"), share: l["share"], beside: map[Subject]int{}}
	},
}

type sequentialCallsFold struct {
	tally
	least  int
	saved  time.Duration
	share  int64
	beside map[Subject]int // requests that make such calls side by side
	chain  []int32
}

func (f *sequentialCallsFold) look(q *request) {
	for _, g := range q.alike {
		if q.is[g.calls[0]].Category == category.DB || isBatch(q.span(g.parent)) || q.isPlainTransport(g) {
			continue
		}
		if q.areBeside(g.calls) {
			f.beside[q.subject(g.calls[0])]++
			continue
		}
		f.siblings(q, g)
	}
}

// mostlyBeside is how many times as many requests make calls side by side where those that do not are let do so
// by a limit that others use up: few-at-a-time.
const mostlyBeside = 5

// areBeside reports whether two of calls, which are in order of start, ran at once by more than clocks differ.
func (q *request) areBeside(calls []int32) bool {
	end := q.span(calls[0]).End
	for _, k := range calls[1:] {
		if s := q.span(k); end.Sub(s.Start) > time.Millisecond && s.End.Sub(s.Start) > time.Millisecond {
			return true
		}
		end = max(end, q.span(k).End)
	}
	return false
}

// isPlainTransport reports whether the calls only carry a call of their parent: steps of an SDK.
func (q *request) isPlainTransport(g group) bool {
	return q.is[g.calls[0]].Transport && q.is[g.parent].kind == trace.Client
}

func (f *sequentialCallsFold) siblings(q *request, g group) {
	chain, between := q.inTurn(g.calls, f.chain)
	f.chain = chain
	if len(chain) < f.least {
		return
	}
	sum, most := q.onPath(chain)
	if saved := sum - most; saved >= f.saved && isShare(saved, q.span(g.parent).Duration(), f.share) && between <= sum {
		h := q.hit(saved)
		h.times, h.took = int32(len(chain)), sum
		f.add(q.subject(chain[0]), h)
	}
}

func (f *sequentialCallsFold) merge(o fold) {
	theirs := o.(*sequentialCallsFold)
	f.mergeTally(&theirs.tally)
	for s, n := range theirs.beside {
		f.beside[s] += n
	}
}

func (f *sequentialCallsFold) code(c *wire.Coder) {
	f.tally.code(c)
	codeCounts(c, &f.beside)
}

func (f *sequentialCallsFold) find(r *round) {
	for _, s := range f.subjects() {
		r.each(s, f.of[s].hits, func(s *shown) {
			if !s.isSeen() || f.of[s.Subject].ofKept(f.beside[s.Subject]) > mostlyBeside*len(s.hits) {
				return
			}
			level := budget.Hint
			if f.beside[s.Subject] >= 2 {
				level = budget.Proven
			}
			total := medianOf(s.hits, (*shownHit).measured)
			r.add(&sequentialCalls, s, level,
				countOf("times", int64(medianOf(s.hits, (*shownHit).often))), timeOf("total", total),
				timeOf("together", medianOf(s.hits, func(h *shownHit) time.Duration { return h.took - h.stake })))
		})
	}
}
