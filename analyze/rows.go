package analyze

import (
	"cmp"
	"slices"
	"time"

	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/internal/intern"
)

// maxRows is how many names of one grouping a journey keeps.
const maxRows = 100

// Rows are the rows of a journey under the names of each grouping.
type Rows struct{ Layer, Service, Place, Operation []Row }

// By returns the rows under the names of one of Groupings; of any other there are none.
func (r *Rows) By(g Grouping) []Row {
	if g.usual == 0 {
		return nil
	}
	return *r.all()[g.usual-1]
}

// all returns the lists in the order of Groupings.
func (r *Rows) all() [4]*[]Row { return [...]*[]Row{&r.Layer, &r.Service, &r.Place, &r.Operation} }

// rowsByGrouping returns the rows under the names of each grouping.
func (d *distribution) rowsByGrouping(levels []quantile.Level) (rows Rows) {
	d.addUp()
	for g, list := range rows.all() {
		*list = d.rows(&d.cells.rankedNames().groupings[g], levels, g == ByLayer.usual-1)
	}
	return rows
}

// rows returns each name's own percentiles, the name with most time in all first.
func (d *distribution) rows(n *groupNames, levels []quantile.Level, isLayer bool) []Row {
	order := d.columns(n)
	slices.SortFunc(order, func(a, b *column) int {
		if c := b.total.Compare(a.total); c != 0 {
			return c
		}
		return cmp.Compare(n.names[a.name], n.names[b.name])
	})
	rows := make([]Row, 0, min(len(order), maxRows))
	for _, col := range order[:min(len(order), maxRows)] {
		row := Row{Name: n.names[col.name], Present: len(col.values)}
		s := d.sample.With(col.values)
		if all := d.sampleOf(row.Name); all != nil && isLayer {
			s = all
		}
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
	name   int32
	atMost int // observations that have any
	last   int // of them the last one that was looked at, from 1
	values []quantile.Value
	total  quantile.Sum
}

// A cellTotal is the time of one cell in all observations of a journey.
type cellTotal struct {
	present int // observations that have any
	total   quantile.Sum
}

// A columnTable adds up columns for one journey and grouping after the other, in the same memory.
type columnTable struct {
	totals  []cellTotal // by number of the cell
	columns []column    // by name
	nameOf  []int32     // by number of the cell
	values  []quantile.Value
	some    []*column // those that have any
}

// addUp prepares columns, which share the totals of the cells.
func (d *distribution) addUp() {
	t := &d.cells.columnTable
	t.totals = intern.Resized(t.totals, len(d.cells.All))
	clear(t.totals)
	for i := range d.observations {
		o := &d.observations[i]
		cells, times := d.cells.spent(o)
		for k, cell := range cells {
			t.totals[cell].present++
			t.totals[cell].total.Add(o.Weight, times[k])
		}
	}
}

// columns returns what each name has of the observations. It is valid until the next call.
func (d *distribution) columns(n *groupNames) []*column {
	t := &d.cells.columnTable
	t.columns, t.nameOf = intern.Resized(t.columns, len(n.names)), intern.Resized(t.nameOf, len(n.of))
	clear(t.columns)
	for rank, cell := range d.cells.order {
		t.nameOf[cell] = n.of[rank]
		col := &t.columns[n.of[rank]]
		col.atMost += t.totals[cell].present
		col.total.Plus(t.totals[cell].total)
	}
	t.makeRoom(len(d.observations))
	d.fillColumns(t)
	return t.some
}

// makeRoom gives each column room for its values and for one more, see Sample.With.
func (t *columnTable) makeRoom(observations int) {
	room := 0
	t.some = t.some[:0]
	for i := range t.columns {
		col := &t.columns[i]
		if col.name, col.atMost = int32(i), min(col.atMost, observations); col.atMost > 0 {
			t.some = append(t.some, col)
			room += col.atMost + 1
		}
	}
	t.values = intern.Resized(t.values, room)
	free := t.values
	for _, col := range t.some {
		col.values, free = free[:0:col.atMost+1], free[col.atMost+1:]
	}
}

func (d *distribution) fillColumns(t *columnTable) {
	for i := range d.observations {
		o := &d.observations[i]
		cells, times := d.cells.spent(o)
		for k, cell := range cells {
			t.columns[t.nameOf[cell]].add(i+1, o.Weight, times[k])
		}
	}
}

func (c *column) add(observation int, w quantile.Weight, d time.Duration) {
	if c.last == observation {
		c.values[len(c.values)-1].Time += d
		return
	}
	c.values = append(c.values, quantile.Value{Time: d, Weight: w})
	c.last = observation
}
