package trace

import (
	"cmp"
	"slices"
	"time"
)

// offset returns how far the clock of the callees must move for most calls to lie within
// their callers: to the middle of what those calls leave free, or as near as they let it to
// what is known of the clock. It is zero unless more than half of the calls contradict the
// clock as it is.
//
//	caller  ==========          ======
//	callee      ====         ====              one fits, one does not: the clock is believed
func (c *clocks) offset(calls []call) time.Duration {
	fitting := 0
	for _, k := range calls {
		if c.outside(k, 0) == 0 {
			fitting++
		}
	}
	if 2*fitting >= len(calls) {
		return 0
	}
	c.rooms = c.rooms[:0]
	for _, k := range calls {
		c.rooms = append(c.rooms, c.room(k))
	}
	known, isKnown := c.known(calls[0])
	free := c.mostShared(known)
	if isKnown {
		return min(max(known, free.earliest), free.latest)
	}
	return free.middle()
}

// known returns how far the callee's clock must move by what is known of it and of the caller's.
func (c *clocks) known(k call) (by time.Duration, isKnown bool) {
	if c.options.Ahead == nil {
		return 0, false
	}
	callee, isKnown := c.options.Ahead(c.Spans[k.callee].Sig.Host)
	if !isKnown {
		return 0, false
	}
	by = c.shift[c.of[k.caller]] - callee
	if caller, known := c.options.Ahead(c.Spans[k.caller].Sig.Host); known {
		by += caller
	}
	return by, true
}

// A room is how far a callee may move, earliest to latest, to lie within its caller.
type room struct{ earliest, latest time.Duration }

func (r room) middle() time.Duration { return r.earliest + (r.latest-r.earliest)/2 }

// room of a callee that is longer than its caller is the one place where both start together.
func (c *clocks) room(k call) room {
	caller, callee := &c.Spans[k.caller], &c.Spans[k.callee]
	by := c.shift[c.of[k.caller]]
	r := room{caller.Start.Sub(callee.Start) + by, caller.End.Sub(callee.End) + by}
	return room{r.earliest, max(r.earliest, r.latest)}
}

// outside returns how far the callee sticks out of its caller once its own clock has moved by d.
func (c *clocks) outside(k call, d time.Duration) time.Duration {
	return outside(&c.Spans[k.caller], &c.Spans[k.callee], c.shift[c.of[k.caller]]-d)
}

// outside returns how far the callee sticks out of its caller if that moves by so much, zero
// if it does not. One that starts within its caller and ends little later, or is longer than
// the caller in all, is no sign of a wrong clock.
func outside(caller, callee *Span, by time.Duration) time.Duration {
	before := caller.Start.Sub(callee.Start) + by
	after := -(caller.End.Sub(callee.End) + by)
	startsWithin := before <= 0 && -before < caller.Duration()
	longer := callee.Duration() > caller.Duration()
	if startsWithin && (longer || after <= Tolerance(caller.Duration())) {
		return 0
	}
	return max(before, after, 0)
}

// An edge is where one room more, or one less, holds what lies behind it.
type edge struct {
	at   time.Duration
	open int
}

// mostShared returns the stretch that most rooms share; of several the one whose middle is
// nearest to what was expected.
func (c *clocks) mostShared(expected time.Duration) room {
	edges := c.edges[:0]
	for _, r := range c.rooms {
		edges = append(edges, edge{r.earliest, 1}, edge{r.latest, -1})
	}
	c.edges = edges
	slices.SortFunc(edges, func(a, b edge) int { return cmp.Or(cmp.Compare(a.at, b.at), -cmp.Compare(a.open, b.open)) })
	best, most, open := room{}, 0, 0
	for i, e := range edges {
		open += e.open
		if e.open < 0 {
			continue
		}
		free := room{e.at, edges[i+1].at}
		if open > most || (open == most && (free.middle()-expected).Abs() < (best.middle()-expected).Abs()) {
			best, most = free, open
		}
	}
	return best
}
