package analyze

import "time"

// exemplars returns the observation that is most like the tail as a whole, the slowest of
// all, and one that is most like the typical ones, to lay beside it.
func (d *distribution) exemplars(t *Tail) []Exemplar {
	return []Exemplar{
		exemplar("tail", d.nearest(d.observations[t.From:], &t.Slow)),
		exemplar("slowest", &d.observations[len(d.observations)-1]),
		exemplar("typical", d.nearest(d.typical(), &t.Typical)),
	}
}

func exemplar(why string, o *Observation) Exemplar {
	return Exemplar{why, o.Trace, o.Root, o.Duration, o.Alone}
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
