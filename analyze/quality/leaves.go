package quality

import (
	"cmp"
	"slices"
	"time"

	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/trace"
)

// A Leaf is an operation of a server that no span below it explains.
type Leaf struct {
	Service, Operation string
	Count              int
	Median             time.Duration
	Path               time.Duration // on critical paths
}

type leafCount struct {
	took []time.Duration
	path time.Duration
}

// addLeaf counts a server span without children. What its rule takes for a store or a proxy is
// explained by that.
func (s *Survey) addLeaf(t *trace.Trace, i int32, own time.Duration) {
	sig := t.Spans[i].Sig
	if s.explain.Work(sig).Category != budget.App {
		return
	}
	key := placeOf(sig)
	c := s.leaves[key]
	if c == nil {
		c = &leafCount{}
		s.leaves[key] = c
	}
	c.took = append(c.took, t.Spans[i].Duration())
	c.path += own
	s.path.Leaves += own
}

func placeOf(sig *trace.Signature) place { return place{sig.Service, budget.Operation(sig)} }

// leafRows returns the leaves that took at least one hundredth of all paths, the largest
// first: most servers have nothing below them because there is nothing to see.
func (s *Survey) leafRows() []Leaf {
	var rows []Leaf
	for k, c := range s.leaves {
		if c.path == 0 || c.path < s.path.Total/100 {
			continue
		}
		rows = append(rows, Leaf{k.service, k.operation, len(c.took), median(c.took), c.path})
	}
	slices.SortFunc(rows, func(a, b Leaf) int {
		return cmp.Or(cmp.Compare(b.Path, a.Path), cmp.Compare(a.Service, b.Service), cmp.Compare(a.Operation, b.Operation))
	})
	return rows
}
