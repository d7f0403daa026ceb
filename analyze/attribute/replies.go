package attribute

import (
	"slices"

	"github.com/longpole/longpole/analyze/critpath"
	"github.com/longpole/longpole/trace"
)

// hangReplies finds work that went through a queue and came back: who sent it waited for what it
// set off. Nothing else that a consumer does is waited for.
//
//	handle server in=web      ======================
//	  send producer           =
//	    work consumer in=jobs     ========             hung under handle, for
//	      send producer                  =
//	        reply consumer in=web          ===         web got its reply while handle ran
func (r *waiting) hangReplies() {
	if !r.consumes && !r.linked {
		return
	}
	for i := range r.Trace.Spans {
		at := int32(i)
		if r.is[i].kind == trace.Consumer {
			r.hangReply(at)
		}
		if !r.linked {
			continue
		}
		for _, l := range r.Trace.Spans[i].Links() {
			r.hangLinked(at, l)
		}
	}
}

// hangReply looks above the consumer d for the producer of the same service that it answers.
func (r *waiting) hangReply(d int32) {
	left := false // the service
	for at := r.Trace.Parent(d); at != trace.None; at = r.Trace.Parent(at) {
		m := r.is[at]
		if m.op.Service != r.is[d].op.Service {
			left = true
			continue
		}
		if !left {
			continue
		}
		if m.kind == trace.Producer {
			if under := r.runningAt(r.Trace.Parent(at), r.Trace.Spans[d].Start); under != trace.None {
				r.hangChain(d, at, under)
			}
		}
		return
	}
}

// runningAt returns the nearest of span i and those above it that has not ended at t.
func (r *waiting) runningAt(i int32, t trace.Time) int32 {
	for i != trace.None && r.Trace.Spans[i].End <= t {
		i = r.Trace.Parent(i)
	}
	return i
}

// hangChain hangs whatever nobody waited for, from span i up to below top, under a span.
func (r *waiting) hangChain(i, top, under int32) {
	for at := i; at != top; at = r.Trace.Parent(at) {
		if r.waits.Of[at].IsAsync() {
			r.waits.Of[at] = critpath.Above
			r.waits.Hung = append(r.waits.Hung, critpath.Hung{Span: at, Under: under})
		}
	}
}

// hangLinked honours a link from d, which its request waited for, to work of the same trace that
// had ended by then: that is what it was waiting for.
func (r *waiting) hangLinked(d int32, l trace.Link) {
	if l.Trace != r.Trace.ID || r.waits.Of[d].IsAsync() {
		return
	}
	x, ok := r.Trace.Find(l.Span)
	if !ok || r.Trace.Spans[x].End > r.Trace.Spans[d].Start {
		return
	}
	var above []int32
	for at := r.Trace.Parent(d); at != trace.None; at = r.Trace.Parent(at) {
		above = append(above, at)
	}
	for at := x; at != trace.None; at = r.Trace.Parent(at) {
		if slices.Contains(above, at) {
			r.hangChain(x, at, at)
			return
		}
	}
}
