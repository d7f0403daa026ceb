package suspects

import "github.com/longpole/longpole/internal/portable"

// chances knows how probable it is that slow ones, drawn from all, are marked.
type chances struct {
	factorials []float64 // logarithm of n!; 0 until it is asked for
}

func newChances(most int) *chances { return &chances{make([]float64, most+1)} }

// atLeast returns the probability that of slow ones, drawn from all of which tagged are
// marked, at least k are marked: the upper tail of the hypergeometric distribution.
func (c *chances) atLeast(all, slow, k, tagged int) float64 {
	p := 0.0
	ways := c.choose(all, slow)
	for i := min(tagged, slow); i >= max(k, slow+tagged-all); i-- {
		p += portable.Exp(c.choose(tagged, i) + c.choose(all-tagged, slow-i) - ways)
	}
	return min(p, 1)
}

// choose is the logarithm of the binomial coefficient.
func (c *chances) choose(n, k int) float64 {
	return c.factorial(n) - c.factorial(k) - c.factorial(n-k)
}

func (c *chances) factorial(n int) float64 {
	l := &c.factorials[n]
	if *l == 0 {
		*l = portable.LogFactorial(float64(n))
	}
	return *l
}

// Chance returns the probability that of slow requests, drawn from all of which so many are marked, at least
// k are marked.
func Chance(all, slow, k, marked int) float64 { return newChances(all).atLeast(all, slow, k, marked) }
