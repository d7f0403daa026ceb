package quantile

import (
	"math"
	"time"

	"github.com/longpole/longpole/internal/portable"
)

// A Percentile is an estimate with what is known of its error.
type Percentile struct {
	Level Level
	Value time.Duration
	// Low and High hold the true percentile with 95 % confidence, whatever the distribution:
	// they are order statistics (Hahn & Meeker, Statistical Intervals, 1991, section 5.2).
	Low, High time.Duration
	// Bounded is false where too few observations lie beyond the level for any upper bound:
	// High is then the longest time seen and the truth may be above it.
	Bounded bool
}

// alpha is the chance that an interval misses on one side.
const alpha = 0.025

// Percentile returns the estimate of a level. The sample must not be empty.
func (s *Sample) Percentile(l Level) Percentile {
	in, known := s.intervals[l]
	if !known {
		in.known = s.effectiveAt(l)
		in.lower, in.upper = intervalRanks(in.known, l.Fraction())
		in.bounded = in.known >= float64(Needed(l)) && (s.equal || s.fits(fewestAbove, l))
		s.intervals[l] = in
	}
	at := s.Rank(l)
	low, high := s.ends(in, at)
	return Percentile{Level: l, Value: s.values[at].Time, Bounded: in.bounded, Low: s.values[low].Time, High: s.values[high].Time}
}

// ends returns the places of the ends of an interval around the percentile at a place. Where weights
// differ, a few observations of equal weight stand for all: the last of those is not the longest
// that was seen, which is the end where there is no bound, and the first may even stand above the
// percentile.
func (s *Sample) ends(in ranked, at int) (low, high int) {
	low, high = min(at, s.atShare(in.lower, in.known)), len(s.values)-1
	if in.bounded {
		high = s.atShare(in.upper, in.known)
	}
	return low, high
}

// ranked is an interval by the ranks of its ends, from 1.
type ranked struct {
	lower, upper float64
	known        float64 // of so many observations of equal weight
	bounded      bool
}

// fewestAbove is how many observations must fit above a percentile to bound it: as many as there
// are of those that [Needed] asks for.
const fewestAbove = 3

// atShare returns the observation that stands at rank of known ones.
func (s *Sample) atShare(rank, known float64) int {
	share := min(1, max(0, rank/known))
	return s.reaching(Weight(math.Ceil(share * float64(s.Total()) * (1 - 1e-12))))
}

// Needed returns the smallest number of observations of which the longest is above the level
// with 95 % confidence: 59 for p95, 299 for p99.
func Needed(l Level) int {
	return int(math.Ceil(portable.Log(0.05) / portable.Log(l.Fraction())))
}

// intervalRanks returns the ranks, from 1, of the order statistics of n observations that hold
// the p-quantile: the number of observations below it is binomial.
func intervalRanks(n, p float64) (lower, upper float64) {
	below := newBinomial(math.Floor(n), p)
	lower = below.quantile(alpha)
	upper = min(math.Floor(n), below.quantile(1-alpha)+1)
	return lower, max(upper, lower)
}

// binomial is the distribution of the number of successes in n trials, added up to k of them.
type binomial struct {
	n, orders        float64 // the logarithm of n! is orders
	success, failure float64 // logarithms of the chances of a trial
	sd               float64 // the standard deviation
	k, sum           float64
}

// newBinomial begins ten standard deviations below the mean, where nothing is left to miss.
func newBinomial(n, p float64) *binomial {
	b := &binomial{n: n, orders: portable.LogFactorial(n), success: portable.Log(p), failure: portable.Log1p(-p), sd: math.Sqrt(n * p * (1 - p))}
	b.k = max(0, math.Floor(float64(n*p)-float64(10*b.sd)-10))
	b.sum = b.mass(b.k)
	return b
}

// quantile returns the smallest k with P(X <= k) >= q. The next q must not be smaller.
func (b *binomial) quantile(q float64) float64 {
	for b.sum < q && b.k < b.n {
		b.k++
		b.sum += b.mass(b.k)
	}
	return b.k
}

func (b *binomial) mass(k float64) float64 {
	choose := b.orders - portable.LogFactorial(k) - portable.LogFactorial(b.n-k)
	return portable.Exp(choose + float64(k*b.success) + float64((b.n-k)*b.failure))
}
