package compare

import (
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/analyze/structure"
)

// A Twin is a request from before to lay beside a slow one from after.
type Twin struct {
	analyze.Exemplar // whose Why says how alike they are
	Of               analyze.Exemplar
}

// twin returns the typical request from before that is most like a slow one from after: with the
// same structure, as finely as there is one, and then with the most alike times.
func (c *comparer) twin(p *pair, after *analyze.Journey) *Twin {
	if len(after.Exemplars) == 0 {
		return nil
	}
	of := after.Exemplars[0]
	slow := p.find(1, of)
	print := c.prints[1][p.sides[1].All()[slow].Structure]
	for _, degree := range []struct {
		why  string
		same func(structure.Fingerprint) bool
	}{
		{"the same calls", func(f structure.Fingerprint) bool { return f.Fine == print.Fine }},
		{"the same calls between services", func(f structure.Fingerprint) bool { return f.Skeleton == print.Skeleton }},
		{"the same services", func(f structure.Fingerprint) bool { return f.Coarse == print.Coarse }},
		{"typical", func(structure.Fingerprint) bool { return true }},
	} {
		if at := p.nearest(slow, func(s uint64) bool { return degree.same(c.prints[0][s]) }); at >= 0 {
			o := &p.sides[0].All()[at]
			return &Twin{analyze.Exemplar{Why: degree.why, Trace: o.Trace, Root: o.Root, Duration: o.Duration, Alone: o.Alone}, of}
		}
	}
	return nil
}

func (p *pair) find(c int, e analyze.Exemplar) int {
	all := p.sides[c].All()
	for i := range all {
		if all[i].Trace == e.Trace && all[i].Root == e.Root {
			return i
		}
	}
	return 0
}

// nearest returns the place of the request in the middle of before whose times differ least from
// those of a request after; negative if none has such a structure.
func (p *pair) nearest(slow int, same func(structure uint64) bool) int {
	before := &p.sides[0]
	s := before.Sample()
	best, least := -1, time.Duration(0)
	for i := s.Rank(quantile.Level(4000)); i <= s.Rank(quantile.Level(6000)); i++ {
		if !same(before.All()[i].Structure) {
			continue
		}
		if far := p.distance(&before.requests[i], &p.sides[1].requests[slow]); best < 0 || far < least {
			best, least = i, far
		}
	}
	return best
}

// distance sums the differences of the times of two requests, one of each side, cell by cell.
func (p *pair) distance(before, after *request) (far time.Duration) {
	times := map[int32]time.Duration{}
	for k := before.from; k < before.to; k++ {
		times[p.sides[0].cells[k]] += p.sides[0].times[k]
	}
	for k := after.from; k < after.to; k++ {
		times[p.sides[1].cells[k]] -= p.sides[1].times[k]
	}
	for _, d := range times {
		far += d.Abs()
	}
	return far
}
