package detect

import (
	"cmp"
	"slices"
	"time"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/bounded"
	"github.com/longpole/longpole/analyze/edges"
	"github.com/longpole/longpole/analyze/load"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/internal/intern"
	"github.com/longpole/longpole/internal/wire"
	"github.com/longpole/longpole/trace"
)

// A Survey looks at requests for everything that a detector knows. Surveys that saw different requests
// of one run merge, in any order, into what one would have seen.
type Survey struct {
	folds []fold // as Detectors
	edges edges.Table
	plan  *budget.Plan

	// What serves one request after the other:
	request request
	epoch   int
	known   []*signature
}

// NewSurvey returns a survey of nothing, with the thresholds of a plan. It must be used by one goroutine at a
// time.
func NewSurvey(plan *budget.Plan, l bounded.Limits) *Survey {
	s := &Survey{plan: plan}
	s.request.plan = plan
	for _, d := range Detectors {
		s.folds = append(s.folds, d.begin(limitsOf(d, plan)))
		if c, is := s.folds[len(s.folds)-1].(*crowds); is {
			l = l.OrUsual()
			c.limits = bounded.Limits{Journey: max(l.Journey/4, 1), All: max(l.All/4, 1)}
		}
	}
	return s
}

// instanceKey tells instances of a service apart; hostKey does where nobody set it.
const (
	instanceKey = "service.instance.id"
	hostKey     = "host.name"
)

// Look takes in the requests of a trace. It keeps nothing of the reading but its names.
func (s *Survey) Look(r *attribute.Reading) { s.LookAt(r, nil) }

// LookAt is Look where kept says which requests are kept one by one, so that findings may name them; nil for all.
// Others are counted only.
func (s *Survey) LookAt(r *attribute.Reading, kept []bool) {
	if r.IsLeftOut() || len(r.Requests) == 0 {
		return
	}
	if r.Epoch != s.epoch {
		s.known, s.epoch = s.known[:0], r.Epoch
	}
	q := &s.request
	q.is = q.is[:0]
	for i := range r.Trace.Spans {
		q.is = append(q.is, s.signature(r, int32(i)))
	}
	q.countCalls(r, &s.edges)
	for i := range r.Requests {
		if r.Trace.Spans[r.Requests[i].Root].Flags.Has(trace.Unfinished) {
			continue
		}
		q.left = kept != nil && !kept[i]
		q.begin(r, &r.Requests[i])
		for _, f := range s.folds {
			f.look(q)
		}
	}
}

func (s *Survey) signature(r *attribute.Reading, i int32) *signature {
	n := r.Signature(i)
	for n >= len(s.known) {
		s.known = append(s.known, nil)
	}
	if s.known[n] == nil {
		sig, work := r.Trace.Spans[i].Sig, r.Work(i)
		id, _ := sig.First(instanceKey, hostKey)
		s.known[n] = &signature{
			Decision: work, kind: sig.Kind, service: sig.Service, operation: r.Operation(i), instance: cmp.Or(id, sig.Host),
			asks: work.Remote || sig.Kind == trace.Client && !work.Step,
		}
		if s.known[n].reads() {
			s.known[n].writes = writes(r.Operation(i))
		}
	}
	return s.known[n]
}

// Merge adds what o saw.
func (s *Survey) Merge(o *Survey) {
	s.edges.Merge(&o.edges)
	for i := range s.folds {
		s.folds[i].merge(o.folds[i])
	}
}

// Forget drops what requests show that are not kept any more, and of instances what is more than most tell. All
// are kept where kept is nil.
func (s *Survey) Forget(kept func(Ref) bool) {
	for _, f := range s.folds {
		f.forget(kept)
	}
}

// countCalls counts the calls of a trace, and notes whom they ask.
func (q *request) countCalls(r *attribute.Reading, t *edges.Table) {
	q.asked = intern.Resized(q.asked, len(r.Trace.Spans))
	for i, sig := range q.is {
		if !sig.asks {
			continue
		}
		callee := r.Callee(int32(i))
		q.asked[i] = callee
		if r.Trace.Spans[i].Flags.Has(trace.Unfinished) {
			continue
		}
		if sig.edge == nil || sig.callee != callee {
			sig.edge, sig.callee = t.At(edges.Call{Caller: sig.service, Callee: callee, Operation: sig.operation}), callee
		}
		sig.edge.Count(r, int32(i))
	}
}

// A request is one request as detectors look at it: its spans, what of its path each of them has, and
// which calls a parent makes again and again.
type request struct {
	*attribute.Reading
	*attribute.Request
	ref   Ref
	left  bool // it is not kept
	plan  *budget.Plan
	spans []int32            // its root's first, parents before their children
	own   []time.Duration    // by span of the trace: own time on the path
	under []time.Duration    // by span: time on the path in it and below it
	most  time.Duration      // of own
	calls []int32            // of spans, those that ask somebody and are on the path, or what is below them is
	steps []*attribute.Piece // of opening connections and starting, see isStep
	alike []group

	is    []*signature // by span
	asked []string     // by span that asks: whom
	flat  []int32      // of the groups
	open  []int32
}

// A group is children of one parent that do the same, at the same callee or not, in order of start. The
// parent waited for them.
type group struct {
	parent int32
	calls  []int32
}

