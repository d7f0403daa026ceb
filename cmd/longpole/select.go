package main

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/trace"
)

// candidates reads the files and returns the traces of which some span satisfies want,
// assembled. The error is about the files if there is no such trace.
func (a *app) candidates(ctx context.Context, in *inputs, files []string, want func(*trace.Span) bool) ([]*trace.Trace, error) {
	assembly, err := in.assembly()
	if err != nil {
		return nil, err
	}
	spans, err := in.read(ctx, a, files, budget.BuiltIn())
	if spans == nil {
		return nil, err
	}
	defer spans.Close()
	var found []*trace.Trace
	for t := range spans.Traces() {
		if slices.ContainsFunc(t, func(s trace.Span) bool { return want(&s) }) {
			found = append(found, trace.Assemble(t, assembly))
		}
	}
	if failed := unread(ctx, spans, spans.Err()); failed != nil {
		return nil, failed
	}
	if len(found) == 0 {
		return nil, err
	}
	return found, nil
}

// traceMatcher matches a trace id as people paste it: whole, in part from its start, or
// without its leading zeros.
func traceMatcher(text string) func(*trace.Span) bool {
	text = strings.ToLower(text)
	exact, isHex := trace.ParseID(text)
	opaque := trace.OpaqueID(text)
	return func(s *trace.Span) bool {
		return (isHex && s.Trace == exact) || s.Trace == opaque || strings.HasPrefix(s.Trace.String(), text)
	}
}

// spanMatcher is traceMatcher for a span id.
func spanMatcher(text string) func(*trace.Span) bool {
	exact, isHex := trace.ParseSpanID(text)
	opaque := trace.OpaqueSpanID(text)
	return func(s *trace.Span) bool { return (isHex && s.ID == exact) || s.ID == opaque }
}

// only returns the one trace of found, or an error that lists what there is to choose from.
func only(found []*trace.Trace, err error, what, text string) (*trace.Trace, error) {
	switch {
	case len(found) == 1:
		return found[0], nil
	case err != nil:
		return nil, err
	case len(found) == 0:
		return nil, failf(exitInput, "longpole report shows the ids of traces worth opening", "no %s %q in these files", what, text)
	}
	var ids []string
	for _, t := range found[:min(len(found), 5)] {
		ids = append(ids, t.ID.String())
	}
	return nil, failf(exitUsage, "name the whole trace id; the first are "+strings.Join(ids, ", "), "%d traces have a %s %q", len(found), what, text)
}

// topmost returns the span to draw a trace from: its longest root, or its longest orphan if it
// has no root.
func topmost(t *trace.Trace) int32 {
	tops := t.Roots
	if len(tops) == 0 {
		tops = t.Orphans
	}
	return slices.MaxFunc(tops, func(x, y int32) int {
		return cmp.Or(cmp.Compare(t.Spans[x].Duration(), t.Spans[y].Duration()), cmp.Compare(y, x))
	})
}
