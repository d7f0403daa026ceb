package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/report"
	"github.com/longpole/longpole/trace"
)

const traceUsage = `trace draws one trace as a waterfall, with the critical path marked: for every moment of the
request, the one span that it was waiting for. Below it stands the path by layer, which adds
up to the latency.

  longpole trace 4bf92f3577b34da6a3ce929d0e0e4736 traces.jsonl
  longpole trace 4bf92f traces.jsonl             the start of the id is enough`

func newTrace(a *app) *cobra.Command {
	var in inputs
	var o outputs
	c := &cobra.Command{
		Use:   "trace ID FILES...",
		Short: "draw one trace with its critical path",
		Long:  traceUsage,
		Args:  needsID("a trace id"),
		RunE: func(c *cobra.Command, args []string) error {
			return a.trace(c.Context(), &in, &o, args[0], args[1:])
		},
	}
	in.flags(c)
	o.plainFlags(c)
	return c
}

func (a *app) trace(ctx context.Context, in *inputs, o *outputs, id string, files []string) error {
	found, readErr := a.candidates(ctx, in, files, traceMatcher(id))
	t, err := only(found, readErr, "trace", id)
	if err != nil {
		return err
	}
	e := analyze.NewExplainer(budget.BuiltIn(), nil)
	root := topmost(t)
	wf := report.NewWaterfall(t, root, analyze.Attribute(t, root, e), e)
	if err := a.show(o, wf.WriteText, wf.WriteJSON); err != nil {
		return err
	}
	return readErr
}

// rootAbove returns the root that span i belongs to.
func rootAbove(t *trace.Trace, i int32) int32 {
	for t.Parent(i) != trace.None {
		i = t.Parent(i)
	}
	return i
}

// needsID refuses a command line without the id that must come first.
func needsID(what string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) == 0 {
			return failf(exitUsage, "longpole "+c.Use, "%s is needed", what)
		}
		return nil
	}
}
