package quantile

import (
	"math"
	"slices"
	"time"
)

// CompareRuns estimates the change of a percentile from what it was in each of some runs to what it is
// in each of others. Runs differ for more reasons than the chance of drawing requests, and nothing is
// assumed of them but that those of one side are alike: the bounds are ratios of one run to another,
// chosen by the exact distribution of the rank sum (Hollander, Wolfe & Chicken, Nonparametric
// Statistical Methods, 2014, section 4.3). enough is false where so few runs have no bound: three on
// each side do, and two beside five.
func CompareRuns(before, after []time.Duration) (c Change, enough bool) {
	rank := ratioRank(len(before), len(after))
	if rank == 0 {
		return Change{}, false
	}
	c = Change{Before: median(before), After: median(after)}
	c.Change = change(c.Before, c.After)
	var ratios []int64
	for _, b := range before {
		for _, a := range after {
			ratios = append(ratios, change(b, a))
		}
	}
	slices.Sort(ratios)
	c.Low, c.High = min(c.Change, ratios[rank-1]), max(c.Change, ratios[len(ratios)-rank])
	return c, true
}

// median returns the lower one.
func median(of []time.Duration) time.Duration {
	sorted := slices.Sorted(slices.Values(of))
	return sorted[(len(sorted)-1)/2]
}

// Between returns the largest change between any two of some runs, in millionths.
func Between(runs []time.Duration) int64 { return change(slices.Min(runs), slices.Max(runs)) }

// mostExact is how many runs of a side the distribution of the rank sum is counted for. Counts of
// more are no longer whole numbers in floating point, and the normal distribution is as good.
const mostExact = 25

// ratioRank returns the rank, from 1, of the ratio that is above the true one with a chance of at most
// 5 %; 0 if none is. The number of ratios below the truth is the statistic of Mann and Whitney.
func ratioRank(before, after int) int {
	if max(before, after) > mostExact {
		mean, sd := float64(before*after)/2, math.Sqrt(float64(before*after*(before+after+1))/12)
		return int(max(0, math.Floor(mean-float64(1.6449*sd)-0.5)+1))
	}
	ways := rankSums(before, after)
	var all float64
	for _, n := range ways {
		all += n
	}
	rank, sum := 0, 0.0
	for _, n := range ways {
		if sum += n; sum*20 > all {
			break
		}
		rank++
	}
	return rank
}

// rankSums counts by the statistic of Mann and Whitney the orders in which two groups can stand: the
// coefficients of the product of (1 - x^(m+i)) / (1 - x^i) for i from 1 to n.
func rankSums(m, n int) []float64 {
	ways := make([]float64, m*n+1)
	ways[0] = 1
	for i := 1; i <= n; i++ {
		for k := m * n; k >= m+i; k-- {
			ways[k] -= ways[k-m-i]
		}
		for k := i; k <= m*n; k++ {
			ways[k] += ways[k-i]
		}
	}
	return ways
}
