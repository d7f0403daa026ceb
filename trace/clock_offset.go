package trace

import (
	"cmp"
	"slices"
	"time"
)

// A fit is how far a clock must move for calls to lie within their callers.
type fit struct {
	by     time.Duration
	queued bool // it need not move: calls are late that no clock made late
}

// offset returns how far the clock of the callees must move for most calls to lie within
// their callers: to the middle of what those calls leave free, or as near as they let it to
// what is known of the clock. It need not move unless more than half of the calls contradict
// the clock as it is, and fewer then.
//
//	caller  ==========          ======
//	callee      ====         ====              one fits, one does not: the clock is believed
func (c *clocks) offset(calls []call) fit {
	calls = c.witnesses(calls)
	inside := c.inside(calls, 0)
	if 2*inside >= len(calls) {
		return fit{}
	}
	by := c.agreed(calls)
	moved := c.inside(calls, by)
	switch {
	case c.isQueue(calls, by):
		return fit{queued: true}
	case moved <= inside:
		return fit{}
	}
	return fit{by: by}
}

// witnesses returns the calls that say something of the clock: not those of callers that did
// not see the end, nor the beginning, of what they asked for.
func (c *clocks) witnesses(calls []call) []call {
	c.heard = c.heard[:0]
	for _, k := range calls {
		if !c.Spans[k.callee].Flags.Has(OneWay) && !c.isTooLate(k, 0) {
			c.heard = append(c.heard, k)
		}
	}
	return c.heard
}

// inside counts the calls that fit once the callees' clock has moved by d.
func (c *clocks) inside(calls []call, d time.Duration) (n int) {
	for _, k := range calls {
		if c.outside(k, d) == 0 {
			n++
		}
	}
	return n
}

// agreed returns the offset that most calls agree on. A clock that agrees with its caller's,
// which has moved, moves with that.
func (c *clocks) agreed(calls []call) time.Duration {
	known, isKnown := c.known(calls[0])
	caller := calls[0].caller
	along := c.shift[c.of[caller]]
	if !isKnown && along != 0 && !c.Spans[caller].Sig.OnDevice() && 2*c.inside(calls, along) >= len(calls) {
		return along
	}
	c.rooms = c.rooms[:0]
	for _, k := range calls {
		c.rooms = append(c.rooms, c.room(k))
	}
	free := c.mostShared(known)
	if isKnown {
		return min(max(known, free.earliest), free.latest)
	}
	return free.middle()
}

// isQueue reports whether the calls that contradict the clock do so because their callees began
// late: none began before its caller did, and no offset makes most of them fit. A wrong clock is
// wrong by the same amount in each call of a trace; a queue is not.
//
//	caller  ====    ====    ====
//	callee      ==         ==       ==      late by 4, 3 and 0 ms: each has waited for its turn
func (c *clocks) isQueue(calls []call, by time.Duration) bool {
	late, fit := 0, 0
	for _, k := range calls {
		if c.outside(k, 0) == 0 {
			continue
		}
		if c.delay(k) < 0 {
			return false
		}
		late++
		if c.outside(k, by) == 0 {
			fit++
		}
	}
	return 2*fit <= late
}

// isTooLate reports whether the callee, moved by d, began when its caller had given up.
func (c *clocks) isTooLate(k call, d time.Duration) bool {
	return c.assembly.isTooLate(k.caller, k.callee, c.shift[c.of[k.caller]]-d)
}

// isTooLate reports whether i began when its caller p, moved by so much, had given up.
func (a *assembly) isTooLate(p, i int32, by time.Duration) bool {
	caller, callee := &a.Spans[p], &a.Spans[i]
	return callee.Start >= caller.End.Add(by) && hasGivenUp(caller, callee) && !caller.Flags.Has(Unfinished)
}

// delay returns how long after its caller the callee began, by its own clock.
func (c *clocks) delay(k call) time.Duration {
	return c.Spans[k.callee].Start.Sub(c.Spans[k.caller].Start) - c.shift[c.of[k.caller]]
}

// usersOf returns the calls that the device with that clock made.
func (c *clocks) usersOf(clock int32) []call {
	c.heard = c.heard[:0]
	for _, k := range c.users {
		if c.of[k.caller] == clock {
			c.heard = append(c.heard, k)
		}
	}
	return c.heard
}

// around returns how far the clock of a user's device must move for most of its calls to lie
// around the servers that answered them. What the clock itself says of that counts for nothing,
// so a page's spans come to lie at the same place whatever it says.
//
//	page    ====                   moves by 9:            ====
//	server            ==                                   ==
func (c *clocks) around(users []call) time.Duration {
	c.rooms = c.rooms[:0]
	for _, k := range users {
		if !isLonger(&c.Spans[k.caller], &c.Spans[k.callee]) {
			c.rooms = append(c.rooms, c.place(k))
		}
	}
	if len(c.rooms) == 0 {
		for _, k := range users {
			c.rooms = append(c.rooms, c.place(k))
		}
	}
	first := c.rooms[0].earliest
	for _, r := range c.rooms {
		first = min(first, r.earliest)
	}
	return c.mostShared(first).middle()
}

// place returns how far the caller may move to lie around the callee: the opposite of how far
// the callee may.
func (c *clocks) place(k call) room {
	r, own := c.room(k), c.shift[c.of[k.callee]]
	r.earliest = min(r.earliest+c.Spans[k.caller].untilAsked(), max(r.earliest, r.latest))
	return room{own - r.latest, own - r.earliest}
}

// untilAsked returns how long after it began a call of a browser was sent, which its events say: names were looked up
// and connections opened before, and no server can have begun then.
func (s *Span) untilAsked() time.Duration {
	for _, e := range s.Events() {
		if e.Name == "requestStart" && e.At > s.Start && e.At <= s.End {
			return e.At.Sub(s.Start)
		}
	}
	return 0
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
	return c.assembly.outside(k.caller, k.callee, c.shift[c.of[k.caller]]-d)
}

// outside returns how far the callee sticks out of its caller if that moves by so much, zero
// if it does not. One that starts within its caller and ends little later, or is longer than
// the caller in all, is no sign of a wrong clock; nor is what a coarse clock cannot tell. A
// caller without an end may have waited for any.
func (a *assembly) outside(p, i int32, by time.Duration) time.Duration {
	caller, callee := &a.Spans[p], &a.Spans[i]
	before := caller.Start.Sub(callee.Start) + by
	after := -(caller.End.Sub(callee.End) + by)
	open := caller.Flags.Has(Unfinished)
	startsWithin := before <= max(a.Grain(p), a.Grain(i)) && (open || -before < caller.Duration())
	longer := callee.Duration() > caller.Duration()
	if startsWithin && (open || longer || after <= Tolerance(caller.Duration())) {
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
