package budget

import (
	"slices"

	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/trace/semconv"
)

// Apart tells of an attribute whether requests are only compared by it: neither the rules nor
// the plan, which may be nil, rest anything else on its values.
func Apart(r *category.Rules, plan *Plan) func(key string) bool {
	compared, asked := semconv.ComparableKeys(), semconv.OutcomeKeys()
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
