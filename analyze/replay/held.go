package replay

import (
	"cmp"
	"slices"
	"time"
)

// A Holder is a journey whose requests hold a station.
type Holder struct {
	Journey string
	Held    time.Duration // of all its visits together
}

// HeldBy returns which journeys hold a station, the one that does longest first. Requests of several journeys count
// for the first of them, and those of none for none.
func (r *Run) HeldBy(s *Station) (all []Holder) {
	held := make([]time.Duration, len(r.Kinds))
	for i, q := range r.Requests {
		if j := r.journeyOf(i); j >= 0 {
			held[j] += s.held[q]
		}
	}
	for j, d := range held {
		if d > 0 {
			all = append(all, Holder{r.Kinds[j].Name, d})
		}
	}
	slices.SortFunc(all, func(a, b Holder) int { return cmp.Or(cmp.Compare(b.Held, a.Held), cmp.Compare(a.Journey, b.Journey)) })
	return all
}
