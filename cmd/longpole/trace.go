package main

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"github.com/longpole/longpole/internal/run"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/waterfall"
	"github.com/longpole/longpole/trace"
)

const traceUsage = `trace draws one trace as a waterfall, with the critical path marked: for every moment of the
request, the one span that it was waiting for. Below it stands the path by layer, which adds
up to the latency. A plan says which requests there are, whom they wait for and which layers
they have, as it does for check.

  longpole trace 4bf92f3577b34da6a3ce929d0e0e4736 traces.jsonl
  longpole trace 4bf92f traces.jsonl             the start of the id is enough
  longpole trace S/kvNXezTaajzpKdDg5HNg== traces.jsonl    as it stands in base64, with dashes, in a header
  longpole trace 4bf92f/00f067aa0ba902b7 traces.jsonl    the request of one of its spans
  longpole trace 4bf92f traces.jsonl --beside 9d9cb1   two traces, and where this one took longer
  longpole trace 4bf92f traces.jsonl -o html=trace.html`

// traceFlags are what the trace and explain commands are told.
type traceFlags struct {
	inputs
	outputs[*page.Page]
	planFlags
	beside string
}

func (f *traceFlags) flags(c *cobra.Command) {
	f.inputs.flags(c)
	f.outputs.flags(c, page.Formats)
	f.planFlags.flags(c)
}

func newTrace(a *app) *cobra.Command {
	var f traceFlags
	c := &cobra.Command{
		Use:   "trace ID[/SPAN] FILES...",
		Short: "draw one trace with its critical path",
		Long:  traceUsage,
		Args:  needsID("a trace id"),
		RunE: func(c *cobra.Command, args []string) error {
			return a.trace(c.Context(), &f, args[0], args[1:])
		},
	}
	f.flags(c)
	c.Flags().StringVar(&f.beside, "beside", "", "lay this other trace beside it, and say where it took less; `ID` as above")
	return c
}

func (a *app) trace(ctx context.Context, f *traceFlags, id string, files []string) error {
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
	one := traceNamed(id)
	wants, other := one.inTrace, traceNamed(f.beside)
	if f.beside != "" {
		wants = func(t *trace.Trace) bool { return one.inTrace(t) || other.inTrace(t) }
	}
	all, readErr := a.search(ctx, &f.inputs, files, plan, wants)
	drawn, err := one.draw(all, readErr)
	if err != nil {
		return err
	}
	p := drawn.Page()
	if f.beside != "" {
		second, err := other.draw(all, readErr)
		if err != nil {
			return err
		}
		p = drawn.Beside(second)
	}
	if err := out.write(a, p); err != nil {
		return err
	}
	return readErr
}

// A named trace is one by its id, or the request of one of its spans.
type namedTrace struct {
	id      string
	ofSpan  bool
	inTrace func(*trace.Trace) bool
	isSpan  func(*trace.Span) bool
}

func traceNamed(id string) namedTrace {
	traceID, spanID := cutIDs(id, isTraceID)
	n := namedTrace{id: id, ofSpan: spanID != ""}
	n.inTrace, n.isSpan = wanted(traceID, spanID)
	return n
}

// draw lays out the one trace of found that is named.
func (n *namedTrace) draw(found []run.Found, readErr error) (*waterfall.Waterfall, error) {
	mine := slices.DeleteFunc(slices.Clone(found), func(f run.Found) bool { return !n.inTrace(f.Trace) })
	one, err := only(mine, readErr, "trace", n.id)
	if err != nil {
		return nil, err
	}
	q := one.Longest()
	if n.ofSpan {
		q = one.Request(firstSpan(one.Trace, n.isSpan))
	}
	return waterfall.New(one.Trace, &q, one.Waits, one.Explain), nil
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
