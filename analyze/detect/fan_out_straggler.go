package detect

import (
	"cmp"
	"hash/fnv"
	"maps"
	"slices"

	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/internal/wire"
)

var fanOutStraggler = Detector{
	ID: "LP005", Name: "fan-out-straggler",
	Means:    "A request asks several at once, and waits for the last one long after most have answered.",
	Evidence: "Three or more calls of one kind in flight together before the first ends. Either one instance is the last in most slow requests, which proves it, or in the middle request the last ends long after the middle call.",
	Alike:    "A pool that works off a list, whose calls do not begin together (few-at-a-time).",
	Remedy:   "Mend or drain the slow one; else hedge the last call, answer without it after a deadline, or ask fewer.",
	Says:     "{last} is the last of {width} in {lasts} of {slow} slow requests, {late} after the middle one",
	WhatIf:   [][]string{{"set calls{PLACE, OPERATION}=typical"}},
	Params: []budget.Parameter{
		count("width", "calls in flight together at least", 3),
		share("late", "of the parent, in the middle request, between the middle end and the last at least", 20),
		share("one", "of the slow requests in which one instance is the last, to be proven, at least", 80),
	},
	begin: func(l limits) fold {
		return &stragglers{width: l.count("width"), late: l["late"], one: l["one"], names: map[uint32]string{}}
	},
}

type stragglers struct {
	tally
	width     int
	late, one int64
	names     map[uint32]string // of those that were the last, by hash
	byEnd     []int32
}

func (f *stragglers) look(q *request) {
	for _, g := range q.alike {
		if len(g.calls) >= f.width {
			f.siblings(q, g)
		}
	}
}

func (f *stragglers) siblings(q *request, g group) {
	f.byEnd = append(f.byEnd[:0], g.calls...)
	slices.SortFunc(f.byEnd, func(a, b int32) int {
		return cmp.Or(cmp.Compare(q.span(a).End, q.span(b).End), cmp.Compare(a, b))
	})
	began := 0
	for _, k := range g.calls {
		if q.span(k).Start < q.span(f.byEnd[0]).End {
			began++
		}
	}
	last := f.byEnd[len(f.byEnd)-1]
	if began < f.width || began*5 < len(g.calls)*4 || q.under[last] == 0 {
		return
	}
	late := q.span(last).End.Sub(q.span(f.byEnd[(len(f.byEnd)-1)/2]).End)
	h := q.hit(min(q.under[last], late))
	h.times, h.who = int32(len(g.calls)), f.hash(q.whoAnswered(last))
	h.took = late * 1e6 / max(1, q.span(g.parent).Duration())
	s := q.subject(last)
	s.Callee = q.Answered(last)
	f.add(s, h)
}

// whoAnswered tells the instance that answered a call, else its address.
func (q *request) whoAnswered(call int32) string {
	for _, k := range q.Trace.Children(call) {
		if q.is[k].isEntry() && q.is[k].instance != "" {
			return q.is[k].instance
		}
	}
	return q.is[call].Peer
}

// hash keeps a name, and returns what stands for it.
func (f *stragglers) hash(name string) uint32 {
	h := fnv.New32a()
	h.Write([]byte(name))
	f.keep(h.Sum32(), name)
	return h.Sum32()
}

// keep keeps a name; of two that have one hash, whichever is met first, the lesser one.
func (f *stragglers) keep(hash uint32, name string) {
	if known, met := f.names[hash]; !met || name < known {
		f.names[hash] = name
	}
}

func (f *stragglers) merge(o fold) {
	theirs := o.(*stragglers)
	f.mergeTally(&theirs.tally)
	for hash, name := range theirs.names {
		f.keep(hash, name)
	}
}

func (f *stragglers) code(c *wire.Coder) {
	f.tally.code(c)
	wire.Map(c, &f.names, cmp.Compare[uint32], func(hash *uint32) { wire.Num(c, hash) }, func(name *string) { wire.Text(c, name) })
}

func (f *stragglers) find(r *round) {
	for _, s := range f.subjects() {
		r.each(s, f.of[s].hits, func(s *shown) {
			slow := s.slowHits()
			if !s.isSeen() || !s.adds() || !f.isLate(slow) {
				return
			}
			who, lasts := f.mostOften(slow)
			level := budget.Likely
			switch {
			case who != "" && lasts >= fewestLasts && isShare(lasts, len(slow), f.one):
				level = budget.Proven
			case !f.isLate(s.hits):
				return
			}
			found := r.add(&fanOutStraggler, s, level,
				textOf("last", who), countOf("lasts", lasts), countOf("slow", len(slow)), countOf("width", slow[0].times),
				timeOf("late", medianOf(slow, (*shownHit).staked)))
			found.Other = who
		})
	}
}

// fewestLasts is how often one must have been the last to be known for it.
const fewestLasts = 5

// isLate reports whether in the middle one of requests the last call ends long after the middle one.
func (f *stragglers) isLate(hits []shownHit) bool {
	return len(hits) > 0 && int64(medianOf(hits, (*shownHit).measured)) >= f.late
}

// mostOften returns who hits are at most often.
func (f *stragglers) mostOften(hits []shownHit) (who string, times int) {
	met := map[string]int{}
	for i := range hits {
		met[f.names[hits[i].who]]++
	}
	for _, name := range slices.Sorted(maps.Keys(met)) {
		if met[name] > times {
			who, times = name, met[name]
		}
	}
	return who, times
}
