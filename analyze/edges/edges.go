package edges

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/internal/wire"
	"github.com/longpole/longpole/trace"
)

// A Call is an operation that a service asks somebody for. Callee is empty if nothing names it.
type Call struct{ Caller, Callee, Operation string }

// Compare orders calls.
func (c Call) Compare(o Call) int {
	return cmp.Or(cmp.Compare(c.Caller, o.Caller), cmp.Compare(c.Callee, o.Callee), cmp.Compare(c.Operation, o.Operation))
}

// An Edge is all calls of one kind, wherever requests make them.
type Edge struct {
	Call
	Calls, Failed, Repeats int // repeats are attempts after one that failed
	Most                   int // attempts at one call
	Took                   attribute.Sketch
	Longest                time.Duration      // of calls that succeeded
	Failures               []time.Duration    // how long calls took that failed
	Pauses                 [][]time.Duration  // before the second attempt, the third ...
	Async                  int                // calls that nobody waited for
	seconds                map[uint32]*Second // in which calls and repeats began
	second                 uint32             // the last one that was asked for
	last                   *Second            // what is counted then
}

// A Second is how many calls began in it, and how many of them were repeats.
type Second struct{ Calls, Repeats int }

// mostPauses is how many pauses between attempts at one call are told apart.
const mostPauses = 6

// A Table is all edges of a run.
type Table struct{ of map[Call]*Edge }

// At returns the edge of a call.
func (t *Table) At(c Call) *Edge {
	if t.of == nil {
		t.of = map[Call]*Edge{}
	}
	found := t.of[c]
	if found == nil {
		found = &Edge{Call: c}
		t.of[c] = found
	}
	return found
}

// All returns the edges in order.
func (t *Table) All() (all []*Edge) {
	for _, c := range slices.SortedFunc(maps.Keys(t.of), Call.Compare) {
		all = append(all, t.of[c])
	}
	return all
}

// Count adds the call that span i of the reading makes.
func (e *Edge) Count(r *attribute.Reading, i int32) {
	s := &r.Trace.Spans[i]
	e.Calls++
	if s.Flags.Has(trace.Failed) {
		e.Failed++
		e.Failures = append(e.Failures, s.Duration())
	} else {
		e.Took.Add(s.Duration())
		e.Longest = max(e.Longest, s.Duration())
	}
	if r.Waits()[i].IsAsync() {
		e.Async++
	}
	e.at(secondOf(s)).Calls++
	if next, again := r.Retried(i); again {
		e.repeat(r, i, next)
	}
}

func (e *Edge) at(second uint32) *Second {
	if e.last != nil && e.second == second {
		return e.last
	}
	if e.seconds == nil {
		e.seconds = map[uint32]*Second{}
	}
	if e.seconds[second] == nil {
		e.seconds[second] = &Second{}
	}
	e.second, e.last = second, e.seconds[second]
	return e.last
}

func secondOf(s *trace.Span) uint32 { return uint32(int64(s.Start) / int64(time.Second)) }

// Seconds returns what calls began in each second that any did, in order.
func (c *Edge) Seconds() (all []Second) {
	repeats := 0 // of calls that are counted later, or never: they did not end
	for _, second := range slices.Sorted(maps.Keys(c.seconds)) {
		n := c.seconds[second]
		if repeats += n.Repeats; n.Calls > 0 {
			all = append(all, Second{n.Calls, repeats})
			repeats = 0
		}
	}
	return all
}

// repeat counts the next attempt at a call that failed.
//
//	attempts   xx  ..  xx  ....  ==      two pauses, the second twice as long
func (c *Edge) repeat(r *attribute.Reading, failed, next int32) {
	c.Repeats++
	c.at(secondOf(&r.Trace.Spans[next])).Repeats++
	before := 0
	kids := r.Trace.Children(r.Trace.Parent(failed))
	for _, k := range kids {
		if k == failed {
			break
		}
		if r.Call(k) == r.Call(failed) {
			if to, again := r.Retried(k); again && to <= failed {
				before++
			}
		}
	}
	c.Most = max(c.Most, before+2)
	if before < mostPauses {
		for len(c.Pauses) <= before {
			c.Pauses = append(c.Pauses, nil)
		}
		c.Pauses[before] = append(c.Pauses[before], r.Trace.Spans[next].Start.Sub(r.Trace.Spans[failed].End))
	}
}

// Merge adds what o counts.
func (e *Table) Merge(o *Table) {
	for s, theirs := range o.of {
		c := e.At(s)
		c.Calls, c.Failed, c.Repeats, c.Async = c.Calls+theirs.Calls, c.Failed+theirs.Failed, c.Repeats+theirs.Repeats, c.Async+theirs.Async
		c.Most, c.Longest = max(c.Most, theirs.Most), max(c.Longest, theirs.Longest)
		c.Took.Merge(&theirs.Took)
		c.Failures = append(c.Failures, theirs.Failures...)
		for i, p := range theirs.Pauses {
			for len(c.Pauses) <= i {
				c.Pauses = append(c.Pauses, nil)
			}
			c.Pauses[i] = append(c.Pauses[i], p...)
		}
		for second, n := range theirs.seconds {
			mine := c.at(second)
			mine.Calls, mine.Repeats = mine.Calls+n.Calls, mine.Repeats+n.Repeats
		}
	}
}

// Needed is how many calls were made, each however often it was tried.
func (c *Edge) Needed() int { return c.Calls - c.Repeats }

// Attempts is how many attempts each call took, in millionths.
func (c *Edge) Attempts() int64 { return int64(c.Calls) * 1e6 / int64(max(1, c.Needed())) }

// Pause returns the middle pause before attempt n, from 2.
func (c *Edge) Pause(n int) (time.Duration, bool) {
	if n-2 >= len(c.Pauses) || len(c.Pauses[n-2]) == 0 {
		return 0, false
	}
	return Middle(slices.Clone(c.Pauses[n-2])), true
}

// Middle returns the middle of times, the lower one of two; it sorts them. Of none it is 0.
func Middle(times []time.Duration) time.Duration {
	if len(times) == 0 {
		return 0
	}
	slices.Sort(times)
	return times[(len(times)-1)/2]
}

// Code is the edges in order.
func (t *Table) Code(c *wire.Coder) {
	wire.Map(c, &t.of, Call.Compare, func(k *Call) { k.code(c) }, func(e **Edge) {
		if c.Reading() {
			*e = &Edge{}
		}
		(*e).code(c)
	})
	for call, e := range t.of {
		e.Call = call
	}
}

func (k *Call) code(c *wire.Coder) {
	wire.Text(c, &k.Caller)
	wire.Text(c, &k.Callee)
	wire.Text(c, &k.Operation)
}

func (e *Edge) code(c *wire.Coder) {
	wire.Counts(c, &e.Calls, &e.Failed, &e.Repeats, &e.Most, &e.Async)
	e.Took.Code(c)
	wire.Num(c, &e.Longest)
	wire.Sorted(c, &e.Failures)
	wire.List(c, &e.Pauses, func(p *[]time.Duration) { wire.Sorted(c, p) })
	wire.Map(c, &e.seconds, cmp.Compare[uint32], func(second *uint32) { wire.Num(c, second) }, func(n **Second) {
		if c.Reading() {
			*n = &Second{}
		}
		wire.Counts(c, &(*n).Calls, &(*n).Repeats)
	})
}
