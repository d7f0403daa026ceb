package budget

import (
	"slices"

	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/trace/semconv"
)

// Apart tells of an attribute whether requests are only compared by it: neither the rules nor
// the plan, which may be nil, rest anything else on its values. Those of chosen are asked for by
// a choice of requests, too.
func Apart(r *category.Rules, plan *Plan, chosen ...string) func(key string) bool {
	compared, asked := slices.Concat(semconv.ComparableKeys(), chosen), semconv.OutcomeKeys()
	if plan != nil {
		for _, s := range plan.Slices {
			compared = append(compared, s.Keys...)
		}
		for _, m := range plan.matchers() {
			asked = append(asked, m.Keys()...)
		}
	}
	return func(key string) bool {
		return slices.Contains(compared, key) && !slices.Contains(asked, key) && r.Deciding(key) == semconv.Dropped
	}
}
