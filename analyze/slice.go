package analyze

import (
	"cmp"
	"maps"
	"slices"

	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/trace"
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
	by := p.collector.explain.plan.Slices
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
	of := make([]string, len(p.collector.slices.all)) // value, by number of all values
	for n := range of {
		of[n] = p.collector.slicesOf(int32(n))[i]
	}
	groups := map[string][]quantile.Value{}
	for k := range p.observations {
		o := &p.observations[k]
		groups[of[o.slices]] = append(groups[of[o.slices]], quantile.Value{Time: o.Duration, Weight: o.Weight})
	}
	names := slices.SortedFunc(maps.Keys(groups), func(a, b string) int {
		return cmp.Or(cmp.Compare(len(groups[b]), len(groups[a])), cmp.Compare(a, b))
	})
	for k, name := range names {
		if k >= mostSliceRows {
			out.More.Journeys++
			out.More.Observations += len(groups[name])
			continue
		}
		out.Rows = append(out.Rows, newSliceRow(name, groups[name], levels))
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

// route returns what slices by route compare.
func (e *Explainer) route(sig *trace.Signature) string {
	m := e.of(sig)
	if m.route == "" {
		m.route = budget.JourneyName(sig)
	}
	return m.route
}
