package compare

import (
	"cmp"
	"slices"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/since"
	"github.com/longpole/longpole/budget"
)

// A When is the instant at which the requests of a journey became slower or quicker.
type When struct {
	Journey string
	since.Change
	FirstSeen []since.Value // properties that no request had before
}

// Since returns the clearest instant at which a journey of a set changed, and the one that most time
// hangs on where several are as clear; nil if there is none.
func Since(d *analyze.Data, plan *budget.Plan, s Settings) *When {
	res := d.Result(plan, s.Settings)
	var all []When
	for i := range res.Journeys {
		if j := &res.Journeys[i]; j.Since != nil {
			all = append(all, When{j.Name, *j.Since, j.FirstSeen})
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
