package critpath

import (
	"slices"

	"github.com/longpole/longpole/trace"
)

// classify splits own time where another child was in flight, and says what kind it is.
func (w *walker) classify() {
	if busy := w.inFlight(); len(busy) > 0 {
		w.split(func(i int32) Spells { return busy[i] }, func(s *Segment) { s.Overlapped = true })
	}
	if lost := w.orphaned(); len(lost) > 0 {
		w.split(func(int32) Spells { return lost }, func(s *Segment) { s.Unseen = true })
	}
	for i := range w.path.Segments {
		s := &w.path.Segments[i]
		s.Wire = w.isCaller(s.Span)
	}
}

// inFlight returns for each span on the path when children that it waited for, but that are
// not on the path, were running.
//
//	parent ==================
//	a        =======            off the path: the parent's own time below it is overlapped
//	b             ========      on the path
func (w *walker) inFlight() map[int32]Spells {
	onPath := make(map[int32]bool, len(w.path.Visits))
	for _, v := range w.path.Visits {
		onPath[v.Span] = true
	}
	out := map[int32]Spells{}
	for _, v := range w.path.Visits {
		p := &w.trace.Spans[v.Span]
		var busy []Spell
		for _, k := range w.trace.Children(v.Span) {
			c := &w.trace.Spans[k]
			if !onPath[k] && c.Start < c.End && Judge(p, c, w.overrule) == Blocking {
				busy = append(busy, Spell{c.Start, c.End})
			}
		}
		if busy != nil {
			out[v.Span] = Union(busy)
		}
	}
	return out
}

// orphaned returns when orphans ran that the root may have waited for through a span that was
// not exported.
func (w *walker) orphaned() Spells {
	root := &w.trace.Spans[w.path.Root]
	var lost []Spell
	for _, o := range w.trace.Orphans {
		c := &w.trace.Spans[o]
		if o != w.path.Root && c.Start < c.End && Judge(root, c, w.overrule) == Blocking {
			lost = append(lost, Spell{c.Start, c.End})
		}
	}
	return Union(lost)
}

// split cuts the segments at the bounds of their span's spells and marks what lies inside.
func (w *walker) split(spells func(span int32) Spells, mark func(*Segment)) {
	out := make([]Segment, 0, len(w.path.Segments))
	for _, s := range w.path.Segments {
		spells(s.Span).Cut(s.From, s.To, func(from, to trace.Time, inside bool) {
			piece := s
			piece.From, piece.To = from, to
			if inside {
				mark(&piece)
			}
			out = append(out, piece)
		})
	}
	w.path.Segments = out
}

// isCaller reports whether the span is a call whose other side was exported too.
func (w *walker) isCaller(i int32) bool {
	if w.trace.Spans[i].Sig.Kind != trace.Client {
		return false
	}
	return slices.ContainsFunc(w.trace.Children(i), func(k int32) bool {
		return w.trace.Spans[k].Sig.Kind == trace.Server
	})
}
