package analyze

import (
	"maps"
	"slices"
	"time"

	"github.com/longpole/longpole/analyze/bounded"
	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/internal/intern"
)

// exemplars returns the observation that is most like the tail as a whole, the slowest of
// all, and one that is most like the typical ones, to lay beside it.
func (d *distribution) exemplars(t *Tail) []Exemplar {
	return []Exemplar{
		exemplar("tail", d.nearest(d.observations[t.From:], &t.Slow)),
		slowest(d.longest()),
		exemplar("typical", d.nearest(d.typical(), &t.Typical)),
	}
}

func exemplar(why string, o *Observation) Exemplar {
	return Exemplar{why, o.Trace, o.Root, o.Duration, o.Alone}
}

func slowest(r *bounded.Request) Exemplar {
	return Exemplar{"slowest", r.Trace, r.Root, r.Duration, r.Alone}
}

// nearest returns the observation whose cells differ least from the composition; the first of
// those that tie.
func (d *distribution) nearest(observations []Observation, c *Composition) *Observation {
	mean := make([]time.Duration, len(d.cells.All))
	for _, s := range c.Cells {
		mean[d.cells.order[s.rank]] = s.Time
	}
	best, least := 0, uint64(1<<64-1)
	for i := range observations {
		cells, times := d.cells.spent(&observations[i])
		if far := distance(cells, times, mean, c.Total); far < least {
			best, least = i, far
		}
	}
	return &observations[best]
}

// distance sums the differences cell by cell: cells that the observation lacks differ by all
// that the mean has there.
func distance(cells []int32, times, mean []time.Duration, total time.Duration) uint64 {
	far := uint64(total)
	for i, cell := range cells {
		far -= uint64(mean[cell])
		far += uint64((times[i] - mean[cell]).Abs())
	}
	return far
}

// calls returns how often operations run in typical and in slow requests, by name. A call whose time
// is of several kinds, such as phases of it, ran once; a repeated attempt is a run of its own.
func (d *distribution) calls(t *Tail) []Calls {
	typical, slow := d.counts(d.typical()), d.counts(d.observations[t.From:])
	by := map[string]*Calls{}
	for operation, n := range typical {
		by[operation] = &Calls{Operation: operation, Typical: n}
	}
	for operation, n := range slow {
		if by[operation] == nil {
			by[operation] = &Calls{Operation: operation}
		}
		by[operation].Slow = n
	}
	var out []Calls
	for _, operation := range slices.Sorted(maps.Keys(by)) {
		out = append(out, *by[operation])
	}
	return out
}

// counts returns the mean number of runs of each operation, in hundredths.
func (d *distribution) counts(observations []Observation) map[string]int {
	t := d.cells
	t.parts = intern.Resized(t.parts, len(t.All))
	clear(t.parts)
	var weight quantile.Weight
	for i := range observations {
		o := &observations[i]
		weight += o.Weight
		cells, _ := t.Of(o.spent)
		for k, n := range t.Counts(o.spent) {
			t.parts[cells[k]].Add(o.Weight, 100*time.Duration(n))
		}
	}
	runs := map[string]quantile.Sum{}
	for cell := range t.parts {
		if t.parts[cell] != (quantile.Sum{}) {
			sum := runs[t.All[cell].What()]
			sum.Plus(t.parts[cell])
			runs[t.All[cell].What()] = sum
		}
	}
	out := map[string]int{}
	for operation, sum := range runs {
		out[operation] = int(sum.Over(weight))
	}
	return out
}
