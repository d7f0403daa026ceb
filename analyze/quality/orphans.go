package quality

import (
	"cmp"
	"slices"
)

// An Orphan is an operation whose spans have lost their parents.
type Orphan struct {
	Service, Operation string
	Spans, Traces      int
	Usually            string // service of the parent where there is one; empty if there never is
}

func (s *Survey) addOrphans() {
	if _, behind := s.Trace.Behind(); behind {
		return // nothing is lost
	}
	for _, i := range s.Trace.Orphans {
		p := s.signature(i).counts
		p.orphans.Spans++
		if p.round != s.round {
			p.round = s.round
			p.orphans.Traces++
		}
	}
}

// orphanRows returns the orphans, the most frequent first, with the caller that such spans
// have where nothing is lost.
func (s *Survey) orphanRows() []Orphan {
	var rows []Orphan
	for _, p := range s.operations {
		if row := p.orphans; row.Spans > 0 {
			row.Usually = mostFrequent(p.parents)
			rows = append(rows, row)
		}
	}
	slices.SortFunc(rows, func(a, b Orphan) int {
		return cmp.Or(cmp.Compare(b.Spans, a.Spans), cmp.Compare(a.Service, b.Service), cmp.Compare(a.Operation, b.Operation))
	})
	return rows
}

// mostFrequent returns the first by name among the most frequent.
func mostFrequent(counts map[string]*int) (name string) {
	most := 0
	for n, count := range counts {
		if *count > most || (*count == most && n < name) {
			name, most = n, *count
		}
	}
	return name
}
