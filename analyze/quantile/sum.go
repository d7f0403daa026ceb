package quantile

import (
	"cmp"
	"math"
	"math/big"
	"math/bits"
	"slices"
	"time"

	"github.com/longpole/longpole/internal/wire"
)

// A Sum adds up durations times weights in 128 bits: no number of requests of any length
// overflows it, and no order of adding shows.
type Sum struct{ hi, lo uint64 }

// Add adds w times d. d must not be negative.
func (s *Sum) Add(w Weight, d time.Duration) {
	hi, lo := bits.Mul64(uint64(w), uint64(d))
	s.Plus(Sum{hi, lo})
}

// Plus adds what another sum adds up to.
func (s *Sum) Plus(o Sum) {
	var carry uint64
	s.lo, carry = bits.Add64(s.lo, o.lo, 0)
	s.hi, _ = bits.Add64(s.hi, o.hi, carry)
}

// Compare orders sums by size.
func (s Sum) Compare(o Sum) int { return cmp.Or(cmp.Compare(s.hi, o.hi), cmp.Compare(s.lo, o.lo)) }

// Float returns about what it adds up to.
func (s Sum) Float() float64 { return math.Ldexp(float64(s.hi), 64) + float64(s.lo) }

func (s Sum) big() *big.Int {
	n := new(big.Int).SetUint64(s.hi)
	return n.Or(n.Lsh(n, 64), new(big.Int).SetUint64(s.lo))
}

// Over returns the mean: the sum divided by a sum of weights, to the nearest nanosecond.
func (s Sum) Over(w Weight) time.Duration {
	if w == 0 {
		return 0
	}
	half := new(big.Int).SetUint64(uint64(w) / 2)
	mean := half.Div(half.Add(half, s.big()), new(big.Int).SetUint64(uint64(w)))
	return time.Duration(mean.Int64())
}

// Apportion divides total in proportion to parts so that the shares add up to it exactly: each
// is rounded down, and the nanoseconds left go to those that lost most by it.
func Apportion(total time.Duration, parts []Sum) []time.Duration {
	var whole Sum
	for _, p := range parts {
		whole.Plus(p)
	}
	shares := make([]time.Duration, len(parts))
	switch {
	case whole == (Sum{}):
	case whole.hi == 0:
		apportionSmall(shares, total, whole.lo, parts)
	default:
		apportionLarge(shares, total, whole, parts)
	}
	return shares
}

// apportionSmall is for sums of 64 bits, which all but the largest are.
func apportionSmall(shares []time.Duration, total time.Duration, whole uint64, parts []Sum) {
	lost := make([]uint64, len(parts))
	for i, p := range parts {
		hi, lo := bits.Mul64(p.lo, uint64(total))
		share, rest := bits.Div64(hi, lo, whole) // p.lo <= whole, so the share is at most total
		shares[i], lost[i] = time.Duration(share), rest
	}
	giveRest(shares, total, func(a, b int) int { return cmp.Compare(lost[b], lost[a]) })
}

func apportionLarge(shares []time.Duration, total time.Duration, whole Sum, parts []Sum) {
	lost := make([]*big.Int, len(parts))
	for i, p := range parts {
		share := new(big.Int).Mul(p.big(), big.NewInt(int64(total)))
		share, lost[i] = share.DivMod(share, whole.big(), new(big.Int))
		shares[i] = time.Duration(share.Int64())
	}
	giveRest(shares, total, func(a, b int) int { return lost[b].Cmp(lost[a]) })
}

// giveRest gives a nanosecond each to the first shares in an order until they add up to total.
func giveRest(shares []time.Duration, total time.Duration, compare func(a, b int) int) {
	order := make([]int, len(shares))
	left := total
	for i, share := range shares {
		left -= share
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		if c := compare(a, b); c != 0 {
			return c
		}
		return cmp.Compare(a, b)
	})
	for _, i := range order[:left] {
		shares[i]++
	}
}

// Code is the sum.
func (s *Sum) Code(c *wire.Coder) {
	wire.Num(c, &s.hi)
	wire.Num(c, &s.lo)
}
