package stats

import (
	"math"
	"slices"
)

// An Interval is a median between bounds that hold the true one with 95 % confidence.
type Interval struct{ Low, Median, High float64 }

// Width is how far the bounds are apart.
func (i Interval) Width() float64 { return i.High - i.Low }

// MedianInterval returns the median of measurements with its interval by order statistics,
// which holds for any distribution. Of fewer than six no bounds are known.
func MedianInterval(of []float64) Interval {
	sorted := slices.Sorted(slices.Values(of))
	outside := outermost(len(sorted))
	if outside == 0 {
		return Interval{math.Inf(-1), Median(sorted), math.Inf(1)}
	}
	return Interval{sorted[outside-1], Median(sorted), sorted[len(sorted)-outside]}
}

// outermost returns the rank, from 1 and from either end, of the bounds of the median of n
// measurements, 0 if there are none. How many measurements are below the true median is
// binomial: a bound of rank r misses it on its side if fewer than r are.
func outermost(n int) (rank int) {
	chance := math.Pow(0.5, float64(n)) // that none is below it
	for below := chance; below <= 0.025; below += chance {
		rank++
		chance *= float64(n-rank+1) / float64(rank)
	}
	return rank
}
