package compare

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/longpole/longpole/analyze/quantile"
)

// A mixture is requests with the shares that structures have on one side, and, inside each
// structure, the requests of one side; in order of duration.
//
//	             requests as before   requests as after
//	shares before     [0][0]               [0][1]
//	shares after      [1][0]               [1][1]
//
// Going from [0][0] to [1][1] over either corner says what came of other shares and what of slower
// requests. Neither way is the right one, so the mean of both is taken (the Shapley value of a game
// of two).
type mixture struct {
	of []drawn
	*quantile.Sample
}

// A drawn request stands in a mixture with a weight of its own.
type drawn struct {
	side   uint8
	at     int32
	took   time.Duration
	weight quantile.Weight
}

// mixtures returns all four, by whose shares and whose requests they have.
func (p *pair) mixtures(classes int32) (m [2][2]mixture) {
	shares := [2][]quantile.Weight{p.shares(0, classes), p.shares(1, classes)}
	for a := range m {
		for b := range m[a] {
			m[a][b] = p.mixture(a, b, shares)
		}
	}
	return m
}

// shares returns the weight of each class on a side.
func (p *pair) shares(c int, classes int32) []quantile.Weight {
	all := make([]quantile.Weight, classes)
	for i := range p.sides[c].requests {
		if r := &p.sides[c].requests[i]; r.class != alone {
			all[r.class] += r.weight
		}
	}
	return all
}

func (p *pair) mixture(of, from int, shares [2][]quantile.Weight) mixture {
	var m mixture
	if of == from {
		m.of = p.drawnFrom(of, func(r *request) quantile.Weight { return r.weight })
		m.Sample = p.sides[of].Sample()
		return m
	}
	scale := p.sides[from].weight.Float() / p.sides[of].weight.Float()
	known := p.drawnFrom(from, func(r *request) quantile.Weight {
		if r.class == alone {
			return 0
		}
		return scaled(r.weight, shares[of][r.class].Float()/shares[from][r.class].Float()*scale)
	})
	own := p.drawnFrom(of, func(r *request) quantile.Weight {
		if r.class != alone {
			return 0
		}
		return scaled(r.weight, scale)
	})
	m.of = slices.Concat(known, own)
	slices.SortStableFunc(m.of, func(a, b drawn) int { return cmp.Compare(a.took, b.took) })
	values := make([]quantile.Value, len(m.of))
	for i, d := range m.of {
		values[i] = quantile.Value{Time: d.took, Weight: d.weight}
	}
	m.Sample = quantile.NewSample(values)
	return m
}

// scaled returns a weight times a factor, and never nothing.
func scaled(w quantile.Weight, by float64) quantile.Weight {
	return max(1, quantile.Weight(math.Round(float64(w)*by)))
}

// drawnFrom returns the requests of a side that have a weight.
func (p *pair) drawnFrom(c int, weight func(*request) quantile.Weight) (out []drawn) {
	for i := range p.sides[c].requests {
		r := &p.sides[c].requests[i]
		if w := weight(r); w > 0 {
			out = append(out, drawn{uint8(c), int32(i), r.took, w})
		}
	}
	return out
}

// A composition is the mean of some requests, by cell, and what that sums to.
type composition struct {
	total time.Duration
	cells []time.Duration
}

// compose returns the mean of drawn requests. scaledTo, unless negative, is what it is scaled to.
func (p *pair) compose(of []drawn, scaledTo time.Duration) composition {
	clear(p.parts)
	var whole quantile.Sum
	var weight quantile.Weight
	for _, d := range of {
		s := &p.sides[d.side]
		r := &s.requests[d.at]
		whole.Add(d.weight, r.took)
		weight += d.weight
		for k := r.from; k < r.to; k++ {
			p.parts[s.cells[k]].Add(d.weight, s.times[k])
		}
	}
	if scaledTo < 0 {
		scaledTo = whole.Over(weight)
	}
	return composition{scaledTo, quantile.Apportion(scaledTo, p.parts)}
}
