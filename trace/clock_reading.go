package trace

import "time"

// clocks are the clocks that a trace's spans were timed by, in the order in which a walk down
// from the roots meets them, so that a caller's clock is settled before its callee's.
type clocks struct {
	*assembly
	of      []int32 // the clock of each span
	names   map[clockName]int32
	calls   [][]call // into each clock, from clocks that stand before it
	users   []call   // of servers, from users' devices
	shift   []time.Duration
	devices []int32 // spans of users' devices that were met
	queue   []int32 // the others
	heard   []call  // see witnesses and usersOf
	rooms   []room  // see agreed and around
	edges   []edge
}

// A call is a span and the parent that another clock timed.
type call struct{ caller, callee int32 }

// A clockName tells clocks apart: by the host, or by the service of spans that name no host.
type clockName struct {
	onDevice bool
	ofHost   bool
	name     string
}

// readClocks tells which clock timed each span: its parent's, unless the two are the ends of
// a call between hosts. Spans of users' devices come first, so that no order rests on how far
// their clocks are off.
func (a *assembly) readClocks() *clocks {
	c := &a.clocks
	c.forget(a)
	c.meet(a.Roots)
	c.meet(a.Orphans)
	for devices, others := 0, 0; others < len(c.queue) || devices < len(c.devices); {
		next, at := c.devices, &devices
		if devices == len(c.devices) {
			next, at = c.queue, &others
		}
		s := next[*at]
		*at++
		c.of[s] = c.clockOf(s)
		c.meet(a.Children(s))
	}
	return c
}

func (c *clocks) meet(spans []int32) {
	for _, s := range spans {
		if c.Spans[s].Sig.OnDevice() {
			c.devices = append(c.devices, s)
		} else {
			c.queue = append(c.queue, s)
		}
	}
}

// forget makes the clocks ready for another trace.
func (c *clocks) forget(a *assembly) {
	c.names = emptied(c.names)
	c.assembly, c.of = a, sized(c.of, len(a.Spans))
	c.calls, c.users, c.shift = c.calls[:0], c.users[:0], c.shift[:0]
	c.devices, c.queue = c.devices[:0], c.queue[:0]
}

func (c *clocks) clockOf(s int32) int32 {
	p, name := c.parent[s], nameOfClock(&c.Spans[s])
	if p == None {
		return c.named(name)
	}
	caller, callee := &c.Spans[p], &c.Spans[s]
	if !Crosses(caller, callee) {
		if name.onDevice != caller.Sig.OnDevice() { // a page that names the request it was loaded by
			return c.named(name)
		}
		return c.of[p]
	}
	clock := c.named(name)
	if clock == c.of[p] { // the service calls itself, and nothing says on which host
		name.name += "'"
		clock = c.named(name)
	}
	if IsFromDevice(caller, callee) {
		c.users = append(c.users, call{p, s})
	}
	if clock > c.of[p] {
		c.calls[clock] = append(c.calls[clock], call{p, s})
	}
	return clock
}

func (c *clocks) named(name clockName) int32 {
	n, ok := c.names[name]
	if !ok {
		n = int32(len(c.names))
		c.names[name] = n
		c.shift = append(c.shift, 0)
		c.addCalls()
	}
	return n
}

// addCalls appends an empty list of calls, in the memory of one of an earlier trace.
func (c *clocks) addCalls() {
	if len(c.calls) == cap(c.calls) {
		c.calls = append(c.calls, nil)
		return
	}
	c.calls = c.calls[:len(c.calls)+1]
	last := &c.calls[len(c.calls)-1]
	*last = (*last)[:0]
}

func nameOfClock(s *Span) clockName {
	if s.Sig.Host != "" {
		return clockName{s.Sig.OnDevice(), true, s.Sig.Host}
	}
	return clockName{s.Sig.OnDevice(), false, s.Sig.Service}
}
