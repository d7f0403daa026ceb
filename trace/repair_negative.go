package trace

// EndBeforeStart is a span of negative length.
var EndBeforeStart = Code{ID: "span-end-before-start", What: "spans that end before they start",
	Do: "they count with no length; look for a clock that was set back during the span"}

func zeroNegatives(a *assembly) {
	for i := range a.Spans {
		s := &a.Spans[i]
		if s.End < s.Start {
			a.note(EndBeforeStart, int32(i), s.Start.Sub(s.End))
			s.End = s.Start
		}
	}
}
