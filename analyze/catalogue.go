package analyze

import (
	"slices"

	"github.com/longpole/longpole/internal/intern"
)

// A catalogue holds the cells of a collector in order, and their names, numbered once for all
// compositions that share it. It never changes, and depends on nothing but the cells: not on
// the order in which they were met.
type catalogue struct {
	cells   []Cell
	namings []naming // by place in Groupings
}

// A naming says what a grouping calls cells.
type naming struct {
	names []string
	of    []int32 // place in names, by rank of the cell
}

// catalogued returns the catalogue of all cells that were met so far.
func (t *cellTable) catalogued() *catalogue {
	if t.catalogue != nil && len(t.order) == len(t.All) {
		return t.catalogue
	}
	t.order = make([]int32, len(t.All))
	for i := range t.order {
		t.order[i] = int32(i)
	}
	slices.SortFunc(t.order, func(a, b int32) int { return CompareCells(&t.All[a], &t.All[b]) })
	t.catalogue = &catalogue{cells: make([]Cell, len(t.All))}
	for rank, n := range t.order {
		t.catalogue.cells[rank] = t.All[n]
	}
	for _, g := range Groupings {
		t.catalogue.namings = append(t.catalogue.namings, t.catalogue.naming(g))
	}
	return t.catalogue
}

func (c *catalogue) naming(g Grouping) naming {
	var met intern.Numbers[string]
	of := make([]int32, len(c.cells))
	for rank := range c.cells {
		of[rank] = met.Number(g.Of(&c.cells[rank]))
	}
	return naming{met.All, of}
}

// named returns names, and which of them each of some cells has. Without a catalogue, or under
// names that it does not know, that is found out each time.
func (c *catalogue) named(cells []CellShare, g Grouping) (names []string, of []int32) {
	of = make([]int32, len(cells))
	if c == nil || g.usual == 0 {
		var met intern.Numbers[string]
		for i := range cells {
			of[i] = met.Number(g.Of(cells[i].Cell))
		}
		return met.All, of
	}
	n := &c.namings[g.usual-1]
	for i := range cells {
		of[i] = n.of[cells[i].rank]
	}
	return n.names, of
}
