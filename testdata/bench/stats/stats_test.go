package stats

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestBoundsOfAMedianAreTheRanksOfTheTables(t *testing.T) {
	// Conover, Practical Nonparametric Statistics, table A3, p = 0.5: the ranks of a sign test of 5 %.
	for n, want := range map[int]int{5: 0, 6: 1, 8: 1, 9: 2, 10: 2, 12: 3, 15: 4, 20: 6, 25: 8, 40: 14} {
		if got := outermost(n); got != want {
			t.Errorf("of %d measurements the bounds are number %d from the ends, not %d", n, got, want)
		}
	}
}

func TestAMedianStandsBetweenItsBounds(t *testing.T) {
	ten := []float64{9, 1, 8, 2, 7, 3, 6, 4, 5, 10}
	if got, want := MedianInterval(ten), (Interval{2, 5.5, 9}); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
	if ten[0] != 9 {
		t.Error("the measurements were put in another order")
	}
}

func TestFiveMeasurementsBoundNothing(t *testing.T) {
	if got := MedianInterval([]float64{1, 1, 1, 1, 1}); !math.IsInf(got.Width(), 1) || got.Median != 1 {
		t.Errorf("got %v", got)
	}
}

func TestIntervalsHoldTheTrueMedianAsOftenAsTheySay(t *testing.T) {
	dice := rand.New(rand.NewPCG(1, 2))
	const samples = 4000
	held := 0
	for range samples {
		of := make([]float64, 15)
		for i := range of {
			of[i] = math.Exp(dice.NormFloat64()) // skewed; its median is 1
		}
		if in := MedianInterval(of); in.Low <= 1 && 1 <= in.High {
			held++
		}
	}
	// Ranks 4 and 12 of 15 hold it in 96.5 % of all samples.
	if share := float64(held) / samples; share < 0.955 || share > 0.975 {
		t.Errorf("%.1f %% of the intervals hold the median", 100*share)
	}
}
