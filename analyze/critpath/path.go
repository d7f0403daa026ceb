package critpath

import "github.com/longpole/longpole/trace"

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

// Of returns the critical path of the observation whose root is span root of t, in memory of
// its own: see [Walker.Of].
func Of(t *trace.Trace, root int32, overrule Overrule) Path {
	return *NewWalker(overrule).Of(t, root)
}
