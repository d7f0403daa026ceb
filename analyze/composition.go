package analyze

import (
	"cmp"
	"slices"
	"time"

	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/internal/intern"
)

// A CellShare is the time of a composition that one cell has.
type CellShare struct {
	Cell *Cell // never nil, and shared: it must not be changed
	Time time.Duration
	rank int32 // of the cell, among the cellNames of the composition
}

// A Composition says where the time of a group of observations went, on average. Its cells
// add up to Total exactly.
type Composition struct {
	Observations int
	Total        time.Duration
	Cells        []CellShare
	cellNames    *cellNames // of the cells; nil if they are in none
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

// The groupings of every report.
var (
	ByLayer     = Grouping{"layer", func(c *Cell) string { return c.Layer }, 1}
	ByService   = Grouping{"service", func(c *Cell) string { return c.Service }, 2}
	ByPlace     = Grouping{"place", (*Cell).Place, 3}
	ByOperation = Grouping{"operation", (*Cell).What, 4}
)

// Groupings are the ways in which every composition can be read.
var Groupings = []Grouping{ByLayer, ByService, ByPlace, ByOperation}

// By returns the composition under the names of g, the largest first.
func (c *Composition) By(g Grouping) []Share { return c.cellNames.grouped(c.Cells, g) }

func (c *cellNames) grouped(cells []CellShare, g Grouping) []Share {
	names, of := c.named(cells, g)
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

// compose returns the mean composition of observations. scaledTo, unless negative, is the
// total to scale it to.
func (t *cellTable) compose(observations []Observation, scaledTo time.Duration) Composition {
	t.parts = intern.Resized(t.parts, len(t.All))
	clear(t.parts)
	var whole quantile.Sum
	var weight quantile.Weight
	for i := range observations {
		o := &observations[i]
		whole.Add(o.Weight, o.Duration)
		weight += o.Weight
		cells, times := t.spent(o)
		for k, cell := range cells {
			t.parts[cell].Add(o.Weight, times[k])
		}
	}
	c := Composition{Observations: len(observations), Total: scaledTo, cellNames: t.rankedNames()}
	if scaledTo < 0 {
		c.Total = whole.Over(weight)
	}
	c.Cells = t.shares(c.Total, c.cellNames)
	return c
}

// shares divides total among the cells that have a part, in order of cell.
func (t *cellTable) shares(total time.Duration, of *cellNames) []CellShare {
	t.some, t.shared = t.some[:0], t.shared[:0]
	for rank, n := range t.order {
		if t.parts[n] != (quantile.Sum{}) {
			t.some, t.shared = append(t.some, t.parts[n]), append(t.shared, int32(rank))
		}
	}
	shares := make([]CellShare, len(t.some))
	for i, d := range quantile.Apportion(total, t.some) {
		rank := t.shared[i]
		shares[i] = CellShare{&of.cells[rank], d, rank}
	}
	return shares
}

// Minus returns c - o cell by cell, the largest first; it sums to the difference of the totals.
// Cells of both must be in order, as compositions of [Data] have them.
func (c *Composition) Minus(o *Composition) []CellShare {
	out := make([]CellShare, 0, len(c.Cells)+len(o.Cells))
	mine, theirs := c.Cells, o.Cells
	compare := compareShares
	if c.cellNames == o.cellNames && c.cellNames != nil {
		compare = compareRanks
	}
	for len(mine)+len(theirs) > 0 {
		switch order := compareFirst(mine, theirs, compare); {
		case order < 0:
			out, mine = append(out, mine[0]), mine[1:]
		case order > 0:
			out, theirs = append(out, CellShare{theirs[0].Cell, -theirs[0].Time, theirs[0].rank}), theirs[1:]
		default:
			out = append(out, CellShare{mine[0].Cell, mine[0].Time - theirs[0].Time, mine[0].rank})
			mine, theirs = mine[1:], theirs[1:]
		}
	}
	slices.SortFunc(out, func(a, b CellShare) int { return cmp.Or(cmp.Compare(b.Time, a.Time), compare(a, b)) })
	return out
}

// compareRanks is compareShares for cells of the same cellNames, and quicker.
func compareRanks(a, b CellShare) int { return cmp.Compare(a.rank, b.rank) }

func compareShares(a, b CellShare) int { return CompareCells(a.Cell, b.Cell) }

// compareFirst says in which of two lists, of which one may be empty, the next cell stands.
func compareFirst(a, b []CellShare, compare func(a, b CellShare) int) int {
	switch {
	case len(a) == 0:
		return 1
	case len(b) == 0:
		return -1
	}
	return compare(a[0], b[0])
}

// Within returns the tail with the time of one layer only; its parts still add up.
func (t *Tail) Within(layer string) Tail {
	out := *t
	out.Slow, out.Typical = t.Slow.within(layer), t.Typical.within(layer)
	out.Excess, out.Extra = nil, 0
	for _, c := range t.Excess {
		if c.Cell.Layer == layer {
			out.Excess = append(out.Excess, c)
			out.Extra += c.Time
		}
	}
	return out
}

func (c *Composition) within(layer string) Composition {
	out := Composition{Observations: c.Observations, cellNames: c.cellNames}
	for _, s := range c.Cells {
		if s.Cell.Layer == layer {
			out.Cells = append(out.Cells, s)
			out.Total += s.Time
		}
	}
	return out
}

// cellNames hold the cells of a collector in order, and their names, numbered once for all
// compositions that share them. They never change, and depend on nothing but the cells: not on
// the order in which they were met.
type cellNames struct {
	cells     []Cell
	groupings []groupNames // by place in Groupings
}

// groupNames are what a grouping calls cells.
type groupNames struct {
	names []string
	of    []int32 // place in names, by rank of the cell
}

// rankedNames returns the cellNames of all cells that were met so far.
func (t *cellTable) rankedNames() *cellNames {
	if t.cellNames != nil && len(t.order) == len(t.All) {
		return t.cellNames
	}
	t.order = make([]int32, len(t.All))
	for i := range t.order {
		t.order[i] = int32(i)
	}
	slices.SortFunc(t.order, func(a, b int32) int { return CompareCells(&t.All[a], &t.All[b]) })
	t.cellNames = &cellNames{cells: make([]Cell, len(t.All))}
	for rank, n := range t.order {
		t.cellNames.cells[rank] = t.All[n]
	}
	for _, g := range Groupings {
		t.cellNames.groupings = append(t.cellNames.groupings, t.cellNames.groupNames(g))
	}
	return t.cellNames
}

func (c *cellNames) groupNames(g Grouping) groupNames {
	var met intern.Numbers[string]
	of := make([]int32, len(c.cells))
	for rank := range c.cells {
		of[rank] = met.Number(g.Of(&c.cells[rank]))
	}
	return groupNames{met.All, of}
}

// named returns names, and which of them each of some cells has. Without cellNames, or under
// names that it does not know, that is found out each time.
func (c *cellNames) named(cells []CellShare, g Grouping) (names []string, of []int32) {
	of = make([]int32, len(cells))
	if c == nil || g.usual == 0 {
		var met intern.Numbers[string]
		for i := range cells {
			of[i] = met.Number(g.Of(cells[i].Cell))
		}
		return met.All, of
	}
	n := &c.groupings[g.usual-1]
	for i := range cells {
		of[i] = n.of[cells[i].rank]
	}
	return n.names, of
}
