package main

import (
	"slices"
	"strings"

	"github.com/longpole/longpole/internal/run"
	"github.com/longpole/longpole/trace"
)

// wanted says which traces have a span that both texts name; an empty text names all.
func wanted(traceID, spanID string) (inTrace func(*trace.Trace) bool, isSpan func(*trace.Span) bool) {
	isTrace, named := traceMatcher(traceID), spanMatcher(spanID)
	isSpan = func(s *trace.Span) bool { return spanID == "" || named(s) }
	return func(t *trace.Trace) bool {
		return isTrace(t.ID) && slices.ContainsFunc(t.Spans, func(s trace.Span) bool { return isSpan(&s) })
	}, isSpan
}

// firstSpan returns the place of the first span that want wants; there must be one.
func firstSpan(t *trace.Trace, want func(*trace.Span) bool) int32 {
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
