package attribute

import (
	"slices"
	"time"

	"github.com/longpole/longpole/analyze/critpath"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/internal/intern"
	"github.com/longpole/longpole/trace"
)

// A Reading is one trace with what its spans mean, how they are related, and the paths of its
// requests. It serves one trace after the other in the same memory: it is valid until its
// Explainer reads the next one.
type Reading struct {
	pathfinder
	Requests []Request // those of one root stand together
	Apart    []Apart   // roots that are no requests, if no journey of the plan begins in the trace
	Unchosen Unchosen  // what a choice left out of it
	Epoch    int       // counts how often signatures were forgotten

	begins     bool    // a journey of the plan may begin in it
	kept       []Piece // of all requests but the last, where there are several
	layering   layering
	found      []occurrence
	structures structureFinder
	stepper    stepper
}

// What a Reading knows stands in layers, each of which knows those above it in this list and none
// below: what spans are; who waits for whom; which siblings repeat each other or run at once; where
// work is; where the time of a path went.

// spans are those of one trace, each with what it is.
type spans struct {
	Trace   *trace.Trace
	explain *Explainer
	is      []*signatureInfo // by span
	tags    []spanTags       // the same
}

// A Request is one observation in its trace: the path of what it waited for, in pieces that
// have their layers.
type Request struct {
	Root       int32
	Start, End trace.Time
	Ends       Ending
	Pieces     []Piece // in time order; they tile the request exactly
	Key        Key
	journey    int // of the plan; unplanned if it has none
}

// Duration returns how long the request took.
func (q *Request) Duration() time.Duration { return q.End.Sub(q.Start) }

// Clone returns a copy of the request whose pieces stay as they are.
func (q *Request) Clone() Request {
	c := *q
	c.Pieces = slices.Clone(q.Pieces)
	return c
}

// WholeOf returns what is below root as a request, whether it is one or not: of the journey
// and with the layers that it has where no plan is asked.
func (e *Explainer) WholeOf(t *trace.Trace, root int32) Request {
	m, s := e.of(t.Spans[root].Sig), &t.Spans[root]
	return Request{root, s.Start, s.End, WithRoot, Attribute(t, root, e), e.keyOf(m.root(m.sig), occurrence{root, unplanned}), unplanned}
}

func newReading(e *Explainer) *Reading {
	r := &Reading{}
	r.explain, r.walker = e, critpath.NewWalker(e.Overrule)
	return r
}

// Read reads a trace. Its requests begin where journeys of the plan do, else at its roots.
func (e *Explainer) Read(t *trace.Trace, o Options) *Reading {
	r := e.reading
	r.begin(t)
	r.Requests, r.kept = r.Requests[:0], r.kept[:0]
	r.Apart = r.Apart[:0]
	found := r.choose(r.occurrences(o), &o)
	if r.IsLeftOut() {
		return r
	}
	r.meetServices()
	r.findEnds(found)
	r.judge()
	for len(found) > 0 {
		same := 1
		for same < len(found) && found[same].root == found[0].root {
			same++
		}
		if o.WeightAttr == "" {
			e.countRate(&t.Spans[found[0].root])
		}
		r.request(found[:same], same == len(found))
		found = found[same:]
	}
	return r
}

// meetServices notes which services have spans of what they answered: others miss nothing in a call of theirs.
func (r *Reading) meetServices() {
	for _, m := range r.is {
		if m.kind == trace.Server && !m.met {
			m.met = true
			r.explain.meet(m.op.Service)
		}
	}
}

func (r *Reading) occurrences(o Options) []occurrence {
	if found := r.planned(); len(found) > 0 {
		return found
	}
	return r.byDefault(o.KeepIncomplete)
}

// request appends a request for each occurrence; they share a root. The pieces of the last one
// of all may stand where the path was cut.
func (r *Reading) request(at []occurrence, last bool) {
	named := r.asRoot(at[0].root)
	path := r.attribute(at[0].root)
	for i, occ := range at {
		pieces := path
		if !last || i < len(at)-1 {
			pieces = r.keep(path)
		}
		r.layer(pieces, occ.journey)
		end, ends := r.endOf(occ.root)
		r.Requests = append(r.Requests, Request{occ.root, r.Trace.Spans[occ.root].Start, end, ends, pieces, r.explain.keyOf(named, occ), occ.journey})
	}
}

// keep copies pieces to where they stay until the next trace.
func (r *Reading) keep(pieces []Piece) []Piece {
	from := len(r.kept)
	r.kept = append(r.kept, pieces...)
	return slices.Clip(r.kept[from:])
}

