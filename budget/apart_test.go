package budget

import (
	"testing"

	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/budget/match"
)

func TestOnlyAttributesByWhichRequestsAreComparedStandApart(t *testing.T) {
	plan := &Plan{
		Journeys: []Journey{{Root: match.Matcher{Attrs: []match.Attr{{Key: "cloud.region", Values: match.Globs{"eu"}}}}}},
		Slices:   []SliceBy{{Name: "tier", Keys: []string{"shop.tier"}}, {Name: "store", Keys: []string{"db.system"}}, {Name: "status", Keys: []string{"http.status_code"}}},
	}
	for key, want := range map[string][2]bool{ // of no plan, of that one
		"tenant.id": {true, true}, "cloud.region": {true, false}, "shop.tier": {false, true},
		"db.system": {false, false}, "http.status_code": {false, false},
	} {
		if got := [2]bool{Apart(category.BuiltIn(), nil)(key), Apart(category.BuiltIn(), plan)(key)}; got != want {
			t.Errorf("%s stands apart: %v, want %v", key, got, want)
		}
	}
}
