package quality

import (
	"cmp"
	"slices"
	"time"

	"github.com/longpole/longpole/trace"
)

// A Clock is a pair of a caller's and a callee's clock that disagreed in some trace.
type Clock struct {
	Caller, Callee Source
	Traces         int // with calls between the two
	Apart          int // of these, in which one was moved against the other
	// How far the callee's clock was ahead of the caller's in the traces in which they stood
	// apart; negative if it was behind.
	Median, Least, Most time.Duration
	Unclear             int // calls that do not fit although the clocks seem to agree
	TooLarge            int // calls that are further off than may be moved
}

// A Source is whose clock it was. Host is empty where no span says it.
type Source struct{ Service, Host string }

type clockKey struct{ caller, callee Source }

type clockCount struct {
	traces, unclear, tooLarge int
	ahead                     []time.Duration // by trace
	round                     int             // in which a call was met last
}

// addClocks looks at the calls between different clocks. In one trace a clock is off by one
// amount, so a pair counts once.
func (s *Survey) addClocks() {
	t := s.Trace
	doubts := doubtsOf(t)
	for i := range t.Spans {
		at := int32(i)
		p := t.Parent(at)
		if p == trace.None || !trace.Crosses(&t.Spans[p], &t.Spans[i]) {
			continue
		}
		c := s.clock(s.signature(p), s.signature(at))
		switch doubts[t.Spans[i].ID] {
		case trace.SkewTooLarge:
			c.tooLarge++
		case trace.SkewUnclear:
			c.unclear++
		}
		if c.round == s.round {
			continue
		}
		c.round = s.round
		c.traces++
		if ahead := t.Shift(p) - t.Shift(at); ahead != 0 && disagrees(t, p, at) {
			c.ahead = append(c.ahead, ahead)
		}
	}
}

// disagrees reports whether the callee did not fit where the two clocks had put it. Hosts are
// moved only then, users' devices always.
func disagrees(t *trace.Trace, p, at int32) bool {
	if !trace.IsFromDevice(&t.Spans[p], &t.Spans[at]) {
		return true
	}
	return slices.ContainsFunc(t.Notes, func(n trace.Note) bool { return n.Code == trace.DeviceClock })
}

// doubtsOf returns what assembly could not make out about clocks, by the callee's span.
func doubtsOf(t *trace.Trace) map[trace.SpanID]trace.Code {
	var doubts map[trace.SpanID]trace.Code
	for _, n := range t.Notes {
		if n.Code != trace.SkewTooLarge && n.Code != trace.SkewUnclear {
			continue
		}
		if doubts == nil {
			doubts = map[trace.SpanID]trace.Code{}
		}
		doubts[n.Span] = n.Code
	}
	return doubts
}

func (s *Survey) clock(caller, callee *signature) *clockCount {
	if callee.caller == caller {
		return callee.clock
	}
	key := clockKey{sourceOf(caller.Signature), sourceOf(callee.Signature)}
	if s.clocks[key] == nil {
		s.clocks[key] = &clockCount{}
	}
	callee.caller, callee.clock = caller, s.clocks[key]
	return callee.clock
}

func sourceOf(sig *trace.Signature) Source { return Source{sig.Service, sig.Host} }

// clockRows returns the pairs that disagreed, those apart most often first.
func (s *Survey) clockRows() []Clock {
	var rows []Clock
	for k, c := range s.clocks {
		if len(c.ahead)+c.unclear+c.tooLarge == 0 {
			continue
		}
		row := Clock{Caller: k.caller, Callee: k.callee, Traces: c.traces, Apart: len(c.ahead), Unclear: c.unclear, TooLarge: c.tooLarge}
		if row.Median = median(c.ahead); len(c.ahead) > 0 {
			row.Least, row.Most = c.ahead[0], c.ahead[len(c.ahead)-1]
		}
		rows = append(rows, row)
	}
	slices.SortFunc(rows, func(a, b Clock) int {
		return cmp.Or(cmp.Compare(b.Apart, a.Apart), cmp.Compare(b.Unclear+b.TooLarge, a.Unclear+a.TooLarge),
			compareSources(a.Caller, b.Caller), compareSources(a.Callee, b.Callee))
	})
	return rows
}

func compareSources(a, b Source) int {
	return cmp.Or(cmp.Compare(a.Service, b.Service), cmp.Compare(a.Host, b.Host))
}
