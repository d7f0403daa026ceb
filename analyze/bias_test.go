package analyze

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

func observed(n int, keep func(time.Duration) bool, draw func(*rand.Rand) float64) (out []Observation) {
	random := rand.New(rand.NewPCG(1, 2))
	for len(out) < n {
		if d := time.Duration(draw(random) * float64(time.Millisecond)); keep(d) {
			out = append(out, Observation{Duration: d})
		}
	}
	slices.SortFunc(out, func(a, b Observation) int { return a.Compare(&b) })
	return out
}

func TestRequestsThatAllTakeAboutTheSameAreNoChoice(t *testing.T) {
	all := func(time.Duration) bool { return true }
	narrow := observed(1800, all, func(r *rand.Rand) float64 { return 67 + 4*r.NormFloat64() })
	if at, _ := jump(narrow); at != 0 {
		t.Errorf("a threshold is seen at %v", at)
	}
}

func TestAThresholdThatKeptTheSlowOnesIsSeen(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	slowOrOneIn20 := func(d time.Duration) bool { return d >= 200*time.Millisecond || random.IntN(20) == 0 }
	kept := observed(1800, slowOrOneIn20, func(r *rand.Rand) float64 { return 150 * math.Exp(0.6*r.NormFloat64()) })
	if at, _ := jump(kept); at != 200*time.Millisecond {
		t.Errorf("the threshold is seen at %v, not 200 ms", at)
	}
}
