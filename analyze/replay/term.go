package replay

import (
	"slices"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/budget/match"
	"github.com/longpole/longpole/trace"
)

// A Term asks for an attribute: of the span, of where it ran, or of the request, as a slice has it.
type Term struct {
	Name  string   // as it was asked for
	Keys  []string // of attributes; the first that is there counts
	Value match.Glob
}

// MostTerms is how many terms one question may have.
const MostTerms = 16

// ofRequest returns the terms that are true of a request as a whole.
func (c *Recorder) ofRequest(r *attribute.Reading, root int32) (true16 uint16) {
	for i := range c.terms {
		t := &c.terms[i]
		if slices.ContainsFunc(t.Keys, func(key string) bool {
			value, ok := r.AttrOf(root, key)
			return ok && t.Value.Match(value)
		}) {
			true16 |= 1 << i
		}
	}
	return true16
}

// ofSpan returns the terms that are true of a span.
func (c *Recorder) ofSpan(s *trace.Span) (true16 uint16) {
	for i := range c.terms {
		t := &c.terms[i]
		if slices.ContainsFunc(t.Keys, func(key string) bool {
			value, ok := s.Attr(key)
			return ok && t.Value.Match(value)
		}) {
			true16 |= 1 << i
		}
	}
	return true16
}
