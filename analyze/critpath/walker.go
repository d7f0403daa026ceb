package critpath

import (
	"slices"

	"github.com/longpole/longpole/trace"
)

// A Walker finds one path after the other in the same memory, which grows to what the largest
// of them needs. It must be used by one goroutine at a time.
//
// It walks back from the end of a span, each time to the child that the span was waiting for,
// and into that child before it goes on. The stack is its own, for chains of spans may be
// deeper than any program's.
type Walker struct {
	overrule Overrule
	waits    *Waits // nil: each request is judged by itself
	trace    *trace.Trace
	path     Path
	visitAt  []int32     // see Visit; empty until asked for
	open     []frame     // spans that are being walked, innermost last
	children []candidate // of the open spans, in the same order
	lost     []Spell     // see orphaned
	pieces   []Segment   // see markUnseen
}

// NewWalker returns a walker that asks overrule, which may be nil, whom a span waited for.
func NewWalker(overrule Overrule) *Walker { return &Walker{overrule: overrule} }

// Of returns the critical path of the observation whose root is span root of t, judged by
// itself. The path is the walker's own, and valid until the next call.
func (w *Walker) Of(t *trace.Trace, root int32) *Path {
	return w.Along(t, root, t.Spans[root].End, nil)
}

// Along returns the critical path of the observation that begins with span root of t and lasts
// until end, where the waits are known. The path is the walker's own, and valid until the next
// call.
func (w *Walker) Along(t *trace.Trace, root int32, end trace.Time, waits *Waits) *Path {
	w.trace, w.waits, w.visitAt = t, waits, w.visitAt[:0]
	w.path = Path{root, roomFor(2*len(t.Spans), w.path.Segments), roomFor(len(t.Spans), w.path.Visits)}
	w.children = roomFor(len(t.Spans), w.children)
	w.enter(root, t.Spans[root].Start, end)
	for len(w.open) > 0 {
		w.step()
	}
	slices.Reverse(w.path.Segments)
	w.markUnseen()
	return &w.path
}

// large is from how many entries on a list counts.
const large = 1 << 16

// roomFor empties a list that may come to have so many entries: growing step by step, a large one would be copied
// again and again, and stand in memory as often. What is never written to takes none.
func roomFor[T any](entries int, list []T) []T {
	if entries < large {
		return list[:0]
	}
	return slices.Grow(list[:0], entries)
}

// Visit returns the stretch of the last path that lies in a span and everything below it; ok
// is false if the span is not on the path.
func (w *Walker) Visit(span int32) (v Visit, ok bool) {
	if len(w.visitAt) == 0 {
		w.index()
	}
	at := int(w.visitAt[span])
	if at >= len(w.path.Visits) || w.path.Visits[at].Span != span {
		return Visit{}, false
	}
	return w.path.Visits[at], true
}

// index notes where the visit of each span stands. For a span that has none, what is left from
// another path does no harm: no visit there is of that span.
func (w *Walker) index() {
	w.visitAt = slices.Grow(w.visitAt, len(w.trace.Spans))[:len(w.trace.Spans)]
	for i, v := range w.path.Visits {
		w.visitAt[v.Span] = int32(i)
	}
}

// A frame is a span that is being walked: everything after now is on the path already.
type frame struct {
	span       int32
	wire       bool
	start, now trace.Time
	children   queue
	below      int // how many children of other spans lie below its own
}

func (w *Walker) enter(span int32, from, to trace.Time) {
	w.path.Visits = append(w.path.Visits, Visit{span, from, to})
	f := frame{span: span, start: from, now: to, below: len(w.children)}
	f.children = w.candidates(&f)
	if len(f.children.byEnd) == 0 {
		w.own(&f, from)
		return
	}
	w.open = append(w.open, f)
}

// step takes the innermost span back to the start of the child it waited for last, or, if
// there is none, to its own start.
func (w *Walker) step() {
	f := &w.open[len(w.open)-1]
	c, ok := f.children.last(f.now)
	if !ok {
		w.own(f, f.start)
		w.children = w.children[:f.below]
		w.open = w.open[:len(w.open)-1]
		return
	}
	end := min(c.end, f.now)
	w.own(f, end)
	f.now = c.start
	w.enter(c.span, c.start, end)
}
