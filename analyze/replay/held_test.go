package replay_test

import (
	"testing"
	"time"
)

// The pool of two is held by two journeys, and what each holds adds up to what it is held.
func TestWhoHoldsAStationIsToldByJourney(t *testing.T) {
	_, run := analysed(t, nil, "../../testdata/recordings/lab/pool-of-two/faulty.otlp.jsonl.zst")
	by := run.HeldBy(run.Stations[0])
	var sum time.Duration
	for _, h := range by {
		sum += h.Held
	}
	if len(by) != 2 || by[0].Journey != "load POST /checkout" || by[1].Journey != "load GET /product/{id}" || sum != run.Stations[0].Held {
		t.Errorf("held for %s by %+v", run.Stations[0].Held, by)
	}
}
