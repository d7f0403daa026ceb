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
	CallerGaveUp = Code{ID: "caller-gave-up", What: "callees that worked on after their caller gave up",
		Do: "the callee is clipped where its caller ended; compare the caller's timeout with the callee's"}
)

// MaxSkew is how far a clock may be off by default before alignment is not trusted.
const MaxSkew = time.Second

// Tolerance is how far a child may end after its parent and still have been waited for:
// 1 ms or 5 % of the parent, whichever is more.
func Tolerance(parent time.Duration) time.Duration { return max(time.Millisecond, parent/20) }

// alignClocks moves a callee, with everything below it that read the same clock, into its
// caller if it is not there already. Parents are placed before their children.
func alignClocks(a *assembly) {
	a.branch()
	limit := cmp.Or(a.options.MaxSkew, MaxSkew)
	moved := false
	for _, top := range [][]int32{a.Roots, a.Orphans} {
		for _, i := range top {
			moved = a.alignBelow(i, limit) || moved
		}
	}
	if moved {
		a.sortChildren()
	}
}

func (a *assembly) alignBelow(top int32, limit time.Duration) (moved bool) {
	queue := []int32{top}
	for len(queue) > 0 {
		p := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		for _, c := range a.Children(p) {
			if d := a.shiftOf(p, c, limit); d != 0 {
				a.move(c, d)
				moved = true
			}
			queue = append(queue, c)
		}
	}
	return moved
}

// shiftOf decides how far c moves, given that its parent p stands where it belongs.
func (a *assembly) shiftOf(p, c int32, limit time.Duration) time.Duration {
	if !crossesHosts(&a.Spans[p], &a.Spans[c]) {
		return a.Shift(p)
	}
	a.markGaveUp(p, c)
	if limit < 0 {
		return 0
	}
	d := intoCaller(&a.Spans[p], &a.Spans[c])
	if d == 0 {
		return 0
	}
	if d.Abs() > limit {
		a.note(SkewTooLarge, c, d.Abs())
		return 0
	}
	a.note(ClockSkew, c, d.Abs())
	return d
}

// crossesHosts reports whether c answers a call of p that another clock may have timed. Work
// that nobody waits for may run at any time, so it says nothing about clocks.
func crossesHosts(p, c *Span) bool {
	if c.Flags.Has(FollowsFrom) || c.Sig.Kind == Consumer || p.Sig.Kind == Producer {
		return false
	}
	if p.Sig.Kind == Client && c.Sig.Kind == Server {
		return true
	}
	return p.Sig.Host != "" && c.Sig.Host != "" && p.Sig.Host != c.Sig.Host
}

// intoCaller returns the shift that puts callee c into caller p: none if it is inside, else
// to the middle of the room it has.
//
//	p      ==========
//	c   ====              earliest at p.Start, latest where it ends with p
//	        |====|
//
// A callee longer than its caller has no room. If it starts within the caller its clock is
// not in doubt: the caller gave up. Otherwise the two start together.
func intoCaller(p, c *Span) time.Duration {
	earliest, latest := p.Start.Sub(c.Start), p.End.Sub(c.End)
	if earliest <= 0 && latest >= 0 {
		return 0
	}
	if earliest <= latest {
		return earliest + (latest-earliest)/2
	}
	if c.Start >= p.Start && c.Start < p.End {
		return 0
	}
	return earliest
}

// markGaveUp looks at lengths only: no shift of the clock makes a longer callee fit.
func (a *assembly) markGaveUp(p, c int32) {
	caller, callee := &a.Spans[p], &a.Spans[c]
	over := callee.Duration() - caller.Duration()
	if over > Tolerance(caller.Duration()) {
		callee.Flags |= GaveUp
		a.note(CallerGaveUp, c, over)
	}
}

func (a *assembly) move(i int32, d time.Duration) {
	if a.shift == nil {
		a.shift = make([]time.Duration, len(a.Spans))
	}
	a.shift[i] = d
	a.Spans[i].Start = a.Spans[i].Start.Add(d)
	a.Spans[i].End = a.Spans[i].End.Add(d)
}

func (a *assembly) sortChildren() {
	for i := range a.Spans {
		slices.SortStableFunc(a.Children(int32(i)), func(x, y int32) int {
			return cmp.Compare(a.Spans[x].Start, a.Spans[y].Start)
		})
	}
}
