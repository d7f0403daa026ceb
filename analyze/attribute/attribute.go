package attribute

import (
	"slices"
	"sort"
	"time"

	"github.com/longpole/longpole/analyze/critpath"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/trace"
)

// A Piece is a stretch of the critical path with all that is known of it: whose time it is,
// on what kind of work it was spent, why, and where. The pieces of an observation tile its
// root exactly.
type Piece struct {
	critpath.Segment
	*What // pieces that are alike share it, so it is never changed
}

// A What is all that is known of a piece but when it was and of which span.
type What struct {
	Category category.Category
	Cause    category.Cause
	Rule     string // the rule that decided the category
	Caller   string // where the call was made, if the span on which the time was spent is of another service
	Callee   string // the other side, if the work is an edge between two
	Layer    string // the line of a budget that it belongs to
	// Open is set where only all requests of the run show what the time was, see [Judgement.Of]: in front of a
	// callee that began later than the way back explains, and in a call of somebody without a span here.
	Open   bool
	Else   string // the layer, if it was not what Category says
	number int32  // see Number
}

// Number is small, and another one for what another operation does or is otherwise known of a piece. It is the
// Explainer's that read the piece.
func (w *What) Number() int32 { return w.number }

// Duration returns the length of the piece.
func (p Piece) Duration() time.Duration { return p.To.Sub(p.From) }

// Attribute returns the path of the observation whose root is span root of t, in time order,
// each piece with its category and cause, and the layer that it has where no plan is asked.
func Attribute(t *trace.Trace, root int32, e *Explainer) []Piece {
	e.reading.begin(t)
	e.reading.findEnds(nil)
	e.reading.judge()
	pieces := slices.Clone(e.reading.attribute(root))
	e.reading.layer(pieces, unplanned)
	return pieces
}

// A pathfinder finds what time on a path was spent on, where and why.
type pathfinder struct {
	places
	walker    *critpath.Walker
	path      *critpath.Path // the last one that was asked for
	pieces    []Piece        // of it
	spare     []Piece
	carved    map[int32][]category.Stretch // by span
	intervals []critpath.Spell
	losses    []loss // see placeRetries
}

// attribute leaves the layers open. The pieces are valid until the next call.
func (r *pathfinder) attribute(root int32) []Piece {
	r.path = r.walk(root)
	r.pieces = slices.Grow(r.pieces[:0], len(r.path.Segments)) // a long path would be copied again and again
	for i := range r.path.Segments {
		r.segment(&r.path.Segments[i])
	}
	for _, f := range finders {
		r.intervals = f.find(r, r.intervals[:0])
		r.applyCause(f.cause, critpath.Union(r.intervals))
	}
	r.placeRetries()
	return r.pieces
}

func (r *pathfinder) walk(root int32) *critpath.Path {
	end, _ := r.endOf(root)
	return r.walker.Along(r.Trace, root, end, &r.waits)
}

// segment appends a segment, cut at the phases that the span's events show.
func (r *pathfinder) segment(s *critpath.Segment) {
	span, m := &r.Trace.Spans[s.Span], r.is[s.Span]
	if len(m.Phases) == 0 || span.More == nil || len(span.More.Events) == 0 {
		r.selfTime(s, m)
		return
	}
	rest := *s
	for _, st := range r.carvedFrom(s) {
		from, to := max(rest.From, st.From), min(rest.To, st.To)
		if from >= to {
			break
		}
		r.selfTime(between(rest, rest.From, from), m)
		w := ownTime(s, st.Phase.Category, st.Phase.Rule)
		w.Callee = r.callee(s.Span)
		r.add(s, from, to, &w)
		rest.From = to
	}
	r.selfTime(&rest, m)
}

// ownTime is what a segment is, as far as it and a rule tell.
func ownTime(s *critpath.Segment, c category.Category, rule string) (w What) {
	w.Category, w.Rule = c, rule
	if s.Overlapped {
		w.Cause = category.FanOut
	}
	return w
}

// add appends a piece of a segment, with the layer that it has where no plan is asked.
func (r *pathfinder) add(s *critpath.Segment, from, to trace.Time, w *What) {
	r.addAs(s, from, to, r.unplanned(s.Span, w))
}

func (r *pathfinder) addAs(s *critpath.Segment, from, to trace.Time, w *What) {
	r.pieces = append(r.pieces, Piece{*s, w})
	p := &r.pieces[len(r.pieces)-1]
	p.From, p.To = from, to
}

// unplanned returns the What that is like w, with the layers of no plan.
func (r *spans) unplanned(span int32, w *What) *What {
	w.Layer, w.Else = defaultLayer(w.Category, w.Cause), defaultLayer(otherwise(w.Category), w.Cause)
	return r.explain.classifier.what(r.is[span].classification, w)
}

