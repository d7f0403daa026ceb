package analyze

import (
	"cmp"
	"math/bits"
	"time"

	"github.com/longpole/longpole/analyze/blame"
	"github.com/longpole/longpole/analyze/bounded"
	"github.com/longpole/longpole/analyze/quantile"
)

// A distribution is one journey's observations in order of duration.
type distribution struct {
	cells        *cellTable
	observations []Observation
	sample       *quantile.Sample // of their durations, in the same order
	whole        *bounded.Whole   // of all requests; nil if the observations are all
	all          *quantile.Sample // of the durations of all requests
}

// sampleOf returns what all requests took, or spent on a layer, where more is known of all than of those that are
// measured: nil elsewhere, and where not all of a layer was called so when it was collected.
func (d *distribution) sampleOf(layer string) *quantile.Sample {
	switch {
	case d.whole == nil || d.cells.isRenamed(layer):
		return nil
	case layer == "":
		return d.all
	}
	return d.whole.SampleOf(layer)
}

// scaled returns what some of the observations weigh among all requests.
func (d *distribution) scaled(w quantile.Weight) quantile.Weight {
	if d.whole == nil {
		return w
	}
	hi, lo := bits.Mul64(uint64(w), uint64(d.whole.Weight))
	scaled, _ := bits.Div64(hi, lo, uint64(d.sample.Total()))
	return quantile.Weight(scaled)
}

// longest returns the longest of all requests.
func (d *distribution) longest() *bounded.Request {
	if d.whole != nil {
		return &d.whole.Longest
	}
	return d.observations[len(d.observations)-1].request()
}

// Window returns the first and the last but one of n requests, in order of duration, that speak for
// a percentile at one of them: 30 around it, or 0.2 % if that is more.
func Window(n, at int) (from, to int) {
	half := max(30, n/500) / 2
	return max(0, at-half), min(n, at+half+1)
}

// around returns the composition of the observations around a percentile, scaled to it.
func (d *distribution) around(p quantile.Percentile) Composition {
	from, to := Window(len(d.observations), d.sample.Rank(p.Level))
	return d.cells.compose(d.observations[from:to], p.Value)
}

// FewestInTail is how many observations a tail needs before its composition means something.
const FewestInTail = 30

// tail compares the slowest with the typical. Without a level of choice it takes the highest
// that leaves enough observations above it, or the far one of two humps if that is less.
func (d *distribution) tail(level quantile.Level) Tail {
	t := Tail{Level: level, Wanted: cmp.Or(level, quantile.P99), Hump: d.hump()}
	if level == 0 {
		t.Level = d.widened()
	}
	t.From = d.sample.Rank(t.Level)
	if level == 0 && t.Hump.Requests > 0 && t.Hump.Requests < len(d.observations)-t.From {
		t.From = len(d.observations) - t.Hump.Requests
		t.Level = d.sample.Level(t.From)
		t.OnlyHump = true
	}
	for _, o := range d.observations[t.From:] {
		t.Weight += o.Weight
	}
	t.Weight = d.scaled(t.Weight)
	t.Slow, t.Typical = d.cells.compose(d.observations[t.From:], -1), d.cells.compose(d.typical(), -1)
	t.Excess = t.Slow.Minus(&t.Typical)
	t.Extra = t.Slow.Total - t.Typical.Total
	t.Known = d.within(&t)
	return t
}

// within says how well the sample knows what layers have of the tail; nothing where all requests are measured.
func (d *distribution) within(t *Tail) (all []Interval) {
	if d.whole == nil {
		return nil
	}
	place := map[string]int{}
	for i, s := range t.Slow.By(ByLayer) {
		place[s.Name] = i
		all = append(all, Interval{Layer: s.Name, Time: s.Time})
	}
	var weight quantile.Weight
	for _, o := range d.observations[t.From:] {
		weight += o.Weight
	}
	n := len(d.observations)
	slowest := make([]bounded.Slow, min(n, 2*(n-t.From)+100))
	for i := range slowest {
		o := &d.observations[n-1-i]
		slowest[i] = bounded.Slow{Weight: o.Weight, Times: make([]time.Duration, len(all))}
		cells, times := d.cells.spent(o)
		for k, cell := range cells {
			if at, known := place[d.cells.All[cell].Layer]; known {
				slowest[i].Times[at] += times[k]
			}
		}
	}
	low, high := bounded.TailIntervals(slowest, weight, quantile.Resampling{}.Random())
	for i := range low {
		all[i].Low, all[i].High = low[i], high[i]
	}
	return all
}

// lost returns how much longer the slowest tenth took than the median, in all.
func (d *distribution) lost() (s quantile.Sum) {
	typical := d.sample.At(quantile.P50)
	for _, o := range d.observations[d.sample.Rank(quantile.P90):] {
		s.Add(d.scaled(o.Weight), o.Duration-typical)
	}
	return s
}

// hump returns the far one of two humps.
func (d *distribution) hump() Hump {
	at := blame.Far(d.sample.Times())
	if at == 0 {
		return Hump{}
	}
	return Hump{Requests: len(d.observations) - at, From: d.observations[at].Duration, Median: d.observations[(at+len(d.observations))/2].Duration}
}

// answer decides what is worth saying of a tail.
func (d *distribution) answer(t *Tail) blame.Answer {
	times := blame.Times{
		Requests: len(d.observations), Typical: Parts(t.Typical.Cells), Total: t.Typical.Total,
		Adds: Parts(t.Excess), Extra: t.Extra, Slow: len(d.observations) - t.From,
	}
	for i := t.From; i < len(d.observations); i++ {
		if d.observations[i].Duration >= t.Typical.Total+t.Extra/2 {
			times.Far++
		}
	}
	return blame.Of(times)
}

// Parts returns times by layer and place, as package blame takes them.
func Parts(cells []CellShare) []blame.Part {
	all := make([]blame.Part, len(cells))
	for i, c := range cells {
		all[i] = blame.Part{Layer: c.Cell.Layer, Place: c.Cell.Place(), Time: c.Time}
	}
	return all
}

// typical returns the observations in the middle.
func (d *distribution) typical() []Observation {
	from, to := d.typicalFrom()
	return d.observations[from:to]
}

// typicalFrom returns the places of the first of them, and after the last.
func (d *distribution) typicalFrom() (from, to int) {
	return d.sample.Rank(4000), d.sample.Rank(6000) + 1
}

func (d *distribution) widened() quantile.Level {
	for _, level := range []quantile.Level{quantile.P99, quantile.P95, quantile.P90} {
		if len(d.observations)-d.sample.Rank(level) >= FewestInTail {
			return level
		}
	}
	return quantile.P90
}
