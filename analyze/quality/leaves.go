package quality

import (
	"cmp"
	"slices"
	"time"
)

// A Leaf is an operation of a server that no span below it explains.
type Leaf struct {
	Service, Operation string
	Count              int
	Median             time.Duration
	Path               time.Duration // on critical paths
}

// addLeaf counts a server span without children. What its rule takes for a store or a proxy is
// explained by that.
func (s *Survey) addLeaf(i int32, sig *signature) {
	c := sig.counts
	c.took = append(c.took, s.Trace.Spans[i].Duration())
	c.path += s.own[i]
	s.path.Leaves += s.own[i]
}

// leafRows returns the leaves that took at least one hundredth of all paths, the largest
// first: most servers have nothing below them because there is nothing to see.
func (s *Survey) leafRows() []Leaf {
	var rows []Leaf
	for k, c := range s.operations {
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
