package quantile

import (
	"math/big"

	"github.com/longpole/longpole/internal/portable"
)

// A Chance is a share of one in millionths: the share of requests that may be above a limit.
type Chance int64

// certain is the chance of what always happens.
const certain Chance = 1_000_000

// Above returns the share of requests that lie above the level: 5 % for p95.
func (l Level) Above() Chance { return Chance(all-l) * 100 }

// How improbable a count must be before a limit counts as broken, or as kept, in thousandths. A
// gate that stops a release must be wrong more rarely than one that lets it pass.
const (
	broken = 25
	kept   = 50
)

// Breaks reports whether k of n requests above a limit prove that more than share of all are: if
// it were no more, so many would be drawn in at most 2.5 % of samples. One request proves nothing.
func Breaks(n, k int, share Chance) bool {
	return n >= 2 && share < certain && atMost(n, n-k, certain-share, broken)
}

// Keeps reports whether k of n requests above a limit prove that less than share of all are: if
// it were that many, so few would be drawn in at most 5 % of samples.
func Keeps(n, k int, share Chance) bool {
	return share > certain || (n > 0 && share < certain && atMost(n, k, share, kept))
}

// NeededBeside returns the smallest number of requests of which k above a limit prove it kept:
// 59 for p95 and k = 0, 93 for k = 1.
func NeededBeside(k int, share Chance) int {
	if share >= certain {
		return 1
	}
	few, enough := k, k+1
	for !Keeps(enough, k, share) {
		few, enough = enough, 2*enough
	}
	for enough-few > 1 {
		if n := few + (enough-few)/2; Keeps(n, k, share) {
			enough = n
		} else {
			few = n
		}
	}
	return enough
}

// ShareInterval returns bounds of the share of all requests that are above a limit, if k of n
// are, that hold the truth with 95 % confidence: the shares that neither end of a test at 2.5 %
// rejects (Clopper and Pearson, 1934).
func ShareInterval(n, k int) (low, high Chance) {
	low = largest(func(c Chance) bool { return k > 0 && atMost(n, n-k, certain-c, broken) })
	high = 1 + largest(func(c Chance) bool { return k == n || !atMost(n, k, c, broken) })
	return low, min(high, certain)
}

// largest returns the largest chance below certainty for which holds is true, which it is up to
// some chance; 0 if there is none.
func largest(holds func(Chance) bool) Chance {
	yes, no := Chance(0), certain
	for no-yes > 1 {
		if c := yes + (no-yes)/2; holds(c) {
			yes = c
		} else {
			no = c
		}
	}
	return yes
}

// atMost reports whether the chance of at most k successes in n trials of a chance, which is
// between none and certain, is at most that many thousandths.
func atMost(n, k int, of Chance, thousandths int64) bool {
	bound := float64(thousandths) / 1000
	switch p := newBinomial(float64(n), float64(of)/float64(certain)).upTo(float64(k)); {
	case p < bound*(1-clearly):
		return true
	case p > bound*(1+clearly):
		return false
	}
	return exactlyAtMost(n, k, of, thousandths)
}

// clearly is how far, as a share, floating point may be from the truth without being wrong.
const clearly = 1e-6

// exactlyAtMost is atMost with so many digits that what is left out cannot matter: beside the
// bound, 200 bits are none.
func exactlyAtMost(n, k int, of Chance, thousandths int64) bool {
	number := func(x int64) *big.Float { return new(big.Float).SetPrec(256).SetInt64(x) }
	odds := number(int64(of))
	odds.Quo(odds, number(int64(certain-of)))
	mass, sum := number(1), number(1) // in units of the chance of no success
	for i := range int64(min(k, n)) {
		mass.Mul(mass, odds).Mul(mass, number(int64(n)-i)).Quo(mass, number(i+1))
		sum.Add(sum, mass)
	}
	sum.Mul(sum, number(1000))
	failure := number(int64(certain - of))
	failure.Quo(failure, number(int64(certain)))
	for exponent := n; exponent > 0; exponent /= 2 {
		if exponent%2 == 1 {
			sum.Mul(sum, failure)
		}
		failure.Mul(failure, failure)
	}
	least := number(1)
	return sum.Sub(sum, number(thousandths)).Cmp(least.SetMantExp(least, -200)) <= 0
}

// upTo returns the chance of at most k successes. It is asked once.
func (b *binomial) upTo(k float64) float64 {
	if k > float64(b.n*portable.Exp(b.success))+float64(10*b.sd)+10 {
		return 1
	}
	for b.k < min(k, b.n) {
		b.k++
		b.sum += b.mass(b.k)
	}
	return b.sum
}
