package attribute

import (
	"slices"

	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/trace"
)

// An Apart is a root that is no request.
type Apart struct {
	Root int32
	Kind *category.NoRequest
}

// NameOf returns the name that a request would have that begins at span i.
func (r *spans) NameOf(i int32) string { return r.asRoot(i).journey }

// noRequest returns the kind of a topmost span that is no request; nil for one that is.
func (r *spans) noRequest(top int32) *category.NoRequest {
	kind := r.is[top].noRequest(r.explain)
	if kind == nil || (kind.Idle && !r.isIdle(top)) {
		return nil
	}
	return kind
}

// noRequest asks the rules once for each signature.
func (m *signatureInfo) noRequest(e *Explainer) *category.NoRequest {
	if !m.askedAsRoot {
		m.askedAsRoot, m.none = true, e.Rules.NoRequests.Of(m.sig)
	}
	return m.none
}

// isIdle reports whether a poll received nothing: no message brought it its parent or a link, and
// nothing was done below it.
func (r *spans) isIdle(top int32) bool {
	s := &r.Trace.Spans[top]
	if s.Parent != 0 || len(s.Links()) > 0 {
		return false
	}
	for _, k := range r.Trace.Children(top) {
		if !r.isPartOfPoll(top, k) {
			return false
		}
	}
	return true
}

// isPartOfPoll reports whether a child is the poll itself, one level down: a poll that received
// nothing either, or the call that carries it, which takes nearly all of its time.
func (r *spans) isPartOfPoll(top, child int32) bool {
	poll, call := &r.Trace.Spans[top], &r.Trace.Spans[child]
	entered := func(i int32) bool { return r.is[i].isEntry() }
	if len(call.Links()) > 0 || slices.ContainsFunc(r.Trace.Children(child), entered) {
		return false
	}
	if kind := r.is[child].noRequest(r.explain); kind != nil && kind.Idle {
		return true
	}
	return call.Sig.Kind == trace.Client && call.End <= poll.End && call.Duration() >= poll.Duration()/10*9
}
