package analyze

import (
	"cmp"
	"slices"
	"time"

	"github.com/longpole/longpole/analyze/quantile"
)

// A CellShare is the time of a composition that one cell has.
type CellShare struct {
	Cell Cell
	Time time.Duration
}

// A Composition says where the time of a group of observations went, on average. Its cells
// add up to Total exactly.
type Composition struct {
	Observations int
	Total        time.Duration
	Cells        []CellShare
}

// A Share is the time of a composition under one name.
type Share struct {
	Name string
	Time time.Duration
}

// A Grouping is a way to name cells, coarser than the cells themselves.
type Grouping struct {
	Name string
	Of   func(Cell) string
}

// Groupings are the ways in which every composition can be read.
var Groupings = []Grouping{
	{"layer", func(c Cell) string { return c.Layer }},
	{"service", func(c Cell) string { return c.Service }},
	{"place", Cell.Place},
	{"operation", Cell.What},
}

// By returns the composition under the names of g, the largest first.
func (c *Composition) By(g Grouping) []Share { return grouped(c.Cells, g) }

func grouped(cells []CellShare, g Grouping) []Share {
	times := map[string]time.Duration{}
	for _, c := range cells {
		times[g.Of(c.Cell)] += c.Time
	}
	shares := make([]Share, 0, len(times))
	for name, t := range times {
		shares = append(shares, Share{name, t})
	}
	slices.SortFunc(shares, func(a, b Share) int {
		return cmp.Or(-cmp.Compare(a.Time, b.Time), cmp.Compare(a.Name, b.Name))
	})
	return shares
}

// compose returns the mean composition of observations. scaledTo, unless negative, is the
// total to scale it to.
func (t *cellTable) compose(observations []Observation, scaledTo time.Duration) Composition {
	t.parts = resized(t.parts, len(t.all))
	clear(t.parts)
	var whole sum
	var weight quantile.Weight
	for i := range observations {
		o := &observations[i]
		whole.add(o.Weight, o.Duration)
		weight += o.Weight
		cells, times := t.of(o)
		for k, cell := range cells {
			t.parts[cell].add(o.Weight, times[k])
		}
	}
	c := Composition{Observations: len(observations), Total: scaledTo}
	if scaledTo < 0 {
		c.Total = whole.over(weight)
	}
	c.Cells = t.shares(c.Total, t.parts)
	return c
}

// shares divides total among the cells that have a part, in order of cell.
func (t *cellTable) shares(total time.Duration, parts []sum) []CellShare {
	t.some, t.shared = t.some[:0], t.shared[:0]
	for _, n := range t.sorted() {
		if parts[n] != (sum{}) {
			t.some, t.shared = append(t.some, parts[n]), append(t.shared, n)
		}
	}
	shares := make([]CellShare, len(t.some))
	for i, d := range apportion(total, t.some) {
		shares[i] = CellShare{t.all[t.shared[i]], d}
	}
	return shares
}

// sorted returns the numbers of the cells in order of the cells, which does not depend on the
// order in which they were met.
func (t *cellTable) sorted() []int32 {
	if len(t.order) != len(t.all) {
		t.order = make([]int32, len(t.all))
		for i := range t.order {
			t.order[i] = int32(i)
		}
		slices.SortFunc(t.order, func(a, b int32) int { return compareCells(&t.all[a], &t.all[b]) })
	}
	return t.order
}

// minus returns c - o cell by cell; it sums to the difference of the totals. The cells of both
// must be in order.
func (c *Composition) minus(o *Composition) []CellShare {
	out := make([]CellShare, 0, len(c.Cells)+len(o.Cells))
	mine, theirs := c.Cells, o.Cells
	for len(mine)+len(theirs) > 0 {
		switch order := compareFirst(mine, theirs); {
		case order < 0:
			out, mine = append(out, mine[0]), mine[1:]
		case order > 0:
			out, theirs = append(out, CellShare{theirs[0].Cell, -theirs[0].Time}), theirs[1:]
		default:
			out = append(out, CellShare{mine[0].Cell, mine[0].Time - theirs[0].Time})
			mine, theirs = mine[1:], theirs[1:]
		}
	}
	return largestFirst(out)
}

// compareFirst says in which of two lists, of which one may be empty, the next cell stands.
func compareFirst(a, b []CellShare) int {
	switch {
	case len(a) == 0:
		return 1
	case len(b) == 0:
		return -1
	case a[0].Cell == b[0].Cell: // mostly, and this is known at once for texts that are shared
		return 0
	}
	return compareCells(&a[0].Cell, &b[0].Cell)
}

// largestFirst sorts shares, which are in order of cell, by time. They are large, so it sorts
// places and moves each share once.
func largestFirst(shares []CellShare) []CellShare {
	places := make([]int32, len(shares))
	for i := range places {
		places[i] = int32(i)
	}
	slices.SortFunc(places, func(a, b int32) int {
		if c := cmp.Compare(shares[b].Time, shares[a].Time); c != 0 {
			return c
		}
		return cmp.Compare(a, b)
	})
	out := make([]CellShare, len(shares))
	for i, p := range places {
		out[i] = shares[p]
	}
	return out
}
