package analyze

import (
	"time"

	"github.com/longpole/longpole/analyze/critpath"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/trace"
)

// A Piece is a stretch of the critical path with all that is known of it: whose time it is,
// on what kind of work it was spent, why, and where. The pieces of an observation tile its
// root exactly.
type Piece struct {
	critpath.Segment
	Category budget.Category
	Cause    Cause
	Rule     string // the rule that decided the category
	Callee   string // the other side, if the work is an edge between two
	Layer    string // the line of a budget that it belongs to
}

// Duration returns the length of the piece.
func (p Piece) Duration() time.Duration { return p.To.Sub(p.From) }

// Attribute returns the path of the observation whose root is span root of t, in time order,
// each piece with its category and cause, and the layer that it has where no plan is asked.
func Attribute(t *trace.Trace, root int32, e *Explainer) []Piece {
	pieces, _ := attribute(t, root, e)
	for i := range pieces {
		pieces[i].Layer = defaultLayer(pieces[i].Category, pieces[i].Cause)
	}
	return pieces
}

// attribute leaves the layers open.
func attribute(t *trace.Trace, root int32, e *Explainer) ([]Piece, *critpath.Path) {
	path := critpath.Of(t, root, e.Overrule)
	a := attribution{trace: t, explain: e}
	for _, s := range path.Segments {
		a.segment(s)
	}
	v := newVisitor(t, path, e)
	for _, c := range causes {
		a.lay(c.cause, critpath.Union(c.find(v)))
	}
	return a.pieces, &path
}

type attribution struct {
	trace   *trace.Trace
	explain *Explainer
	pieces  []Piece
}

// segment appends a segment, cut at the phases that the span's events show.
func (a *attribution) segment(s critpath.Segment) {
	span := &a.trace.Spans[s.Span]
	m := a.explain.of(span.Sig)
	if len(m.Phases) == 0 || len(span.Events()) == 0 {
		a.own(s, m)
		return
	}
	for _, st := range budget.Carve(m.Phases, shifted(span, a.trace.Shift(s.Span))) {
		from, to := max(s.From, st.From), min(s.To, st.To)
		if from >= to {
			continue
		}
		a.own(between(s, s.From, from), m)
		p := Piece{Segment: between(s, from, to), Category: st.Phase.Category, Rule: st.Phase.Rule, Callee: m.Peer}
		a.pieces = append(a.pieces, p)
		s.From = to
	}
	a.own(s, m)
}

// own appends a piece of a span's own time that no phase explains.
func (a *attribution) own(s critpath.Segment, m *meaning) {
	if s.From >= s.To {
		return
	}
	p := Piece{Segment: s, Category: m.Category, Rule: m.Rule}
	switch {
	case s.Wire:
		p.Category, p.Rule = m.Passing, "structure/around-the-server-span"
		p.Callee = a.server(s.Span)
	case s.Unseen && m.Category == budget.App:
		p.Category, p.Rule = budget.Untraced, "structure/an-orphan-was-running"
	case m.Remote:
		p.Callee = m.Peer
	}
	if s.Overlapped {
		p.Cause = FanOut
	}
	a.pieces = append(a.pieces, p)
}

// server returns the service that answered the client span i.
func (a *attribution) server(i int32) string {
	for _, k := range a.trace.Children(i) {
		if sig := a.trace.Spans[k].Sig; sig.Kind == trace.Server {
			return sig.Service
		}
	}
	return ""
}

// lay gives a cause to the pieces within spells that have none yet.
func (a *attribution) lay(cause Cause, spells critpath.Spells) {
	if len(spells) == 0 {
		return
	}
	out := make([]Piece, 0, len(a.pieces))
	for _, p := range a.pieces {
		spells.Cut(p.From, p.To, func(from, to trace.Time, inside bool) {
			part := p
			part.From, part.To = from, to
			if inside && (part.Cause == NoCause || cause == Retry) {
				part.Cause = cause
			}
			out = append(out, part)
		})
	}
	a.pieces = out
}

func between(s critpath.Segment, from, to trace.Time) critpath.Segment {
	s.From, s.To = from, to
	return s
}

// shifted returns the span with its events moved as far as the span was.
func shifted(s *trace.Span, by time.Duration) *trace.Span {
	if by == 0 {
		return s
	}
	moved := *s
	moved.More = &trace.More{}
	for _, e := range s.Events() {
		moved.More.Events = append(moved.More.Events, trace.Event{Name: e.Name, At: e.At.Add(by)})
	}
	return &moved
}
