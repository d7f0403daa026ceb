package replay

import (
	"cmp"
	"slices"
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/internal/intern"
	"github.com/longpole/longpole/trace"
)

// A Recorder keeps the timelines of the requests that it is shown. Recorders that were shown different traces
// of one run merge, in any order, into one that was shown all of them.
type Recorder struct {
	tables
	requests []*Request
	terms    []Term // see Terms

	// What serves one request after the other:
	kids   []int32
	open   []opened
	seen   []bool  // by span
	first  []int32 // by span: its first piece on the path, from 1
	next   []int32 // by piece: the next one of its span
	pieces []attribute.Piece
}

// tables are what requests share, by numbers.
type tables struct {
	cells     intern.Numbers[analyze.Cell]
	paths     intern.Numbers[Path]
	instances intern.Numbers[Instance]
	orders    Orders
}

// A Path is a call path: what a span does, below what the spans above it do.
type Path struct {
	Above    int32 // number of the path of the span above; -1 for the root of a request
	Does     attribute.Operation
	Callee   string // the other side, if it is a call
	Category category.Category
}

// Place returns where the time of a call is spent: a service, or the edge from a caller to its callee.
func (p *Path) Place() string {
	if p.Callee == "" || p.Callee == p.Does.Service {
		return p.Does.Service
	}
	return p.Does.Service + " -> " + p.Callee
}

// An Instance is one process of a service, as far as its spans tell.
type Instance struct{ Service, Host string }

// A Request is the timeline of one request. Times are nanoseconds since it began.
type Request struct {
	Trace    trace.ID
	Root     trace.SpanID
	Start    trace.Time
	Duration time.Duration
	nodes    []node    // parents before their children, and earlier children first, each with all that is below
	own      []stretch // of its nodes, node after node, each in order of time
	timeline           // what is made of them once all requests are known
}

// A node is a span that the request waited for, or that somebody did for whom it waited.
type node struct {
	parent     int32 // -1 for the root
	last       int32 // the last node below it; itself if there is none
	path       int32
	instance   int32
	id         trace.SpanID
	start, end int64 // within those of its parent
	slack      int64 // how late a child may end and still have ended before the next one
	acquired   int64 // when what it waited for was its own, as an event tells; -1 if none does
	from, to   int32 // its stretches of own time
	terms      uint16
	failed     bool
	visit      int32 // to a station, from 1; 0 for most
}

// A stretch is time that a span spent by itself.
type stretch struct {
	from, to int64
	cell     int32
	onPath   bool
}

// An opened is a span that is to become a node.
type opened struct {
	span, parent int32
	start, end   trace.Time
}

// NewRecorder returns a recorder that also notes which spans the terms of a question are true of.
func NewRecorder(terms []Term) *Recorder { return &Recorder{terms: terms} }

// Look keeps the requests of a trace. A request that is one of several journeys is kept once.
func (c *Recorder) Look(r *attribute.Reading) {
	if r.IsLeftOut() {
		return
	}
	for i := range r.Requests {
		q := &r.Requests[i]
		if (i > 0 && r.Requests[i-1].Root == q.Root) || r.Trace.Spans[q.Root].Flags.Has(trace.Unfinished) {
			continue
		}
		c.record(r, q)
	}
}

func (c *Recorder) record(r *attribute.Reading, q *attribute.Request) {
	request := &Request{Trace: r.Trace.ID, Root: r.Trace.Spans[q.Root].ID, Start: q.Start, Duration: q.Duration()}
	c.index(q, len(r.Trace.Spans))
	c.open = append(c.open[:0], opened{q.Root, -1, q.Start, q.End})
	of := c.ofRequest(r, q.Root)
	for len(c.open) > 0 {
		o := c.open[len(c.open)-1]
		c.open = c.open[:len(c.open)-1]
		c.add(r, q, request, o, of)
	}
	closeNodes(request.nodes)
	c.orders.add(request.nodes)
	c.requests = append(c.requests, request)
}

// index notes which pieces of the path are whose.
func (c *Recorder) index(q *attribute.Request, spans int) {
	c.first, c.seen = intern.Resized(c.first, spans), intern.Resized(c.seen, spans)
	clear(c.first)
	clear(c.seen)
	c.next = intern.Resized(c.next, len(q.Pieces))
	for i := len(q.Pieces) - 1; i >= 0; i-- {
		span := q.Pieces[i].Span
		c.next[i], c.first[span] = c.first[span], int32(i+1)
	}
}

