package replay_test

import (
	"testing"

	"pgregory.net/rapid"
)

// A call may take all of its slack longer, and not a nanosecond more.
func TestTheSlackOfACallIsHowMuchLongerItMayTake(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		run := someRequests(t)
		for i := range run.Requests {
			if wrong := run.WrongSlack(i); wrong != "" {
				t.Fatalf("request %d: %s", i, wrong)
			}
		}
	})
}
