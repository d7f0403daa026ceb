package analyze

import (
	"github.com/longpole/longpole/analyze/critpath"
)

// A Cause is why time was spent at all, laid over the category of work that it was spent on.
type Cause string

// The causes. Most time has none.
const (
	NoCause Cause = ""
	Retry   Cause = "retry"  // attempts that failed and were repeated, and the waits between
	FanOut  Cause = "fanout" // waiting for the slowest of many, or beside others that ran at the same time
)

// causes appends for each cause the time of the path that it explains. Earlier rows win.
var causes = []struct {
	cause Cause
	find  func(*Reading, []critpath.Spell) []critpath.Spell
}{
	{Retry, retries},
	{FanOut, stragglers},
}
