package critpath

import (
	"cmp"
	"container/heap"
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

func (w *walker) candidates(p int32, from, to trace.Time) queue {
	parent := &w.trace.Spans[p]
	kids := w.trace.Children(p)
	if len(kids) == 0 {
		return queue{}
	}
	q := queue{slack: (parent.Duration() - 1) / 100, byEnd: make([]candidate, 0, len(kids))}
	for _, k := range kids {
		s := &w.trace.Spans[k]
		c := candidate{k, s.ID, max(s.Start, from), min(s.End, to)}
		if c.start < c.end && Judge(parent, s, w.overrule) == Blocking {
			q.byEnd = append(q.byEnd, c)
		}
	}
	slices.SortFunc(q.byEnd, func(a, b candidate) int {
		return cmp.Or(-cmp.Compare(a.end, b.end), a.compare(b))
	})
	return q
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

// A queue answers, for moments that go back in time, which child ended last before. What it
// once refuses it never has to offer again, so a walk over n children costs n log n.
//
//	now ─────────────┐
//	a   =====        │     ended before: the last of these is next, unless
//	b      =======   │     one is
//	c        ========│=    late: still running, but over within 1 % of the parent
//	d           =====│===========    in flight: never on the path
type queue struct {
	slack time.Duration // how late a child may end: less than 1 % of the parent
	byEnd []candidate   // that ended before, last first
	late  lateHeap      // that end at or after now, longest first
}

// last returns the child that ended last before now, and takes it out.
func (q *queue) last(now trace.Time) (c candidate, ok bool) {
	for len(q.byEnd) > 0 && q.byEnd[0].end >= now {
		heap.Push(&q.late, q.byEnd[0])
		q.byEnd = q.byEnd[1:]
	}
	for len(q.late) > 0 {
		c = heap.Pop(&q.late).(candidate)
		if c.start < now && c.end.Sub(now) <= q.slack {
			return c, true
		}
	}
	if len(q.byEnd) == 0 {
		return c, false
	}
	c, q.byEnd = q.byEnd[0], q.byEnd[1:]
	return c, true
}

type lateHeap []candidate

func (h lateHeap) Len() int           { return len(h) }
func (h lateHeap) Less(i, j int) bool { return h[i].compare(h[j]) < 0 }
func (h lateHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *lateHeap) Push(c any)        { *h = append(*h, c.(candidate)) }
func (h *lateHeap) Pop() any {
	last := len(*h) - 1
	c := (*h)[last]
	*h = (*h)[:last]
	return c
}