// A signature caches what detectors ask of all spans alike.
type signature struct {
	*category.Decision
	kind      trace.Kind
	service   string
	operation string
	instance  string
	asks      bool // somebody else does the work
	writes    bool // what it asks a cache or a store for may change what is read
	edge      *edges.Edge
	callee    string // of edge

	stays      *load.Stays // of its instance
	answeredBy string      // the last service that answered such a call
	at         *presence   // of its instance
	passed     *passing    // of its instance, to
	passedTo   string      // this callee
}

// isEntry reports whether requests enter a service here.
func (s *signature) isEntry() bool { return s.kind == trace.Server || s.kind == trace.Consumer }

// reads reports whether a cache or a store is asked.
func (s *signature) reads() bool {
	return s.asks && (s.Category == category.Cache || s.Category == category.Storage)
}

// begin takes in a request of the reading.
func (q *request) begin(r *attribute.Reading, of *attribute.Request) {
	t := r.Trace
	q.Reading, q.Request, q.ref = r, of, Ref{t.ID, t.Spans[of.Root].ID}
	q.collect(of.Root)
	q.own, q.under = intern.Resized(q.own, len(t.Spans)), intern.Resized(q.under, len(t.Spans))
	clear(q.own)
	clear(q.under)
	q.steps, q.calls, q.most = q.steps[:0], q.calls[:0], 0
	for i := range of.Pieces {
		p := &of.Pieces[i]
		if q.own[p.Span] += p.Duration(); isStep(p.Category) {
			q.steps = append(q.steps, p)
		}
	}
	for _, at := range slices.Backward(q.spans) { // once for each span, however deep the path goes
		q.most = max(q.most, q.own[at])
		if q.under[at] += q.own[at]; at != of.Root {
			q.under[t.Parent(at)] += q.under[at]
		}
	}
	for _, at := range q.spans {
		if q.is[at].asks && q.under[at] > 0 {
			q.calls = append(q.calls, at)
		}
	}
	q.group()
}

// isStep reports whether work of the category must be done before any other can be: most requests have none.
func isStep(c category.Category) bool {
	switch c {
	case category.DNS, category.Connect, category.TLS, category.ColdStart:
		return true
	}
	return false
}

// collect lists the spans of the request.
func (q *request) collect(root int32) {
	q.spans, q.open = q.spans[:0], append(q.open[:0], root)
	for len(q.open) > 0 {
		at := q.open[len(q.open)-1]
		q.open = q.open[:len(q.open)-1]
		q.spans = append(q.spans, at)
		kids := q.Trace.Children(at)
		for i := len(kids) - 1; i >= 0; i-- {
			q.open = append(q.open, kids[i])
		}
	}
}

// group finds children of one parent that do the same.
func (q *request) group() {
	q.alike, q.flat = q.alike[:0], q.flat[:0]
	waits := q.Waits()
	for _, p := range q.spans {
		kids := q.Trace.Children(p)
		if len(kids) < 2 {
			continue
		}
		from := len(q.flat)
		for _, k := range kids {
			if q.is[k].asks && waits[k].IsWaitedFor() && !q.Trace.Spans[k].Flags.Has(trace.Unfinished) {
				q.flat = append(q.flat, k)
			}
		}
		q.divide(p, from)
	}
}

// divide makes groups of the children of p, which stand at the end of the list.
func (q *request) divide(p int32, from int) {
	kids := q.flat[from:]
	if len(kids) < 2 {
		return
	}
	slices.SortStableFunc(kids, func(a, b int32) int { return cmp.Compare(q.Does(a), q.Does(b)) })
	for len(kids) > 0 {
		n := 1
		for n < len(kids) && q.Does(kids[n]) == q.Does(kids[0]) {
			n++
		}
		if n > 1 {
			q.alike = append(q.alike, group{p, slices.Clip(kids[:n])})
		}
		kids = kids[n:]
	}
}

// span returns span i of the trace.
func (q *request) span(i int32) *trace.Span { return &q.Trace.Spans[i] }

// hit returns what the request shows with a stake.
func (q *request) hit(stake time.Duration) hit {
	return hit{Ref: q.ref, stake: stake, times: 1, left: q.left}
}

// subject is the call i: what its service asks whom for.
func (q *request) subject(i int32) Subject {
	return Subject{Service: q.is[i].service, Callee: q.asked[i], Operation: q.is[i].operation}
}

// inTurn returns those of calls that began when the one before had ended, without attempts that failed
// and were made again, and how long nothing of them ran between. Of calls that mostly run beside each other
// it returns none.
//
//	a  ====
//	b   ===         ran beside a
//	c      ====     in turn
func (q *request) inTurn(calls []int32, into []int32) (chain []int32, between time.Duration) {
	chain = into[:0]
	var end trace.Time
	beside := 0
	for _, k := range calls {
		s := q.span(k)
		if _, again := q.Retried(k); again {
			continue
		}
		if len(chain) > 0 && s.Start < end {
			beside++
			continue
		}
		if len(chain) > 0 {
			between += s.Start.Sub(end)
		}
		chain, end = append(chain, k), s.End
	}
	if beside*mostBeside > len(chain) {
		return chain[:0], 0
	}
	return chain, between
}

// mostBeside is how few of calls that are made in turn may run beside another: one in so many.
const mostBeside = 10

// onPath adds up what the path spends in spans and below them, and the most that one of them has.
func (q *request) onPath(spans []int32) (sum, most time.Duration) {
	for _, k := range spans {
		sum += q.under[k]
		most = max(most, q.under[k])
	}
	return sum, most
}

// Code is what was seen.
func (s *Survey) Code(c *wire.Coder) {
	s.edges.Code(c)
	for _, f := range s.folds {
		f.code(c)
	}
}
