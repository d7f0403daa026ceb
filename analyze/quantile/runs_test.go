package quantile

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

func TestRanksOfRatiosAreThoseOfTheTables(t *testing.T) {
	// Lower 5 % points of the Mann-Whitney U, and one more.
	for _, c := range []struct{ before, after, want int }{
		{1, 1, 0}, {1, 18, 0}, {1, 19, 1}, {2, 2, 0}, {2, 4, 0}, {2, 5, 1}, {3, 3, 1}, {3, 4, 1}, {4, 4, 2}, {5, 5, 5}, {6, 8, 11}, {10, 10, 28}, {20, 20, 139},
	} {
		if got := ratioRank(c.before, c.after); got != c.want {
			t.Errorf("%d and %d runs: rank %d, want %d", c.before, c.after, got, c.want)
		}
	}
}

func TestOrdersOfTwoGroupsAreAllCounted(t *testing.T) {
	for m := 1; m <= 6; m++ {
		for n := 1; n <= 6; n++ {
			var all, want float64 = 0, 1
			for _, ways := range rankSums(m, n) {
				all += ways
			}
			for i := 1; i <= n; i++ {
				want = want * float64(m+i) / float64(i)
			}
			if math.Abs(all-want) > 1e-6 {
				t.Errorf("%d and %d stand in %v orders, want %v", m, n, all, want)
			}
		}
	}
}

func TestAChangeBetweenRunsIsTheOneThatEveryRunShows(t *testing.T) {
	const ms = time.Millisecond
	c, enough := CompareRuns([]time.Duration{100 * ms, 90 * ms, 110 * ms}, []time.Duration{220 * ms, 132 * ms, 150 * ms})
	if want := (Change{Before: 100 * ms, After: 150 * ms, Change: 500_000, Low: 200_000, High: 1_444_444}); c != want || !enough {
		t.Errorf("%+v, want %+v", c, want)
	}
	if _, enough := CompareRuns([]time.Duration{1, 1}, []time.Duration{9, 9, 9, 9}); enough {
		t.Error("two runs beside four have a bound")
	}
	if got := Between([]time.Duration{100 * ms, 90 * ms, 117 * ms}); got != 300_000 {
		t.Errorf("between runs of 90 and 117 ms are %d millionths", got)
	}
}

func TestBoundsBetweenRunsHoldTheTruth(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	runs := func(n int, factor float64) (out []time.Duration) {
		for range n {
			out = append(out, time.Duration(factor*1e8*math.Exp(0.3*r.NormFloat64())))
		}
		return out
	}
	for _, n := range []int{3, 4, 6, 10, 30} {
		tooHigh, tooLow, tries := 0, 0, 2000
		for range tries {
			c, _ := CompareRuns(runs(n, 1), runs(n, 1.25))
			if c.Low > 250_000 {
				tooHigh++
			}
			if c.High < 250_000 {
				tooLow++
			}
		}
		if most := tries*5/100 + 30; tooHigh > most || tooLow > most {
			t.Errorf("%d runs a side: the bounds miss %d and %d times of %d", n, tooHigh, tooLow, tries)
		}
	}
}
