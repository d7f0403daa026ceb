package attribute

import (
	"github.com/longpole/longpole/analyze/critpath"
	"github.com/longpole/longpole/trace"
)

// An Ending says what a request lasts until.
type Ending uint8

// The endings.
const (
	WithRoot   Ending = iota // its root span ends
	WithWork                 // the last work ends that its root began: the root is its name, not its length
	WithAnswer               // the last byte of the answer has been sent
)

// findEnds finds the requests that do not end with their root, and counts the roots that may be
// names.
//
//	click                ==                    shop-web: ends when its handlers have returned
//	  POST /order client  ==============       the request lasts until here
//
//	GET /report server   =================
//	  http send          ==                    the answer's last byte: the request lasts until here
//	  send mail             ==============     nobody waits for this
func (r *waiting) findEnds(found []occurrence) {
	clear(r.until)
	for i, o := range found {
		if i > 0 && found[i-1].root == o.root {
			continue
		}
		outlived := r.findEnd(o.root)
		if r.is[o.root].isEntry() || r.Trace.Spans[o.root].Flags.Has(trace.Unfinished) {
			continue
		}
		count := r.explain.root(r.is[o.root].op)
		count.Requests++
		if outlived {
			count.Outlived++
		}
	}
}

// findEnd finds when a request ends that does not end with its root, and whether something outlived a
// root that is no entry.
func (r *waiting) findEnd(root int32) (outlived bool) {
	if r.is[root].isEntry() {
		r.findAnswer(root)
		return false
	}
	return r.findWork(root)
}

// findWork reports whether some child outlives a root that is no entry. Work that a link or a
// message says nobody waits for does not count.
func (r *waiting) findWork(root int32) (outlived bool) {
	span, last := &r.Trace.Spans[root], trace.Time(0)
	if span.Flags.Has(trace.Unfinished) {
		return false
	}
	for _, k := range r.Trace.Children(root) {
		c := &r.Trace.Spans[k]
		if r.isCall(root, k) || r.isAsyncByItself(span, k) || c.Sig.Kind == trace.Consumer || c.End <= span.End.Add(overrun(span, c)) {
			continue
		}
		outlived, last = true, max(last, c.End)
	}
	if outlived && r.explain.judged != nil && r.explain.judged.names[r.is[root].op] {
		r.end(root, last)
	}
	return outlived
}

// findAnswer looks for when the answer's last byte was sent.
func (r *waiting) findAnswer(root int32) {
	span, last := &r.Trace.Spans[root], trace.Time(0)
	for _, k := range r.Trace.Children(root) {
		if c := &r.Trace.Spans[k]; r.is[k].answers {
			last = max(last, c.End)
		}
	}
	if last > span.Start && last.Add(trace.Tolerance(last.Sub(span.Start))) < span.End {
		r.end(root, last)
	}
}

func (r *waiting) end(root int32, at trace.Time) {
	if r.until == nil {
		r.until = map[int32]trace.Time{}
	}
	r.until[root] = at
}

// endOf returns when the request ends that begins with a span, and what it lasts until.
func (r *waiting) endOf(root int32) (trace.Time, Ending) {
	end, other := r.until[root]
	switch {
	case !other:
		return r.Trace.Spans[root].End, WithRoot
	case end > r.Trace.Spans[root].End:
		return end, WithWork
	}
	return end, WithAnswer
}

// waitUntil decides whether a request that does not end with its root waited for its child k.
func (r *waiting) waitUntil(end trace.Time, root *trace.Span, k int32) critpath.Wait {
	c, m := &r.Trace.Spans[k], r.is[k]
	switch {
	case m.overruled:
		return m.declared
	case m.mirrored:
		return critpath.Mirrored
	case c.Flags.Has(trace.FollowsFrom):
		return critpath.LinkedOnly
	case c.Sig.Kind == trace.Consumer:
		return critpath.Messaging
	case end < root.End && c.End > end.Add(trace.Tolerance(end.Sub(root.Start))):
		return critpath.AfterAnswer
	case c.Start >= end:
		return critpath.AfterAnswer
	}
	return critpath.Blocking
}
