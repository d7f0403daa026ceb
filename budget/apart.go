package budget

import (
	"slices"

	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/trace/semconv"
)

// OnEntry tells of an attribute whether it is only a default slice: it is looked up where a request
// begins and where it enters a service, and nothing else asks for it.
func OnEntry(r *category.Rules, chosen ...string) func(key string) bool {
	others := slices.Concat(semconv.ComparableKeys(), semconv.OutcomeKeys(), chosen)
	return func(key string) bool {
		isSlice := slices.ContainsFunc(DefaultSlices, func(s SliceBy) bool { return slices.Contains(s.Keys, key) })
		return isSlice && !slices.Contains(others, key) && r.Deciding(key) == semconv.Dropped
	}
}

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
