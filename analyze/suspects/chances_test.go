package suspects

import (
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

func TestTheChanceOfAtLeastKIsThatOfDrawingWithoutReturning(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := rapid.IntRange(1, 40).Draw(t, "all")
		slow, tagged := rapid.IntRange(0, all).Draw(t, "slow"), rapid.IntRange(0, all).Draw(t, "tagged")
		k := rapid.IntRange(0, all).Draw(t, "k")
		ways := new(big.Int)
		for i := max(k, slow+tagged-all); i <= min(tagged, slow); i++ {
			way := new(big.Int).Binomial(int64(tagged), int64(i))
			ways.Add(ways, way.Mul(way, new(big.Int).Binomial(int64(all-tagged), int64(slow-i))))
		}
		want, _ := new(big.Rat).SetFrac(ways, new(big.Int).Binomial(int64(all), int64(slow))).Float64()
		if got := newChances(all).atLeast(all, slow, k, tagged); math.Abs(got-want) > 1e-9 {
			t.Fatalf("at least %d of %d slow ones of %d, %d marked: %v, want %v", k, slow, all, tagged, got, want)
		}
	})
}
