package quantile

import (
	"cmp"
	"math/bits"
	"math/rand/v2"
	"slices"
	"time"
)

// A Blocked is a sample in blocks: what happened at about the same time has the weather of that
// time in common, so it is drawn together when the sample is drawn again.
type Blocked struct {
	values []inBlock // the longest first
	totals []Weight  // by block
}

type inBlock struct {
	Value
	block int
}

// NewBlocked returns the sample of values, of which values[i] belongs to block[i]. Blocks are
// numbered from 0, and none is empty.
func NewBlocked(values []Value, block []int) *Blocked {
	b := &Blocked{values: make([]inBlock, len(values))}
	for i, v := range values {
		b.values[i] = inBlock{v, block[i]}
		for len(b.totals) <= block[i] {
			b.totals = append(b.totals, 0)
		}
		b.totals[block[i]] += v.Weight
	}
	slices.SortFunc(b.values, func(x, y inBlock) int {
		return cmp.Or(cmp.Compare(y.Time, x.Time), cmp.Compare(x.block, y.block), cmp.Compare(x.Weight, y.Weight))
	})
	return b
}

// Blocks returns how many blocks there are.
func (b *Blocked) Blocks() int { return len(b.totals) }

// at returns the percentile by nearest rank of the sample in which block i stands times[i] times.
func (b *Blocked) at(l Level, times []int) time.Duration {
	var rest Weight
	for i, n := range times {
		rest += Weight(n) * b.totals[i]
	}
	hi, lo := bits.Mul64(uint64(rest), uint64(l))
	need, odd := bits.Div64(hi, lo, uint64(all))
	if odd > 0 {
		need++
	}
	for _, v := range b.values {
		rest -= Weight(times[v.block]) * v.Weight
		if rest < Weight(need) {
			return v.Time
		}
	}
	return 0
}

// draw draws as many blocks as there are, with replacement, and counts them in times.
func draw(r *rand.Rand, times []int) {
	clear(times)
	for range times {
		times[r.IntN(len(times))]++
	}
}

// Resampling says how often samples are drawn again, and from which seed.
type Resampling struct {
	Seed  uint64
	Draws int
}

// Draws is how often samples are drawn again unless told: enough for the 5 % bound to be
// within a percent of where endless draws would put it.
const Draws = 2000

// Random returns the source of a resampling: equal for equal seeds.
func (r Resampling) Random() *rand.Rand { return rand.New(rand.NewPCG(r.Seed, 0x6c6f6e67706f6c65)) }

// A Change is how much a percentile changed from one sample to another, in millionths of what
// it was: 50,000 is 5 % more.
type Change struct {
	Before, After time.Duration
	Change        int64
	// Low and High are each beyond the true change with 5 % probability, so that a change of at
	// least Low is proven at 95 %.
	Low, High int64
}

// Compare estimates the change of a percentile from one sample to another, by a bootstrap of
// blocks. Neither sample may be empty.
func Compare(before, after *Blocked, l Level, o Resampling) Change {
	r := o.Random()
	first, second := ones(before.Blocks()), ones(after.Blocks())
	c := Change{Before: before.at(l, first), After: after.at(l, second)}
	c.Change = change(c.Before, c.After)
	drawn := make([]int64, o.Draws)
	for i := range drawn {
		draw(r, first)
		draw(r, second)
		drawn[i] = change(before.at(l, first), after.at(l, second))
	}
	slices.Sort(drawn)
	c.Low, c.High = drawn[len(drawn)/20], drawn[len(drawn)-1-len(drawn)/20]
	return c
}

func ones(n int) []int {
	times := make([]int, n)
	for i := range times {
		times[i] = 1
	}
	return times
}

// MostChange stands for a change from nothing.
const MostChange = 1_000_000 * 1_000_000

func change(before, after time.Duration) int64 {
	switch {
	case before == after:
		return 0
	case before == 0:
		return MostChange
	}
	hi, lo := bits.Mul64(uint64((after - before).Abs()), 1_000_000)
	if hi >= uint64(before) {
		return MostChange
	}
	q, _ := bits.Div64(hi, lo, uint64(before))
	if after < before {
		return -int64(q)
	}
	return int64(min(q, MostChange))
}
