package main

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"math"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/longpole/longpole/ingest"
	"github.com/longpole/longpole/internal/run"
	"github.com/longpole/longpole/internal/strictyaml"
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
	set     *pflag.FlagSet
	choiceFlags
}

func (in *inputs) flags(c *cobra.Command) {
	f := c.Flags()
	in.formatFlag(c)
	in.choiceFlags.flags(c)
	f.StringVar(&in.skew, "skew", "on", "align clocks of different hosts: on or off")
	f.DurationVar(&in.maxSkew, "max-skew", trace.MaxSkew, "move the clocks of hosts no further than this when they are aligned")
	in.memory.flag(c)
	completes(c, "skew", "on", "off")
}

// again returns the flags with which another command reads files in the same way.
func (in *inputs) again() (flags []string) {
	for _, name := range []string{"format", "skew", "max-skew", "max-expanded", "max-window"} {
		if f := in.set.Lookup(name); f != nil && f.Changed {
			flags = append(flags, "--"+name, f.Value.String())
		}
	}
	return append(flags, in.choiceFlags.again()...)
}

// formatFlag is for commands that assemble nothing.
func (in *inputs) formatFlag(c *cobra.Command) {
	in.set = c.Flags()
	c.Flags().Var(&in.window, "max-window", "let zstd use a window of `SIZE` (default 128MiB)")
	c.Flags().Var(&in.most, "max-expanded", "let each compressed file expand to `SIZE` (default 16GiB, and a thousand times its size)")
	c.Flags().StringVar(&in.format, "format", "", "read every input as `FORMAT` instead of telling by its content: "+strings.Join(formatNames(), ", "))
	completes(c, "format", formatNames()...)
}

func formatNames() (names []string) {
	for _, f := range ingest.Formats {
		names = append(names, f.Name)
	}
	return names
}

// options say how to read for an analysis.
func (in *inputs) options(n *run.Analysis) ingest.Options {
	o := n.Reading()
	o.MaxMemory = in.memory.grant()
	return o
}

// readAs reads the files, and of their spans what o keeps. A file that could not be used does
// not keep the others from being read: then there are both spans and an error. Without any
// span there is only the error.
func (in *inputs) readAs(ctx context.Context, a *app, names []string, o ingest.Options) (*ingest.Spans, error) {
	spans, err := in.read(ctx, a, names, o)
	if spans == nil {
		return nil, err
	}
	if err != nil {
		err = &failure{code: exitInput, err: err}
	}
	if spans.Empty() {
		return nil, cmp.Or(err, noSpans(names))
	}
	return spans, err
}

// noSpans says that files hold none.
func noSpans(names []string) error {
	return failf(exitInput, "check that the export holds traces", "no spans in %s", strings.Join(names, ", "))
}

// read reads the files. Without spans the error says why nothing can be read; with them, which may be none, it is
// about files that could not be used.
func (in *inputs) read(ctx context.Context, a *app, names []string, o ingest.Options) (*ingest.Spans, error) {
	if len(names) == 0 && a.isFed() {
		names = []string{"-"}
	}
	if len(names) == 0 {
		return nil, failf(exitUsage, "name files or folders, or - for stdin", "no files are given")
	}
	if in.format != "" && !slices.Contains(formatNames(), in.format) {
		return nil, failf(exitUsage, "longpole formats lists them", "--format: there is no format %q%s", in.format, strictyaml.Nearest(in.format, formatNames()))
	}
	var bar *run.Progress
	if term.Overwrites(term.IsTerminal(a.stderr), os.Getenv) {
		bar = run.NewProgress(a.stderr, time.Now)
	}
	o.Format, o.Stdin = in.format, a.stdin
	o.MaxWindow = uint64(in.window.size)
	if in.most.size > 0 { // whoever says so knows what the file holds
		o.MaxExpanded, o.MaxRatio = int64(in.most.size), math.MaxInt64
	}
	o.Progress = bar.Update
	spans, err := ingest.Read(ctx, names, o)
	bar.Done()
	if failed := unread(ctx, spans, err); failed != nil {
		return nil, failed
	}
	return spans, err
}

// isFed reports whether something is piped or redirected into stdin, which need not be named then.
func (a *app) isFed() bool {
	f, ok := a.stdin.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	if err != nil || (info.Mode()&fs.ModeNamedPipe == 0 && !info.Mode().IsRegular()) {
		return false
	}
	fed := bufio.NewReader(f)
	a.stdin = fed
	_, err = fed.Peek(1)
	return err == nil
}

func (in *inputs) assembly() (trace.Options, error) {
	if in.maxSkew <= 0 {
		return trace.Options{}, failf(exitUsage, "--skew off leaves all clocks as they are", "--max-skew: %s is not more than nothing", in.maxSkew)
	}
	switch in.skew {
	case "on":
		return trace.Options{MaxSkew: in.maxSkew}, nil
	case "off":
		return trace.Options{MaxSkew: -1}, nil
	}
	return trace.Options{}, fmt.Errorf("--skew is on or off, not %q", in.skew)
}
