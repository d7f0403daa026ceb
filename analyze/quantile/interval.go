package quantile

import (
	"math"
	"time"
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
	p := Percentile{Level: l, Value: s.At(l), Bounded: s.effective >= float64(Needed(l))}
	ranks, known := s.ranks[l]
	if !known {
		ranks[0], ranks[1] = intervalRanks(s.effective, l.fraction())
		s.ranks[l] = ranks
	}
	p.Low = s.values[s.atShare(ranks[0])].Time
	p.High = s.values[s.atShare(ranks[1])].Time
	return p
}

// atShare returns the observation that stands at rank of the effective number.
func (s *Sample) atShare(rank float64) int {
	share := min(1, max(0, rank/s.effective))
	return s.reaching(Weight(math.Ceil(share * float64(s.Total()) * (1 - 1e-12))))
}

// Needed returns the smallest number of observations of which the longest is above the level
// with 95 % confidence: 59 for p95, 299 for p99.
func Needed(l Level) int {
	return int(math.Ceil(math.Log(0.05) / math.Log(l.fraction())))
}

// intervalRanks returns the ranks, from 1, of the order statistics of n observations that hold
// the p-quantile: the number of observations below it is binomial.
func intervalRanks(n, p float64) (lower, upper float64) {
	below := binomial{math.Floor(n), p}
	lower = max(1, below.quantile(alpha))
	upper = min(math.Floor(n), below.quantile(1-alpha)+1)
	return lower, max(upper, lower)
}

// binomial is the distribution of the number of successes in n trials of chance p.
type binomial struct{ n, p float64 }

// quantile returns the smallest k with P(X <= k) >= q. It adds up probabilities outward from
// ten standard deviations below the mean, where nothing is left to miss.
func (b binomial) quantile(q float64) float64 {
	sd := math.Sqrt(b.n * b.p * (1 - b.p))
	k := max(0, math.Floor(b.n*b.p-10*sd-10))
	for sum := b.mass(k); sum < q && k < b.n; sum += b.mass(k) {
		k++
	}
	return k
}

func (b binomial) mass(k float64) float64 {
	choose := lgamma(b.n+1) - lgamma(k+1) - lgamma(b.n-k+1)
	return math.Exp(choose + k*math.Log(b.p) + (b.n-k)*math.Log1p(-b.p))
}

func lgamma(x float64) float64 {
	v, _ := math.Lgamma(x)
	return v
}
