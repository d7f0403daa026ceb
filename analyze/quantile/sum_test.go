package quantile

import (
	"math"
	"math/big"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestSharesSumToTheTotalAndNoneIsOffByMoreThanANanosecond(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		total := time.Duration(rapid.Int64Range(0, math.MaxInt64).Draw(t, "total"))
		parts := make([]Sum, rapid.IntRange(1, 12).Draw(t, "parts"))
		whole := new(big.Int)
		for i := range parts {
			w := Weight(rapid.Uint64Range(0, 1<<43).Draw(t, "weight"))
			parts[i].Add(w, time.Duration(rapid.Int64Range(0, math.MaxInt64).Draw(t, "time")))
			whole.Add(whole, parts[i].big())
		}
		var added time.Duration
		for i, share := range Apportion(total, parts) {
			added += share
			exact := new(big.Int).Mul(parts[i].big(), big.NewInt(int64(total)))
			if whole.Sign() > 0 && new(big.Int).Sub(exact.Div(exact, whole), big.NewInt(int64(share))).CmpAbs(big.NewInt(1)) > 0 {
				t.Fatalf("part %d has %d", i, share)
			}
		}
		if whole.Sign() > 0 && added != total {
			t.Fatalf("the shares sum to %d, not %d", added, total)
		}
	})
}

func TestNoNumberOfTheLongestTimesOverflowsAMean(t *testing.T) {
	var s Sum
	const requests = 1 << 20
	for range requests {
		s.Add(1<<43, math.MaxInt64)
	}
	if got := s.Over(requests << 43); got != math.MaxInt64 {
		t.Errorf("the mean of the longest time is %d", got)
	}
}

func TestAMeanIsRoundedToTheNearestNanosecond(t *testing.T) {
	var s Sum
	for _, d := range []time.Duration{1, 2, 2} {
		s.Add(One, d)
	}
	if got := s.Over(3 * One); got != 2 { // 1.67
		t.Errorf("the mean of 1, 2 and 2 ns is %v", got)
	}
	if got := (Sum{}).Over(0); got != 0 {
		t.Errorf("the mean of nothing is %v", got)
	}
}

func TestTheNanosecondsLeftGoToThoseThatLostMost(t *testing.T) {
	for _, scale := range []Weight{1, 1 << 43} { // sums of 64 bits and more
		var parts [3]Sum
		for i, d := range []time.Duration{3 << 20, 2 << 20, 2 << 20} {
			parts[i].Add(scale, d)
		}
		if got := Apportion(10, parts[:]); !slices.Equal(got, []time.Duration{4, 3, 3}) { // 4.29, 2.86 and 2.86
			t.Errorf("10 ns are divided into %v", got)
		}
	}
}

func TestSmallSumsAreApportionedAsLargeOnesAre(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		total := time.Duration(rapid.Int64Range(0, math.MaxInt64).Draw(t, "total"))
		parts := make([]Sum, rapid.IntRange(1, 12).Draw(t, "parts"))
		whole := Sum{}
		for i := range parts {
			parts[i].Add(One, time.Duration(rapid.Int64Range(0, 1<<40).Draw(t, "time")))
			whole.Plus(parts[i])
		}
		if whole == (Sum{}) {
			t.Skip("nothing to apportion")
		}
		small, large := make([]time.Duration, len(parts)), make([]time.Duration, len(parts))
		apportionSmall(small, total, whole.lo, parts)
		apportionLarge(large, total, whole, parts)
		if !slices.Equal(small, large) {
			t.Fatalf("%v of %v: %v, in large integers %v", parts, total, small, large)
		}
	})
}
