package compare

import (
	"cmp"
	"slices"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/analyze/since"
	"github.com/longpole/longpole/analyze/timeline"
	"github.com/longpole/longpole/budget"
)

// A When is the instant at which the requests of a journey became slower or quicker.
type When struct {
	Journey string
	since.Change
}

// Since returns the clearest instant at which a journey of a set changed, and the one that most time
// hangs on where several are as clear; nil if there is none.
func Since(d *analyze.Data, plan *budget.Plan, s Settings) *When {
	res := d.Result(plan, s.Settings)
	var all []When
	for i := range res.Journeys {
		j := &res.Journeys[i]
		var requests []timeline.Request
		for _, o := range d.RequestsOf(j).All() {
			requests = append(requests, timeline.Request{Start: o.Start, Duration: o.Duration, Weight: o.Weight})
		}
		for _, c := range since.Find(requests, quantile.Resampling{Seed: s.Seed, Draws: cmp.Or(s.Draws, 999)}) {
			all = append(all, When{j.Name, c})
		}
	}
	if len(all) == 0 {
		return nil
	}
	best := slices.MinFunc(all, func(a, b When) int {
		return cmp.Or(cmp.Compare(a.Chance, b.Chance), cmp.Compare((b.After-b.Before).Abs(), (a.After-a.Before).Abs()))
	})
	return &best
}
