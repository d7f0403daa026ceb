package quality

import (
	"slices"
	"time"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/trace"
)

// A Survey adds up what traces lack. Surveys that saw different traces of one run merge, in
// any order, into what one would have seen.
type Survey struct {
	traces     Traces
	asked      int // calls of services
	path       Path
	services   map[string]bool
	operations map[operation]*operationCount
	calls      map[callKey]*callCount
	stores     map[storeKey]*Store
	pages      map[string]*Page // by service
	clocks     map[clockKey]*clockCount
	thresholds map[Threshold]int
	clients    map[Client]int
	orders     map[orderKey][]doubt
	lengths    map[attribute.Key][]time.Duration // of the requests of each journey

	// What serves one trace after the other:
	*attribute.Reading
	epoch int
	known []*signature
	own   []time.Duration // of each span, on the paths of requests
	round int             // counts traces

	requests int     // counts them
	visits   []visit // by span
}

// An operation is what a service does.
type operation struct{ service, operation string }

// An operationCount is what is counted of spans of one operation.
type operationCount struct {
	took    []time.Duration // of servers without children
	path    time.Duration   // of these
	orphans Orphan
	round   int             // in which an orphan was met last
	parents map[string]*int // how often spans have a parent of a service
}

// NewSurvey returns a survey of nothing. It must be used by one goroutine at a time.
func NewSurvey() *Survey {
	return &Survey{
		services: map[string]bool{}, operations: map[operation]*operationCount{}, calls: map[callKey]*callCount{},
		stores: map[storeKey]*Store{}, pages: map[string]*Page{}, clocks: map[clockKey]*clockCount{}, thresholds: map[Threshold]int{}, clients: map[Client]int{},
		orders: map[orderKey][]doubt{}, lengths: map[attribute.Key][]time.Duration{},
	}
}

// Look takes in the requests of a trace. What it reads is the reader's and not kept.
func (s *Survey) Look(r *attribute.Reading) {
	if r.IsLeftOut() {
		return
	}
	s.Reading = r
	s.round++
	if r.Epoch != s.epoch {
		s.known, s.epoch = nil, r.Epoch
	}
	s.traces.add(countTrace(r))
	s.thresholds[thresholdOf(r.Trace)]++
	s.walk()
	for i := range r.Trace.Spans {
		s.span(int32(i), s.signature(int32(i)))
	}
	s.addOrphans()
	s.addClocks()
	s.addClients(r)
	s.addPages(r.Trace)
}

func (s *Survey) span(i int32, sig *signature) {
	switch {
	case sig.work.Upstream != "" && sig.kind != trace.Client:
		s.addForwarded(i, sig)
	case sig.kind == trace.Client:
		s.addCall(i, sig)
	case sig.leaf && len(s.Trace.Children(i)) == 0:
		s.addLeaf(i, sig)
	}
	sig.countStore()
	if p := s.Trace.Parent(i); p != trace.None {
		sig.addParent(s.Trace.Spans[p].Sig.Service)
	}
}

// walk adds up the paths of the requests and notes what of them is own time of each span,
// without what is untraced: that is counted once.
func (s *Survey) walk() {
	s.own = append(s.own[:0], make([]time.Duration, len(s.Trace.Spans))...)
	for i := range s.Requests {
		if !s.isCounted(i) {
			continue
		}
		s.addOrders(&s.Requests[i])
		for _, p := range s.Requests[i].Pieces {
			s.path.Total += p.Duration()
			if p.Category == category.Untraced {
				s.path.Untraced += p.Duration()
				continue
			}
			s.own[p.Span] += p.Duration()
		}
	}
}

// isCounted reports whether the time of a request is not that of another one, too: of one that
// begins at the same span, or above.
func (s *Survey) isCounted(i int) bool {
	q := &s.Requests[i]
	if !q.Key.Planned {
		return true
	}
	if i > 0 && s.Requests[i-1].Root == q.Root {
		return false
	}
	for at := s.Trace.Parent(q.Root); at != trace.None; at = s.Trace.Parent(at) {
		if slices.ContainsFunc(s.Requests, func(o attribute.Request) bool { return o.Root == at }) {
			return false
		}
	}
	return true
}

// Traces counts traces by what is missing of them.
type Traces struct {
	Total    int // Whole + Gapped + Rootless
	Whole    int // with their root and without an orphan
	Gapped   int // with their root, but some span has lost its parent
	Rootless int // without their root
	Behind   int // of the whole ones, those that begin behind an edge that sends no spans

	Spans         int
	RootlessSpans int // in traces without their root
	Requests      int // a trace may have several
	WholeRequests int // in traces that are whole
}

func countTrace(r *attribute.Reading) Traces {
	t := r.Trace
	c := Traces{Total: 1, Spans: len(t.Spans), Requests: roots(r)}
	_, behind := t.Behind()
	switch {
	case behind:
		c.Whole, c.WholeRequests, c.Behind = 1, c.Requests, 1
	case len(t.Roots) == 0:
		c.Rootless, c.RootlessSpans = 1, len(t.Spans)
	case len(t.Orphans) > 0:
		c.Gapped = 1
	default:
		c.Whole, c.WholeRequests = 1, c.Requests
	}
	return c
}

// roots counts the spans at which requests begin of which is known how long they took; those that
// share one stand together.
func roots(r *attribute.Reading) (n int) {
	for i := range r.Requests {
		root := r.Requests[i].Root
		first := i == 0 || root != r.Requests[i-1].Root
		if first && !r.Trace.Spans[root].Flags.Has(trace.Unfinished) {
			n++
		}
	}
	return n
}

func (c *Traces) add(o Traces) {
	c.Total += o.Total
	c.Whole += o.Whole
	c.Gapped += o.Gapped
	c.Rootless += o.Rootless
	c.Behind += o.Behind
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
