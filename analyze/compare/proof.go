package compare

import (
	"cmp"
	"slices"
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/quantile"
)

// prove draws the requests of both sides again, by blocks of time, and says what that shows of the
// change of a percentile.
func (c *comparer) prove(p *pair, m *[2][2]mixture, classes int32, h *Change, unequal string) Proof {
	out := Proof{Draws: c.Draws, Seed: c.Seed, Spread: p.spreadOf(m, h.Of.Level)}
	for side := range p.sides {
		number, length := p.sides[side].Blocks()
		for i, n := range number {
			p.sides[side].requests[i].block = int32(n)
			out.Blocks[side] = max(out.Blocks[side], n+1)
		}
		out.Block = length
	}
	rows, rowOf := placed(p, h)
	drawn := p.resampler(m, classes, h.Of.Level, rowOf, len(rows)).spread(quantile.Resampling{Seed: c.Seed, Draws: c.Draws})
	out.Interval, out.Mix, out.Slower = drawn.change, drawn.mix, drawn.slower
	for i := range rows {
		rows[i].Interval = drawn.rows[i]
	}
	out.Layers = holm(rows, drawn.chances, least(h))
	out.Said = said(p, out, unequal, topOf(out.Layers, h.Change()))
	return out
}

// said says how sure a change is. A change of the program is in some place more than chance.
func said(p *pair, proof Proof, unequal string, top *RowProof) Said {
	switch {
	case unequal != "" || p.fewest() < 2 || !proof.Interval.Excludes():
		return Unproven
	case !proof.Spread.Separable() || p.fewest() < fewestForTail || top == nil || !top.Proven:
		return Different
	}
	return Proven
}

// least is the change of a row below which nobody asks for it.
func least(c *Change) time.Duration { return max(time.Millisecond, c.Change().Abs()/20) }

// placed returns a row for each layer in each place, and which of them each cell is in.
func placed(p *pair, c *Change) (rows []RowProof, rowOf []int32) {
	type name struct{ layer, place string }
	at := map[name]int32{}
	for k := range p.cells {
		n := name{p.cells[k].Layer, p.cells[k].Place()}
		if _, met := at[n]; !met {
			at[n] = int32(len(rows))
			rows = append(rows, RowProof{Layer: n.layer, Place: n.place})
		}
		rowOf = append(rowOf, at[n])
	}
	for i := range c.Cells {
		cell := c.Cells[i].Cell
		row := &rows[at[name{cell.Layer, cell.Place()}]]
		row.Parts = row.Plus(c.Cells[i].Parts)
	}
	return rows, rowOf
}

// holm keeps the rows that matter, the largest change first, and says which of them are proven: the
// least likely one must be less likely than 5 % divided by their number, the next than 5 % by one
// less, and so on.
func holm(rows []RowProof, chances []float64, least time.Duration) []RowProof {
	order := make([]int, 0, len(rows))
	for i := range rows {
		if rows[i].Change().Abs() >= least {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(chances[a], chances[b]) })
	for k, i := range order {
		if chances[i] > 0.05/float64(len(order)-k) {
			break
		}
		rows[i].Proven = true
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return byChange(rows[a].Parts, rows[b].Parts, rows[a].Layer+rows[a].Place, rows[b].Layer+rows[b].Place)
	})
	out := make([]RowProof, len(order))
	for k, i := range order {
		out[k] = rows[i]
	}
	return out
}

// spreadOf says how the change of the slowest requests is distributed over the cells.
func (p *pair) spreadOf(m *[2][2]mixture, level quantile.Level) analyze.Spread {
	before, after := p.slowest(&m[0][0], level), p.slowest(&m[1][1], level)
	return analyze.SpreadOf(before.cells, after.cells)
}

func (p *pair) slowest(m *mixture, level quantile.Level) composition {
	return p.compose(m.of[min(m.Rank(level), max(0, len(m.of)-analyze.FewestInTail)):], -1)
}
