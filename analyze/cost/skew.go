package cost

import (
	"cmp"
	"slices"
	"time"

	"github.com/longpole/longpole/trace"
)

// An Instance is one of those that a service runs.
type Instance struct{ Service, ID string }

// A Share is what one instance has of its service.
type Share struct {
	Instance
	Spans    int // that enter it
	Occupied time.Duration
	Of       Service // the whole service
	Others   int     // instances beside it
}

func (s *Share) add(spans int, occupied time.Duration) {
	s.Spans += spans
	s.Occupied += occupied
}

// instanceOf names the instance that a span ran in: by its id, else by its host.
func instanceOf(service string, sig *trace.Signature) Instance {
	id, _ := sig.First("service.instance.id", "host.name")
	return Instance{service, cmp.Or(id, sig.Host)}
}

func (t *Tally) share(at Instance) *Share {
	s := t.at[at]
	if s == nil {
		s = &Share{Instance: at}
		t.at[at] = s
	}
	return s
}

// Skewed returns the instances that are occupied for half as long again as they would be if all of their service were
// alike, those first that are so by most. An instance without a name is none.
func (t *Tally) Skewed() (all []Share) {
	n := map[string]int{}
	for at := range t.at {
		if at.ID != "" {
			n[at.Service]++
		}
	}
	for at, s := range t.at {
		of := t.services[at.Service]
		if c := n[at.Service]; at.ID != "" && c > 1 && 2*s.Occupied*time.Duration(c) >= 3*of.Occupied {
			skewed := *s
			skewed.Of, skewed.Others = *of, c-1
			all = append(all, skewed)
		}
	}
	slices.SortFunc(all, func(a, b Share) int {
		return cmp.Or(cmp.Compare(b.over(), a.over()), cmp.Compare(a.Service, b.Service), cmp.Compare(a.ID, b.ID))
	})
	return all
}

// over is how long it is occupied beyond its even share.
func (s *Share) over() time.Duration { return s.Occupied - s.Of.Occupied/time.Duration(s.Others+1) }
