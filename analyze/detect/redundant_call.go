package detect

import (
	"strings"

	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/budget/category"
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
	begin:    func(l limits) fold { return &redundantCalls{least: l.count("repeats"), met: map[read]*reads{}} },
}

type redundantCalls struct {
	tally
	least int
	met   map[read]*reads // of one request
}

// A read is of one thing, by what does it.
type read struct {
	does   int32
	target uint64
}

type reads struct {
	times int
	first int32
	again []int32
}

func (f *redundantCalls) look(q *request) {
	wrote := false
	for _, i := range q.spans {
		c := q.is[i].Category
		if !q.is[i].asks || (c != category.Cache && c != category.Storage) || q.span(i).Target == 0 {
			continue
		}
		if q.is[i].writes {
			wrote = true
			break
		}
		if _, again := q.Retried(i); again {
			continue
		}
		key := read{q.Does(i), q.span(i).Target}
		if f.met[key] == nil {
			f.met[key] = &reads{first: i}
		} else {
			f.met[key].again = append(f.met[key].again, i)
		}
		f.met[key].times++
	}
	for key, m := range f.met {
		if m.times >= f.least && !wrote {
			sum, _ := q.onPath(m.again)
			h := q.hit(sum)
			h.times = int32(m.times)
			f.add(q.subject(m.first), h)
		}
		delete(f.met, key)
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
