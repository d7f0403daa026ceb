package pages

import (
	"strings"
	"time"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/trace"
	"github.com/longpole/longpole/trace/page"
)

// A Kind is a way in which pages lose time.
type Kind uint8

// The kinds.
const (
	Late         Kind = iota // what is painted last was asked for long after the page had begun to come
	Blocking                 // nothing could be painted before a resource was there
	Redirected               // the page was sent elsewhere before it was fetched
	Busy                     // the main thread was busy when somebody interacted with the page
	Uncompressed             // a resource on the path came uncompressed, or again
	ThirdParty               // a resource on the path is of another site
)

// A Loss is time of one request that is lost in one way, at one place.
type Loss struct {
	Service, Callee, Operation string
	Took                       time.Duration
}

// IsPage reports whether a request is a page load, or an interaction with a page, that was made of what a browser said.
func IsPage(r *attribute.Reading, q *attribute.Request) bool {
	return r.Trace.Spans[q.Root].Sig.Scope == page.Scope
}

// Losses calls yield with what a page loses in one way.
func Losses(r *attribute.Reading, q *attribute.Request, kind Kind, yield func(Loss)) {
	for i := range q.Pieces {
		p := &q.Pieces[i]
		sig := r.Trace.Spans[p.Span].Sig
		if sig.Scope != page.Scope || !kind.has(p, sig) {
			continue
		}
		operation := r.Operation(p.Span)
		if kind == Busy { // one step after the other of the same interaction
			operation = ""
		}
		yield(Loss{sig.Service, p.Callee, operation, p.Duration()})
	}
}

func (k Kind) has(p *attribute.Piece, sig *trace.Signature) bool {
	is := func(key string) bool { _, so := sig.Attrs.Get(key); return so }
	switch k {
	case Late:
		return p.Category == category.Discovery
	case Blocking:
		return isStep(sig, page.Blocked)
	case Redirected:
		return p.Category == category.Redirect
	case Busy:
		return p.Category == category.Input || p.Category == category.Handling
	case Uncompressed:
		return (isStep(sig, page.LoadDuration) || isStep(sig, page.Blocked)) && (is(page.Uncompressed) || is(page.Refetched))
	case ThirdParty:
		return (isStep(sig, page.LoadDuration) || isStep(sig, page.Blocked)) && is(page.ThirdParty)
	}
	return false
}

// isStep reports whether a span is a step of a page; its name goes on with the resource.
func isStep(sig *trace.Signature, step string) bool { return strings.HasPrefix(sig.Name, step) }
