package attribute

import (
	"cmp"
	"slices"
	"time"

	"github.com/longpole/longpole/analyze/critpath"
	"github.com/longpole/longpole/internal/intern"
	"github.com/longpole/longpole/trace"
)

// waiting is who waited for whom in a trace, with what serves to find that out.
type waiting struct {
	spans
	waits critpath.Waits
	cut   []cutState // by span; empty until a trace needs it
	gaps  []gap
	open  []int32              // see connects
	until map[int32]trace.Time // of requests that do not end with their root

	someFailed, resent, consumes, linked bool // some span of the trace
}

// judge decides of every span whether its parent waited for it, and counts what that shows of
// the run. Rules come in the order of docs/critical-path.md, section 2.
func (r *waiting) judge() {
	r.waits.Of = intern.Resized(r.waits.Of, len(r.Trace.Spans))
	clear(r.waits.Of)
	r.waits.Hung, r.cut, r.gaps = r.waits.Hung[:0], r.cut[:0], r.gaps[:0]
	for p := range r.Trace.Spans {
		if kids := r.Trace.Children(int32(p)); len(kids) > 0 {
			r.judgeChildren(int32(p), kids)
		}
	}
	r.explain.close()
	r.hangReplies()
	slices.SortStableFunc(r.waits.Hung, func(a, b critpath.Hung) int { return cmp.Compare(a.Under, b.Under) })
}

func (r *waiting) judgeChildren(p int32, kids []int32) {
	parent := &r.Trace.Spans[p]
	isCut, isClient := r.isCutOff(p), r.is[p].kind == trace.Client
	end, other := trace.Time(0), false
	if len(r.until) > 0 {
		end, other = r.until[p]
	}
	servers, callee := 0, trace.None
	for i, k := range kids {
		var w critpath.Wait
		if other {
			w = r.waitUntil(end, parent, k)
		} else {
			w = r.wait(p, parent, k, isCut)
		}
		r.waits.Of[k] = w
		switch {
		case isClient && r.is[k].kind == trace.Server:
			servers, callee = servers+1, k
		case r.isEvidence(parent, k):
			r.count(p, kids, i, isCut, w.IsWaitedFor())
		}
	}
	if servers == 1 && r.waits.Of[callee].IsWaitedFor() {
		r.measure(p, callee)
	}
}

// isEvidence reports whether the times of parent and child show anything of their edge: nobody
// knows those of unfinished spans.
func (r *waiting) isEvidence(parent *trace.Span, k int32) bool {
	return !r.is[k].overruled && !r.isAsyncByItself(parent, k) &&
		!(parent.Flags | r.Trace.Spans[k].Flags).Has(trace.Unfinished)
}

// wait decides whether p waited for its child k. The end of p is that of what it does.
func (r *waiting) wait(p int32, parent *trace.Span, k int32, isCut bool) critpath.Wait {
	c, m := &r.Trace.Spans[k], r.is[k]
	if m.overruled {
		return r.declared(p, k)
	}
	if m.mirrored {
		return critpath.Mirrored
	}
	own := critpath.WaitOf(parent, c, nil)
	if own != critpath.Blocking && own != critpath.OutlivesParent {
		return own
	}
	switch {
	case r.isCall(p, k):
		return own
	case r.outlivesOften(p, k):
		return critpath.OutlivesOften
	case c.End > parent.End && isCut:
		return critpath.CutOff
	}
	return own
}

// isOneWay reports whether p was answered long before the server k had ended: nobody gave up.
func (r *waiting) isOneWay(p, k int32) bool {
	caller, callee := &r.Trace.Spans[p], &r.Trace.Spans[k]
	return callee.End > caller.End && r.isCall(p, k) && !r.failed(p) &&
		callee.Duration() >= 2*caller.Duration() && callee.Duration()-caller.Duration() > trace.Tolerance(caller.Duration())
}

// isCall reports whether k answers a call of p, so that both say how long it took.
func (r *spans) isCall(p, k int32) bool {
	return r.is[p].kind == trace.Client && r.is[k].kind == trace.Server
}

// IsSettled reports whether something shows that the parent of span k waited for it or not, beside that it ran: the
// plan says so, or the parent ended, or went on, right after it.
func (r *waiting) IsSettled(k int32) bool {
	p := r.Trace.Parent(k)
	if p == trace.None || r.is[k].overruled {
		return true
	}
	kids := r.Trace.Children(p)
	return r.isFollowed(&r.Trace.Spans[p], kids, slices.Index(kids, k))
}

// declared is what the plan says. What was waited for below a span that has ended was waited for
// by the nearest one above that was still running.
//
//	entrypoint   ==========================
//	  exec        =
//	    work          =====================    blocking: entrypoint's, then
func (r *waiting) declared(p, k int32) critpath.Wait {
	w, c := r.is[k].declared, &r.Trace.Spans[k]
	if w != critpath.Blocking || c.End <= r.Trace.Spans[p].End.Add(trace.Tolerance(r.Trace.Spans[p].Duration())) {
		return w
	}
	above := r.Trace.Parent(p)
	for above != trace.None && r.Trace.Spans[above].End <= c.Start {
		above = r.Trace.Parent(above)
	}
	if above == trace.None || c.Start < r.Trace.Spans[p].End && r.Trace.Spans[above].End <= r.Trace.Spans[p].End {
		return w
	}
	r.waits.Hung = append(r.waits.Hung, critpath.Hung{Span: k, Under: above})
	return critpath.Above
}

// A cutState says whether a span was cut off, as far as that is known.
type cutState uint8

const (
	cutUnknown cutState = iota
	cutOff
	notCutOff
)

// togetherWith is how near the ends of two spans must be for one to have ended the other.
const togetherWith = time.Millisecond

// isCutOff reports whether span i ended before what it had begun: it failed by itself, or it ended
// with a caller that failed or was cut off.
//
//	call client failed   ========       a timeout: nothing below failed
//	  work               =========      so what was in flight was cut off
//	    query              ==========
func (r *waiting) isCutOff(i int32) bool {
	if !r.someFailed {
		return false
	}
	if len(r.cut) == 0 {
		r.cut = intern.Resized(r.cut, len(r.Trace.Spans))
		clear(r.cut)
	}
	if r.cut[i] == cutUnknown {
		if r.failedAlone(i) {
			r.cut[i] = cutOff
		} else {
			r.followCallers(i)
		}
	}
	return r.cut[i] == cutOff
}

// failedAlone reports whether i failed while no failed child of its ended with it: one that did
// is why, and what runs on beside it nobody waits for.
func (r *waiting) failedAlone(i int32) bool {
	if !r.failed(i) {
		return false
	}
	end := r.Trace.Spans[i].End
	return !slices.ContainsFunc(r.Trace.Children(i), func(k int32) bool {
		return r.failed(k) && end.Sub(r.Trace.Spans[k].End).Abs() <= togetherWith
	})
}

// followCallers climbs from i as long as spans end together, and decides for all of them: they
// were cut off if the topmost one's caller failed or was.
func (r *waiting) followCallers(i int32) {
	state, top := notCutOff, i
	for {
		p := r.Trace.Parent(top)
		if p == trace.None || r.Trace.Spans[p].End.Sub(r.Trace.Spans[top].End).Abs() > togetherWith {
			break
		}
		if r.failed(p) || r.cut[p] != cutUnknown {
			if r.failed(p) || r.cut[p] == cutOff {
				state = cutOff
			}
			break
		}
		top = p
	}
	for at := i; ; at = r.Trace.Parent(at) {
		r.cut[at] = state
		if at == top {
			return
		}
	}
}
