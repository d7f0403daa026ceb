package analyze

import (
	"cmp"

	"github.com/longpole/longpole/analyze/quantile"
)

// A distribution is one journey's observations in order of duration.
type distribution struct {
	cells        *cellTable
	observations []Observation
	sample       *quantile.Sample // of their durations, in the same order
}

// window is how many observations around a percentile are taken to speak for it: 30, or
// 0.2 % if that is more.
func (d *distribution) window() int { return max(30, len(d.observations)/500) }

// around returns the composition of the observations around a percentile, scaled to it.
func (d *distribution) around(p quantile.Percentile) Composition {
	at, half := d.sample.Rank(p.Level), d.window()/2
	from, to := max(0, at-half), min(len(d.observations), at+half+1)
	return d.cells.compose(d.observations[from:to], p.Value)
}

// fewestInTail is how many observations a tail needs before its composition means something.
const fewestInTail = 30

// tail compares the slowest with the typical. Without a level of choice it takes the highest
// that leaves enough observations above it.
func (d *distribution) tail(level quantile.Level) Tail {
	t := Tail{Level: level, Wanted: cmp.Or(level, quantile.P99)}
	if level == 0 {
		t.Level = d.widened()
	}
	t.Slow, t.Typical = d.cells.compose(d.slow(t.Level), -1), d.cells.compose(d.typical(), -1)
	t.Excess = t.Slow.Minus(&t.Typical)
	t.Extra = t.Slow.Total - t.Typical.Total
	return t
}

// slow returns the observations at or above a level.
func (d *distribution) slow(level quantile.Level) []Observation {
	return d.observations[d.sample.Rank(level):]
}

// typical returns the observations in the middle.
func (d *distribution) typical() []Observation {
	return d.observations[d.sample.Rank(4000) : d.sample.Rank(6000)+1]
}

func (d *distribution) widened() quantile.Level {
	for _, level := range []quantile.Level{quantile.P99, quantile.P95, quantile.P90} {
		if len(d.observations)-d.sample.Rank(level) >= fewestInTail {
			return level
		}
	}
	return quantile.P90
}
