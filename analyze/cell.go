package analyze

import (
	"cmp"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/internal/intern"
)

// A Cell is what time can be blamed on, as finely as a report ever splits it.
type Cell struct {
	Category  category.Category
	Cause     category.Cause
	Service   string
	Operation string
	Callee    string // the other side, if the work is an edge between two
	// Layer is the line of a budget that the time belongs to: of the journey's plan, else its
	// cause, else its category.
	Layer string
}

// Place returns where the time was spent: a service, or the edge from a caller to its callee.
func (c *Cell) Place() string {
	if c.Callee == "" || c.Callee == c.Service {
		return c.Service
	}
	return c.Service + " -> " + c.Callee
}

// What returns the operation, which names the service that it runs in.
func (c *Cell) What() string { return c.Operation }

func compareCells(a, b *Cell) int {
	if c := cmp.Compare(a.Category, b.Category); c != 0 {
		return c
	}
	return cmp.Or(
		cmp.Compare(a.Cause, b.Cause),
		cmp.Compare(a.Service, b.Service), cmp.Compare(a.Operation, b.Operation),
		cmp.Compare(a.Callee, b.Callee), cmp.Compare(a.Layer, b.Layer),
	)
}

// cellTable numbers the cells that were met, and holds what observations spent on them.
type cellTable struct {
	intern.Numbers[Cell]
	spendings
	catalogue *catalogue // see catalogued
	order     []int32    // and the numbers of its cells
	columnTable

	// What serves one composition after the other:
	parts  []sum   // by cell
	some   []sum   // those that are not zero
	shared []int32 // and their cells
}

// A stay is what a cell has beside what its span does.
type stay struct {
	category      category.Category
	cause         category.Cause
	callee, layer string
	cell          int32
}

// mostStays is how many stays of one operation are looked through before a map is quicker.
const mostStays = 12

// A cellFinder numbers the cells of pieces. What a span does has few cells, so it looks at
// those first: they mostly share their texts, which makes comparing quick and hashing slow.
type cellFinder struct {
	stays [][]stay // by number of operation
}

func (f *cellFinder) number(t *cellTable, r *attribute.Reading, p *attribute.Piece) int32 {
	does := r.Does(p.Span)
	for int(does) >= len(f.stays) {
		f.stays = append(f.stays, nil)
	}
	stays := f.stays[does]
	for i := range stays {
		s := &stays[i]
		if s.category == p.Category && s.cause == p.Cause && s.callee == p.Callee && s.layer == p.Layer {
			return s.cell
		}
	}
	n := t.Number(Cell{p.Category, p.Cause, r.Service(p.Span), r.Operation(p.Span), p.Callee, p.Layer})
	if len(stays) < mostStays {
		f.stays[does] = append(stays, stay{p.Category, p.Cause, p.Callee, p.Layer, n})
	}
	return n
}
