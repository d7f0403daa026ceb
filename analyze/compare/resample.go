package compare

import (
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/quantile"
)

// An Interval holds a true value with 95 % confidence, in nanoseconds.
type Interval struct{ Low, High time.Duration }

// Excludes reports whether the interval does not hold zero.
func (i Interval) Excludes() bool { return i.Low > 0 || i.High < 0 }

// Least returns how far a value of the interval is from zero at least.
func (i Interval) Least() time.Duration { return max(0, i.Low, -i.High) }

// A resampler draws both sets again, by blocks of time, and divides the change of a percentile
// each time.
type resampler struct {
	*pair
	level   quantile.Level
	lists   [2][2][]drawn // slowest first
	rowOf   []int32       // by cell
	rows    int
	classes int
	weights [2][][]float64 // by block and class, from 1; 0 is alone
	times   [2][]int       // how often each block was drawn

	shares [2][]float64 // by class as in weights, of this draw
	totals [2]float64
	parts  [2][2][]float64 // by row, of this draw
	found  []int32         // positions that have a weight
}

func (p *pair) resampler(m *[2][2]mixture, classes int32, level quantile.Level, rowOf []int32, rows int) *resampler {
	r := &resampler{pair: p, level: level, rowOf: rowOf, rows: rows, classes: int(classes)}
	for a := range m {
		for b := range m[a] {
			r.lists[a][b] = slices.Clone(m[a][b].of)
			slices.Reverse(r.lists[a][b])
			r.parts[a][b] = make([]float64, rows+1)
		}
		r.weigh(a)
	}
	return r
}

func (r *resampler) weigh(c int) {
	s := &r.sides[c]
	r.shares[c] = make([]float64, r.classes+1)
	for i := range s.requests {
		q := &s.requests[i]
		for int(q.block) >= len(r.weights[c]) {
			r.weights[c] = append(r.weights[c], make([]float64, r.classes+1))
		}
		r.weights[c][q.block][q.class+1] += q.weight.Float()
	}
	r.times[c] = make([]int, len(r.weights[c]))
}

// draw draws the blocks of both sides and returns the change, by row, and in all of other
// requests; the last row is the change as a whole.
func (r *resampler) draw(random *rand.Rand, change []float64) (mix float64) {
	for c := range r.sides {
		clear(r.times[c])
		for range r.times[c] {
			r.times[c][random.IntN(len(r.times[c]))]++
		}
	}
	return r.divide(change)
}

// divide divides the change between the blocks that were drawn, as draw returns it.
func (r *resampler) divide(change []float64) (mix float64) {
	for c := range r.sides {
		r.share(c)
	}
	for a := range r.lists {
		for b := range r.lists[a] {
			r.compose(a, b)
		}
	}
	for i := range change {
		change[i] = r.parts[1][1][i] - r.parts[0][0][i]
	}
	all := r.rows
	return (r.parts[1][0][all] - r.parts[0][0][all] + r.parts[1][1][all] - r.parts[0][1][all]) / 2
}

func (r *resampler) share(c int) {
	clear(r.shares[c])
	r.totals[c] = 0
	for block, times := range r.times[c] {
		for class, w := range r.weights[c][block] {
			r.shares[c][class] += float64(float64(times) * w)
			r.totals[c] += float64(float64(times) * w)
		}
	}
}

// factor returns what the weight of a class is multiplied with in a mixture.
func (r *resampler) factor(of, from int, class int32) float64 {
	switch {
	case of == from:
		return 1
	case class == alone:
		return r.totals[from] / r.totals[of]
	case r.shares[from][class+1] == 0:
		return 0
	}
	return r.shares[of][class+1] / r.shares[from][class+1] * (r.totals[from] / r.totals[of])
}

// total returns the weight of a mixture.
func (r *resampler) total(of, from int) (sum float64) {
	for class := range int32(r.classes + 1) {
		side := from
		if class-1 == alone {
			side = of
		}
		sum += float64(r.shares[side][class] * r.factor(of, from, class-1))
	}
	return sum
}

// compose finds the percentile of a mixture, and what the requests around it waited for.
func (r *resampler) compose(of, from int) {
	list, parts := r.lists[of][from], r.parts[of][from]
	above, sum := (1-r.level.Fraction())*r.total(of, from), 0.0
	r.found = r.found[:0]
	at := -1
	_, half := analyze.Window(len(list), 0)
	for i := range list {
		w := r.weightOf(&list[i], of, from)
		if w == 0 {
			continue
		}
		r.found = append(r.found, int32(i))
		sum += w
		if at < 0 && sum > above {
			at = len(r.found) - 1
		}
		if at >= 0 && len(r.found)-at >= half {
			break
		}
	}
	clear(parts)
	if at < 0 {
		at = len(r.found) - 1
	}
	if at >= 0 {
		r.fill(parts, list, r.found[max(0, at-half+1):], list[r.found[at]].took, of, from)
	}
}

