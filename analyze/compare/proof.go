package compare

import (
	"cmp"
	"slices"
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/quantile"
)

// prove says what of the change of a percentile is more than chance: what runs differ by, or blocks of
// time where there are not enough runs.
func (c *comparer) prove(p *pair, m *[2][2]mixture, classes int32, h *Change, j *Journey) Proof {
	out := Proof{Blocks: p.blocks, Block: p.length, Spread: p.spreadOf(m, h.Of.Level)}
	rows, rowOf := placed(p, h)
	r := p.resampler(m, classes, h.Of.Level, rowOf, len(rows))
	var spread spreading
	if out.ByRun() {
		spread = r.byRun()
	} else {
		out.Draws, out.Seed = c.Draws, c.Seed
		spread = r.spread(quantile.Resampling{Seed: c.Seed, Draws: c.Draws})
	}
	out.Interval, out.Mix, out.Slower = spread.change, spread.mix, spread.slower
	for i := range rows {
		rows[i].Interval = spread.rows[i]
	}
	out.Layers = holm(rows, spread.chances, least(h))
	out.Noise = c.noise(h.Of.Level, j.After)
	out.Within = out.Interval.Least() <= time.Duration(float64(h.Before)*float64(out.Noise)/1e6)
	out.Said = said(p, out, j.Unequal, topOf(out.Layers, h.Change()))
	return out
}

// block divides the requests of both sides into the runs that they are of, or into blocks of time where
// there are too few runs.
func (p *pair) block() {
	var runs [2][]int
	for c := range p.sides {
		runs[c], p.blocks[c] = p.sides[c].Runs()
	}
	if !quantile.EnoughRuns(p.blocks[0], p.blocks[1]) {
		for c := range p.sides {
			runs[c], p.length = p.sides[c].Blocks()
			p.blocks[c] = slices.Max(runs[c]) + 1
		}
	}
	for c := range p.sides {
		for i, n := range runs[c] {
			p.sides[c].requests[i].block = int32(n)
		}
	}
}

// noise returns the share that equal runs differ by at a level, as the plan says or such runs show.
func (c *comparer) noise(level quantile.Level, j *analyze.Journey) (share int64) {
	if j.Plan != nil {
		share = j.Plan.Noise.Value
	}
	if c.Equal != nil {
		if runs := c.Equal.RequestsOf(j).ByRun(level); len(runs) > 1 {
			share = max(share, quantile.Between(runs))
		}
	}
	return share
}

// said says how sure a change is. One of the program is in some place more than chance, unless runs that
// differ for whatever reason differ by less.
func said(p *pair, proof Proof, unequal string, top *RowProof) Said {
	switch {
	case unequal != "" || p.fewest() < 2 || !proof.Interval.Excludes():
		return Unproven
	case proof.Noise > 0 && proof.Within || p.fewest() < fewestForTail:
		return Different
	case proof.ByRun():
		return Proven
	case !proof.Spread.Separable() || top == nil || !top.Proven:
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
	if p.renamed { // the root's own operation has two names, of which one lost what the other has
		return analyze.SpreadOf(p.byPlace(before.cells), p.byPlace(after.cells))
	}
	return analyze.SpreadOf(before.cells, after.cells)
}

// byPlace adds up the times of cells of one layer in one place.
func (p *pair) byPlace(cells []time.Duration) []time.Duration {
	rows, rowOf := placed(p, &Change{})
	times := make([]time.Duration, len(rows))
	for k, time := range cells {
		times[rowOf[k]] += time
	}
	return times
}

func (p *pair) slowest(m *mixture, level quantile.Level) composition {
	return p.compose(m.of[min(m.Rank(level), max(0, len(m.of)-analyze.FewestInTail)):], -1)
}
