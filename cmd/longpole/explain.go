package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/longpole/longpole/report/waterfall"
)

const explainUsage = `explain says of one span which rule gave it its category and what of the span met that
rule, whether its parent waited for it and how that is known, and what its own time counts as.

  longpole explain 00f067aa0ba902b7 traces.jsonl
  longpole explain 4bf92f35/00f067aa0ba902b7 traces.jsonl    where several traces have the span`

func newExplain(a *app) *cobra.Command {
	var f traceFlags
	c := &cobra.Command{
		Use:   "explain [TRACE/]SPAN FILES...",
		Short: "say why a span counts as what it does",
		Long:  explainUsage,
		Args:  needsID("a span id"),
		RunE: func(c *cobra.Command, args []string) error {
			return a.explain(c.Context(), &f, args[0], args[1:])
		},
	}
	f.flags(c)
	return c
}

func (a *app) explain(ctx context.Context, f *traceFlags, id string, files []string) error {
	out, err := f.outputs.prepare(a.stdout)
	if err != nil {
		return err
	}
	plan, err := f.planFlags.load(a)
	if err != nil {
		return err
	}
	if err := apart(out.targets, files, plan); err != nil {
		return err
	}
	traceID, spanID := cutIDs(id, isSpanID)
	if spanID == "" {
		traceID, spanID = "", id
	}
	inTrace, isSpan := wanted(traceID, spanID)
	all, readErr := a.search(ctx, &f.inputs, files, plan, inTrace)
	found, err := only(all, readErr, "span", id)
	if err != nil {
		return err
	}
	span := place(found.Trace, isSpan)
	q := found.Request(span)
	if err := out.write(a, waterfall.Explain(found.Trace, &q, found.Waits, span, found.Explain).Page()); err != nil {
		return err
	}
	return readErr
}
