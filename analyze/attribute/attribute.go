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
	Category category.Category
	Cause    category.Cause
	Rule     string // the rule that decided the category
	Caller   string // where the call was made, if the span on which the time was spent is of another service
	Callee   string // the other side, if the work is an edge between two
	Layer    string // the line of a budget that it belongs to
	// Open is set where only all requests of the run show what the time was, see [Judgement.Of]: in front of a
	// callee that began later than the way back explains, and in a call of somebody without a span here.
	Open bool
	Else string // the layer, if it was not what Category says
}

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
		r.piece(between(rest, from, to), st.Phase.Category, st.Phase.Rule).Callee = r.callee(s.Span)
		rest.From = to
	}
	r.selfTime(&rest, m)
}

// piece appends a piece.
func (r *pathfinder) piece(s *critpath.Segment, c category.Category, rule string) *Piece {
	r.pieces = append(r.pieces, Piece{})
	p := &r.pieces[len(r.pieces)-1]
	p.Segment, p.Category, p.Rule = *s, c, rule
	if s.Overlapped {
		p.Cause = category.FanOut
	}
	return p
}

// takeBack takes the last piece away.
func (r *pathfinder) takeBack() (p Piece) {
	last := len(r.pieces) - 1
	p, r.pieces = r.pieces[last], r.pieces[:last]
	return p
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
	p := r.piece(s, m.Category, m.Rule)
	switch {
	case s.Wire:
		p.Category, p.Rule = m.Passing, "structure/around-the-server-span"
		p.Callee = r.server(s.Span)
		r.cutGap(p)
		return
	case s.Unseen && m.Category == category.App:
		p.Category, p.Rule = category.Untraced, "structure/an-orphan-was-running"
	default:
		r.locate(p, m)
		p.Open = p.Category == category.External && p.Callee != ""
	}
	if p.Category == category.Connect || p.Category == category.TLS {
		r.cutLookups(p)
	}
}

// locate says where own time was spent that nobody's span is around, and whose kind it is where
// the span only carries a call of another.
func (r *pathfinder) locate(p *Piece, m *signatureInfo) {
	if m.Transport {
		if by := r.carriedBy(p.Span); by != trace.None {
			p.Category, p.Rule = r.is[by].Category, "structure/part-of-a-call"
			p.Callee = r.callee(p.Span)
			return
		}
	}
	switch {
	case m.Remote:
		p.Callee = m.Peer
	case m.Category.IsBetween():
		p.Callee = r.callee(p.Span)
	case m.Category == category.Proxy:
		if upstream := r.Forwards(p.Span); upstream != "" {
			p.Category, p.Rule, p.Callee = category.External, "structure/behind-a-proxy", upstream
		}
	}
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
				part.Cause = cause
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
