package trace

import (
	"cmp"
	"slices"
)

// sortSpans puts spans in order of start, then the longer first, so that a parent that starts
// with its child stands before it. What is equal in both is ordered by content, so the order
// does not depend on how the spans were read.
func sortSpans(spans []Span) {
	keys := make([]sortKey, len(spans))
	sorted := true
	for i := range spans {
		keys[i] = sortKey{spans[i].Start, spans[i].End, int32(i)}
		sorted = sorted && (i == 0 || keys[i-1].less(keys[i]))
	}
	if sorted {
		return
	}
	// Keys are a third of a span, so they are sorted in its stead.
	slices.SortFunc(keys, func(a, b sortKey) int {
		if a.start == b.start && a.end == b.end {
			return compareSpans(&spans[a.at], &spans[b.at])
		}
		if a.less(b) {
			return -1
		}
		return 1
	})
	permute(spans, keys)
}

type sortKey struct {
	start, end Time
	at         int32
}

func (a sortKey) less(b sortKey) bool {
	return a.start < b.start || (a.start == b.start && a.end > b.end)
}

// permute moves every span to the place of the key that names it, one cycle after the other.
func permute(spans []Span, keys []sortKey) {
	for i := range keys {
		if keys[i].at < 0 {
			continue
		}
		held, at := spans[i], int32(i)
		for {
			from := keys[at].at
			keys[at].at = -1
			if from == int32(i) {
				spans[at] = held
				break
			}
			spans[at] = spans[from]
			at = from
		}
	}
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
	)
}

// compareTimes looks at what nearly always differs, and costs little to look at.
func compareTimes(a, b *Span) int {
	if a.Start != b.Start {
		return cmp.Compare(a.Start, b.Start)
	}
	return cmp.Or(cmp.Compare(b.End, a.End), cmp.Compare(a.ID, b.ID), cmp.Compare(a.Parent, b.Parent))
}

func compareEvent(a, b Event) int {
	return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Name, b.Name))
}

func compareLink(a, b Link) int {
	return cmp.Or(
		cmp.Compare(a.Trace.Hi, b.Trace.Hi),
		cmp.Compare(a.Trace.Lo, b.Trace.Lo),
		cmp.Compare(a.Span, b.Span),
	)
}
