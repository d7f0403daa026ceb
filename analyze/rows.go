package analyze

import (
	"cmp"
	"slices"
	"time"

	"github.com/longpole/longpole/analyze/quantile"
)

// maxRows is how many names of one grouping a journey keeps.
const maxRows = 100

// rows returns each name's own percentiles, the name with most time in all first.
func (d *distribution) rows(g int, levels []quantile.Level) []Row {
	n := &d.cells.catalogued().namings[g]
	order := d.columns(n)
	slices.SortFunc(order, func(a, b *column) int {
		if c := b.total.compare(a.total); c != 0 {
			return c
		}
		return cmp.Compare(n.names[a.name], n.names[b.name])
	})
	rows := make([]Row, 0, min(len(order), maxRows))
	for _, col := range order[:min(len(order), maxRows)] {
		row := Row{Name: n.names[col.name], Present: len(col.values)}
		s := d.sample.With(col.values)
		row.Percentiles = make([]quantile.Percentile, 0, len(levels))
		for _, l := range levels {
			row.Percentiles = append(row.Percentiles, s.Percentile(l))
		}
		rows = append(rows, row)
	}
	return rows
}

// A column is the time of one name in each observation that has any.
type column struct {
	name    int32
	present int // observations that have any
	last    int // of them the last one that was looked at, from 1
	values  []quantile.Value
	total   sum
}

// A columnTable adds up columns for one journey and grouping after the other, in the same memory.
type columnTable struct {
	columns []column // by name
	nameOf  []int32  // name of each cell, by its number
	values  []quantile.Value
	some    []*column // those that have any
}

// columns returns what each name has of the observations. It is valid until the next call.
func (d *distribution) columns(n *naming) []*column {
	t := &d.cells.columnTable
	t.columns = resized(t.columns, len(n.names))
	clear(t.columns)
	t.nameOf = resized(t.nameOf, len(n.of))
	for rank, cell := range d.cells.order {
		t.nameOf[cell] = n.of[rank]
	}
	d.countColumns(t)
	t.makeRoom()
	d.fillColumns(t)
	return t.some
}

func (d *distribution) countColumns(t *columnTable) {
	for i := range d.observations {
		cells, _ := d.cells.of(&d.observations[i])
		for _, cell := range cells {
			if col := &t.columns[t.nameOf[cell]]; col.last != i+1 {
				col.last = i + 1
				col.present++
			}
		}
	}
}

// makeRoom gives each column room for its values and for one more, see Sample.With.
func (t *columnTable) makeRoom() {
	room := 0
	t.some = t.some[:0]
	for i := range t.columns {
		col := &t.columns[i]
		if col.name, col.last = int32(i), 0; col.present > 0 {
			t.some = append(t.some, col)
			room += col.present + 1
		}
	}
	t.values = resized(t.values, room)
	free := t.values
	for _, col := range t.some {
		col.values, free = free[:0:col.present+1], free[col.present+1:]
	}
}

func (d *distribution) fillColumns(t *columnTable) {
	for i := range d.observations {
		o := &d.observations[i]
		cells, times := d.cells.of(o)
		for k, cell := range cells {
			t.columns[t.nameOf[cell]].add(i+1, o.Weight, times[k])
		}
	}
}

func (c *column) add(observation int, w quantile.Weight, d time.Duration) {
	c.total.add(w, d)
	if c.last == observation {
		c.values[len(c.values)-1].Time += d
		return
	}
	c.values = append(c.values, quantile.Value{Time: d, Weight: w})
	c.last = observation
}
