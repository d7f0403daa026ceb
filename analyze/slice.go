package analyze

import (
	"cmp"
	"slices"
	"time"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/bounded"
	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/analyze/suspects"
)

// A Slice compares the requests of a journey by one of their properties. It has at least two
// rows.
type Slice struct {
	Name string     // of the plan's slices, or "route"
	Rows []SliceRow // those of most requests first
	More Others     // values that have no row, counted as journeys are
}

// A SliceRow is the requests that share a value.
type SliceRow struct {
	Value        string // empty for those that have none
	Observations int
	Percentiles  []quantile.Percentile
}

// byRoute is the slice that every journey has beside those of the plan.
const byRoute = "route"

// mostSliceRows is how many values of a slice have a row.
const mostSliceRows = 12

func (p *population) slices(levels []quantile.Level) []Slice {
	var out []Slice
	by := p.data.by
	for i := range len(by) + 1 {
		name := byRoute
		if i < len(by) {
			name = by[i].Name
		}
		if s := p.slice(i, levels); len(s.Rows) > 1 {
			s.Name = name
			out = append(out, s)
		}
	}
	return out
}

// SliceNames returns by what requests are told apart: the plan's slices, or the usual ones, and the route.
func (r Requests) SliceNames() (names []string) {
	for _, by := range r.p.data.by {
		names = append(names, by.Name)
	}
	return append(names, byRoute)
}

// SliceValue returns what a request has of the slice in place i of the names; empty if it has none.
func (r Requests) SliceValue(o *Observation, i int) string {
	return r.p.data.properties.Values.All[r.p.data.slices.At(o.slices, i)]
}

// slice compares the observations by their value number i.
func (p *population) slice(i int, levels []quantile.Level) (out Slice) {
	of := p.data.slices
	groups := make([][]quantile.Value, len(p.data.properties.Values.All))
	var met []int32
	for k := range p.observations {
		o := &p.observations[k]
		v := p.data.properties.Values.Told(of.At(o.slices, i))
		if groups[v] == nil {
			met = append(met, v)
		}
		groups[v] = append(groups[v], quantile.Value{Time: o.Duration, Weight: o.Weight})
	}
	values := p.data.properties.Values.All
	slices.SortFunc(met, func(a, b int32) int {
		return cmp.Or(attribute.CompareBools(values[a] == bounded.Other, values[b] == bounded.Other), cmp.Compare(len(groups[b]), len(groups[a])), cmp.Compare(values[a], values[b]))
	})
	for k, v := range met {
		if k >= mostSliceRows && values[v] != bounded.Other {
			out.More.Journeys++
			out.More.Observations += len(groups[v])
			continue
		}
		out.Rows = append(out.Rows, newSliceRow(values[v], groups[v], levels))
	}
	return out
}

func newSliceRow(value string, values []quantile.Value, levels []quantile.Level) SliceRow {
	s := quantile.NewSample(values)
	row := SliceRow{Value: value, Observations: s.Len()}
	for _, l := range levels {
		row.Percentiles = append(row.Percentiles, s.Percentile(l))
	}
	return row
}

// suspects returns what the slow requests have more often than others, where they add something.
func (p *population) suspects(tail *Tail) []suspects.Suspect {
	if tail.Extra*littleOf < tail.Typical.Total {
		return nil
	}
	blamed := p.cells.blamed(tail)
	d := p.data
	return d.suspects.Find(suspects.Requests{
		All: len(p.observations), Tail: tail.From, Least: tail.Extra / littleOf,
		SetOf:    func(i int) int32 { return p.observations[i].tags },
		Duration: func(i int) time.Duration { return p.observations[i].Duration },
		Waited: func(i int, sets []int32) []int32 {
			return d.waited.AppendTo(sets, p.observations[i].waited, blamed)
		},
	})
}

// littleOf is how small a part of a typical request a tail must add to be blamed on anything, and of
// the tail what is without a property, to be blamed on that.
const littleOf = 10

// blamed says of each cell whether the tail is blamed on it: it is of the layer that adds most, and
// there of the place that does.
func (t *cellTable) blamed(tail *Tail) []bool {
	is := make([]bool, len(t.All))
	layer, place := tail.Blamed()
	for i := range t.All {
		at := &t.All[i]
		if i < len(t.as) {
			at = &t.All[t.as[i]]
		}
		is[i] = at.Layer == layer && at.Place() == place
	}
	return is
}
