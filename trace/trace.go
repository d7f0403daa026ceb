package trace

import (
	"slices"
	"time"
)

// None stands where a span has no parent in the trace.
const None int32 = -1

// A Trace is a tree (or several) of the spans that share a trace id, after repair. A span is
// named by its place in Spans, which are in order of their exported start.
type Trace struct {
	ID    ID
	Spans []Span
	// Roots are the spans without a parent id, earliest first. Orphans are those whose parent
	// is not in the trace: something between them and the root was not exported.
	Roots, Orphans []int32
	// Notes are the repairs that were made, and the doubts that are left.
	Notes []Note

	parent []int32
	kids   []int32         // children of all spans, parent after parent
	kidAt  []int32         // kids[kidAt[i]:kidAt[i+1]] are the children of span i
	shift  []time.Duration // how far each span was moved; nil if none was
	coarse []bool          // whether the clock of each span cuts starts; nil if none does
}

// A Note is one finding of assembly about one span.
type Note struct {
	Code   Code
	Span   SpanID
	Amount time.Duration // how far the data was off; zero if that has no size
}

// Clone returns a copy of t that shares no memory with it but what never changes.
func (t *Trace) Clone() *Trace {
	c := *t
	c.Spans, c.Roots, c.Orphans, c.Notes = slices.Clone(t.Spans), slices.Clone(t.Roots), slices.Clone(t.Orphans), slices.Clone(t.Notes)
	c.parent, c.kids, c.kidAt = slices.Clone(t.parent), slices.Clone(t.kids), slices.Clone(t.kidAt)
	c.shift, c.coarse = slices.Clone(t.shift), slices.Clone(t.coarse)
	return &c
}

// Parent returns the span that i is a child of, or None.
func (t *Trace) Parent(i int32) int32 { return t.parent[i] }

// Children returns the children of span i, earliest first. The slice is the trace's own.
func (t *Trace) Children(i int32) []int32 { return t.kids[t.kidAt[i]:t.kidAt[i+1]] }

// Shift returns how far span i was moved from where its own clock put it: add it to the
// span's events, subtract it from Start and End to get what was exported.
func (t *Trace) Shift(i int32) time.Duration {
	if t.shift == nil {
		return 0
	}
	return t.shift[i]
}

// Find returns the place of the span with that id; of a client and server that share the id,
// the client.
func (t *Trace) Find(id SpanID) (at int32, ok bool) {
	for i := range t.Spans {
		if t.Spans[i].ID == id {
			return int32(i), true
		}
	}
	return None, false
}

func (t *Trace) note(code Code, i int32, amount time.Duration) {
	t.Notes = append(t.Notes, Note{code, t.Spans[i].ID, amount})
}
