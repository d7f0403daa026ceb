package quantile

import (
	"math"

	"github.com/longpole/longpole/internal/portable"
)

// EnoughRuns reports whether so many runs on each side can be compared run by run: three on each side
// can, and two beside five.
func EnoughRuns(before, after int) bool { return ratioRank(before, after) > 0 }

// A Spread is how far an estimate may be off, as two sides that consist of groups show it.
type Spread struct {
	Error   float64 // its standard error
	Freedom int     // degrees of freedom
}

// Groups estimates the spread of a difference between two sides. sides holds what the difference is with
// each group of a side alone in its place: groups that differ for any reason at all differ by it (Wolter,
// Introduction to Variance Estimation, 2007, chapter 2: random groups). A side needs two groups.
func Groups(sides [2][]float64) Spread {
	squares, parts, freedom := 0.0, 0.0, -2
	for _, of := range sides {
		mean := 0.0
		for _, v := range of {
			mean += v / float64(len(of))
		}
		for _, v := range of {
			squares += float64((v - mean) * (v - mean))
		}
		parts += 1 / float64(len(of))
		freedom += len(of)
	}
	return Spread{math.Sqrt(squares / float64(freedom) * parts), freedom}
}

// Half returns half the length of the interval around the estimate that holds the truth with 95 %
// confidence.
func (s Spread) Half() float64 {
	low, high := 0.0, 13.0 // of one degree of freedom it is 12.7
	for range 60 {
		if t := (low + high) / 2; student(t, s.Freedom) < 0.95 {
			low = t
		} else {
			high = t
		}
	}
	return high * s.Error
}

// Chance returns how likely the estimate is at least so far from zero, to either side, where the truth is
// zero.
func (s Spread) Chance(estimate float64) float64 {
	switch {
	case estimate == 0:
		return 1
	case s.Error == 0:
		return 0
	}
	return 1 - student(math.Abs(estimate)/s.Error, s.Freedom)
}

// student returns the probability that Student's t is between -t and t (Abramowitz & Stegun, Handbook of
// Mathematical Functions, 1964, 26.7.3 and 26.7.4).
func student(t float64, freedom int) float64 {
	x := t / math.Sqrt(float64(freedom)) // the tangent of the angle
	angle, cos := portable.Atan(x), 1/math.Sqrt(1+float64(x*x))
	sin := x * cos
	term, sum := 1.0, 0.0
	if freedom%2 == 0 {
		for k := 0; k < freedom; k += 2 {
			if k > 0 {
				term *= float64(k-1) / float64(k) * cos * cos
			}
			sum += term
		}
		return sin * sum
	}
	for k := 1; k < freedom; k += 2 {
		if k == 1 {
			term = cos
		} else {
			term *= float64(k-1) / float64(k) * cos * cos
		}
		sum += term
	}
	return 2 / math.Pi * (angle + float64(sin*sum))
}
