package trace

import (
	"cmp"
	"slices"
	"time"
)

// Findings about clocks.
var (
	ClockSkew = Code{ID: "clock-skew", What: "calls whose callee's clock disagrees with the caller's",
		Do: "the callee was moved inside its caller; synchronise the hosts' clocks, or turn this off with --skew=off"}
	SkewTooLarge = Code{ID: "clock-skew-too-large", What: "calls whose callee lies outside its caller by more than --max-skew",
		Do: "nothing was moved, so the call's time is the caller's own; check the host's clock and the export's time unit"}
	SkewUnclear = Code{ID: "clock-skew-unclear", What: "calls whose callee lies outside its caller by the clock that other calls of the trace agree on",
		Do: "the callee is clipped to its caller, or counts as work that nobody waits for"}
	CallerGaveUp = Code{ID: "caller-gave-up", What: "callees that worked on after their caller gave up",
		Do: "the callee is clipped where its caller ended; compare the caller's timeout with the callee's"}
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
	c.settle(cmp.Or(a.options.MaxSkew, MaxSkew))
	if c.shiftAll() {
		a.sortChildren()
	}
}

// clocksAgree reports whether no call is a reason to move a clock, or to note anything: every
// callee lies within its caller, or sticks out no further than it may.
func (a *assembly) clocksAgree() bool {
	for i, p := range a.parent {
		if p == None {
			continue
		}
		caller, callee := &a.Spans[p], &a.Spans[i]
		over := overtime(caller, callee)
		if callee.Start.Sub(caller.Start) >= 0 && caller.End.Sub(callee.End) >= 0 && over <= 0 {
			continue
		}
		if crossesHosts(caller, callee) && (over > Tolerance(caller.Duration()) || outside(caller, callee, 0) > 0) {
			return false
		}
	}
	return true
}

// overtime returns how much longer the callee took.
func overtime(caller, callee *Span) time.Duration { return callee.Duration() - caller.Duration() }

// settle decides for each clock how far it is off.
func (c *clocks) settle(limit time.Duration) {
	for clock, calls := range c.calls {
		for _, k := range calls {
			c.markGaveUp(k)
		}
		if limit < 0 {
			continue
		}
		d := c.offset(calls)
		for _, k := range calls {
			c.noteSkew(k, d, limit)
		}
		if d.Abs() <= limit {
			c.shift[clock] = d
		}
	}
}

// noteSkew says of a call that contradicts the clocks what moving its callee's by d does for it.
func (c *clocks) noteSkew(k call, d, limit time.Duration) {
	off, left := c.outside(k, 0), c.outside(k, d)
	switch {
	case off == 0:
	case d.Abs() > limit:
		c.note(SkewTooLarge, k.callee, d.Abs())
	case d == 0 || left > 0:
		c.note(SkewUnclear, k.callee, left)
	default:
		c.note(ClockSkew, k.callee, d.Abs())
	}
}

// markGaveUp looks at lengths only: no clock makes a longer callee fit.
func (c *clocks) markGaveUp(k call) {
	caller, callee := &c.Spans[k.caller], &c.Spans[k.callee]
	over := overtime(caller, callee)
	if over > Tolerance(caller.Duration()) {
		callee.Flags |= GaveUp
		c.note(CallerGaveUp, k.callee, over)
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

func (a *assembly) sortChildren() {
	for i := range a.Spans {
		slices.SortStableFunc(a.Children(int32(i)), func(x, y int32) int {
			return cmp.Compare(a.Spans[x].Start, a.Spans[y].Start)
		})
	}
}