// add makes a node of a span, and opens those that it waited for.
func (c *Recorder) add(r *attribute.Reading, q *attribute.Request, request *Request, o opened, of uint16) {
	c.seen[o.span] = true
	s := &r.Trace.Spans[o.span]
	at := int32(len(request.nodes))
	n := node{
		parent: o.parent, path: c.pathOf(r, request, o), id: s.ID, failed: r.Failed(o.span),
		instance: c.instances.Number(Instance{r.Service(o.span), s.Sig.Host}),
		start:    int64(o.start - q.Start), end: int64(o.end - q.Start),
		slack: int64(max((s.Duration()-1)/100, r.Trace.Grain(o.span))), acquired: acquired(r.Trace, o, q.Start),
		terms: of | c.ofSpan(s), from: int32(len(request.own)),
	}
	c.kids = r.AppendWaitedFor(c.kids[:0], o.span)
	below := len(c.open)
	for _, k := range c.kids {
		kid := &r.Trace.Spans[k]
		child := opened{k, at, max(kid.Start, o.start), min(kid.End, o.end)}
		if (child.start < child.end || child.start == child.end && r.Work(k).Category == category.Queue) && !c.seen[k] { // who waits no time gets a server, too
			c.open = append(c.open, child)
		}
	}
	children := c.open[below:]
	slices.SortFunc(children, func(a, b opened) int { return compareOpened(r.Trace, b, a) }) // the first one on top
	request.own = c.appendOwn(request.own, r, q, o, children)
	n.to = int32(len(request.own))
	request.nodes = append(request.nodes, n)
}

func compareOpened(t *trace.Trace, a, b opened) int {
	return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(a.end, b.end), cmp.Compare(t.Spans[a.span].ID, t.Spans[b.span].ID), cmp.Compare(a.span, b.span))
}

func (c *Recorder) pathOf(r *attribute.Reading, request *Request, o opened) int32 {
	above := int32(-1)
	if o.parent >= 0 {
		above = request.nodes[o.parent].path
	}
	does := attribute.Operation{Service: r.Service(o.span), Name: r.Operation(o.span), Kind: r.Trace.Spans[o.span].Sig.Kind}
	return c.paths.Number(Path{above, does, r.Callee(o.span), r.Work(o.span).Category})
}

// appendOwn appends what a span did by itself: the pieces of the path that are its own, and what it did
// elsewhere while none of its children ran.
//
//	span      ==================
//	  a          ====
//	  b            ======
//	own       ---        -------
func (c *Recorder) appendOwn(out []stretch, r *attribute.Reading, q *attribute.Request, o opened, children []opened) []stretch {
	begin := len(out)
	for i := c.first[o.span]; i > 0; i = c.next[i-1] {
		p := &q.Pieces[i-1]
		out = append(out, stretch{int64(p.From - q.Start), int64(p.To - q.Start), c.cell(r, p), true})
	}
	onPath := len(out)
	at, next := o.start, begin
	free := func(to trace.Time) { // of children, from at on
		for ; next < onPath && q.Start.Add(time.Duration(out[next].from)) < to; next++ {
			out = c.aside(out, r, q, o.span, at, min(to, q.Start.Add(time.Duration(out[next].from))))
			at = max(at, q.Start.Add(time.Duration(out[next].to)))
		}
		out = c.aside(out, r, q, o.span, at, to)
	}
	for i := len(children) - 1; i >= 0; i-- {
		free(children[i].start)
		at = max(at, children[i].end)
	}
	free(o.end)
	if len(out) > onPath && onPath > begin {
		slices.SortFunc(out[begin:], func(a, b stretch) int { return cmp.Compare(a.from, b.from) })
	}
	return out
}

// aside appends own time that is not on the path.
func (c *Recorder) aside(out []stretch, r *attribute.Reading, q *attribute.Request, span int32, from, to trace.Time) []stretch {
	if from >= to {
		return out
	}
	c.pieces = r.AppendOwn(c.pieces[:0], q, span, from, to)
	for i := range c.pieces {
		p := &c.pieces[i]
		out = append(out, stretch{int64(p.From - q.Start), int64(p.To - q.Start), c.cell(r, p), false})
	}
	return out
}

func (c *Recorder) cell(r *attribute.Reading, p *attribute.Piece) int32 {
	cell := analyze.Cell{Category: p.Category, Cause: p.Cause, Service: cmp.Or(p.Caller, r.Service(p.Span)), Operation: r.Operation(p.Span), Callee: p.Callee, Layer: p.Layer}
	if p.Open {
		cell.Open, cell.Else = true, p.Else
	}
	return c.cells.Number(cell)
}

// closeNodes says of each node where what is below it ends.
func closeNodes(nodes []node) {
	for i := len(nodes) - 1; i >= 0; i-- {
		n := &nodes[i]
		n.last = max(n.last, int32(i))
		if n.parent >= 0 {
			p := &nodes[n.parent]
			p.last = max(p.last, n.last)
		}
	}
}

// Merge adds what o has kept.
func (c *Recorder) Merge(o *Recorder) {
	cells, instances := c.cells.Renumber(&o.cells), c.instances.Renumber(&o.instances)
	paths := make([]int32, len(o.paths.All)) // those above come first
	for i, p := range o.paths.All {
		if p.Above >= 0 {
			p.Above = paths[p.Above]
		}
		paths[i] = c.paths.Number(p)
	}
	for _, q := range o.requests {
		for i := range q.nodes {
			n := &q.nodes[i]
			n.path, n.instance = paths[n.path], instances[n.instance]
		}
		for i := range q.own {
			q.own[i].cell = cells[q.own[i].cell]
		}
	}
	c.orders.merge(&o.orders, paths)
	c.requests = append(c.requests, o.requests...)
}
