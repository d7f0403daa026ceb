package critpath

import (
	"slices"

	"github.com/longpole/longpole/trace"
)

// A Segment is a stretch of the critical path during which one span was the one to wait for:
// its own time, as opposed to that of spans below it.
type Segment struct {
	Span     int32
	From, To trace.Time
	// Wire: the span is a client whose server was exported too, so this is the network between
	// them, and the queues on it.
	Wire bool
	// Overlapped: another child that the span waited for was in flight, though not on the path.
	Overlapped bool
	// Unseen: an orphan was running, so a span that was not exported may have been at work.
	Unseen bool
}

// A Visit is the stretch of the path that lies in a span and everything below it.
type Visit struct {
	Span     int32
	From, To trace.Time
}

// A Path is the critical path of an observation.
type Path struct {
	Root     int32
	Segments []Segment // in time order; they tile the root exactly
	Visits   []Visit   // of every span on the path, parents before their children
}

// Of returns the critical path of the observation whose root is span root of t.
func Of(t *trace.Trace, root int32, overrule Overrule) Path {
	w := walker{trace: t, overrule: overrule, path: Path{Root: root}}
	r := &t.Spans[root]
	w.enter(root, r.Start, r.End)
	for len(w.stack) > 0 {
		w.step()
	}
	slices.Reverse(w.path.Segments)
	w.classify()
	return w.path
}

// walker walks back from the end of a span, each time to the child that the span was waiting
// for, and into that child before it goes on. The stack is its own, for chains of spans may be
// deeper than any program's.
type walker struct {
	trace    *trace.Trace
	overrule Overrule
	stack    []frame
	path     Path
}

// A frame is a span that is being walked: everything after now is on the path already.
type frame struct {
	span       int32
	start, now trace.Time
	children   queue
}

func (w *walker) enter(span int32, from, to trace.Time) {
	w.path.Visits = append(w.path.Visits, Visit{span, from, to})
	w.stack = append(w.stack, frame{span, from, to, w.candidates(span, from, to)})
}

// step takes the innermost span back to the start of the child it waited for last, or, if
// there is none, to its own start.
func (w *walker) step() {
	f := &w.stack[len(w.stack)-1]
	c, ok := f.children.last(f.now)
	if !ok {
		w.own(f.span, f.start, f.now)
		w.stack = w.stack[:len(w.stack)-1]
		return
	}
	end := min(c.end, f.now)
	w.own(f.span, end, f.now)
	f.now = c.start
	w.enter(c.span, c.start, end)
}

func (w *walker) own(span int32, from, to trace.Time) {
	if from < to {
		w.path.Segments = append(w.path.Segments, Segment{Span: span, From: from, To: to})
	}
}
