package analyze

import (
	"cmp"
	"slices"
	"time"

	"github.com/longpole/longpole/analyze/quantile"
)

// A CellShare is the time of a composition that one cell has.
type CellShare struct {
	Cell   *Cell // never nil, and shared: it must not be changed
	Time   time.Duration
	number int32 // of the cell, in the table of the composition
}

// A Composition says where the time of a group of observations went, on average. Its cells
// add up to Total exactly.
type Composition struct {
	Observations int
	Total        time.Duration
	Cells        []CellShare
	table        *cellTable // that numbers the cells; nil where nothing does
}

// A Share is the time of a composition under one name.
type Share struct {
	Name string
	Time time.Duration
}

// A Grouping is a way to name cells, coarser than the cells themselves.
type Grouping struct {
	Name  string
	Of    func(*Cell) string
	usual int // place in Groupings, from 1; 0 if it is none of them
}

// Groupings are the ways in which every composition can be read.
var Groupings = []Grouping{
	{"layer", func(c *Cell) string { return c.Layer }, 1},
	{"service", func(c *Cell) string { return c.Service }, 2},
	{"place", (*Cell).Place, 3},
	{"operation", (*Cell).What, 4},
}

// By returns the composition under the names of g, the largest first.
func (c *Composition) By(g Grouping) []Share { return c.table.grouped(c.Cells, g) }

func (t *cellTable) grouped(cells []CellShare, g Grouping) []Share {
	names, of := t.named(cells, g)
	shares := make([]Share, 0, min(len(names), len(cells)))
	place := make([]int32, len(names)) // of each name in shares, from 1
	for i, name := range of {
		if place[name] == 0 {
			shares = append(shares, Share{Name: names[name]})
			place[name] = int32(len(shares))
		}
		shares[place[name]-1].Time += cells[i].Time
	}
	slices.SortFunc(shares, func(a, b Share) int {
		if c := cmp.Compare(b.Time, a.Time); c != 0 {
			return c
		}
		return cmp.Compare(a.Name, b.Name)
	})
	return shares
}

// named returns which of names each cell has. A table knows those of Groupings; others, and
// those of cells without a table, are found out each time.
func (t *cellTable) named(cells []CellShare, g Grouping) (names []string, of []int32) {
	of = make([]int32, len(cells))
	if t == nil || g.usual == 0 {
		var met numbers[string]
		for i := range cells {
			of[i] = met.number(g.Of(cells[i].Cell))
		}
		return met.all, of
	}
	n := t.naming(g.usual - 1)
	for i := range cells {
		of[i] = n.of[cells[i].number]
	}
	return n.names.all, of
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
	c := Composition{Observations: len(observations), Total: scaledTo, table: t}
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
		n := t.shared[i]
		shares[i] = CellShare{&t.all[n], d, n}
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

// minus returns c - o cell by cell; it sums to the difference of the totals. Both must be of
// one table, and their cells in order.
func (c *Composition) minus(o *Composition) []CellShare {
	out := make([]CellShare, 0, len(c.Cells)+len(o.Cells))
	mine, theirs := c.Cells, o.Cells
	for len(mine)+len(theirs) > 0 {
		switch order := compareFirst(mine, theirs); {
		case order < 0:
			out, mine = append(out, mine[0]), mine[1:]
		case order > 0:
			out, theirs = append(out, CellShare{theirs[0].Cell, -theirs[0].Time, theirs[0].number}), theirs[1:]
		default:
			out = append(out, CellShare{mine[0].Cell, mine[0].Time - theirs[0].Time, mine[0].number})
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
	case a[0].number == b[0].number:
		return 0
	}
	return compareCells(a[0].Cell, b[0].Cell)
}

// largestFirst sorts shares by time, and those of the same by cell.
func largestFirst(shares []CellShare) []CellShare {
	slices.SortFunc(shares, func(a, b CellShare) int {
		if c := cmp.Compare(b.Time, a.Time); c != 0 {
			return c
		}
		return compareCells(a.Cell, b.Cell)
	})
	return shares
}
