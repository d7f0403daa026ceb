package trace

import (
	"cmp"
	"math/bits"
	"slices"
)

// An order sorts spans by start, then the longer first, so that a parent that starts with its
// child stands before it. What is equal in both is ordered by content, so the order does not
// depend on how the spans were read.
//
// A span is ten times as large as a key, so keys are sorted in its stead: numbers, of which the
// upper bits are the start and the lower ones the place of the span.
type order struct {
	keys  []uint64
	place uint64 // the bits of a key that are a place
}

func (o *order) sort(spans []Span) {
	if inOrder(spans) {
		return
	}
	o.key(spans)
	slices.Sort(o.keys)
	o.settleTies(spans)
	o.permute(spans)
}

func inOrder(spans []Span) bool {
	for i := 1; i < len(spans); i++ {
		a, b := &spans[i-1], &spans[i]
		if a.Start >= b.Start && compareSpans(a, b) > 0 {
			return false
		}
	}
	return true
}

// key drops lower bits of the starts if they lie so far apart that a key cannot hold them:
// such spans are ties at first.
func (o *order) key(spans []Span) {
	first, last := spans[0].Start, spans[0].Start
	for i := range spans {
		first, last = min(first, spans[i].Start), max(last, spans[i].Start)
	}
	size := bits.Len(uint(len(spans)))
	drop := max(0, bits.Len64(uint64(last)-uint64(first))+size-64)
	o.keys, o.place = sized(o.keys, len(spans)), 1<<size-1
	for i := range spans {
		o.keys[i] = (uint64(spans[i].Start)-uint64(first))>>drop<<size | uint64(i)
	}
}

// settleTies orders by content what the upper bits of the keys left equal.
func (o *order) settleTies(spans []Span) {
	byContent := func(a, b uint64) int { return compareSpans(&spans[a&o.place], &spans[b&o.place]) }
	for from, to := 0, 1; from < len(o.keys); from, to = to, to+1 {
		for to < len(o.keys) && o.keys[to]&^o.place == o.keys[from]&^o.place {
			to++
		}
		if to-from > 1 {
			slices.SortFunc(o.keys[from:to], byContent)
		}
	}
}

// permute moves every span to the place of the key that names it, one cycle after the other.
func (o *order) permute(spans []Span) {
	for i := range o.keys {
		from := o.take(i)
		if from == i {
			continue
		}
		held, at := spans[i], i
		for from != i {
			spans[at] = spans[from]
			at, from = from, o.take(from)
		}
		spans[at] = held
	}
}

// take returns the place of the span that belongs at i, and notes that it is there.
func (o *order) take(i int) (from int) {
	from = int(o.keys[i] & o.place)
	o.keys[i] = uint64(i)
	return from
}

// compareSpans is a total order by content: equal only for exact duplicates.
func compareSpans(a, b *Span) int {
	if c := compareTimes(a, b); c != 0 {
		return c
	}
	if c := a.Sig.Compare(b.Sig); c != 0 {
		return c
	}
	return cmp.Or(
		cmp.Compare(a.Flags, b.Flags),
		cmp.Compare(a.Threshold, b.Threshold),
		slices.CompareFunc(a.Events(), b.Events(), compareEvent),
		slices.CompareFunc(a.Links(), b.Links(), compareLink),
		slices.CompareFunc(a.Apart(), b.Apart(), compareAttr),
	)
}

// compareTimes looks at what nearly always differs, and costs little to look at.
func compareTimes(a, b *Span) int {
	if a.Start != b.Start {
		return cmp.Compare(a.Start, b.Start)
	}
	if a.End != b.End {
		return cmp.Compare(b.End, a.End)
	}
	return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.Parent, b.Parent))
}

func compareEvent(a, b Event) int {
	return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Name, b.Name))
}

func compareLink(a, b Link) int {
	return cmp.Or(a.Trace.Compare(b.Trace), cmp.Compare(a.Span, b.Span))
}
