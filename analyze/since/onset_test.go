package since_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/analyze/since"
	"github.com/longpole/longpole/internal/testkit"
)

// slowFrom makes some requests ten times as slow from an instant on, in bursts, or always.
func slowFrom(from int, isSlow func(i int, r *rand.Rand) bool) func(int, *rand.Rand) float64 {
	return func(i int, r *rand.Rand) float64 {
		if i >= from && isSlow(i, r) {
			return 100
		}
		return 1
	}
}

func TestRequestsThatAreSlowInBurstsBeginSomewhere(t *testing.T) {
	bursts := func(i int, _ *rand.Rand) bool { return i/40%3 != 1 && i%2 == 0 }
	for name, c := range map[string]struct {
		from   int
		isSlow func(int, *rand.Rand) bool
		want   bool
	}{
		"from a third on":       {400, bursts, true},
		"from the beginning":    {0, bursts, false},
		"from near the end":     {1180, func(int, *rand.Rand) bool { return true }, false},
		"a few, anywhere":       {200, func(i int, _ *rand.Rand) bool { return i == 500 || i == 900 }, false},
		"none":                  {2000, bursts, false},
		"one minute, some time": {600, func(i int, _ *rand.Rand) bool { return i < 690 }, false},
	} {
		got := since.Onset(series(3, 1200, slowFrom(c.from, c.isSlow)), 2*time.Second)
		switch {
		case (got != nil) != c.want:
			t.Errorf("%s: %+v", name, got)
		case got != nil && (got.At != 440*600e6 || got.Low >= got.At || got.Level != quantile.P95 || got.Before >= 2*time.Second || got.After < 2*time.Second):
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestSlowRequestsOfAllTimesRarelyBeginSomewhere(t *testing.T) {
	alarms := 0
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 9))
		rare := 2 + r.IntN(200)
		if since.Onset(series(seed, 1200, slowFrom(0, func(_ int, r *rand.Rand) bool { return r.IntN(rare) == 0 })), 2*time.Second) != nil {
			alarms++
		}
	}
	if alarms > 6 {
		t.Errorf("%d of 200 series without an onset have one", alarms)
	}
}

// One request in eight is hit, so that the first of them comes some time after the fault began. Of a hundred intervals
// of 95 % at most nine may miss, by the binomial distribution.
func TestTheIntervalHoldsTheInstantWhenOnlySomeRequestsAreHit(t *testing.T) {
	const from = 500
	runs := testkit.Rounds(50, 100)
	hit := func(_ int, r *rand.Rand) bool { return r.IntN(8) == 0 }
	inside := map[string]int{}
	for seed := range uint64(runs) {
		all := series(seed, 1000, slowFrom(from, hit))
		began := all[from].Start
		if c := since.Onset(all, 2*time.Second); c != nil && c.Low <= began && began <= c.High {
			inside["onset"]++
		}
		for _, c := range since.Find(all, drawing) {
			if c.Low <= began && began <= c.High {
				inside["change"]++
			}
		}
	}
	if inside["onset"]*100 < runs*91 || inside["change"]*100 < runs*91 {
		t.Errorf("%v of %d", inside, runs)
	}
}

func TestFewRequestsOnEitherSideTellNoInstant(t *testing.T) {
	always := func(int, *rand.Rand) bool { return true }
	for _, c := range []struct {
		from int
		want bool
	}{{29, false}, {30, true}, {70, true}, {71, false}} {
		if got := since.Onset(series(3, 100, slowFrom(c.from, always)), 2*time.Second); (got != nil) != c.want {
			t.Errorf("from %d of 100: %+v", c.from, got)
		}
	}
}
