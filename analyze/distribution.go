package analyze

import (
	"cmp"
	"slices"
	"time"

	"github.com/longpole/longpole/analyze/quantile"
)

// A distribution is one journey's observations in order of duration.
type distribution struct {
	cells        *cellTable
	observations []Observation
	sample       *quantile.Sample // of their durations, in the same order
}

// window is how many observations around a percentile are taken to speak for it: 30, or
// 0.2 % if that is more.
func (d *distribution) window() int { return max(30, len(d.observations)/500) }

// around returns the composition of the observations around a percentile, scaled to it.
func (d *distribution) around(p quantile.Percentile) Composition {
	at, half := d.sample.Rank(p.Level), d.window()/2
	from, to := max(0, at-half), min(len(d.observations), at+half+1)
	return d.cells.compose(d.observations[from:to], p.Value)
}

// fewestInTail is how many observations a tail needs before its composition means something.
const fewestInTail = 30

// tail compares the slowest with the typical. Without a level of choice it takes the highest
// that leaves enough observations above it.
func (d *distribution) tail(level quantile.Level) Tail {
	t := Tail{Level: level, Wanted: cmp.Or(level, quantile.P99)}
	if level == 0 {
		t.Level = d.widened()
	}
	t.Slow, t.Typical = d.cells.compose(d.slow(t.Level), -1), d.cells.compose(d.typical(), -1)
	t.Excess = t.Slow.minus(&t.Typical)
	t.Extra = t.Slow.Total - t.Typical.Total
	return t
}

// slow returns the observations at or above a level.
func (d *distribution) slow(level quantile.Level) []Observation {
	return d.observations[d.sample.Rank(level):]
}

// typical returns the observations in the middle.
func (d *distribution) typical() []Observation {
	return d.observations[d.sample.Rank(4000) : d.sample.Rank(6000)+1]
}

func (d *distribution) widened() quantile.Level {
	for _, level := range []quantile.Level{quantile.P99, quantile.P95, quantile.P90} {
		if len(d.observations)-d.sample.Rank(level) >= fewestInTail {
			return level
		}
	}
	return quantile.P90
}

// rows returns each name's own percentiles, the name with most time in all first.
func (d *distribution) rows(g Grouping, levels []quantile.Level) []Row {
	names := make([]string, len(d.cells.all)) // of each cell
	for i, c := range d.cells.all {
		names[i] = g.Of(c)
	}
	columns := map[string]*column{}
	for i := range d.observations {
		for _, ct := range d.observations[i].Cells {
			col := columns[names[ct.Cell]]
			if col == nil {
				col = &column{name: names[ct.Cell]}
				columns[col.name] = col
			}
			col.add(i, d.observations[i].Weight, ct.Time)
		}
	}
	order := make([]*column, 0, len(columns))
	for _, col := range columns {
		order = append(order, col)
	}
	slices.SortFunc(order, func(a, b *column) int {
		return cmp.Or(b.total.compare(a.total), cmp.Compare(a.name, b.name))
	})
	return d.ownPercentiles(order, levels)
}

// maxRows is how many names of one grouping a journey keeps.
const maxRows = 100

func (d *distribution) ownPercentiles(order []*column, levels []quantile.Level) []Row {
	rows := make([]Row, 0, min(len(order), maxRows))
	for _, col := range order[:min(len(order), maxRows)] {
		s := d.sample.With(col.values)
		row := Row{Name: col.name, Present: len(col.values)}
		for _, l := range levels {
			row.Percentiles = append(row.Percentiles, s.Percentile(l))
		}
		rows = append(rows, row)
	}
	return rows
}

// A column is the time of one name in each observation that has any.
type column struct {
	name   string
	values []quantile.Value
	last   int // observation of the last value
	total  sum
}

func (c *column) add(observation int, w quantile.Weight, d time.Duration) {
	c.total.add(w, d)
	if n := len(c.values); n > 0 && c.last == observation {
		c.values[n-1].Time += d
		return
	}
	c.values = append(c.values, quantile.Value{Time: d, Weight: w})
	c.last = observation
}
