package quantile

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

func TestTheLeastCountsThatProveALimitBroken(t *testing.T) {
	for n, least := range map[int][2]int{2: {2, 1}, 5: {2, 2}, 10: {3, 2}, 20: {4, 2}, 39: {6, 3}, 52: {7, 3}, 100: {11, 4}, 290: {23, 8}} {
		for i, level := range []Level{P95, P99} {
			if k := least[i]; !Breaks(n, k, level.Above()) || Breaks(n, k-1, level.Above()) {
				t.Errorf("%v of %d requests: it is not %d above the limit that prove it broken", level, n, k)
			}
		}
	}
}

func TestOneRequestProvesNothing(t *testing.T) {
	for _, level := range []Level{P50, P99, 9999} {
		if Breaks(1, 1, level.Above()) || Keeps(1, 0, level.Above()) || Keeps(0, 0, level.Above()) {
			t.Errorf("one request proves something of %v", level)
		}
	}
}

func TestAllAboveBreaksAndTheNumberNeededKeeps(t *testing.T) {
	for level, n := range map[Level]int{P50: 5, P90: 29, P95: 59, P99: 299, 9990: 2995} {
		if !Keeps(n, 0, level.Above()) || Keeps(n-1, 0, level.Above()) || !Breaks(2, 2, P95.Above()) {
			t.Errorf("%v is not proven kept from %d requests on", level, n)
		}
	}
	for k, n := range map[int]int{0: 59, 1: 93, 2: 124} {
		if got := NeededBeside(k, P95.Above()); got != n {
			t.Errorf("with %d above p95's limit %d requests are needed, want %d", k, got, n)
		}
	}
}

// atMostByDefinition adds up the terms as fractions.
func atMostByDefinition(n, k int, of Chance) *big.Rat {
	p, sum := big.NewRat(int64(of), int64(certain)), new(big.Rat)
	q := new(big.Rat).Sub(big.NewRat(1, 1), p)
	for i := 0; i <= k; i++ {
		term := new(big.Rat).SetInt(new(big.Int).Binomial(int64(n), int64(i)))
		for j := range n {
			if j < i {
				term.Mul(term, p)
			} else {
				term.Mul(term, q)
			}
		}
		sum.Add(sum, term)
	}
	return sum
}

func TestCountsAreHeldAgainstTheBinomialDistributionExactly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 40).Draw(t, "n")
		k := rapid.IntRange(0, n).Draw(t, "k")
		of := rapid.SampledFrom([]Chance{1, 100, 10_000, 50_000, 100_000, 500_000, 950_000, 999_999}).Draw(t, "of")
		thousandths := rapid.Int64Range(1, 999).Draw(t, "thousandths")
		want := atMostByDefinition(n, k, of).Cmp(big.NewRat(thousandths, 1000)) <= 0
		if atMost(n, k, of, thousandths) != want || exactlyAtMost(n, k, of, thousandths) != want {
			t.Fatalf("P(Bin(%d, %d) <= %d) <= %d: want %v", n, of, k, thousandths, want)
		}
	})
}

func TestAChanceThatIsExactlyTheBoundIsImprobableEnough(t *testing.T) {
	for _, c := range []struct {
		of   Chance
		n, k int
		want bool
	}{{950_000, 1, 0, true}, {949_999, 1, 0, false}, {50_000, 1, 0, false}} { // 0.05 and a millionth more
		if got := Keeps(c.n, c.k, c.of); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
	if !Breaks(2, 1, 12_579) || Breaks(2, 1, 12_580) { // 1 - 0.987421^2 is 0.02499976
		t.Error("2.5 % is not where two requests of which one is above prove a limit broken")
	}
}

func TestTheIntervalOfAShareIsThatOfClopperAndPearson(t *testing.T) {
	for _, c := range []struct {
		n, k      int
		low, high Chance
	}{{10, 0, 0, 308_498}, {10, 1, 2_528, 445_018}, {100, 5, 16_431, 112_836}, {10, 10, 691_502, 1_000_000}, {20, 10, 271_957, 728_043}} {
		low, high := ShareInterval(c.n, c.k)
		if (low-c.low)*(low-c.low) > 4 || (high-c.high)*(high-c.high) > 4 {
			t.Errorf("%d of %d is between %d and %d millionths, want %d and %d", c.k, c.n, low, high, c.low, c.high)
		}
	}
}

func TestFarFromTheBoundNothingIsAddedUp(t *testing.T) {
	if !Keeps(1<<40, 1, P95.Above()) || !Breaks(1<<40, 1<<39, P95.Above()) {
		t.Error("a million million requests prove nothing")
	}
}
