package analyze

import (
	"cmp"
	"slices"
	"time"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/analyze/spending"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/internal/intern"
	"github.com/longpole/longpole/internal/wire"
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
	// Open is set until all requests were judged, where only they show what the time was: if it is not what
	// Category says the layer is Else. No result has such cells.
	Open bool
	Else string
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

// CompareCells orders cells.
func CompareCells(a, b *Cell) int {
	if c := cmp.Compare(a.Category, b.Category); c != 0 {
		return c
	}
	return cmp.Or(
		cmp.Compare(a.Cause, b.Cause),
		cmp.Compare(a.Service, b.Service), cmp.Compare(a.Operation, b.Operation),
		cmp.Compare(a.Callee, b.Callee), cmp.Compare(a.Layer, b.Layer),
		attribute.CompareBools(a.Open, b.Open), cmp.Compare(a.Else, b.Else),
	)
}

// Judged returns the cell that time in c belongs to once the run was judged.
func (c Cell) Judged(j *attribute.Judgement) Cell {
	if is := j.Of(c.Category, c.Service, c.Callee); is != c.Category {
		c.Category, c.Layer = is, c.Else
	}
	c.Open, c.Else = false, ""
	return c
}

// cellTable numbers the cells that were met, and holds what observations spent on them.
type cellTable struct {
	intern.Numbers[Cell]
	spending.Store
	cellNames *cellNames // see rankedNames
	order     []int32    // and the numbers of its cells
	as        []int32    // by cell: the one that it was judged to be; empty if none is to be judged
	columnTable

	// What serves one composition after the other:
	parts  []quantile.Sum // by cell
	some   []quantile.Sum // those that are not zero
	shared []int32        // and their cells
	tally  spending.Tally // see spent
}

// judge names the cells whose time was not to be named before the run was over.
func (t *cellTable) judge(j *attribute.Judgement) {
	t.as = t.as[:0]
	if !slices.ContainsFunc(t.All, func(c Cell) bool { return c.Open }) {
		return
	}
	for n := range len(t.All) {
		at := int32(n)
		if c := t.All[n]; c.Open {
			at = t.Number(c.Judged(j))
		}
		t.as = append(t.as, at)
	}
}

// judgedAs returns the cell that one was judged to be.
func (t *cellTable) judgedAs(cell int32) int32 {
	if len(t.as) == 0 {
		return cell
	}
	return t.as[cell]
}

// isRenamed reports whether some time of a layer was in another one before all requests were judged, or some that was
// in it is not.
func (t *cellTable) isRenamed(layer string) bool {
	for n, as := range t.as {
		if was, is := t.All[n].Layer, t.All[as].Layer; was != is && (was == layer || is == layer) {
			return true
		}
	}
	return false
}

// asMet says of each cell, as it was before it was judged, whether the one that it was judged to be is among some.
func (t *cellTable) asMet(in []bool) []bool {
	if len(t.as) == 0 {
		return in
	}
	met := make([]bool, len(t.as))
	for i, judged := range t.as {
		met[i] = in[judged]
	}
	return met
}

// spent returns the judged cells that an observation spent time on, each once, and the times,
// which sum to its duration. They are valid until the next call.
func (t *cellTable) spent(o *Observation) (cells []int32, times []time.Duration) {
	cells, times = t.Of(o.spent)
	if len(t.as) == 0 {
		return cells, times
	}
	t.tally.Start()
	for i, cell := range cells {
		t.tally.Add(t.as[cell], times[i])
	}
	return t.tally.All()
}

// A cellIndex numbers the cells of pieces. What is known of a piece has a number of its own, by which its cell
// is found again.
type cellIndex struct {
	cells []int32 // 1 + the number of the cell; 0 as long as nobody asked
}

func (f *cellIndex) number(t *cellTable, r *attribute.Reading, p *attribute.Piece) int32 {
	what := p.Number()
	for int(what) >= len(f.cells) {
		f.cells = append(f.cells, 0)
	}
	if f.cells[what] == 0 {
		c := Cell{p.Category, p.Cause, cmp.Or(p.Caller, r.Service(p.Span)), r.Operation(p.Span), p.Callee, p.Layer, false, ""}
		if p.Open {
			c.Open, c.Else = true, p.Else
		}
		f.cells[what] = 1 + t.Number(c)
	}
	return f.cells[what] - 1
}

// forget forgets what was made of the cells that have other numbers now.
func (t *cellTable) forget() {
	t.cellNames, t.order, t.as, t.columnTable = nil, nil, nil, columnTable{}
	t.parts, t.some, t.shared, t.tally = nil, nil, nil, spending.Tally{}
}

// code is the cells in order of their numbers.
func (t *cellTable) code(c *wire.Coder) {
	t.Numbers.Code(c, func(cell *Cell) {
		wire.Text(c, &cell.Category)
		wire.Text(c, &cell.Cause)
		wire.Text(c, &cell.Service)
		wire.Text(c, &cell.Operation)
		wire.Text(c, &cell.Callee)
		wire.Text(c, &cell.Layer)
		c.Bool(&cell.Open)
		wire.Text(c, &cell.Else)
		if !cell.Category.Valid() || cell.Cause != category.NoCause && !cell.Cause.Valid() {
			c.Fail("time is of no known kind")
		}
	})
}
