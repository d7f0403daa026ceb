package compare

import (
	"cmp"
	"slices"
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/quantile"
)

// A Change is what became of a figure from one set to the other, and where that went.
type Change struct {
	Of Figure
	Parts
	Cells []CellChange // those that changed, the most first; they sum to Parts
}

// A Figure is what is compared.
type Figure struct {
	Level quantile.Level // of a percentile, or where the slowest requests begin; zero for the mean of all
	Tail  bool           // the mean of the slowest requests, instead of the percentile
}

// String names the figure.
func (f Figure) String() string {
	switch {
	case f.Level == 0:
		return "mean"
	case f.Tail:
		return "slowest " + f.Level.Beyond()
	}
	return f.Level.String()
}

// Parts is a time before and after, and why it changed: Mix + Slower is After - Before exactly.
type Parts struct {
	Before, After time.Duration
	Mix           time.Duration // because other requests were made: other structures, or in other shares
	Slower        time.Duration // because requests of the same structure took longer
}

// Change returns After - Before.
func (p Parts) Change() time.Duration { return p.After - p.Before }

// Plus returns the sum of both.
func (p Parts) Plus(o Parts) Parts {
	return Parts{p.Before + o.Before, p.After + o.After, p.Mix + o.Mix, p.Slower + o.Slower}
}

// A CellChange is a Change's part in one cell.
type CellChange struct {
	Cell *analyze.Cell
	Parts
}

// A Row is what changed under one name.
type Row struct {
	Name string
	Parts
}

// By returns the changes under the names of g, the largest first.
func (c *Change) By(g analyze.Grouping) []Row {
	at := map[string]int{}
	var rows []Row
	for i := range c.Cells {
		name := g.Of(c.Cells[i].Cell)
		if _, met := at[name]; !met {
			at[name] = len(rows)
			rows = append(rows, Row{Name: name})
		}
		row := &rows[at[name]]
		row.Parts = row.Plus(c.Cells[i].Parts)
	}
	slices.SortStableFunc(rows, func(a, b Row) int { return byChange(a.Parts, b.Parts, a.Name, b.Name) })
	return rows
}

func byChange(a, b Parts, nameA, nameB string) int {
	return cmp.Or(cmp.Compare(b.Change().Abs(), a.Change().Abs()), cmp.Compare(b.Change(), a.Change()), cmp.Compare(nameA, nameB))
}

// change divides the change of a figure. The four compositions are those of the mixtures.
func (p *pair) change(f Figure, m *[2][2]mixture) Change {
	var of [2][2]composition
	for a := range m {
		for b := range m[a] {
			of[a][b] = p.figure(f, &m[a][b])
		}
	}
	c := Change{Of: f}
	for k := range p.cells {
		parts := divide(of[0][0].cells[k], of[0][1].cells[k], of[1][0].cells[k], of[1][1].cells[k])
		c.Parts = c.Plus(parts)
		if parts != (Parts{}) {
			c.Cells = append(c.Cells, CellChange{&p.cells[k], parts})
		}
	}
	slices.SortStableFunc(c.Cells, func(a, b CellChange) int {
		return cmp.Or(byChange(a.Parts, b.Parts, "", ""), analyze.CompareCells(a.Cell, b.Cell))
	})
	return c
}

// divide divides a change between other requests and slower ones. An odd nanosecond goes to the
// slower ones on either side, so that exchanging the sides changes nothing but signs.
func divide(c00, c01, c10, c11 time.Duration) Parts {
	mix := (c10 - c00 + c11 - c01) / 2
	return Parts{Before: c00, After: c11, Mix: mix, Slower: c11 - c00 - mix}
}

// figure returns the composition that a figure is of.
func (p *pair) figure(f Figure, m *mixture) composition {
	switch {
	case f.Level == 0:
		return p.compose(m.of, -1)
	case f.Tail:
		return p.compose(m.of[m.Rank(f.Level):], -1)
	}
	at := m.Rank(f.Level)
	from, to := analyze.Window(len(m.of), at)
	return p.compose(m.of[from:to], m.of[at].took)
}
