package trace

import (
	"slices"
	"time"
)

// clocks are the clocks that a trace's spans were timed by, in the order in which a walk down
// from the roots meets them, so that a caller's clock is settled before its callee's.
type clocks struct {
	*assembly
	of    []int32 // the clock of each span
	names map[string]int32
	calls [][]call // into each clock, from clocks that stand before it
	shift []time.Duration
}

// A call is a span and the parent that another clock timed.
type call struct{ caller, callee int32 }

// readClocks tells which clock timed each span: its parent's, unless the two are the ends of
// a call between hosts.
func (a *assembly) readClocks() *clocks {
	c := &clocks{assembly: a, of: make([]int32, len(a.Spans)), names: map[string]int32{}}
	queue := slices.Concat(a.Roots, a.Orphans)
	for i := 0; i < len(queue); i++ {
		s := queue[i]
		c.of[s] = c.clockOf(s)
		queue = append(queue, a.Children(s)...)
	}
	return c
}

func (c *clocks) clockOf(s int32) int32 {
	p := c.parent[s]
	if p == None {
		return c.named(clockName(&c.Spans[s]))
	}
	if !crossesHosts(&c.Spans[p], &c.Spans[s]) {
		return c.of[p]
	}
	clock := c.named(clockName(&c.Spans[s]))
	if clock == c.of[p] { // the service calls itself, and nothing says on which host
		clock = c.named(clockName(&c.Spans[s]) + "'")
	}
	if clock > c.of[p] {
		c.calls[clock] = append(c.calls[clock], call{p, s})
	}
	return clock
}

func (c *clocks) named(name string) int32 {
	n, ok := c.names[name]
	if !ok {
		n = int32(len(c.names))
		c.names[name] = n
		c.calls = append(c.calls, nil)
		c.shift = append(c.shift, 0)
	}
	return n
}

func clockName(s *Span) string {
	if s.Sig.Host != "" {
		return "host " + s.Sig.Host
	}
	return "service " + s.Sig.Service
}

// crossesHosts reports whether c answers a call of p that another clock timed. Work that
// nobody waits for may run at any time, so it says nothing about clocks.
func crossesHosts(p, c *Span) bool {
	if c.Flags.Has(FollowsFrom) || c.Sig.Kind == Consumer || p.Sig.Kind == Producer {
		return false
	}
	if p.Sig.Host != "" && c.Sig.Host != "" {
		return p.Sig.Host != c.Sig.Host
	}
	return p.Sig.Kind == Client && c.Sig.Kind == Server
}
