package quality

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/trace"
)

// A Call is an edge between a service and another, some of whose calls have no span of the
// other side.
type Call struct {
	Caller, Callee string // Callee is empty if nothing names it
	Category       category.Category
	Calls          int           // on this edge
	Unanswered     int           // of these, without a span of the callee
	Failed         int           // of the unanswered ones
	Median         time.Duration // of the unanswered ones
	Path           time.Duration // own time of the unanswered ones on critical paths
	Known          bool          // the callee has spans elsewhere in these traces
}

type callKey struct {
	caller, callee string
	category       category.Category
}

type callCount struct {
	calls, failed int
	took          []time.Duration // of those that nobody answered
	path          time.Duration
}

// exportsSpans are the categories of work that a service like any other does: what stands for
// a store, a broker or a step of the network has no spans of its own to miss.
func exportsSpans(c category.Category) bool {
	switch c {
	case category.External, category.App, category.Proxy, category.Untraced:
		return true
	}
	return false
}

func (s *Survey) addCall(i int32, sig *signature) {
	if !sig.calls {
		return
	}
	answered := isAnswered(s.Trace, i)
	if !answered && goesOn(s.Trace, i) {
		return
	}
	s.asked++
	c := s.callOf(sig, calleeOf(s.Trace, i, sig.work.Peer), sig.work.Category)
	c.calls++
	if !answered {
		s.addUnanswered(c, i)
	}
}

// addForwarded counts what a proxy passed on to somebody without a span: its span of the request
// is that of the call, too.
func (s *Survey) addForwarded(i int32, sig *signature) {
	upstream := s.Forwards(i)
	if upstream == "" {
		return
	}
	s.asked++
	c := s.callOf(sig, upstream, category.External)
	c.calls++
	s.addUnanswered(c, i)
}

func (s *Survey) addUnanswered(c *callCount, i int32) {
	span := &s.Trace.Spans[i]
	if span.Flags.Has(trace.Failed) {
		c.failed++
	}
	c.took = append(c.took, span.Duration())
	c.path += s.own[i]
	s.path.Calls += s.own[i]
}

func (s *Survey) callOf(sig *signature, callee string, c category.Category) *callCount {
	if sig.call != nil && sig.callee == callee {
		return sig.call
	}
	key := callKey{sig.Service, callee, c}
	if s.calls[key] == nil {
		s.calls[key] = &callCount{}
	}
	sig.callee, sig.call = callee, s.calls[key]
	return sig.call
}

// goesOn reports whether a finer span of the caller's own went on with the call, which then is
// the one that counts.
//
//	GET client           =======
//	  HTTP_GET client     =====      of the same service: the call proper
//	    GET server         ===
func goesOn(t *trace.Trace, i int32) bool {
	return slices.ContainsFunc(t.Children(i), func(k int32) bool {
		sig := t.Spans[k].Sig
		return sig.Kind == trace.Client && sig.Service == t.Spans[i].Sig.Service
	})
}

// isAnswered reports whether the other side of a call is in the trace.
func isAnswered(t *trace.Trace, i int32) bool {
	return slices.ContainsFunc(t.Children(i), func(k int32) bool {
		sig := t.Spans[k].Sig
		return sig.Kind == trace.Server || sig.Service != t.Spans[i].Sig.Service
	})
}

// calleeOf names the other side by what answered, else by what the call says of it.
func calleeOf(t *trace.Trace, i int32, peer string) string {
	if peer != "" {
		return peer
	}
	for _, k := range t.Children(i) {
		if sig := t.Spans[k].Sig; sig.Kind == trace.Server {
			return sig.Service
		}
	}
	return ""
}

// callRows returns the edges with unanswered calls: what took most of the paths first.
func (s *Survey) callRows() []Call {
	var rows []Call
	for k, c := range s.calls {
		if len(c.took) == 0 {
			continue
		}
		rows = append(rows, Call{
			Caller: k.caller, Callee: k.callee, Category: k.category, Calls: c.calls, Unanswered: len(c.took),
			Failed: c.failed, Median: median(c.took), Path: c.path, Known: s.knows(k.callee),
		})
	}
	slices.SortFunc(rows, func(a, b Call) int {
		return cmp.Or(cmp.Compare(b.Path, a.Path), cmp.Compare(b.Unanswered, a.Unanswered),
			cmp.Compare(a.Caller, b.Caller), cmp.Compare(a.Callee, b.Callee), cmp.Compare(a.Category, b.Category))
	})
	return rows
}

// knows reports whether the peer is a service with spans, also where its name is that of a
// host: payment.shop.svc for payment.
func (s *Survey) knows(peer string) bool {
	first, _, _ := strings.Cut(peer, ".")
	return peer != "" && (s.services[peer] || s.services[first])
}

// median returns the nearest rank; it sorts times.
func median(times []time.Duration) time.Duration {
	if len(times) == 0 {
		return 0
	}
	slices.Sort(times)
	return times[(len(times)-1)/2]
}