// carvedFrom returns the phases of the segment's span, from the first on that ends within the
// segment or after it. They are found once, however often the path comes back to the span.
func (r *pathfinder) carvedFrom(s *critpath.Segment) []category.Stretch {
	all, known := r.carved[s.Span]
	if !known {
		all = category.Carve(r.is[s.Span].Phases, shifted(&r.Trace.Spans[s.Span], r.Trace.Shift(s.Span)))
		if r.carved == nil {
			r.carved = map[int32][]category.Stretch{}
		}
		r.carved[s.Span] = all
	}
	return all[sort.Search(len(all), func(i int) bool { return all[i].To > s.From }):]
}

// selfTime appends a piece of a span's own time that no phase explains.
func (r *pathfinder) selfTime(s *critpath.Segment, m *signatureInfo) {
	if s.From >= s.To {
		return
	}
	known := m.known(s)
	if known != nil && *known != nil {
		r.addAs(s, s.From, s.To, *known)
		return
	}
	w := ownTime(s, m.Category, m.Rule)
	switch {
	case s.Wire:
		w.Category, w.Rule = m.Passing, "structure/around-the-server-span"
		w.Callee = r.server(s.Span)
		r.addGap(s, &w)
		return
	case s.Unseen && m.Category == category.App:
		w.Category, w.Rule = category.Untraced, "structure/an-orphan-was-running"
	default:
		r.locate(s.Span, &w, m)
		w.Open = w.Category == category.External && w.Callee != ""
	}
	if w.Category == category.Connect || w.Category == category.TLS {
		r.addConnecting(s, &w)
		return
	}
	r.add(s, s.From, s.To, &w)
	if known != nil {
		*known = r.pieces[len(r.pieces)-1].What
	}
}

// known returns where it stands what own time is whose span alone tells that, as most do: no span around it, and none
// that it is around. It is nil for other time.
func (m *classification) known(s *critpath.Segment) **What {
	switch {
	case s.Wire, s.Unseen, !m.tellsOwn:
		return nil
	case s.Overlapped:
		return &m.overlapped
	}
	return &m.alone
}

// tellsOfOwnTime reports whether such spans tell by themselves what their own time is.
func (m *classification) tellsOfOwnTime() bool {
	if m.Transport || m.Category == category.Connect || m.Category == category.TLS {
		return false
	}
	return m.Remote || !m.Category.IsBetween() && m.Category != category.Proxy && m.Category != category.ColdStart
}

// locate says where own time was spent that nobody's span is around, and whose kind it is where
// the span only carries a call of another.
func (r *pathfinder) locate(span int32, w *What, m *signatureInfo) {
	if m.Transport {
		if by := r.carriedBy(span); by != trace.None {
			w.Category, w.Rule = r.is[by].Category, "structure/part-of-a-call"
			w.Callee = r.callee(span)
			return
		}
	}
	switch {
	case m.Remote:
		w.Callee = m.Peer
	case m.Category.IsBetween():
		w.Callee = r.callee(span)
	case m.Category == category.ColdStart && m.Passing != category.ColdStart && r.showsItsStart(span):
		w.Category, w.Rule = m.Passing, "structure/around-its-start"
	case m.Category == category.Proxy:
		if upstream := r.Forwards(span); upstream != "" {
			w.Category, w.Rule, w.Callee = category.External, "structure/behind-a-proxy", upstream
		}
	}
}

// showsItsStart reports whether a span inside says how long starting up took, so that the rest did not.
func (r *pathfinder) showsItsStart(span int32) bool {
	return slices.ContainsFunc(r.Trace.Children(span), func(k int32) bool { return r.is[k].Category == category.ColdStart })
}

// applyCause gives a cause to the pieces within intervals, unless they have one that wins over it.
func (r *pathfinder) applyCause(cause category.Cause, intervals critpath.Spells) {
	if len(intervals) == 0 {
		return
	}
	out := r.spare[:0]
	for i := range r.pieces {
		p := &r.pieces[i]
		intervals.Cut(p.From, p.To, func(from, to trace.Time, inside bool) {
			out = append(out, *p)
			part := &out[len(out)-1]
			part.From, part.To = from, to
			if inside && cause.Wins(part.Cause) {
				w := *part.What
				w.Cause = cause
				part.What = r.unplanned(part.Span, &w)
			}
		})
	}
	r.pieces, r.spare = out, r.pieces
}

func between(s critpath.Segment, from, to trace.Time) *critpath.Segment {
	s.From, s.To = from, to
	return &s
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
