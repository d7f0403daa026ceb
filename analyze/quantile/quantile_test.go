package quantile

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func counting(n int) *Sample {
	values := make([]Value, n)
	for i := range values {
		values[i] = Value{time.Duration(n - i), One}
	}
	return NewSample(values)
}

func TestAPercentileIsTheNearestRank(t *testing.T) {
	for _, c := range []struct {
		n     int
		level Level
		want  time.Duration
	}{{1, P50, 1}, {2, P50, 1}, {3, P50, 2}, {100, P99, 99}, {101, P99, 100}, {1000, 9990, 999}, {10, P95, 10}} {
		if got := counting(c.n).At(c.level); got != c.want {
			t.Errorf("%v of 1..%d is %d, want %d", c.level, c.n, got, c.want)
		}
	}
}

func TestAPercentileIsNotBelowItsShareOfTheSmallestWeights(t *testing.T) {
	least := []Value{{1, 1}, {2, 1}, {3, 1}} // half of three is one and a half
	if got := NewSample(least).At(P50); got != 2 {
		t.Errorf("p50 is %d, want 2", got)
	}
	if got := NewBlocked(least, []int{0, 0, 0}).at(P50, []int{1}); got != 2 {
		t.Errorf("p50 of a block is %d, want 2", got)
	}
}

func TestAWeightCountsLikeThatManyCopies(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var weighted, copied []Value
		for range rapid.IntRange(1, 50).Draw(t, "n") {
			v := Value{time.Duration(rapid.IntRange(0, 20).Draw(t, "time")), One * Weight(rapid.IntRange(1, 5).Draw(t, "weight"))}
			weighted = append(weighted, v)
			for range v.Weight / One {
				copied = append(copied, Value{v.Time, One})
			}
		}
		level := Level(rapid.IntRange(1, 9999).Draw(t, "level"))
		if a, b := NewSample(weighted).At(level), NewSample(copied).At(level); a != b {
			t.Fatalf("%v: weighted %d, copied %d", level, a, b)
		}
	})
}

func TestASampleIsInOrderWhateverItsWeights(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		heaviest := rapid.IntRange(1, 3).Draw(t, "heaviest")
		var values []Value
		for range rapid.IntRange(0, 60).Draw(t, "n") {
			w := One * Weight(rapid.IntRange(1, heaviest).Draw(t, "weight"))
			values = append(values, Value{time.Duration(rapid.IntRange(-3, 20).Draw(t, "time")), w})
		}
		s := NewSample(slices.Clone(values))
		part := values[:rapid.IntRange(0, len(values)).Draw(t, "part")]
		for _, got := range []*Sample{s, s.With(slices.Clone(part))} {
			if !slices.IsSortedFunc(got.values, compare) || got.Total() != s.Total() {
				t.Fatalf("%v weigh %d of %d", got.values, got.Total(), s.Total())
			}
		}
		for _, v := range part {
			if !slices.Contains(s.With(slices.Clone(part)).values, v) {
				t.Fatalf("%v is lost", v)
			}
		}
	})
}

func TestTheTableOfIntervalRanksForP50AndP95(t *testing.T) {
	// Conover, Practical Nonparametric Statistics, table A3 gives P(X<=k) for n = 20, p = .5:
	// P(X<=5) = .0207, P(X<=14) = .9793, so the order statistics are 6 and 15.
	if lower, upper := intervalRanks(20, 0.5); lower != 6 || upper != 15 {
		t.Errorf("n=20 p50: ranks %v %v, want 6 and 15", lower, upper)
	}
	if lower, upper := intervalRanks(1000, 0.99); lower != 983 || upper != 997 {
		t.Errorf("n=1000 p99: ranks %v %v, want 983 and 997", lower, upper)
	}
}

func TestABoundNeeds59ObservationsForP95And299ForP99(t *testing.T) {
	for level, n := range map[Level]int{P95: 59, P99: 299, P90: 29, P50: 5} {
		if got := Needed(level); got != n {
			t.Errorf("%v needs %d, want %d", level, got, n)
		}
		if counting(n-1).Percentile(level).Bounded || !counting(n).Percentile(level).Bounded {
			t.Errorf("%v: bounded must change at %d", level, n)
		}
	}
}

func TestTheIntervalHoldsTheTruthInAtLeast95PercentOfSamples(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, level := range []Level{P50, P95} {
		truth := -math.Log(1-level.Fraction()) * 1e9
		held, runs := 0, 1000
		for range runs {
			values := make([]Value, 400)
			for i := range values {
				values[i] = Value{time.Duration(random.ExpFloat64() * 1e9), One}
			}
			p := NewSample(values).Percentile(level)
			if float64(p.Low) <= truth && truth <= float64(p.High) {
				held++
			}
		}
		if held < runs*94/100 {
			t.Errorf("%v: the interval held the truth %d times of %d", level, held, runs)
		}
	}
}

func TestAdjustedCountsFollowTheThreshold(t *testing.T) {
	for th, want := range map[uint64]float64{0: 1, 0x80000000000000: 2, 0xc0000000000000: 4, 0xfd70a000000000: 99.998} {
		if got := AdjustedCount(th).Float(); math.Abs(got-want) > 0.01 {
			t.Errorf("th %x counts %v, want %v", th, got, want)
		}
	}
	for _, kept := range []uint64{0, 1, 1 << 8, 1<<29 - 1, 1 << 29} { // of 2^56
		if w := AdjustedCount(1<<56 - kept); w != maxWeight {
			t.Errorf("a trace of which %d are kept weighs %d, not the cap", kept, w)
		}
	}
	if w := AdjustedCount(1<<56 - 1<<30); w != maxWeight/2 {
		t.Errorf("2^30 of 2^56 weigh %d", w)
	}
}

func TestLevelsReadWhatTheyWrite(t *testing.T) {
	for _, l := range []Level{P50, P95, P99, 9990, 9999, 1, 250} {
		if got, err := ParseLevel(l.String()); got != l || err != nil {
			t.Errorf("%v reads as %v, %v", l, got, err)
		}
	}
	for _, bad := range []string{"", "p", "p0", "p100", "median", "-1", "p99.999", "p1e1"} {
		if l, err := ParseLevel(bad); err == nil {
			t.Errorf("%q reads as %v", bad, l)
		}
	}
	if P99.Beyond() != "1 %" || Level(9990).Beyond() != "0.1 %" {
		t.Errorf("beyond: %s, %s", P99.Beyond(), Level(9990).Beyond())
	}
}

func TestWhatIsOverALimitIsWeighedAndWhatIsAtItIsNot(t *testing.T) {
	s := NewSample([]Value{{1, One}, {2, 2 * One}, {3, 3 * One}})
	for limit, want := range []Weight{6 * One, 5 * One, 3 * One, 0} {
		if got := s.Over(time.Duration(limit)); got != want {
			t.Errorf("over %d is %v, want %v", limit, got.Float(), want.Float())
		}
	}
}

func TestUnequalWeightsKnowLess(t *testing.T) {
	for _, c := range []struct {
		heavy Weight
		want  float64
	}{{One, 4}, {4 * One, 100.0 / 34}} { // (1+4+1+4)^2 / (1+16+1+16)
		s := NewSample([]Value{{1, One}, {2, c.heavy}, {3, One}, {4, c.heavy}})
		if got := s.Effective(); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("weights 1 and %v know as much as %v, want %v", c.heavy.Float(), got, c.want)
		}
	}
}
