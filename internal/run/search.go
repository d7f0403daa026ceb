package run

import (
	"cmp"
	"slices"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/critpath"
	"github.com/longpole/longpole/trace"
)

// A Found is a trace that was searched for, as the analysis of all saw it.
type Found struct {
	Trace    *trace.Trace
	Requests []attribute.Request
	Waits    []critpath.Wait // of each span
	Explain  *attribute.Explainer
}

// A Search keeps what it is shown: it is for an analysis that wants few traces.
type Search struct {
	explain  *attribute.Explainer
	evidence *attribute.Evidence
	found    []Found
	leftOut  int // traces that were searched for, of which no request is chosen
}

// NewSearch returns a search whose traces are read by e.
func NewSearch(e *attribute.Explainer) *Search {
	return &Search{explain: e, evidence: e.Evidence}
}

// Evidence returns what all requests show together, also those that were not wanted.
func (s *Search) Evidence() *attribute.Evidence { return s.evidence }

// Look keeps a trace with its requests.
func (s *Search) Look(r *attribute.Reading) {
	if r.IsLeftOut() {
		s.leftOut++
		return
	}
	f := Found{Trace: r.Trace.Clone(), Waits: slices.Clone(r.Waits()), Explain: s.explain}
	for i := range r.Requests {
		f.Requests = append(f.Requests, r.Requests[i].Clone())
	}
	s.found = append(s.found, f)
}

// Merge adds what o has kept.
func (s *Search) Merge(o *Search) {
	s.found = append(s.found, o.found...)
	s.leftOut += o.leftOut
	s.evidence.Merge(o.evidence)
}

// LeftOut returns how many traces were searched for of which no request is chosen.
func (s *Search) LeftOut() int { return s.leftOut }

// Found returns the traces in order of their ids.
func (s *Search) Found() []Found {
	j := s.evidence.Judge()
	for i := range s.found {
		for k := range s.found[i].Requests {
			q := &s.found[i].Requests[k]
			q.Pieces = j.Named(q.Pieces, s.found[i].Trace)
		}
	}
	slices.SortFunc(s.found, func(a, b Found) int { return a.Trace.ID.Compare(b.Trace.ID) })
	return s.found
}

// Request returns the outermost request in which span i stands, and what is below the topmost
// span above it where it stands in none.
func (f *Found) Request(i int32) attribute.Request {
	top, at := i, -1
	for n := i; n != trace.None; n = f.Trace.Parent(n) {
		top = n
		if k := slices.IndexFunc(f.Requests, func(q attribute.Request) bool { return q.Root == n }); k >= 0 {
			at = k
		}
	}
	if at < 0 {
		return f.Explain.WholeOf(f.Trace, top)
	}
	return f.Requests[at]
}

// Longest returns the longest request, and what is below the longest topmost span where no
// request begins.
func (f *Found) Longest() attribute.Request {
	if len(f.Requests) > 0 {
		return slices.MaxFunc(f.Requests, func(a, b attribute.Request) int { return f.compare(a.Root, b.Root) })
	}
	tops := f.Trace.Roots
	if len(tops) == 0 {
		tops = f.Trace.Orphans
	}
	return f.Explain.WholeOf(f.Trace, slices.MaxFunc(tops, f.compare))
}

// compare compares the lengths of two spans; of equals the earlier one is greater.
func (f *Found) compare(a, b int32) int {
	return cmp.Or(cmp.Compare(f.Trace.Spans[a].Duration(), f.Trace.Spans[b].Duration()), cmp.Compare(b, a))
}
