package waterfall

import (
	"cmp"
	"slices"
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/critpath"
	"github.com/longpole/longpole/trace"
	"github.com/longpole/longpole/trace/semconv"
)

// A Waterfall is one trace as a tree of spans over time, with the critical path marked.
type Waterfall struct {
	trace   *trace.Trace
	root    int32
	request *attribute.Request
	explain *attribute.Explainer
	waits   []critpath.Wait // by span
	pieces  []attribute.Piece
	own     map[int32][]int32 // places in pieces, of each span that has any
	onPath  map[int32]bool    // spans with path time in them or below them
	lines   []waterLine
	spans   int // below the root, and the root
	orphans int // and below orphans
}

// A waterLine is a span, or several that are not shown one by one.
type waterLine struct {
	span  int32 // the first of them
	depth int
	more  int // how many spans it stands for; 0 for one that is shown
	alike bool
	short bool          // it stands for spans that would be rows of nothing
	path  time.Duration // on the critical path
	took  time.Duration
	ends  trace.Time // of the last of them
	all   []int32    // the spans whose path time it shows
}

// New lays out what of the trace t is below the root of a request, which e has read; waits say of
// every span whether its parent waited for it.
func New(t *trace.Trace, q *attribute.Request, waits []critpath.Wait, e *attribute.Explainer) *Waterfall {
	root := q.Root
	wf := &Waterfall{
		trace: t, root: root, request: q, explain: e, waits: waits, pieces: q.Pieces, own: map[int32][]int32{}, onPath: map[int32]bool{},
	}
	for i, p := range wf.pieces {
		wf.own[p.Span] = append(wf.own[p.Span], int32(i))
		for at := p.Span; at != trace.None && !wf.onPath[at]; at = t.Parent(at) {
			wf.onPath[at] = true
		}
	}
	wf.onPath[root] = true
	lines := wf.tree(root, 0)
	wf.spans = count(lines)
	for _, o := range t.Orphans {
		if o != root {
			lines = append(lines, wf.tree(o, 1)...)
		}
	}
	wf.orphans = count(lines) - wf.spans
	wf.lines = bounded(lines)
	return wf
}

func count(lines []waterLine) (n int) {
	for _, l := range lines {
		n += max(l.more, 1)
	}
	return n
}

func (wf *Waterfall) span(i int32) *trace.Span { return &wf.trace.Spans[i] }

func (wf *Waterfall) duration() time.Duration { return wf.request.Duration() }

func (wf *Waterfall) since(t trace.Time) time.Duration { return t.Sub(wf.span(wf.root).Start) }

// pathTime returns how much of the path is a span's own.
func (wf *Waterfall) pathTime(i int32) (d time.Duration) {
	for _, at := range wf.own[i] {
		d += wf.pieces[at].Duration()
	}
	return d
}

// wait says whether the parent of i waited for it.
func (wf *Waterfall) wait(i int32) critpath.Wait {
	if i == wf.root {
		return critpath.Blocking
	}
	return wf.waits[i]
}

// layers sums the path by layer; they add up to the duration.
func (wf *Waterfall) layers() analyze.Composition {
	c := analyze.Composition{Observations: 1, Total: wf.duration()}
	for _, p := range wf.pieces {
		cell := analyze.Cell{Category: p.Category, Cause: p.Cause, Service: cmp.Or(p.Caller, wf.span(p.Span).Sig.Service), Operation: semconv.Operation(wf.span(p.Span).Sig), Callee: p.Callee, Layer: p.Layer}
		c.Cells = append(c.Cells, analyze.CellShare{Cell: &cell, Time: p.Duration()})
	}
	return c
}

// answered reports whether the other side of the call i was recorded, too.
func (wf *Waterfall) answered(i int32) bool {
	return slices.ContainsFunc(wf.trace.Children(i), func(k int32) bool { return wf.span(k).Sig.Kind == trace.Server })
}
