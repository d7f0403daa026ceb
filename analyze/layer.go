package analyze

import (
	"github.com/longpole/longpole/analyze/critpath"
	"github.com/longpole/longpole/budget"
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

func newAsked(j *budget.Journey, sig *trace.Signature, m *meaning) asked {
	var a asked
	for i := range j.Layers {
		l := &j.Layers[i]
		if l.Match == nil || l.Match.Matches(sig) {
			a.match |= 1 << i
		}
		if l.Under == nil || l.Under.Matches(sig) {
			a.under |= 1 << i
		}
		if l.Under != nil && m.Remote && m.Category == budget.External && l.Under.Matches(otherSide(sig, m.Peer)) {
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
	trace   *trace.Trace
	explain *Explainer
	journey int
	under   map[int32]layerSet // of each span on the path
}

func newLayering(t *trace.Trace, path *critpath.Path, e *Explainer, journey int) *layering {
	l := &layering{trace: t, explain: e, journey: journey, under: make(map[int32]layerSet, len(path.Visits))}
	for _, v := range path.Visits { // parents before their children
		l.under[v.Span] |= l.below(v.Span)
		if v.Span != path.Root {
			l.under[v.Span] |= l.under[t.Parent(v.Span)]
		}
	}
	return l
}

// below returns the layers that begin at span i.
func (l *layering) below(i int32) layerSet {
	sig := l.trace.Spans[i].Sig
	a := l.explain.asked(sig, l.journey)
	if sig.Kind != trace.Client {
		return a.under
	}
	served := false
	for _, k := range l.trace.Children(i) {
		if s := l.trace.Spans[k].Sig; s.Kind == trace.Server {
			served = true
			a.under |= l.explain.asked(s, l.journey).under
		}
	}
	if !served {
		a.under |= a.call
	}
	return a.under
}

// name returns the first layer that takes the piece; if none does, what the piece is called
// where no plan says otherwise.
func (l *layering) name(p *Piece) string {
	j := &l.explain.plan.Journeys[l.journey]
	match := l.explain.asked(l.trace.Spans[p.Span].Sig, l.journey).match & l.under[p.Span]
	for i := range j.Layers {
		if match.has(i) && j.Layers[i].Takes(p.Category, string(p.Cause)) {
			return j.Layers[i].Name
		}
	}
	return outside(j, defaultLayer(p.Category, p.Cause))
}

// defaultLayer is the line of a budget that time belongs to where no plan says otherwise: its
// cause, else its category.
func defaultLayer(c budget.Category, cause Cause) string {
	if cause != NoCause {
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
