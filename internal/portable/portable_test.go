package portable_test

import (
	"math"
	"testing"

	"github.com/longpole/longpole/internal/portable"
	"pgregory.net/rapid"
)

// near holds a function to the one of the standard library, as near as bits of a float64 allow.
func near(t *rapid.T, of, got, want float64) {
	if math.Abs(got-want) > 4e-15*max(math.Abs(want), 1e-300) {
		t.Fatalf("of %v: %v, want %v", of, got, want)
	}
}

func TestFunctionsAreThoseOfTheStandardLibrary(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.Float64Range(-700, 700).Draw(t, "x")
		near(t, x, portable.Exp(x), math.Exp(x))
		near(t, x, portable.Atan(x), math.Atan(x))
		near(t, x, portable.Hypot(x+1e3, x), math.Hypot(x+1e3, x))
		p := math.Exp(x)
		if got, want := portable.Log(p), math.Log(p); math.Abs(got-want) > 1e-15*max(1, math.Abs(want)) {
			t.Fatalf("log %v: %v, want %v", p, got, want)
		}
		small := -rapid.Float64Range(1e-9, 0.99).Draw(t, "small")
		near(t, small, portable.Log1p(small), math.Log1p(small))
	})
}

func TestTheLogarithmOfAFactorialIsThatOfTheGammaFunction(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := float64(rapid.IntRange(0, 5_000_000).Draw(t, "n"))
		want, _ := math.Lgamma(n + 1)
		if got := portable.LogFactorial(n); math.Abs(got-want) > 1e-14*max(1, want) {
			t.Fatalf("log %v!: %v, want %v", n, got, want)
		}
	})
}

func TestWhatIsBeyondAFloatIsNoneOrEndless(t *testing.T) {
	if portable.Exp(-800) != 0 || !math.IsInf(portable.Exp(800), 1) || !math.IsNaN(portable.Exp(math.NaN())) || portable.Exp(0) != 1 {
		t.Error("e to the power of what is enormous")
	}
}

// The bits themselves: what another processor computes must be these.
func TestTheBitsAreTheSameOnEveryProcessor(t *testing.T) {
	sum := uint64(0)
	for i := range 20_000 {
		x := float64(i)/37 + 0.01
		for _, v := range []float64{portable.Exp(-x), portable.Log(x), portable.Log1p(-1 / (x + 1)), portable.LogFactorial(float64(i)), portable.Atan(x), portable.Hypot(x, 3)} {
			sum = sum*0x9E3779B97F4A7C15 + math.Float64bits(v)
		}
	}
	if want := uint64(0x9142676d55b12a4e); sum != want {
		t.Errorf("the bits add up to %#x, not %#x", sum, want)
	}
}
