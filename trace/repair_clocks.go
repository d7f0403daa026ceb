package trace

import (
	"cmp"
	"slices"
	"time"
)

// Findings about clocks, and about calls that look as if a clock was wrong.
var (
	ClockSkew = Code{ID: "clock-skew", What: "calls whose callee's clock disagrees with the caller's",
		Do: "the callee was moved inside its caller; synchronise the hosts' clocks, or turn this off with --skew=off"}
	SkewTooLarge = Code{ID: "clock-skew-too-large", What: "calls whose callee lies outside its caller by more than --max-skew",
		Do: "nothing was moved, so the call's time is the caller's own; check the host's clock and the export's time unit"}
	SkewUnclear = Code{ID: "clock-skew-unclear", What: "calls whose callee lies outside its caller by the clock that other calls of the trace agree on",
		Do: "the callee is clipped to its caller, or counts as work that nobody waits for"}
	DeviceClock = Code{ID: "device-clock", What: "calls of browsers and phones whose clock disagrees with the server's",
		Do: "nothing: users' devices are off by any amount, so their spans were moved around those of the servers that they called; how long a call was on the way there and back is a guess, the sum is not"}
	CallerGaveUp = Code{ID: "caller-gave-up", What: "callees that worked on after their caller gave up",
		Do: "the callee is clipped where its caller ended; compare the caller's timeout with the callee's"}
	BegunTooLate = Code{ID: "started-after-caller-gave-up", What: "callees that began after their caller had given up",
		Do: "the call waited in front of the callee, and the work was for nobody; look for a queue there (workers, connections, backlog), and let the callee drop calls that are past their deadline"}
	BegunLate = Code{ID: "started-late", What: "callees that began late, by another amount in each call of the trace",
		Do: "the calls waited in front of the callee; look for a queue there (workers, connections, backlog)"}
)

// MaxSkew is how far a clock may be off by default before alignment is not trusted.
const MaxSkew = time.Second

// Tolerance is how far a child may end after its parent and still have been waited for:
// 1 ms or 5 % of the parent, whichever is more.
func Tolerance(parent time.Duration) time.Duration { return max(time.Millisecond, parent/20) }

// alignClocks moves callees into their callers where the clocks of two hosts disagree. In one
// trace a clock is off by one amount, so all its calls are heard before any of its spans move.
func alignClocks(a *assembly) {
	a.branch()
	if a.clocksAgree() {
		return
	}
	c := a.readClocks()
	a.markLonger()
	if a.options.MaxSkew >= 0 {
		c.settle(cmp.Or(a.options.MaxSkew, MaxSkew))
	}
	if c.shiftAll() {
		a.sortByStart()
	}
	a.noteGivenUp()
}

// clocksAgree reports whether no call is a reason to move a clock, or to note anything: every
// callee lies within its caller, or sticks out no further than it may. The clock of a user's
// device is not believed even then.
func (a *assembly) clocksAgree() bool {
	someOnDevice := a.someOnDevice()
	for i, p := range a.parent {
		if p == None {
			continue
		}
		caller, callee := &a.Spans[p], &a.Spans[i]
		if someOnDevice && IsFromDevice(caller, callee) {
			return false
		}
		over := overtime(caller, callee)
		if callee.Start.Sub(caller.Start) >= 0 && caller.End.Sub(callee.End) >= 0 && over <= 0 {
			continue
		}
		if Crosses(caller, callee) && (over > Tolerance(caller.Duration()) || a.outside(p, int32(i), 0) > 0) {
			return false
		}
	}
	return true
}

// someOnDevice looks at all spans first, for to wait for one signature after the other takes longer.
func (a *assembly) someOnDevice() bool {
	for i := range a.Spans {
		if a.Spans[i].Sig.OnDevice() {
			return true
		}
	}
	return false
}

// markLonger looks at lengths only: no clock makes a longer callee fit.
func (a *assembly) markLonger() {
	for i, p := range a.parent {
		if p == None || !isLonger(&a.Spans[p], &a.Spans[i]) || !Crosses(&a.Spans[p], &a.Spans[i]) {
			continue
		}
		caller, callee := &a.Spans[p], &a.Spans[i]
		switch {
		case hasGivenUp(caller, callee):
			callee.Flags |= GaveUp
		case callee.Duration() >= 2*caller.Duration():
			callee.Flags |= OneWay
		}
	}
}

// noteGivenUp notes the callees of callers that had given up, where they are once clocks agree.
func (a *assembly) noteGivenUp() {
	for i, p := range a.parent {
		if p == None {
			continue
		}
		caller, callee := &a.Spans[p], &a.Spans[i]
		switch {
		case a.isTooLate(p, int32(i), 0) && Crosses(caller, callee):
			a.note(BegunTooLate, int32(i), callee.Start.Sub(caller.End))
		case callee.Flags.Has(GaveUp):
			a.note(CallerGaveUp, int32(i), overtime(caller, callee))
		}
	}
}

// settle decides for each clock how far it is off.
func (c *clocks) settle(limit time.Duration) {
	for clock, calls := range c.calls {
		if users := c.usersOf(int32(clock)); len(users) > 0 {
			c.shift[clock] = c.around(users)
			c.noteUsers(users, c.shift[clock])
			continue
		}
		f := c.offset(calls)
		if f.by.Abs() <= limit {
			c.shift[clock] = f.by
		}
		for _, k := range calls {
			c.noteCall(k, f, c.shift[clock])
		}
	}
}

// noteCall says of a call that contradicts the clocks what was found of its callee's, and what
// moving that did for the call.
func (c *clocks) noteCall(k call, f fit, moved time.Duration) {
	off, left := c.outside(k, 0), c.outside(k, f.by)
	switch {
	case off == 0 || c.Spans[k.callee].Flags.Has(OneWay) || c.isTooLate(k, moved):
	case f.queued:
		c.note(BegunLate, k.callee, c.delay(k))
	case f.by != moved:
		c.note(SkewTooLarge, k.callee, f.by.Abs())
	case f.by == 0 || left > 0:
		c.note(SkewUnclear, k.callee, left)
	default:
		c.note(ClockSkew, k.callee, f.by.Abs())
	}
}

// noteUsers notes the calls that the device's own clock, which has moved by d, put elsewhere.
func (c *clocks) noteUsers(users []call, d time.Duration) {
	for _, k := range users {
		own := c.shift[c.of[k.callee]]
		if c.outside(k, own+d) > 0 && c.outside(k, own) == 0 {
			c.note(DeviceClock, k.callee, d.Abs())
		}
	}
}

// shiftAll moves every span as far as its clock is off.
func (c *clocks) shiftAll() (moved bool) {
	if !slices.ContainsFunc(c.shift, func(d time.Duration) bool { return d != 0 }) {
		return false
	}
	a := c.assembly
	a.shifts = sized(a.shifts, len(a.Spans))
	a.Trace.shift = a.shifts
	for i := range a.Spans {
		d := c.shift[c.of[i]]
		a.Trace.shift[i] = d
		a.Spans[i].Start = a.Spans[i].Start.Add(d)
		a.Spans[i].End = a.Spans[i].End.Add(d)
	}
	return true
}

// sortByStart puts roots, orphans and children in order again once spans have moved.
func (a *assembly) sortByStart() {
	byStart := func(x, y int32) int { return cmp.Compare(a.Spans[x].Start, a.Spans[y].Start) }
	slices.SortStableFunc(a.Roots, byStart)
	slices.SortStableFunc(a.Orphans, byStart)
	for i := range a.Spans {
		slices.SortStableFunc(a.Children(int32(i)), byStart)
	}
}
