package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/report"
	"github.com/longpole/longpole/trace"
)

const explainUsage = `explain says of one span which rule gave it its category and what of the span met that
rule, whether its parent waited for it and how that is known, and what its own time counts as.

  longpole explain 00f067aa0ba902b7 traces.jsonl
  longpole explain 4bf92f35/00f067aa0ba902b7 traces.jsonl    where several traces have the span`

func newExplain(a *app) *cobra.Command {
	var in inputs
	var o outputs
	c := &cobra.Command{
		Use:   "explain [TRACE/]SPAN FILES...",
		Short: "say why a span counts as what it does",
		Long:  explainUsage,
		Args:  needsID("a span id"),
		RunE: func(c *cobra.Command, args []string) error {
			return a.explain(c.Context(), &in, &o, args[0], args[1:])
		},
	}
	in.flags(c)
	o.plainFlags(c)
	return c
}

func (a *app) explain(ctx context.Context, in *inputs, o *outputs, id string, files []string) error {
	traceID, spanID, both := strings.Cut(id, "/")
	if !both {
		traceID, spanID = "", id
	}
	inTrace, isSpan := traceMatcher(traceID), spanMatcher(spanID)
	want := func(s *trace.Span) bool { return isSpan(s) && inTrace(s) }
	found, readErr := a.candidates(ctx, in, files, want)
	t, err := only(found, readErr, "span", id)
	if err != nil {
		return err
	}
	span := spanOf(t, isSpan)
	root := rootAbove(t, span)
	e := analyze.NewExplainer(budget.BuiltIn(), nil)
	x := report.NewExplanation(t, root, span, analyze.Attribute(t, root, e), e)
	if err := a.show(o, x.WriteText, x.WriteJSON); err != nil {
		return err
	}
	return readErr
}

func spanOf(t *trace.Trace, want func(*trace.Span) bool) int32 {
	for i := range t.Spans {
		if want(&t.Spans[i]) {
			return int32(i)
		}
	}
	return topmost(t)
}
