package trace

import "time"

// Grain returns the granularity of the clock that timed span i, zero if it is fine enough.
// OpenTelemetry for JavaScript cuts starts to whole milliseconds, while ends are exact: two of
// its spans that follow each other seem to overlap by up to a millisecond.
//
//	first   =========
//	second          ======    began when the first had ended, at 8.6 ms
func (t *Trace) Grain(i int32) time.Duration {
	if t.coarse == nil || !t.coarse[i] {
		return 0
	}
	return time.Millisecond
}

// grains are what a trace's spans say of the granularity of the clocks that timed them.
type grains struct {
	of map[grainKey]int32
	by []grain
}

type grainKey struct{ service, host string }

// A grain is what the spans of one clock have in common.
type grain struct {
	spans int
	cut   bool // every start is a whole millisecond
	exact bool // some end is not
	fine  bool // some end is no whole microsecond
}

// isCoarse reports whether the starts were cut. Where all times are whole milliseconds they are
// round, and no sign of cutting; and one start of whole microseconds in a thousand is a whole
// millisecond by chance.
func (g *grain) isCoarse() bool { return g.cut && g.exact && (g.fine || g.spans > 1) }

// measureGrains marks the spans whose clock cut their starts. In most traces no start looks
// like that.
func measureGrains(a *assembly) {
	if !a.hasWholeStart() {
		return
	}
	g := &a.grains
	g.of, g.by = emptied(g.of), g.by[:0]
	for i := range a.Spans {
		g.add(&a.Spans[i])
	}
	some := false
	for i := range g.by {
		some = some || g.by[i].isCoarse()
	}
	if !some {
		return
	}
	a.coarses = sized(a.coarses, len(a.Spans))
	a.Trace.coarse = a.coarses
	for i := range a.Spans {
		a.Trace.coarse[i] = g.by[g.find(&a.Spans[i])].isCoarse()
	}
}

func (a *assembly) hasWholeStart() bool {
	for i := range a.Spans {
		if isWhole(a.Spans[i].Start, time.Millisecond) {
			return true
		}
	}
	return false
}

func (g *grains) add(s *Span) {
	at := &g.by[g.find(s)]
	at.spans++
	at.cut = at.cut && isWhole(s.Start, time.Millisecond)
	at.exact = at.exact || !isWhole(s.End, time.Millisecond)
	at.fine = at.fine || !isWhole(s.End, time.Microsecond)
}

func (g *grains) find(s *Span) int32 {
	key := grainKey{s.Sig.Service, s.Sig.Host}
	at, met := g.of[key]
	if !met {
		at = int32(len(g.by))
		g.of[key] = at
		g.by = append(g.by, grain{cut: true})
	}
	return at
}

func isWhole(at Time, unit time.Duration) bool { return at%Time(unit) == 0 }
