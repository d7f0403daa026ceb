package quantile

import (
	"math"
	"math/bits"
	"strconv"

	"github.com/longpole/longpole/internal/wire"
)

// A Weight says how many requests an observation stands for, in 65536ths, so that sums are
// exact and do not depend on their order.
type Weight uint64

// One is the weight of an observation that stands for itself.
const One Weight = 1 << 16

// maxWeight keeps the sum of a million weights within 64 bits.
const maxWeight = Weight(1) << 43

// AdjustedCount returns the weight that OpenTelemetry's consistent probability sampling gives
// to a span kept under the 56-bit rejection threshold th: 2^56 / (2^56 - th).
func AdjustedCount(th uint64) Weight {
	const space = 1 << 56
	if th >= space {
		return maxWeight
	}
	hi, lo := bits.Mul64(space, uint64(One))
	kept := uint64(space) - th
	if hi >= kept {
		return maxWeight
	}
	w, _ := bits.Div64(hi, lo, kept)
	return min(Weight(w), maxWeight)
}

// ParseWeight reads a number of requests, "10" or "2.5". ok is false for what is none.
func ParseWeight(text string) (w Weight, ok bool) {
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || !(n > 0) || math.IsInf(n, 0) {
		return 0, false
	}
	return max(1, Weight(math.Round(min(n*float64(One), float64(maxWeight))))), true
}

// ParseShare reads what share of all requests was kept, a number up to the whole: "0.1" of 1, "10" of 100. Each
// that was kept stands for as many as that is contained in the whole. ok is false for what is no share.
func ParseShare(text string, whole int) (w Weight, ok bool) {
	share, err := strconv.ParseFloat(text, 64)
	if err != nil || !(share > 0) || share > float64(whole) {
		return 0, false
	}
	return Weight(math.Round(min(float64(whole)/share*float64(One), float64(maxWeight)))), true
}

// Float returns the weight as a number of requests, for printing.
func (w Weight) Float() float64 { return float64(w) / float64(One) }

// Code is the weight.
func (w *Weight) Code(c *wire.Coder) {
	if wire.Num(c, w); c.Reading() && (*w == 0 || *w > maxWeight) {
		c.Fail("a weight is none")
		*w = One
	}
}
