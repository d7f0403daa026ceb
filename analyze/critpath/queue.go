package critpath

import (
	"cmp"
	"slices"
	"time"

	"github.com/longpole/longpole/trace"
)

// A candidate is a child that its parent waited for, clipped to the stretch that is walked.
type candidate struct {
	span       int32
	id         trace.SpanID
	start, end trace.Time
}

// compare puts the longest first, of equals the one with the greater id, so that ties do not
// depend on the order of the file.
func (c candidate) compare(o candidate) int {
	return cmp.Or(
		-cmp.Compare(c.end-c.start, o.end-o.start),
		-cmp.Compare(c.id, o.id),
		cmp.Compare(c.span, o.span),
	)
}

// compareEnd puts the one that ended last first.
func (c candidate) compareEnd(o candidate) int {
	if c.end != o.end {
		return -cmp.Compare(c.end, o.end)
	}
	return c.compare(o)
}

// A queue answers, for moments that go back in time, which child ended last before. What it
// once refuses it never has to offer again, so a walk over n children costs n log n.
//
//	now ─────────────┐
//	a   =====        │     ended before: the last of these is next, unless
//	b      =======   │     one is
//	c        ========│=    late: still running, but over within 1 % of the parent
//	d           =====│===========    in flight: refused, so never on the path
type queue struct {
	slack   time.Duration // how late a child may end: less than 1 % of the parent, or the granularity of its clock
	byEnd   []candidate   // that ended before, last first
	late    lateHeap      // that end at or after now; where those of byEnd stood that are gone
	refused trace.Time    // when the first of the refused children started
}

// candidates lists the children of the span on top of those of the spans that are open. Late
// children mostly end late, so from the last to the first they are nearly in order.
func (w *Walker) candidates(f *frame) queue {
	parent := &w.trace.Spans[f.span]
	calls := parent.Sig.Kind == trace.Client
	kids, ordered := w.trace.Children(f.span), true
	for i := len(kids) - 1; i >= 0; i-- {
		s := &w.trace.Spans[kids[i]]
		if !w.isWaitedFor(parent, s, kids[i]) {
			continue
		}
		f.wire = f.wire || (calls && s.Sig.Kind == trace.Server)
		ordered = w.candidate(f, kids[i]) && ordered
	}
	if w.waits != nil && len(w.waits.Hung) > 0 {
		ordered = w.hung(f) && ordered
	}
	all := w.children[f.below:]
	if !ordered {
		slices.SortFunc(all, candidate.compareEnd)
	}
	return queue{slack: max((parent.Duration()-1)/100, w.trace.Grain(f.span)), byEnd: all, late: all[:0], refused: f.now}
}

// candidate appends a span that was waited for, if it has any length there. It reports whether
// the list is still in order.
func (w *Walker) candidate(f *frame, i int32) (ordered bool) {
	s := &w.trace.Spans[i]
	c := candidate{i, s.ID, max(s.Start, f.start), min(s.End, f.now)}
	if c.start >= c.end {
		return true
	}
	last := len(w.children) - 1
	ordered = last < f.below || c.compareEnd(w.children[last]) >= 0
	w.children = append(w.children, c)
	return ordered
}

func (w *Walker) isWaitedFor(parent, s *trace.Span, i int32) bool {
	if w.waits == nil {
		return WaitOf(parent, s, w.overrule) == Blocking
	}
	return w.waits.Of[i].IsWaitedFor()
}

// hung appends the spans that the one on top waited for in place of their parents.
func (w *Walker) hung(f *frame) (ordered bool) {
	all := w.waits.Hung
	at, _ := slices.BinarySearchFunc(all, f.span, func(h Hung, under int32) int { return cmp.Compare(h.Under, under) })
	for ordered = true; at < len(all) && all[at].Under == f.span; at++ {
		ordered = w.candidate(f, all[at].Span) && ordered
	}
	return ordered
}

// last returns the child that ended last before now, and takes it out.
func (q *queue) last(now trace.Time) (c candidate, ok bool) {
	for len(q.byEnd) > 0 && q.byEnd[0].end >= now {
		q.late.push(q.byEnd[0])
		q.byEnd = q.byEnd[1:]
	}
	for len(q.late) > 0 {
		c = q.late.pop()
		if c.start < now && c.end.Sub(now) <= q.slack {
			return c, true
		}
		q.refused = min(q.refused, c.start)
	}
	if len(q.byEnd) == 0 {
		return c, false
	}
	c, q.byEnd = q.byEnd[0], q.byEnd[1:]
	return c, true
}