func (r *resampler) weightOf(d *drawn, of, from int) float64 {
	q := &r.sides[d.side].requests[d.at]
	times := r.times[d.side][q.block]
	if times == 0 {
		return 0
	}
	return float64(times) * q.weight.Float() * r.factor(of, from, q.class)
}

// fill adds up the rows of requests, scaled to a percentile.
func (r *resampler) fill(parts []float64, list []drawn, some []int32, value time.Duration, of, from int) {
	whole := 0.0
	for _, i := range some {
		d := &list[i]
		w := r.weightOf(d, of, from)
		s := &r.sides[d.side]
		q := &s.requests[d.at]
		whole += float64(w * float64(q.took))
		for k := q.from; k < q.to; k++ {
			parts[r.rowOf[s.cells[k]]] += float64(w * float64(s.times[k]))
		}
	}
	for i := range parts {
		if whole > 0 {
			parts[i] *= float64(value) / whole
		}
	}
	parts[r.rows] = float64(value)
}

// A spreading is what drawing again says of a change: how far it may be off, and how likely it is
// that there is none.
type spreading struct {
	change, mix, slower Interval
	rows                []Interval
	chances             []float64 // by row, that a change of this sign is chance
}

func (r *resampler) spread(o quantile.Resampling) spreading {
	random := o.Random()
	columns := make([][]float64, r.rows+3)
	for i := range columns {
		columns[i] = make([]float64, o.Draws)
	}
	change := make([]float64, r.rows+1)
	for d := range o.Draws {
		mix := r.draw(random, change)
		for i, v := range change {
			columns[i][d] = v
		}
		columns[r.rows+1][d], columns[r.rows+2][d] = mix, change[r.rows]-mix
	}
	out := spreading{change: interval(columns[r.rows]), mix: interval(columns[r.rows+1]), slower: interval(columns[r.rows+2])}
	for _, c := range columns[:r.rows] {
		out.rows = append(out.rows, interval(c))
		out.chances = append(out.chances, chance(c))
	}
	return out
}

// byRun finds the same by what each run alone makes of the change, in the place of its side.
func (r *resampler) byRun() spreading {
	groups := make([][2][]float64, r.rows+3)
	for c := range r.sides {
		for i := range r.times[c] {
			for k, v := range r.changeOf(func(side, run int) bool { return side != c || run == i }) {
				groups[k][c] = append(groups[k][c], v)
			}
		}
	}
	intervals, chances := make([]Interval, len(groups)), make([]float64, len(groups))
	for k, v := range r.changeOf(func(int, int) bool { return true }) {
		s := quantile.Groups(groups[k])
		intervals[k], chances[k] = Interval{rounded(v - s.Half()), rounded(v + s.Half())}, s.Chance(v)
	}
	n := r.rows
	return spreading{change: intervals[n], mix: intervals[n+1], slower: intervals[n+2], rows: intervals[:n], chances: chances[:n]}
}

// changeOf returns the change between some blocks by row, in all, and in all of other and of slower requests.
func (r *resampler) changeOf(some func(side, block int) bool) []float64 {
	for c := range r.times {
		for i := range r.times[c] {
			r.times[c][i] = 0
			if some(c, i) {
				r.times[c][i] = 1
			}
		}
	}
	change := make([]float64, r.rows+1)
	mix := r.divide(change)
	return append(change, mix, change[r.rows]-mix)
}

// interval returns the middle 95 % of what was drawn, which it sorts.
func interval(drawn []float64) Interval {
	slices.Sort(drawn)
	cut := len(drawn) / 40
	return Interval{rounded(drawn[cut]), rounded(drawn[len(drawn)-1-cut])}
}

func rounded(v float64) time.Duration { return time.Duration(math.Round(v)) }

// chance returns how likely a change of the drawn sign is where there is none, on both sides.
func chance(sorted []float64) float64 {
	below, above := 0, 0
	for _, v := range sorted {
		if v <= 0 {
			below++
		}
		if v >= 0 {
			above++
		}
	}
	return min(1, 2*float64(min(below, above)+1)/float64(len(sorted)+1))
}
