package main

import (
	"context"
	"fmt"
	"math"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/ingest"
	"github.com/longpole/longpole/internal/term"
	"github.com/longpole/longpole/trace"
)

// inputs are the flags shared by every command that reads traces.
type inputs struct {
	format  string
	skew    string
	maxSkew time.Duration
	memory  memory
	most    optionalSize // that a compressed file may expand to
	window  optionalSize // of zstd
}

func (in *inputs) flags(c *cobra.Command) {
	f := c.Flags()
	in.formatFlag(c)
	f.StringVar(&in.skew, "skew", "on", "align clocks of different hosts: on or off")
	f.DurationVar(&in.maxSkew, "max-skew", trace.MaxSkew, "move nothing further than this when clocks are aligned")
	in.memory.flag(c)
	c.RegisterFlagCompletionFunc("skew", cobra.FixedCompletions([]string{"on", "off"}, cobra.ShellCompDirectiveNoFileComp))
}

// formatFlag is for commands that assemble nothing.
func (in *inputs) formatFlag(c *cobra.Command) {
	c.Flags().Var(&in.window, "max-window", "let zstd use a window of `SIZE` (default 128MiB)")
	c.Flags().Var(&in.most, "max-expanded", "let each compressed file expand to `SIZE` (default 16GiB, and a thousand times its size)")
	c.Flags().StringVar(&in.format, "format", "", "read every input as `FORMAT` instead of telling by its content: "+strings.Join(formatNames(), ", "))
	c.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(formatNames(), cobra.ShellCompDirectiveNoFileComp))
}

func formatNames() (names []string) {
	for _, f := range ingest.Formats {
		names = append(names, f.Name)
	}
	return names
}

// read reads the files, and of their spans what rules can ask for.
func (in *inputs) read(ctx context.Context, a *app, names []string, rules *budget.Rules) (*ingest.Spans, error) {
	return in.readAs(ctx, a, names, in.options(rules))
}

func (in *inputs) options(rules *budget.Rules) ingest.Options {
	return ingest.Options{MaxMemory: in.memory.grant(), Keep: rules.NeedsAttr, Shape: shapeOf(rules), KeepEvent: rules.NeedsEvent}
}

// readAs reads the files, and of their spans what o keeps. A file that could not be used does
// not keep the others from being read: then there are both spans and an error. Without any
// span there is only the error.
func (in *inputs) readAs(ctx context.Context, a *app, names []string, o ingest.Options) (*ingest.Spans, error) {
	if len(names) == 0 {
		return nil, failf(exitUsage, "longpole report traces.json, or - for stdin", "no files are given")
	}
	bar := term.NewProgress(a.stderr, term.IsTerminal(a.stderr), os.Getenv, time.Now)
	o.Format, o.Stdin = in.format, a.stdin
	o.MaxWindow = uint64(in.window.size)
	if in.most.size > 0 { // whoever says so knows what the file holds
		o.MaxExpanded, o.MaxRatio = int64(in.most.size), math.MaxInt64
	}
	o.Progress = func(p ingest.Progress) { bar.Update(term.Status(p)) }
	spans, err := ingest.Read(ctx, names, o)
	bar.Done()
	if failed := unread(ctx, spans, err); failed != nil {
		return nil, failed
	}
	if err != nil {
		err = &failure{code: exitInput, err: err}
	}
	if spans == nil || spans.Empty() {
		if err == nil {
			err = failf(exitInput, "check that the export holds traces", "no spans in %s", strings.Join(names, ", "))
		}
		return nil, err
	}
	return spans, err
}

func (in *inputs) assembly() (trace.Options, error) {
	switch in.skew {
	case "on":
		return trace.Options{MaxSkew: in.maxSkew}, nil
	case "off":
		return trace.Options{MaxSkew: -1}, nil
	}
	return trace.Options{}, fmt.Errorf("--skew is on or off, not %q", in.skew)
}

// shapeOf tells the reader what of an attribute's values the rules can ask for.
func shapeOf(rules *budget.Rules) func(string) ingest.Shape {
	return func(key string) ingest.Shape {
		switch shape := rules.Shape(key); shape {
		case budget.Whole:
			return ingest.Shape{}
		case budget.Present:
			return ingest.Shape{Present: true}
		default:
			return ingest.Shape{Append: shape.Append}
		}
	}
}
