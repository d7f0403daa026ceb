package trace

// EndBeforeStart is a span of negative length.
var EndBeforeStart = Code{ID: "span-end-before-start", What: "spans that end before they start; how long they took is not known",
	Do: "a request that begins at such a span is in no percentile; look for a clock that was set back during the span"}

// zeroNegatives makes unfinished spans of those that end before they start: a length of zero
// would be a measurement, and the quickest of all.
func zeroNegatives(a *assembly) {
	for i := range a.Spans {
		s := &a.Spans[i]
		if s.End < s.Start {
			a.note(EndBeforeStart, int32(i), s.Start.Sub(s.End))
			s.End = s.Start
			s.Flags |= Unfinished
		}
	}
}
