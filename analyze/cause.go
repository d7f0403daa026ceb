package analyze

import "github.com/longpole/longpole/analyze/critpath"

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
	why   string // it counts, after "its time counts as it:"
	find  func(*Reading, []critpath.Spell) []critpath.Spell
}{
	{Retry, "the attempt failed and was repeated", retries},
	{FanOut, "the request waited for the slowest of several that ran at the same time", stragglers},
}

// Causes lists the causes, those that win first.
func Causes() (all []Cause) {
	for i := range causes {
		all = append(all, causes[i].cause)
	}
	return all
}

// Why says in words what makes time count as the cause.
func (c Cause) Why() string {
	for i := range causes {
		if causes[i].cause == c {
			return causes[i].why
		}
	}
	return ""
}
