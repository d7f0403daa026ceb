package critpath

import "github.com/longpole/longpole/trace"

// A Walker finds one path after the other in the same memory. It must be used by one goroutine
// at a time.
type Walker struct {
	overrule Overrule
	path     Path
}

// NewWalker returns a walker that asks overrule, which may be nil, whom a span waited for.
func NewWalker(overrule Overrule) *Walker { return &Walker{overrule: overrule} }

// Of returns the critical path of the observation whose root is span root of t. The path is
// the walker's own, and valid until the next call.
func (w *Walker) Of(t *trace.Trace, root int32) *Path {
	w.path = Of(t, root, w.overrule)
	return &w.path
}

// Visit returns the stretch of the last path that lies in a span and everything below it; ok
// is false if the span is not on the path.
func (w *Walker) Visit(span int32) (v Visit, ok bool) {
	for _, v := range w.path.Visits {
		if v.Span == span {
			return v, true
		}
	}
	return Visit{}, false
}
