package critpath_test

import (
	"slices"

	"github.com/longpole/longpole/analyze/critpath"
	"github.com/longpole/longpole/trace"
)

// bruteForce finds the path a second way, for comparison: it goes back over every instant at
// which any span starts or ends, and asks of each stretch between two such instants, by the
// letter of the definition and with no memory but the open spans, whose time it is. It shares no
// rule with the walk: who waits for whom is written here once more.
func bruteForce(tr *trace.Trace, root int32) []critpath.Segment {
	b := brute{tr: tr, visited: map[int32]bool{root: true}}
	r := &tr.Spans[root]
	b.open = []opened{{root, r.Start}}
	times := b.boundaries(r.Start, r.End)
	for i := len(times) - 1; i > 0; i-- {
		b.settle(times[i])
		owner := b.open[len(b.open)-1].span
		b.stretches = append(b.stretches, critpath.Segment{Span: owner, From: times[i-1], To: times[i]})
	}
	slices.Reverse(b.stretches)
	var out []critpath.Segment
	for _, s := range b.stretches {
		s.Wire, s.Overlapped, s.Unseen = b.wire(s), b.overlapped(s), b.unseen(s)
		out = joined(out, s)
	}
	return out
}

type opened struct {
	span int32
	from trace.Time // where the walk of this span ends
}

type brute struct {
	tr        *trace.Trace
	open      []opened // innermost last
	visited   map[int32]bool
	stretches []critpath.Segment
}

func (b *brute) boundaries(from, to trace.Time) []trace.Time {
	out := []trace.Time{from, to}
	for _, s := range b.tr.Spans {
		for _, t := range []trace.Time{s.Start, s.End} {
			if t > from && t < to {
				out = append(out, t)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// settle closes the spans whose walk ends at t, then opens those whose time ends there.
func (b *brute) settle(t trace.Time) {
	for {
		top := b.open[len(b.open)-1]
		if t <= top.from && len(b.open) > 1 {
			b.open = b.open[:len(b.open)-1]
			continue
		}
		c, ok := b.waitedFor(top, t)
		if !ok {
			return
		}
		b.visited[c] = true
		b.open = append(b.open, opened{c, max(b.tr.Spans[c].Start, top.from)})
	}
}

func (b *brute) waitedFor(top opened, t trace.Time) (best int32, found bool) {
	p := &b.tr.Spans[top.span]
	limit := b.limit(top)
	for _, k := range b.tr.Children(top.span) {
		c := &b.tr.Spans[k]
		start, end := max(c.Start, top.from), min(c.End, limit)
		late := end - t
		eligible := start < t && late >= 0 && (late == 0 || 100*late < p.End-p.Start || late <= trace.Time(b.tr.Grain(top.span)))
		if !eligible || !waitsFor(p, c) {
			continue
		}
		if !found || b.longer(k, best, top.from, limit) {
			best, found = k, true
		}
	}
	return best, found
}

// limit is where the walk of the open span began.
func (b *brute) limit(top opened) trace.Time {
	to := b.tr.Spans[top.span].End
	for _, s := range b.stretches {
		if s.Span == top.span || b.below(s.Span, top.span) {
			return s.To
		}
	}
	if len(b.stretches) > 0 {
		return min(to, b.stretches[len(b.stretches)-1].From)
	}
	return min(to, b.tr.Spans[b.open[0].span].End)
}

func (b *brute) below(s, top int32) bool {
	for s != trace.None && s != top {
		s = b.tr.Parent(s)
	}
	return s == top
}

func (b *brute) longer(x, y int32, from, to trace.Time) bool {
	length := func(i int32) trace.Time { return min(b.tr.Spans[i].End, to) - max(b.tr.Spans[i].Start, from) }
	if length(x) != length(y) {
		return length(x) > length(y)
	}
	return b.tr.Spans[x].ID > b.tr.Spans[y].ID
}

func (b *brute) overlapped(s critpath.Segment) bool {
	p := &b.tr.Spans[s.Span]
	return slices.ContainsFunc(b.tr.Children(s.Span), func(k int32) bool {
		c := &b.tr.Spans[k]
		return !b.visited[k] && c.Start <= s.From && c.End >= s.To && waitsFor(p, c)
	})
}

func (b *brute) wire(s critpath.Segment) bool {
	return b.tr.Spans[s.Span].Sig.Kind == trace.Client && slices.ContainsFunc(b.tr.Children(s.Span), func(k int32) bool {
		return b.tr.Spans[k].Sig.Kind == trace.Server && waitsFor(&b.tr.Spans[s.Span], &b.tr.Spans[k])
	})
}

func (b *brute) unseen(s critpath.Segment) bool {
	root := b.open[0].span
	return slices.ContainsFunc(b.tr.Orphans, func(k int32) bool {
		c := &b.tr.Spans[k]
		return k != root && c.Start <= s.From && c.End >= s.To && waitsFor(&b.tr.Spans[root], c)
	})
}

// waitsFor is section 2 of docs/critical-path.md, line by line.
func waitsFor(p, c *trace.Span) bool {
	after := c.End - p.End
	switch {
	case c.Flags.Has(trace.FollowsFrom):
		return false
	case c.Sig.Kind == trace.Consumer && (p.Sig.Kind == trace.Producer || after > 0):
		return false
	case c.Start >= p.End:
		return false
	case after > 1_000_000 && 20*after > p.End-p.Start: // more than 1 ms and more than 5 %
		return p.Sig.Kind == trace.Client && c.Sig.Kind == trace.Server
	}
	return true
}
