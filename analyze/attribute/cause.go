package attribute

import (
	"github.com/longpole/longpole/analyze/critpath"
	"github.com/longpole/longpole/budget/category"
)

// finders append for each of category.Causes the time of the path that it explains.
var finders = []struct {
	cause category.Cause
	find  func(*pathfinder, []critpath.Spell) []critpath.Spell
}{
	{category.Retry, retries},
	{category.FanOut, stragglers},
}
