package detect

import (
	"slices"
	"time"

	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/internal/intern"
	"github.com/longpole/longpole/internal/wire"
	"github.com/longpole/longpole/trace"
)

var cacheMiss = Detector{
	ID: "LP018", Name: "cache-miss",
	Means:    "Requests that do not find something in the cache pay for asking a slower store.",
	Evidence: "A read of a cache, then a slower call to a store by the same parent, in some requests; others read the cache and go on.",
	Alike:    "Reads that every request follows with a call to the store: they are no cache for it. A cache that remembers what is not there; reading ahead.",
	Remedy:   "Look when it was emptied or when keys expire together; spread expiry, load a key once for all that want it, or answer with what is old meanwhile.",
	Says:     "{requests} of {reads} reads find nothing and ask the store, {price} each; before that, they take {hit}",
	WhatIf:   [][]string{{"cache PLACE=100%"}},
	Params: []budget.Parameter{
		count("misses", "requests with a miss at least", 3),
		share("hits", "of the reads that find it at least", 5),
	},
	yields: []string{"LP001"},
	begin: func(l limits) fold {
		return &misses{fewest: l.count("misses"), share: l["hits"], reads: map[Subject]int{}}
	},
}

type misses struct {
	tally
	met    intern.Marks    // of one request, the parents of reads
	reads  map[Subject]int // of the cache, whatever followed
	fewest int
	share  int64
}

func (f *misses) look(q *request) {
	f.met.Start()
	for _, k := range q.calls {
		if q.is[k].Category != category.Cache || q.is[k].writes || k == q.Root {
			continue
		}
		if p := q.Trace.Parent(k); f.met.First(p) {
			kids := q.Trace.Children(p)
			f.read(q, k, kids[slices.Index(kids, k)+1:])
		}
	}
}

// read looks at what follows the read of a cache.
//
//	parent   ==============
//	get       =               the cache has nothing
//	select      =========     so the store is asked
//	set                  =
func (f *misses) read(q *request, get int32, then []int32) {
	cache := q.asked[get]
	f.reads[Subject{Service: q.is[get].service, Other: cache}]++
	var asked time.Duration
	store := trace.None
	for _, k := range then {
		c := q.is[k].Category
		if (c == category.DB || c == category.Storage) && q.is[k].asks && q.span(k).Start >= q.span(get).End && q.under[k] > 0 {
			asked += q.under[k]
			if store == trace.None {
				store = k
			}
		}
	}
	if store != trace.None && asked > q.span(get).Duration() {
		h := q.hit(asked)
		h.took = q.span(get).Duration()
		f.add(Subject{Service: q.is[get].service, Callee: q.asked[store], Other: cache}, h)
	}
}

func (f *misses) merge(o fold) {
	theirs := o.(*misses)
	f.mergeTally(&theirs.tally)
	for s, n := range theirs.reads {
		f.reads[s] += n
	}
}

func (f *misses) code(c *wire.Coder) {
	f.tally.code(c)
	codeCounts(c, &f.reads)
}

func (f *misses) find(r *round) {
	for _, s := range f.subjects() {
		reads := f.reads[Subject{Service: s.Service, Other: s.Other}]
		if f.of[s].all < f.fewest || !isShare(reads-f.of[s].all, reads, f.share) {
			continue
		}
		r.each(s, f.of[s].hits, func(s *shown) {
			if s.isSeen() && s.adds() {
				r.add(&cacheMiss, s, budget.Likely, countOf("reads", reads), timeOf("price", medianOf(s.hits, (*shownHit).staked)),
					timeOf("hit", medianOf(s.hits, (*shownHit).measured)))
			}
		})
	}
}
