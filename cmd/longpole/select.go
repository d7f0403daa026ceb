package main

import (
	"slices"
	"strings"

	"github.com/longpole/longpole/internal/run"
	"github.com/longpole/longpole/trace"
)

// traceMatcher matches a trace id as people paste it: whole, in part from its start, or
// without its leading zeros.
func traceMatcher(text string) func(trace.ID) bool {
	text = strings.ToLower(text)
	exact, isHex := trace.ParseID(text)
	opaque := trace.OpaqueID(text)
	return func(id trace.ID) bool {
		return (isHex && id == exact) || id == opaque || strings.HasPrefix(id.String(), text)
	}
}

// spanMatcher matches a span id, whole or without its leading zeros.
func spanMatcher(text string) func(*trace.Span) bool {
	exact, isHex := trace.ParseSpanID(text)
	opaque := trace.OpaqueSpanID(text)
	return func(s *trace.Span) bool { return (isHex && s.ID == exact) || s.ID == opaque }
}

// wanted says which traces have a span that both texts name; an empty text names all.
func wanted(traceID, spanID string) (inTrace func(*trace.Trace) bool, isSpan func(*trace.Span) bool) {
	isTrace, named := traceMatcher(traceID), spanMatcher(spanID)
	isSpan = func(s *trace.Span) bool { return spanID == "" || named(s) }
	return func(t *trace.Trace) bool {
		return isTrace(t.ID) && slices.ContainsFunc(t.Spans, func(s trace.Span) bool { return isSpan(&s) })
	}, isSpan
}

// place returns the place of the first span that want wants; there must be one.
func place(t *trace.Trace, want func(*trace.Span) bool) int32 {
	return int32(slices.IndexFunc(t.Spans, func(s trace.Span) bool { return want(&s) }))
}

// only returns the one trace of found, or an error that lists what there is to choose from.
func only(found []run.Found, err error, what, text string) (*run.Found, error) {
	switch {
	case len(found) == 1:
		return &found[0], nil
	case err != nil:
		return nil, err
	case len(found) == 0:
		return nil, failf(exitInput, "longpole report shows the ids of traces worth opening", "no %s %q in these files", what, text)
	}
	var ids []string
	for i := range found[:min(len(found), 5)] {
		ids = append(ids, found[i].Trace.ID.String())
	}
	return nil, failf(exitUsage, "name the whole trace id; the first are "+strings.Join(ids, ", "), "%d traces have a %s %q", len(found), what, text)
}
