package detect

import (
	"cmp"
	"slices"
	"strings"

	"github.com/longpole/longpole/budget"
)

var redundantCall = Detector{
	ID: "LP002", Name: "redundant-call",
	Means:    "One request asks a cache or a store for the same thing twice.",
	Evidence: "Two reads of one key or object in one request, with nothing written there between them.",
	Alike:    "A read after a write, attempts after a failure, and calls that do not say what they are about: a statement without its parameters may be about another row.",
	Remedy:   "Keep what was read for as long as the request lasts.",
	Says:     "the same thing is read {times} times in {requests} of {of} requests",
	WhatIf:   [][]string{{"set calls{PLACE, OPERATION}=ONCE"}},
	Params:   []budget.Parameter{count("repeats", "reads of one thing at least", 2)},
	begin:    func(l limits) fold { return &redundantCalls{least: l.count("repeats")} },
}

type redundantCalls struct {
	tally
	least int
	met   []read // of one request
	again []int32
}

// A read is of one thing, by what does it.
type read struct {
	does   int32
	target uint64
	span   int32
}

// of reports whether both read the same.
func (r read) of(o read) bool { return r.does == o.does && r.target == o.target }

func (f *redundantCalls) look(q *request) {
	f.met = f.met[:0]
	for _, i := range q.spans {
		if !q.is[i].reads() || q.span(i).Target == 0 {
			continue
		}
		if q.is[i].writes {
			return
		}
		if _, again := q.Retried(i); !again {
			f.met = append(f.met, read{q.Does(i), q.span(i).Target, i})
		}
	}
	slices.SortStableFunc(f.met, func(a, b read) int { return cmp.Or(cmp.Compare(a.does, b.does), cmp.Compare(a.target, b.target)) })
	for from, to := 0, 0; from < len(f.met); from = to {
		f.again = f.again[:0]
		for to = from + 1; to < len(f.met) && f.met[to].of(f.met[from]); to++ {
			f.again = append(f.again, f.met[to].span)
		}
		if to-from >= f.least {
			sum, _ := q.onPath(f.again)
			h := q.hit(sum)
			h.times = int32(to - from)
			f.add(q.subject(f.met[from].span), h)
		}
	}
}

// writes reports whether an operation may change what is read.
func writes(operation string) bool {
	for word := range strings.FieldsSeq(strings.ToLower(operation)) {
		for _, w := range []string{"set", "del", "put", "expire", "incr", "decr", "hset", "mset", "lpush", "rpush", "sadd", "zadd", "flushall", "write", "delete", "pipeline", "eval", "multi"} {
			if word == w || strings.HasPrefix(word, "set") || strings.HasPrefix(word, "put") {
				return true
			}
		}
	}
	return false
}

func (f *redundantCalls) merge(o fold) { f.mergeTally(&o.(*redundantCalls).tally) }

func (f *redundantCalls) find(r *round) {
	for _, s := range f.subjects() {
		r.each(s, f.of[s].hits, func(s *shown) {
			if s.isSeen() {
				r.add(&redundantCall, s, budget.Likely, countOf("times", int64(medianOf(s.hits, (*shownHit).often))))
			}
		})
	}
}
