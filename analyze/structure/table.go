package structure

import (
	"cmp"
	"math/bits"
	"slices"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/internal/wire"
)

// A Table holds the structures that were met. Tables of different requests of one run merge, in
// any order, into that of all of them.
type Table struct {
	all map[uint64]*structure
}

// A structure is what requests that took the same steps equally often have in common.
type structure struct {
	requests int
	steps    []attribute.Step // Spans is the power of two that it has reached; Async the number of requests in which most of it was not waited for
}

// None is the structure of requests of which spans are missing: it is equal to no other.
const None = 0

// Add notes the steps of a request, in order of path, and returns its structure.
func (t *Table) Add(steps []attribute.Step) uint64 {
	hash := uint64(1)
	for i := range steps {
		hash += attribute.Mix(steps[i].Path, power(steps[i].Spans))
	}
	s := t.all[hash]
	if s == nil {
		if t.all == nil {
			t.all = map[uint64]*structure{}
		}
		s = newStructure(steps)
		t.all[hash] = s
	}
	s.requests++
	for i := range steps {
		if steps[i].Async*2 > steps[i].Spans {
			s.steps[i].Async++
		}
	}
	return hash
}

func newStructure(steps []attribute.Step) *structure {
	s := &structure{steps: slices.Clone(steps)}
	for i := range s.steps {
		s.steps[i].Spans, s.steps[i].Async = int(power(steps[i].Spans)), 0
	}
	return s
}

// power returns the power of two that a count has reached: exact counts would make another
// structure of every page size.
func power(count int) uint64 { return uint64(bits.Len(uint(count)) - 1) }

// Merge adds what another table holds.
func (t *Table) Merge(o *Table) {
	if t.all == nil && len(o.all) > 0 {
		t.all = map[uint64]*structure{}
	}
	for hash, theirs := range o.all {
		s := t.all[hash]
		if s == nil {
			t.all[hash] = &structure{theirs.requests, slices.Clone(theirs.steps)}
			continue
		}
		s.requests += theirs.requests
		for i := range theirs.steps {
			s.steps[i].Async += theirs.steps[i].Async
		}
	}
}

// Code is the structures, by their hashes.
func (t *Table) Code(c *wire.Coder) {
	wire.Map(c, &t.all, cmp.Compare[uint64], func(hash *uint64) { wire.Fixed(c, hash) }, func(s **structure) {
		if c.Reading() {
			*s = &structure{}
		}
		wire.Counts(c, &(*s).requests)
		wire.List(c, &(*s).steps, func(step *attribute.Step) { step.Code(c) })
	})
}
