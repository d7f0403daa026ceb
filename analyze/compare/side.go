package compare

import (
	"slices"
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/quantile"
)

// A pair is the requests of one journey before and after, in cells that both sides share.
type pair struct {
	sides   [2]side
	cells   []analyze.Cell // in order
	blocks  [2]int         // of each side
	length  time.Duration  // of a block of time after; zero where runs are blocks
	renamed bool           // the journey has another name after than before
	// What serves one composition after the other, by cell:
	parts []quantile.Sum
}

// A side is the requests of one set, in order of duration.
type side struct {
	analyze.Requests
	requests []request
	cells    []int32 // of all requests, one after the other
	times    []time.Duration
	weight   quantile.Weight // of all requests
	as       []int32         // by number of a cell of the set: that of the pair
}

// A request is what a comparison needs of an observation.
type request struct {
	took     time.Duration
	weight   quantile.Weight
	class    int32 // see classes
	block    int32
	from, to int32 // in cells and times of its side
}

func newPair(before, after analyze.Requests) *pair {
	p := &pair{}
	p.cells = union(before.Cells(), after.Cells())
	for c, r := range []analyze.Requests{before, after} {
		p.sides[c] = newSide(r, p.cells)
	}
	p.parts = make([]quantile.Sum, len(p.cells))
	return p
}

// union returns the cells of both sides in order, each once.
func union(a, b []analyze.Cell) []analyze.Cell {
	all := slices.Concat(a, b)
	slices.SortFunc(all, func(a, b analyze.Cell) int { return analyze.CompareCells(&a, &b) })
	return slices.Compact(all)
}

func newSide(r analyze.Requests, all []analyze.Cell) side {
	s := side{Requests: r, as: make([]int32, len(r.Cells()))}
	for i, c := range r.Cells() {
		at, _ := slices.BinarySearchFunc(all, c, func(a, b analyze.Cell) int { return analyze.CompareCells(&a, &b) })
		s.as[i] = int32(at)
	}
	for i := range r.All() {
		o := &r.All()[i]
		from := int32(len(s.cells))
		cells, times := r.Spent(o)
		for k, cell := range cells {
			s.cells, s.times = append(s.cells, s.as[cell]), append(s.times, times[k])
		}
		s.requests = append(s.requests, request{took: o.Duration, weight: o.Weight, from: from, to: int32(len(s.cells))})
		s.weight += o.Weight
	}
	return s
}
