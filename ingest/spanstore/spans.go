package spanstore

import (
	"cmp"
	"iter"
	"math"
	"math/bits"
	"slices"

	"github.com/longpole/longpole/trace"
)

// A Spans yields what shards hold, grouped by trace id. It is complete: the same spans
// give the same traces whatever shard they were added to, and whatever the limit of memory.
type Spans struct {
	group *group                // all spans, if memory held them
	moved *Memory               // where they are, if it did not
	joins map[trace.ID]trace.ID // what there is part of another trace, and stands there once more
	early *HandedOn             // what was handed on before
	err   error
	epoch int

	claims int
}

// NoSpans returns no spans.
func NoSpans() *Spans { return &Spans{group: &group{}} }

// Empty reports whether nothing usable was read.
func (s *Spans) Empty() bool {
	return !s.Spilled() && len(s.group.ids) == 0 && (s.early == nil || len(s.early.ids) == 0)
}

// Traces yields the spans of one trace at a time; each trace comes once and whole, and the
// slice is the caller's to keep. In memory they come in order of trace id. If they had to be
// moved out of it, they come piece by piece, in order of trace id within what fitted into
// memory together: nothing that is made of them may depend on their order.
//
// What a Sink took while it was read does not come again. Reading them back can fail, and a
// trace may have been taken too early; then Traces ends, and Err says why.
func (s *Spans) Traces() iter.Seq[[]trace.Span] {
	return s.TracesIn(func(n int) []trace.Span { return make([]trace.Span, 0, n) })
}

// TracesIn is Traces with memory of the caller's: room returns an empty slice with a capacity
// of n spans or more, and is called once before each trace.
func (s *Spans) TracesIn(room func(n int) []trace.Span) iter.Seq[[]trace.Span] {
	return func(yield func([]trace.Span) bool) {
		if !s.Spilled() {
			s.each(s.group, room, yield)
			return
		}
		l := newLoader(s.moved, s.joins)
		for g := range l.groups() {
			s.epoch = l.epoch
			if !s.each(g, room, yield) {
				return
			}
		}
		s.err = l.err
	}
}

// each yields the traces of g unless one of them was handed on before it was complete.
func (s *Spans) each(g *group, room func(n int) []trace.Span, yield func([]trace.Span) bool) bool {
	if s.err == nil && s.early != nil && slices.ContainsFunc(g.ids, s.early.has) {
		s.err = ErrSplit
	}
	return s.err == nil && g.each(room, yield)
}

// Spilled reports whether spans had to leave memory.
func (s *Spans) Spilled() bool { return s.moved != nil }

// Err returns why Traces ended early; nil if it did not. It is a *SpillError or ErrSplit.
func (s *Spans) Err() error { return s.err }

// Epoch counts how often Traces forgot the signatures of the spans that it had yielded. What
// a caller remembers by the pointer of a signature of an earlier epoch is of no more use.
func (s *Spans) Epoch() int { return s.epoch }

// Close gives back the temporary file, if there is one.
func (s *Spans) Close() error {
	if !s.Spilled() {
		return nil
	}
	return s.moved.file.close()
}

// A group is spans in memory, of traces that are all there.
type group struct {
	ids    []trace.ID // in order
	starts []int      // where the rows of each trace begin in order; one more than ids
	order  []uint32   // numbers of rows, see at
	chunks [][]row
	sigs   []*trace.Signature
	spare  []trace.Signature // to make of them
	extras []extra

	keys     []uint64 // of the trace that is being sorted
	unsorted []uint32 // its rows, as they were
}

// each yields the spans of one trace at a time; false if the caller wants no more. Their
// order depends on their content alone.
func (g *group) each(room func(n int) []trace.Span, yield func([]trace.Span) bool) bool {
	for i, id := range g.ids {
		rows := g.order[g.starts[i]:g.starts[i+1]]
		g.sort(rows)
		spans := room(len(rows))
		for _, at := range rows {
			spans = append(spans, g.span(id, g.at(at)))
		}
		if !yield(spans) {
			return false
		}
	}
	return true
}

// sort puts the rows of one trace in an order that depends on their content alone. What is sorted are numbers, of which
// the upper bits are the start of a span, and the lower ones the place of its row among them: that takes half as long as
// comparing rows.
func (g *group) sort(rows []uint32) {
	size := g.key(rows)
	slices.Sort(g.keys)
	g.unsorted = append(g.unsorted[:0], rows...)
	for i, key := range g.keys {
		rows[i] = g.unsorted[key&(1<<size-1)]
	}
	for from, to := 0, 1; from < len(rows); from, to = to, to+1 {
		for to < len(rows) && g.keys[to]>>size == g.keys[from]>>size {
			to++
		}
		if to-from > 1 {
			slices.SortFunc(rows[from:to], g.compare)
		}
	}
}

// key makes the numbers that are sorted, of which the lower bits are a place. It drops lower bits of the starts if they lie
// so far apart that a number cannot hold them: such spans are equal at first.
func (g *group) key(rows []uint32) (size int) {
	first, last := int64(math.MaxInt64), int64(math.MinInt64)
	for _, at := range rows {
		start := g.at(at).start
		first, last = min(first, start), max(last, start)
	}
	size = bits.Len(uint(len(rows)))
	drop := max(0, bits.Len64(uint64(last)-uint64(first))+size-64)
	g.keys = slices.Grow(g.keys[:0], len(rows))
	for i, at := range rows {
		g.keys = append(g.keys, (uint64(g.at(at).start)-uint64(first))>>drop<<size|uint64(i))
	}
	return size
}

// compare orders rows by start, then the longer first, then by all else.
func (g *group) compare(a, b uint32) int {
	p, q := g.at(a), g.at(b)
	if c := cmp.Or(cmp.Compare(p.start, q.start), cmp.Compare(q.end, p.end)); c != 0 {
		return c
	}
	return compareSpans(g.span(trace.ID{}, p), g.span(trace.ID{}, q))
}
