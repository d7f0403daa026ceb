package analyze

import (
	"cmp"
	"slices"

	"github.com/longpole/longpole/analyze/quantile"
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

// slice compares the observations by their value number i.
func (p *population) slice(i int, levels []quantile.Level) (out Slice) {
	values, of := p.data.properties.Values.All, p.data.slices
	groups := make([][]quantile.Value, len(values))
	var met []int32
	for k := range p.observations {
		o := &p.observations[k]
		v := of.At(o.slices, i)
		if groups[v] == nil {
			met = append(met, v)
		}
		groups[v] = append(groups[v], quantile.Value{Time: o.Duration, Weight: o.Weight})
	}
	slices.SortFunc(met, func(a, b int32) int {
		return cmp.Or(cmp.Compare(len(groups[b]), len(groups[a])), cmp.Compare(values[a], values[b]))
	})
	for k, v := range met {
		if k >= mostSliceRows {
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
