package suspects

import "math"

// chances knows how probable it is that slow ones, drawn from all, are marked.
type chances struct {
	all, slow  int
	factorials []float64 // logarithm of n!; 0 until it is asked for
}

func newChances(all, slow int) *chances {
	return &chances{all, slow, make([]float64, all+1)}
}

// atLeast returns the probability that of slow ones, drawn from all of which tagged are
// marked, at least k are marked.
func (c *chances) atLeast(k, tagged int) float64 {
	p := 0.0
	ways := c.choose(c.all, c.slow)
	for i := min(tagged, c.slow); i >= max(k, c.slow+tagged-c.all); i-- {
		p += math.Exp(c.choose(tagged, i) + c.choose(c.all-tagged, c.slow-i) - ways)
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
		*l, _ = math.Lgamma(float64(n) + 1)
	}
	return *l
}
