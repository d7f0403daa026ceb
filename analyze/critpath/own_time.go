package critpath

import "github.com/longpole/longpole/trace"

// own puts the time of a span itself on the path, from that moment to now. Children that were
// refused ended at or after now, so they were in flight since the first of them started.
//
//	parent ==================
//	a        =======          refused: the parent's own time below it is overlapped
//	b             ========    on the path
func (w *Walker) own(f *frame, from trace.Time) {
	if from >= f.now {
		return
	}
	alone := min(max(from, f.children.refused), f.now)
	if alone < f.now {
		w.add(Segment{Span: f.span, From: alone, To: f.now, Wire: f.wire, Overlapped: true})
	}
	if from < alone {
		w.add(Segment{Span: f.span, From: from, To: alone, Wire: f.wire})
	}
}

func (w *Walker) add(s Segment) { w.path.Segments = append(w.path.Segments, s) }

// markUnseen cuts the segments where orphans begin and end, and marks what they overlap.
func (w *Walker) markUnseen() {
	lost := w.orphaned()
	if len(lost) == 0 {
		return
	}
	out := w.pieces[:0]
	for _, s := range w.path.Segments {
		lost.Cut(s.From, s.To, func(from, to trace.Time, inside bool) {
			s.From, s.To, s.Unseen = from, to, inside
			out = append(out, s)
		})
	}
	w.path.Segments, w.pieces = out, w.path.Segments
}

// orphaned returns when orphans ran that the root may have waited for through a span that was
// not exported.
func (w *Walker) orphaned() Spells {
	root := &w.trace.Spans[w.path.Root]
	w.lost = w.lost[:0]
	for _, o := range w.trace.Orphans {
		c := &w.trace.Spans[o]
		if o != w.path.Root && c.Start < c.End && WaitOf(root, c, w.overrule) == Blocking {
			w.lost = append(w.lost, Spell{c.Start, c.End})
		}
	}
	return Union(w.lost)
}
