package compare

import (
	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/structure"
)

// What tells a journey that got another name from one that is gone beside one that is new: in millionths of
// its requests, by what they did.
const (
	leastOfRenamed = 800_000 // that requests of the other name did, too
	mostOfOthers   = 500_000 // that requests of any third journey did: two routes that do the same are not told apart
)

// renamed finds, for each journey that is new, the one that is gone and made the same calls. What did nothing below
// its root has nothing to be recognised by.
func (c *comparer) renamed(before, after *analyze.Result, shared map[string]bool) map[*analyze.Journey]*analyze.Journey {
	was := map[*analyze.Journey]*analyze.Journey{}
	if !oneSided(before, shared) || !oneSided(after, shared) {
		return was
	}
	for _, of := range degrees {
		gone, now := c.doings(0, before, of), c.doings(1, after, of)
		for i := range now {
			k, alike := closest(now[i], gone)
			if k < 0 || alike < leastOfRenamed || now[i].isShared(shared) || gone[k].isShared(shared) || was[now[i].of] != nil {
				continue
			}
			if back, _ := closest(gone[k], now); back == i && isAlone(now[i], gone, k) && isAlone(gone[k], now, i) && !isTaken(was, gone[k].of) {
				was[now[i].of] = gone[k].of
			}
		}
	}
	return was
}

func oneSided(r *analyze.Result, shared map[string]bool) bool {
	for i := range r.Journeys {
		if !shared[r.Journeys[i].Name] {
			return true
		}
	}
	return false
}

func isTaken(was map[*analyze.Journey]*analyze.Journey, gone *analyze.Journey) bool {
	for _, g := range was {
		if g == gone {
			return true
		}
	}
	return false
}

// A doing is how many requests of a journey did what.
type doing struct {
	of    *analyze.Journey
	n     int64
	times map[uint64]int64
}

func (d *doing) isShared(names map[string]bool) bool { return names[d.of.Name] }

// doings returns those of the journeys of a side that call something and of which there are enough.
func (c *comparer) doings(side int, r *analyze.Result, degree degree) (all []doing) {
	for i := range r.Journeys {
		d := doing{of: &r.Journeys[i], times: map[uint64]int64{}}
		requests := c.data[side].RequestsOf(d.of).All()
		for k := range requests {
			if s := requests[k].Structure; s != structure.None {
				d.times[degree.of(c.prints[side][s])]++
			}
			d.n++
		}
		delete(d.times, withoutCalls)
		if d.n >= fewestAlike && len(d.times) > 0 {
			all = append(all, d)
		}
	}
	return all
}

// withoutCalls is what requests have in common that called nothing.
const withoutCalls = 1

// alike returns the share, in millionths, of requests of both that have their like in the other.
func (d *doing) alike(o *doing) (share int64) {
	for print, n := range d.times {
		share += min(n*1_000_000/d.n, o.times[print]*1_000_000/o.n)
	}
	return share
}

// closest returns the journey of the other side that is most like one; negative if none is.
func closest(d doing, others []doing) (best int, most int64) {
	best = -1
	for k := range others {
		if alike := d.alike(&others[k]); alike > most {
			best, most = k, alike
		}
	}
	return best, most
}

// isAlone reports whether no journey of the other side but one is much like d.
func isAlone(d doing, others []doing, but int) bool {
	for k := range others {
		if k != but && d.alike(&others[k]) > mostOfOthers {
			return false
		}
	}
	return true
}
