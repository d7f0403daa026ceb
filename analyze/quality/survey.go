package quality

import (
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/trace"
)

// A Survey adds up what traces lack. Surveys that saw different traces of one run merge, in
// any order, into what one would have seen.
type Survey struct {
	explain    *analyze.Explainer
	traces     Traces
	asked      int // calls of services
	path       Path
	services   map[string]bool
	calls      map[callKey]*callCount
	leaves     map[place]*leafCount
	stores     map[storeKey]*Store
	orphans    map[place]*Orphan
	parents    map[place]map[string]int // how often spans of a place have a parent of a service
	clocks     map[clockKey]*clockCount
	thresholds map[Threshold]int
}

// A place is what a service does.
type place struct{ service, operation string }

// NewSurvey returns a survey that asks e what spans are. It must be used by one goroutine at a
// time.
func NewSurvey(e *analyze.Explainer) *Survey {
	return &Survey{
		explain: e, services: map[string]bool{}, calls: map[callKey]*callCount{}, leaves: map[place]*leafCount{},
		stores: map[storeKey]*Store{}, orphans: map[place]*Orphan{}, parents: map[place]map[string]int{},
		clocks: map[clockKey]*clockCount{}, thresholds: map[Threshold]int{},
	}
}

// Add takes in an assembled trace.
func (s *Survey) Add(t *trace.Trace) {
	s.traces.add(countTrace(t))
	s.thresholds[thresholdOf(t)]++
	own := s.walk(t)
	for i := range t.Spans {
		at := int32(i)
		sig := t.Spans[i].Sig
		s.services[sig.Service] = true
		switch {
		case sig.Kind == trace.Client:
			s.addCall(t, at, own[at])
		case sig.Kind == trace.Server && len(t.Children(at)) == 0:
			s.addLeaf(t, at, own[at])
		}
		s.addStore(sig)
		if p := t.Parent(at); p != trace.None {
			s.addParent(sig, t.Spans[p].Sig.Service)
		}
	}
	s.addOrphans(t)
	s.addClocks(t)
}

// walk adds up the paths of the requests in t and returns what of them is own time of each
// span, without what is untraced: that is counted once.
func (s *Survey) walk(t *trace.Trace) map[int32]time.Duration {
	own := map[int32]time.Duration{}
	for _, root := range t.Roots {
		for _, p := range analyze.Attribute(t, root, s.explain) {
			s.path.Total += p.Duration()
			if p.Category == budget.Untraced {
				s.path.Untraced += p.Duration()
				continue
			}
			own[p.Span] += p.Duration()
		}
	}
	return own
}

// Traces counts traces by what is missing of them.
type Traces struct {
	Total    int // Whole + Gapped + Rootless
	Whole    int // with their root and without an orphan
	Gapped   int // with their root, but some span has lost its parent
	Rootless int // without their root

	Spans         int
	RootlessSpans int // in traces without their root
	Requests      int // roots: a trace may have several
	WholeRequests int // in traces that are whole
}

func countTrace(t *trace.Trace) Traces {
	c := Traces{Total: 1, Spans: len(t.Spans), Requests: len(t.Roots)}
	switch {
	case len(t.Roots) == 0:
		c.Rootless, c.RootlessSpans = 1, len(t.Spans)
	case len(t.Orphans) > 0:
		c.Gapped = 1
	default:
		c.Whole, c.WholeRequests = 1, len(t.Roots)
	}
	return c
}

func (c *Traces) add(o Traces) {
	c.Total += o.Total
	c.Whole += o.Whole
	c.Gapped += o.Gapped
	c.Rootless += o.Rootless
	c.Spans += o.Spans
	c.RootlessSpans += o.RootlessSpans
	c.Requests += o.Requests
	c.WholeRequests += o.WholeRequests
}

// A Path is time on the critical paths of all requests.
type Path struct {
	Total    time.Duration
	Untraced time.Duration // of which nothing says what it was
	Calls    time.Duration // own time of calls whose other side is not there
	Leaves   time.Duration // own time of servers without a span below them
}

func (p *Path) add(o Path) {
	p.Total += o.Total
	p.Untraced += o.Untraced
	p.Calls += o.Calls
	p.Leaves += o.Leaves
}
