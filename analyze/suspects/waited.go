package suspects

import (
	"slices"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/internal/intern"
	"github.com/longpole/longpole/internal/wire"
	"github.com/longpole/longpole/trace"
)

// A Waited numbers what requests waited for: lists of tags, and of sets as ^number, each after the cell of the
// time. Only who asks for tags takes them out of the sets.
type Waited struct{ lists intern.Lists }

// Lists returns what requests waited for, to be numbered anew.
func (t *Waited) Lists() *intern.Lists { return &t.lists }

// A Waiter gathers what one request after the other waited for.
type Waiter struct {
	met   []metInCell // by cell
	round int         // counts requests
	found []int32     // cell, tag, cell, tag ...
}

// A metInCell is what was met last in a cell: mostly it is met again.
type metInCell struct {
	round int   // in which request
	span  int32 // of which piece
	tags  [4]int32
	count int // of tags that were added
}

// Start begins another request.
func (w *Waiter) Start() {
	w.round++
	w.found = w.found[:0]
}

// Add notes that a request waited for what the piece says, in a cell. Between two services it waits
// for both.
func (w *Waiter) Add(r *attribute.Reading, p *attribute.Piece, cell int32) {
	for int(cell) >= len(w.met) {
		w.met = append(w.met, metInCell{})
	}
	in := &w.met[cell]
	if in.round == w.round && in.span == p.Span { // its own time comes in many pieces
		return
	}
	if in.round != w.round {
		in.count = 0
	}
	in.round, in.span = w.round, p.Span
	w.addSpan(r, p.Span, in, cell)
	if p.Callee != "" {
		if k := r.AnsweredBy(p.Span); k != trace.None {
			w.addSpan(r, k, in, cell)
		}
	}
}

func (w *Waiter) addSpan(r *attribute.Reading, span int32, in *metInCell, cell int32) {
	sig, apart := r.TagsOf(span)
	w.add(sig, in, cell)
	w.add(apart, in, cell)
}

func (w *Waiter) add(tag int32, in *metInCell, cell int32) {
	if slices.Contains(in.tags[:min(in.count, len(in.tags))], tag) {
		return
	}
	in.tags[in.count%len(in.tags)] = tag
	in.count++
	w.found = append(w.found, cell, tag)
}

// Number returns the number of what the request waited for that the waiter has gathered.
func (t *Waited) Number(w *Waiter) int32 { return t.lists.Number(w.found) }

// AppendTo appends the tags, and sets as ^number, that a request waited for in some cells, by the number of what
// it waited for.
func (t *Waited) AppendTo(tags []int32, n int32, in []bool) []int32 {
	all := t.lists.Of(n)
	for i := 0; i+1 < len(all); i += 2 {
		if in[all[i]] {
			tags = append(tags, all[i+1])
		}
	}
	return tags
}

// EachTag returns what lists the tags that a request waited for in some cells, each once, by the
// number of what it waited for. A list is valid until the next one.
func (t *Waited) EachTag(tags *attribute.TagTable, in []bool) func(n int32) []int32 {
	l := newLister(tags)
	var gathered []int32
	return func(n int32) []int32 {
		gathered = t.AppendTo(gathered[:0], n, in)
		return l.list(gathered)
	}
}

// Renumber returns the numbers that o's have in t, where cells and tags have others.
func (t *Waited) Renumber(o *Waited, cells []int32, tags attribute.Renumbered) []int32 {
	return t.lists.Renumber(&o.lists, func(list []int32) {
		for i := 0; i < len(list); i += 2 {
			list[i], list[i+1] = cells[list[i]], tags.Of(list[i+1])
		}
	})
}

// Mark marks the sets that are waited for by those that are kept.
func (t *Waited) Mark(kept, sets []bool) {
	for n := range t.lists.Count() {
		for i := 0; kept[n] && i < t.lists.Len(int32(n)); i += 2 {
			if tag := t.lists.At(int32(n), i+1); tag < 0 {
				sets[^tag] = true
			}
		}
	}
}

// Arrange puts in order what is kept, where cells and tags have other numbers now, and returns the new numbers by the
// old ones. Where several tags became one, each is listed once, whenever that was.
func (t *Waited) Arrange(kept []bool, cells []int32, tags attribute.Renumbered, joined bool) []int32 {
	return t.lists.Arrange(kept, func(list []int32) []int32 {
		for i := 0; i < len(list); i += 2 {
			list[i], list[i+1] = cells[list[i]], tags.Of(list[i+1])
		}
		if !joined {
			return list
		}
		pairs := make([][2]int32, 0, len(list)/2)
		for i := 0; i < len(list); i += 2 {
			pairs = append(pairs, [2]int32{list[i], list[i+1]})
		}
		slices.SortFunc(pairs, func(a, b [2]int32) int { return slices.Compare(a[:], b[:]) })
		list = list[:0]
		for _, p := range slices.Compact(pairs) {
			list = append(list, p[0], p[1])
		}
		return list
	})
}

// Len returns how many are numbered.
func (t *Waited) Len() int { return t.lists.Count() }

// Code is what requests waited for, of so many cells and the tags.
func (t *Waited) Code(c *wire.Coder, cells int, tags *attribute.TagTable) {
	t.lists.Code(c, func(_ int32, i int, v int32) bool {
		if i%2 == 1 {
			return tags.Has(v)
		}
		return v >= 0 && int(v) < cells
	})
	for n := range t.lists.Count() {
		if t.lists.Len(int32(n))%2 == 1 {
			c.Fail("what is waited for is half")
		}
	}
}
