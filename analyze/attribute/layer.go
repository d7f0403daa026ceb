package attribute

import (
	"slices"

	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/internal/intern"
	"github.com/longpole/longpole/trace"
)

// layerSet is a set of layers of one journey, by number. A plan has no more than it holds.
type layerSet uint64

func (s layerSet) has(i int) bool { return s>>i&1 == 1 }

// asked says which layers of a journey a signature answers to, apart from category and cause.
type asked struct {
	match layerSet // of its own time
	under layerSet // of its own time and of everything below it
	call  layerSet // as under, if the span is a call whose other side exported no span of its own
}

func newAsked(j *budget.Journey, sig *trace.Signature, m *signatureInfo) asked {
	var a asked
	for i := range j.Layers {
		l := &j.Layers[i]
		if l.Match == nil || l.Match.Matches(sig) {
			a.match |= 1 << i
		}
		if l.Under == nil || l.Under.Matches(sig) {
			a.under |= 1 << i
		}
		if l.Under != nil && m.Remote && m.Category == category.External && l.Under.Matches(otherSide(sig, m.Peer)) {
			a.call |= 1 << i
		}
	}
	return a
}

// otherSide is the span that a callee would have exported, as far as its caller tells.
func otherSide(sig *trace.Signature, peer string) *trace.Signature {
	return &trace.Signature{Service: peer, Name: sig.Name, Kind: trace.Server, Attrs: sig.Attrs}
}

// A layering gives the pieces of an observation's path to the layers of a journey.
//
//	under: {service: payment}
//
//	root server                 ============
//	  POST /pay client           =========     the call: payment's, for it serves it
//	    POST /pay server in=payment =====      payment's
//	      select client in=payment    ==       and what is below it
type layering struct {
	journey int
	under   []layerSet // of each span that was asked for in this round
	asked   []int      // the round in which it was
	round   int
	open    []int32  // spans between one on the path and what is known above it
	of      *Request // whose time aside of its path was last asked for in this round
}

// layers gets ready to name the layers of the last path as a journey of the plan has them.
func (r *Reading) layers(journey int) {
	l := &r.layering
	l.journey, l.round = journey, l.round+1
	l.under = intern.Resized(l.under, len(r.Trace.Spans))
	l.asked = intern.Resized(l.asked, len(r.Trace.Spans))
	for _, v := range r.path.Visits {
		r.findUnder(v.Span)
	}
}

// findUnder says of span i, and of those above it, under which layers they are. A span above need
// not be on the path: who began it may have waited for what is below it alone.
func (r *Reading) findUnder(i int32) {
	l := &r.layering
	l.open = l.open[:0]
	for ; l.asked[i] != l.round; i = r.Trace.Parent(i) {
		l.open, l.asked[i] = append(l.open, i), l.round
		if i == r.path.Root {
			break
		}
	}
	for _, at := range slices.Backward(l.open) {
		l.under[at] = r.below(at)
		if at != r.path.Root {
			l.under[at] |= l.under[r.Trace.Parent(at)]
		}
	}
}

// below returns the layers that begin at span i.
func (r *Reading) below(i int32) layerSet {
	a := r.asked(i)
	if r.is[i].kind != trace.Client {
		return a.under
	}
	served := false
	for _, k := range r.Trace.Children(i) {
		if r.is[k].kind == trace.Server {
			served = true
			a.under |= r.asked(k).under
		}
	}
	if !served {
		a.under |= a.call
	}
	return a.under
}

func (r *Reading) asked(i int32) asked { return r.explain.asked(r.is[i], r.layering.journey) }

// layer gives the pieces of the last path their layers: those of a journey of the plan, if it
// has any.
func (r *Reading) layer(pieces []Piece, journey int) {
	if journey == unplanned || len(r.explain.Plan.Journeys[journey].Layers) == 0 {
		return // they have those
	}
	r.layers(journey)
	for i := range pieces {
		r.giveLayer(&pieces[i])
	}
}

// giveLayer gives a piece the layers of the journey.
func (r *Reading) giveLayer(p *Piece) {
	w := *p.What
	w.Layer, w.Else = r.layerOf(p.Span, p.Category, p.Cause), ""
	if w.Open {
		w.Else = r.layerOf(p.Span, otherwise(p.Category), p.Cause)
	}
	p.What = r.explain.classifier.what(r.is[p.Span].classification, &w)
}

// layerAside gives pieces of a request that are not on its path the layers that they would have there.
func (r *Reading) layerAside(pieces []Piece, q *Request) {
	planned := q.journey != unplanned && len(r.explain.Plan.Journeys[q.journey].Layers) > 0
	if !planned {
		r.layer(pieces, unplanned)
		return
	}
	if l := &r.layering; l.of != q {
		l.of, l.journey, l.round, r.path.Root = q, q.journey, l.round+1, q.Root
	}
	for i := range pieces {
		r.findUnder(pieces[i].Span)
		r.giveLayer(&pieces[i])
	}
}

// layerOf returns the first layer that takes time of a span; if none does, what it is called where no plan says
// otherwise.
func (r *Reading) layerOf(span int32, c category.Category, cause category.Cause) string {
	j := &r.explain.Plan.Journeys[r.layering.journey]
	match := r.asked(span).match & r.layering.under[span]
	for i := range j.Layers {
		if match.has(i) && j.Layers[i].Takes(c, cause) {
			return j.Layers[i].Name
		}
	}
	return outside(j, defaultLayer(c, cause))
}

// defaultLayer is the line of a budget that time belongs to where no plan says otherwise: its
// cause, else its category.
func defaultLayer(c category.Category, cause category.Cause) string {
	if cause != category.NoCause {
		return string(cause)
	}
	return string(c)
}

// outside names what no layer of the journey takes, so that it is not mixed up with one.
func outside(j *budget.Journey, name string) string {
	for i := range j.Layers {
		if j.Layers[i].Name == name {
			return "other " + name
		}
	}
	return name
}
