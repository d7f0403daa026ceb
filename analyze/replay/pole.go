package replay

import (
	"cmp"
	"slices"
	"time"
)

// next returns where the slowest tenth of a journey then waits longer than typical requests.
func (q *question) next(j *Journey, o *outcome) *Pole {
	order := slices.Clone(j.Requests)
	slices.SortFunc(order, func(a, b int) int { return cmp.Or(cmp.Compare(o.took[a], o.took[b]), cmp.Compare(a, b)) })
	n := len(order)
	if n < 10 {
		return nil
	}
	adds := map[Pole]int64{}
	spread := func(some []int, sign int64) {
		some = thinned(some)
		for _, i := range some {
			q.where(i, o, func(p Pole, took int64) { adds[p] += sign * took * 1000 / int64(len(some)) })
		}
	}
	spread(order[n-n/10:], 1)
	spread(order[n*4/10:n*6/10+1], -1)
	var best *Pole
	for p, took := range adds {
		p.Adds = time.Duration(took / 1000)
		if best == nil || cmp.Or(cmp.Compare(p.Adds, best.Adds), cmp.Compare(best.Layer, p.Layer), cmp.Compare(best.Place, p.Place)) > 0 {
			best = &p
		}
	}
	return best
}

// mostLookedAt is how many requests of a side are looked at for where they wait.
const mostLookedAt = 100

func thinned(some []int) (few []int) {
	step := (len(some) + mostLookedAt - 1) / mostLookedAt
	for i := 0; i < len(some); i += max(1, step) {
		few = append(few, some[i])
	}
	return few
}

// where tells what a request waits for in an outcome.
func (q *question) where(i int, o *outcome, tell func(p Pole, took int64)) {
	v := &variation{}
	if len(o.all) > 0 {
		v = &o.all[i]
	} else {
		q.vary(v, i, Favourable)
		q.run.replay(v)
	}
	v.walk(func(cell int32, s *Station, took int64) {
		switch {
		case took == 0:
		case s != nil:
			tell(Pole{Layer: "queue", Place: s.Name}, took)
		case cell >= 0:
			tell(Pole{Layer: q.run.Cells[cell].Layer, Place: q.run.Cells[cell].Place()}, took)
		}
	})
}

// walk goes back from the end of a request along what it turned out to wait for, and tells the own time and the waits
// that it meets. What is nobody's own time has no cell.
func (v *variation) walk(tell func(cell int32, s *Station, took int64)) {
	q, n, ends := v.request, int32(0), true
	for {
		s := &q.steps[2*n]
		if ends {
			s = &q.steps[2*n+1]
		}
		at := v.after[2*n]
		if ends {
			at = v.after[2*n+1]
		}
		if cut := ends && v.limit[n] != unlimited && v.end[n] == v.start[n]+v.limit[n]; cut {
			ends = false
			continue
		}
		for p := s.partFrom; p < s.part; p++ {
			tell(q.parts[p].cell, nil, v.took[p])
		}
		if !ends {
			v.tellWait(n, true, tell)
		}
		switch {
		case at >= 0:
			n, ends = at, true
		case ends:
			v.tellWait(n, false, tell)
			ends = false
		case n == 0:
			return
		default:
			n = q.nodes[n].parent
			v.tellWait(n, false, tell)
		}
	}
}

func (v *variation) tellWait(n int32, before bool, tell func(cell int32, s *Station, took int64)) {
	if at := v.request.nodes[n].visit; at > 0 && v.request.visits[at-1].before == before {
		tell(-1, v.request.visits[at-1].station, v.inner[n]-v.arrive[n])
	}
}
