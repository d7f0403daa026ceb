package quality

import (
	"cmp"
	"slices"

	"github.com/longpole/longpole/trace"
)

// An Orphan is an operation whose spans have lost their parents.
type Orphan struct {
	Service, Operation string
	Spans, Traces      int
	Usually            string // service of the parent where there is one; empty if there never is
}

func (s *Survey) addParent(sig *trace.Signature, service string) {
	key := placeOf(sig)
	if s.parents[key] == nil {
		s.parents[key] = map[string]int{}
	}
	s.parents[key][service]++
}

func (s *Survey) addOrphans(t *trace.Trace) {
	met := map[place]bool{}
	for _, i := range t.Orphans {
		key := placeOf(t.Spans[i].Sig)
		o := s.orphans[key]
		if o == nil {
			o = &Orphan{Service: key.service, Operation: key.operation}
			s.orphans[key] = o
		}
		o.Spans++
		if !met[key] {
			met[key] = true
			o.Traces++
		}
	}
}

// orphanRows returns the orphans, the most frequent first, with the caller that such spans
// have where nothing is lost.
func (s *Survey) orphanRows() []Orphan {
	var rows []Orphan
	for key, o := range s.orphans {
		row := *o
		row.Usually = mostFrequent(s.parents[key])
		rows = append(rows, row)
	}
	slices.SortFunc(rows, func(a, b Orphan) int {
		return cmp.Or(cmp.Compare(b.Spans, a.Spans), cmp.Compare(a.Service, b.Service), cmp.Compare(a.Operation, b.Operation))
	})
	return rows
}

// mostFrequent returns the first by name among the most frequent.
func mostFrequent(counts map[string]int) (name string) {
	most := 0
	for n, count := range counts {
		if count > most || (count == most && n < name) {
			name, most = n, count
		}
	}
	return name
}
