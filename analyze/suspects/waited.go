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
	intern.Numbers[WaitedFor]
	Lists intern.Lists
}

// A Waiter gathers what one request after the other waited for.
type Waiter struct {
	last  [][2]lastWaited // by cell
	met   intern.Marks
	Found []int32 // numbers of a Waited, each once
	tags  []int32
}

// A lastWaited is what was met last in a cell: mostly it is met again.
type lastWaited struct{ tag, number int32 }

// Start begins another request.
func (w *Waiter) Start() {
	w.met.Start()
	w.Found = w.Found[:0]
}

// Add notes that a request waited for what the piece says, in a cell. Between two services it waits
// for both.
func (w *Waiter) Add(t *Waited, r *attribute.Reading, p *attribute.Piece, cell int32) {
	w.tags = r.AppendTags(w.tags[:0], p.Span)
	if p.Callee != "" {
		if k := r.AnsweredBy(p.Span); k != trace.None {
			w.tags = r.AppendTags(w.tags, k)
		}
	}
	for int(cell) >= len(w.last) {
		w.last = append(w.last, [2]lastWaited{{0, -1}, {0, -1}})
	}
	for i, tag := range w.tags {
		last := &w.last[cell][i&1]
		if last.tag != tag || last.number < 0 {
			*last = lastWaited{tag, t.Number(WaitedFor{cell, tag})}
		}
		if w.met.First(last.number) {
			w.Found = append(w.Found, last.number)
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
