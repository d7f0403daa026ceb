package trace

// Findings about spans that share an id.
var (
	DuplicateSpan = Code{ID: "duplicate-span", What: "exact duplicates of a span", Fate: Duplicate,
		Do: "nothing: exporters that retry write a span twice, and it counts once"}
	ConflictingSpan = Code{ID: "conflicting-span", What: "spans share an id but differ", Fate: Conflict,
		Do: "the longest of them was used; look for an exporter that sends a span before it has ended, or for ids that are not random"}
)

// dropDuplicates relies on the order of Spans: equal spans are neighbours.
func dropDuplicates(a *assembly) {
	if !a.hasTwins() {
		return
	}
	kept := a.Spans[:1]
	for i := 1; i < len(a.Spans); i++ {
		last := &kept[len(kept)-1]
		if compareSpans(last, &a.Spans[i]) == 0 {
			a.Notes = append(a.Notes, Note{DuplicateSpan, last.ID, 0})
			continue
		}
		kept = append(kept, a.Spans[i])
	}
	a.Spans = kept
}

// hasTwins reports whether two spans are alike at first sight.
func (a *assembly) hasTwins() bool {
	for i := 1; i < len(a.Spans); i++ {
		if x, y := &a.Spans[i-1], &a.Spans[i]; x.ID == y.ID && x.Start == y.Start && x.End == y.End {
			return true
		}
	}
	return false
}

// settleConflicts keeps one span of those that share an id and are on the same side of the
// call: the longest, which is the one that was exported last; among equals the first.
func settleConflicts(a *assembly) {
	if a.bear(); !a.shared {
		return
	}
	type bearer struct {
		id     SpanID
		server bool
	}
	best := make(map[bearer]int32, len(a.second))
	var gone []bool
	for i := range a.Spans {
		b := bearer{a.Spans[i].ID, isServerHalf(&a.Spans[i])}
		if _, shared := a.second[b.id]; !shared {
			continue
		}
		rival, taken := best[b]
		if !taken {
			best[b] = int32(i)
			continue
		}
		if gone == nil {
			gone = make([]bool, len(a.Spans))
		}
		loser := int32(i)
		if a.Spans[i].Duration() > a.Spans[rival].Duration() {
			loser, best[b] = rival, int32(i)
		}
		gone[loser] = true
		a.note(ConflictingSpan, loser, (a.Spans[best[b]].Duration() - a.Spans[loser].Duration()).Abs())
	}
	if gone != nil {
		a.drop(gone)
		a.bear()
	}
}

// isServerHalf reports whether s can be the second bearer of an id that its client made.
func isServerHalf(s *Span) bool {
	return s.Flags.Has(Shared) || s.Sig.Kind == Server || s.Sig.Kind == Consumer
}
