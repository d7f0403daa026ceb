package main

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/report"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/waterfall"
)

const explainUsage = `explain says of a layer why it is to blame: what counts as it, and in which places and operations its
time goes, in the journeys in which slow requests add most to it. It says of one span which rule gave it its category and what of the span met that
rule, whether its parent waited for it and how that is known, and what its own time counts as.

  longpole explain network traces.jsonl                       a layer, also of a plan
  longpole explain 00f067aa0ba902b7 traces.jsonl              a span, by the id that trace prints
  longpole explain 4bf92f35/00f067aa0ba902b7 traces.jsonl    where several traces have the span`

func newExplain(a *app) *cobra.Command {
	var f traceFlags
	c := &cobra.Command{
		Use:   "explain LAYER|[TRACE/]SPAN FILES...",
		Short: "say why a layer is to blame, or why a span counts as what it does",
		Long:  explainUsage,
		Args:  needsID("a layer or a span id"),
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
	if isLayer(plan, id) {
		return a.explainLayer(ctx, f, &out, id, files, plan)
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
	span := firstSpan(found.Trace, isSpan)
	q := found.Request(span)
	if err := out.write(a, waterfall.Explain(found.Trace, &q, found.Waits, span, found.Explain).Page()); err != nil {
		return err
	}
	return readErr
}

// isLayer reports whether a text names a layer: a line of the plan, a kind of work or a cause.
func isLayer(plan *budget.Plan, text string) bool {
	if plan != nil {
		for i := range plan.Journeys {
			if slices.ContainsFunc(plan.Journeys[i].Layers, func(l budget.Layer) bool { return l.Name == text }) {
				return true
			}
		}
	}
	return category.Category(text).Valid() || category.Cause(text).Valid()
}

func (a *app) explainLayer(ctx context.Context, f *traceFlags, out *written[*page.Page], layer string, files []string, plan *budget.Plan) error {
	options, err := f.choose(attribute.Options{})
	if err != nil {
		return err
	}
	data, readErr := a.analyze(ctx, &f.inputs, files, plan, options)
	if data == nil {
		return readErr
	}
	p := report.ExplainLayer(data.Result(plan, analyze.Settings{}), layer, report.Options{Input: again(files, &f.inputs, &f.planFlags, plan)})
	if p == nil {
		return failf(exitInput, "longpole report lists the layers", "no request has waited for %q", layer)
	}
	if err := out.write(a, p); err != nil {
		return err
	}
	return readErr
}
