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
}

// addClocks looks at the calls between different clocks. In one trace a clock is off by one
// amount, so a pair counts once.
func (s *Survey) addClocks(t *trace.Trace) {
	doubts := map[trace.SpanID]trace.Code{}
	for _, n := range t.Notes {
		if n.Code == trace.SkewTooLarge || n.Code == trace.SkewUnclear {
			doubts[n.Span] = n.Code
		}
	}
	met := map[clockKey]bool{}
	for i := range t.Spans {
		at := int32(i)
		p := t.Parent(at)
		if p == trace.None || !crosses(t.Spans[p].Sig, t.Spans[i].Sig) {
			continue
		}
		key := clockKey{sourceOf(t.Spans[p].Sig), sourceOf(t.Spans[i].Sig)}
		c := s.clock(key)
		switch doubts[t.Spans[i].ID] {
		case trace.SkewTooLarge:
			c.tooLarge++
		case trace.SkewUnclear:
			c.unclear++
		}
		if met[key] {
			continue
		}
		met[key] = true
		c.traces++
		if ahead := t.Shift(p) - t.Shift(at); ahead != 0 {
			c.ahead = append(c.ahead, ahead)
		}
	}
}

func (s *Survey) clock(key clockKey) *clockCount {
	c := s.clocks[key]
	if c == nil {
		c = &clockCount{}
		s.clocks[key] = c
	}
	return c
}

// crosses reports whether caller and callee may have been timed by different clocks, as the
// assembly of traces sees it.
func crosses(caller, callee *trace.Signature) bool {
	if callee.Kind == trace.Consumer || caller.Kind == trace.Producer {
		return false
	}
	if caller.Host != "" && callee.Host != "" {
		return caller.Host != callee.Host
	}
	return caller.Kind == trace.Client && callee.Kind == trace.Server
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
