package suspects

import (
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/internal/intern"
	"github.com/longpole/longpole/trace"
)

// A WaitedFor is a tag of a span for which a request waited, and the cell of that time. As in
// [attribute.Structure] a set of tags is ^number.
type WaitedFor struct{ Cell, Tag int32 }

// A Waited numbers them, and what whole requests waited for.
type Waited struct {
	All     []WaitedFor
	numbers intern.Pairs
	Lists   intern.Lists
}

// Number returns the number of what was waited for, which is its place in All.
func (t *Waited) Number(w WaitedFor) int32 {
	tag := 2 * w.Tag
	if w.Tag < 0 {
		tag = 2*^w.Tag + 1
	}
	n, known := t.numbers.Find(w.Cell, tag)
	if !known {
		n = int32(len(t.All))
		t.All = append(t.All, w)
		t.numbers.Put(w.Cell, tag, n)
	}
	return n
}

// A Waiter gathers what one request after the other waited for.
type Waiter struct {
	last  []lastInCell // by cell
	round int          // counts requests
	met   intern.Marks
	Found []int32 // numbers of a Waited, each once
	tags  []int32
}

// A lastInCell is what was met last in a cell: mostly it is met again.
type lastInCell struct {
	round int // and in which request
	span  int32
	of    [8]lastWaited // by the place of a tag among those of its span
}

// A lastWaited is a tag and the number after its own; 0 if none was met.
type lastWaited struct{ tag, next int32 }

// Start begins another request.
func (w *Waiter) Start() {
	w.met.Start()
	w.round++
	w.Found = w.Found[:0]
}

// Add notes that a request waited for what the piece says, in a cell. Between two services it waits
// for both.
func (w *Waiter) Add(t *Waited, r *attribute.Reading, p *attribute.Piece, cell int32) {
	for int(cell) >= len(w.last) {
		w.last = append(w.last, lastInCell{})
	}
	in := &w.last[cell]
	if in.round == w.round && in.span == p.Span { // its own time comes in many pieces
		return
	}
	in.round, in.span = w.round, p.Span
	w.tags = r.AppendTags(w.tags[:0], p.Span)
	if p.Callee != "" {
		if k := r.AnsweredBy(p.Span); k != trace.None {
			w.tags = r.AppendTags(w.tags, k)
		}
	}
	for i, tag := range w.tags {
		last := &in.of[i%len(in.of)]
		if last.tag != tag || last.next == 0 {
			*last = lastWaited{tag, t.Number(WaitedFor{cell, tag}) + 1}
		}
		if n := last.next - 1; w.met.First(n) {
			w.Found = append(w.Found, n)
		}
	}
}

// Renumber returns the numbers that the lists of o have in t.
func (t *Waited) Renumber(o *Waited, cells []int32, tags func([]int32)) []int32 {
	to := make([]int32, len(o.All))
	for i, w := range o.All {
		tag := []int32{w.Tag}
		tags(tag)
		to[i] = t.Number(WaitedFor{cells[w.Cell], tag[0]})
	}
	return t.Lists.Renumber(&o.Lists, func(list []int32) { intern.Replace(list, to) })
}

// EachTag returns what lists the tags that a request waited for in some cells, each once, by the
// number that Lists has for what it waited for. A list is valid until the next one.
func (t *Waited) EachTag(tags *attribute.TagTable, in func(cell int32) bool) func(n int32) []int32 {
	l := newLister(tags)
	var numbers, gathered []int32
	return func(n int32) []int32 {
		numbers, gathered = t.Lists.AppendTo(numbers[:0], n), gathered[:0]
		for _, k := range numbers {
			if w := t.All[k]; in(w.Cell) {
				gathered = append(gathered, w.Tag)
			}
		}
		return l.list(gathered)
	}
}