// Signature returns a number for the signature of span i: small, and its own until signatures
// are forgotten.
func (r *spans) Signature(i int32) int { return int(r.is[i].number) }

// Waits says of every span whether its parent waited for it.
func (r *waiting) Waits() []critpath.Wait { return r.waits.Of }

// Service returns where span i ran.
func (r *spans) Service(i int32) string { return r.is[i].op.Service }

// Operation returns what span i does, as a report names it.
func (r *spans) Operation(i int32) string { return r.is[i].op.Name }

// Does returns a number for what span i does: of its kind, operation and service.
func (r *spans) Does(i int32) int32 { return r.is[i].does }

// Route returns the route of a request that begins at span i.
func (r *spans) Route(i int32) string { return r.asRoot(i).route }

// Call returns a number for the call that span i makes: of what it does, and to whom.
func (r *spans) Call(i int32) int32 { return r.is[i].call }

// Work returns what the rules say of span i, without saying why.
func (r *spans) Work(i int32) *category.Decision { return &r.is[i].classification.Decision }

// AppendWaitedFor appends the spans that span i waited for: children of its, and what hangs under it in place of
// them.
func (r *Reading) AppendWaitedFor(out []int32, i int32) []int32 {
	for _, k := range r.Trace.Children(i) {
		if r.waits.Of[k].IsWaitedFor() {
			out = append(out, k)
		}
	}
	for _, h := range r.waits.Hung {
		if h.Under == i {
			out = append(out, h.Span)
		}
	}
	return out
}

// Callee returns the other side of the call that span i is; "" if it is none.
func (r *Reading) Callee(i int32) string {
	if !r.is[i].Remote {
		return ""
	}
	return r.callee(i)
}

// AppendOwn appends what span i of a request did by itself between two moments, whether the request waited
// for it or not, as pieces with their layers. No cause is known of what nobody waited for.
func (r *Reading) AppendOwn(out []Piece, q *Request, i int32, from, to trace.Time) []Piece {
	wire := r.is[i].kind == trace.Client && slices.ContainsFunc(r.Trace.Children(i), func(k int32) bool {
		return r.is[k].kind == trace.Server && r.waits.Of[k].IsWaitedFor()
	})
	path, before := r.pieces, len(out)
	r.pieces = out
	r.segment(&critpath.Segment{Span: i, From: from, To: to, Wire: wire})
	out, r.pieces = r.pieces, path
	r.layerAside(out[before:], q)
	return out
}

// begin reads t.
func (r *Reading) begin(t *trace.Trace) {
	r.layering.of = nil
	r.Trace, r.begins, r.someFailed, r.resent, r.consumes, r.linked = t, false, false, false, false, false
	r.is, r.tags = intern.Resized(r.is, len(t.Spans)), intern.Resized(r.tags, len(t.Spans))
	for i := range t.Spans {
		s := &t.Spans[i]
		m := r.explain.of(s.Sig)
		r.is[i], r.tags[i] = m, r.explain.tagsOf(s, m)
		r.begins = r.begins || len(m.journeys) > 0
		r.someFailed = r.someFailed || m.failed || s.Flags.Has(trace.Failed)
		r.resent = r.resent || m.resend
		r.consumes = r.consumes || m.kind == trace.Consumer
		r.linked = r.linked || len(s.Links()) > 0
	}
	r.kinship.begin(len(t.Spans))
	clear(r.carved)
	r.places.begin()
}

// failed reports whether the span failed in a way that a caller may try again.
func (r *spans) failed(i int32) bool {
	return r.Trace.Spans[i].Flags.Has(trace.Failed) || r.is[i].failed
}

// Retried returns the next attempt at the call i where there is one because that failed.
func (r *kinship) Retried(i int32) (next int32, ok bool) {
	if !r.mayRepeat() {
		return trace.None, false
	}
	p := r.Trace.Parent(i)
	if p == trace.None || !r.family(p).anyFailed {
		return trace.None, false
	}
	next, ok = r.nextAttempt(p, i)
	return next, ok && r.wasRetried(i, next)
}

// Callee returns the other side of the call that span i makes, or is a step of; empty if nothing names it.
func (r *places) Callee(i int32) string { return r.callee(i) }

// Answered returns the service whose span answered the call i; empty if there is none.
func (r *places) Answered(i int32) string { return r.server(i) }

// SomeFailed reports whether any span of the trace failed.
func (r *waiting) SomeFailed() bool { return r.someFailed }

// Failed reports whether a request that begins at span i failed: its status says so, or what it
// was answered with.
func (r *spans) Failed(i int32) bool {
	return r.Trace.Spans[i].Flags.Has(trace.Failed) || r.is[i].fault
}
