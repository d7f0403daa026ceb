package detect

import (
	"time"

	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/trace"
)

var notVisible = Detector{
	ID: "LP021", Name: "not-visible",
	Means:    "A span takes long by itself beside what its children do, and nothing says what for.",
	Evidence: "Own time of a span that has children, without phases, that is a large part of what slow requests add.",
	Alike:    "Real computing: spans cannot tell it from waiting.",
	Remedy:   "Add a span around what happens there: a lock, a pool, serialising, a loop.",
	Says:     "{requests} of {of} requests spend {own} or more where no span looks, between or beside the calls of it",
	WhatIf:   [][]string{{"set app{PLACE, OPERATION}=typical"}},
	Params: []budget.Parameter{
		duration("own", "own time at least", 20*time.Millisecond),
		share("share", "of what slow requests add at least", 20),
	},
	yields: []string{"LP001", "LP003", "LP004", "LP005", "LP006", "LP007", "LP010", "LP011", "LP012", "LP014", "LP015", "LP016", "LP017", "LP018", "LP019"},
	begin: func(l limits) fold {
		return &gaps{own: l.time("own"), share: l["share"], spent: map[int32]time.Duration{}}
	},
}

type gaps struct {
	tally
	own   time.Duration
	share int64
	spent map[int32]time.Duration // by span, of one request
}

func (f *gaps) look(q *request) {
	if q.most < f.own {
		return
	}
	clear(f.spent)
	for i := range q.Pieces {
		p := &q.Pieces[i]
		if q.own[p.Span] >= f.own && p.Category == category.App && p.Cause == category.NoCause && len(q.Trace.Children(p.Span)) > 0 {
			f.spent[p.Span] += p.Duration()
		}
	}
	for _, i := range q.spans {
		if d := f.spent[i]; len(f.spent) > 0 && d >= f.own && q.is[i].kind != trace.Client {
			f.add(Subject{Service: q.is[i].service, Operation: q.is[i].operation}, q.hit(d))
		}
	}
}

func (f *gaps) merge(o fold) { f.mergeTally(&o.(*gaps).tally) }

func (f *gaps) find(r *round) {
	for _, s := range f.subjects() {
		r.each(s, f.of[s].hits, func(s *shown) {
			if s.isSeen() && isShare(s.stake, s.Extra, f.share) {
				r.add(&notVisible, s, budget.Hint, timeOf("own", f.own))
			}
		})
	}
}
