package main

import (
	"cmp"
	"context"
	"errors"
	"io"
	"iter"
	"strings"

	"github.com/spf13/cobra"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/ingest"
	"github.com/longpole/longpole/internal/run"
	"github.com/longpole/longpole/report/export"
	"github.com/longpole/longpole/trace"
)

const convertUsage = `convert reads traces in any format and writes them for other tools: a trace after the other.
Spans are written as they were read: nothing is repaired, aligned or dropped as a duplicate.
What a format has no place for is counted on stderr.

  longpole convert traces.json -o otlp > traces.otlp.jsonl
  longpole convert exports/ -o jaeger=traces.json -o zipkin=traces.zipkin.json

Values of attributes are kept as text of at most 256 bytes. Attributes of events and links,
status messages and versions of scopes are not kept; docs/convert.md lists it all.`

// convertFlags are what the convert command is told.
type convertFlags struct {
	inputs
	specs []string
}

func newConvert(a *app) *cobra.Command {
	var f convertFlags
	c := &cobra.Command{
		Use:   "convert FILES... -o FORMAT[=FILE]",
		Short: "write traces in another format, and say what it has no place for",
		Long:  convertUsage,
		RunE:  func(c *cobra.Command, files []string) error { return a.convert(c.Context(), &f, files) },
	}
	f.formatFlag(c)
	f.choiceFlags.flags(c)
	f.memory.flag(c)
	outputFlag(c, &f.specs, export.Formats)
	return c
}

func (a *app) convert(ctx context.Context, f *convertFlags, files []string) error {
	names := namesOf(export.Formats)
	hint := "-o " + names[0] + ", or one of " + strings.Join(names[1:], ", ")
	if len(f.specs) == 0 {
		return failf(exitUsage, hint, "no format to write is given")
	}
	targets, err := targetsOf(f.specs, export.Formats, hint)
	if err != nil {
		return err
	}
	if err := apart(targets, files, nil); err != nil {
		return err
	}
	options, err := f.choose(attribute.Options{})
	if err != nil {
		return err
	}
	spans, readErr := f.readAs(ctx, a, files, ingest.Options{MaxMemory: f.memory.grant(), MaxText: -1})
	if spans == nil {
		return readErr
	}
	defer spans.Close()
	a.warnOf(&spans.Ledger)
	traces, left := run.Chosen(run.With(nil, trace.Options{MaxSkew: trace.MaxSkew}, options), spans)
	a.tellUnchosen(options, left)
	var failed []error
	for _, t := range targets {
		failed = append(failed, a.convertTo(ctx, t, spans, traces))
	}
	if err := unread(ctx, spans, spans.Err()); err != nil {
		return err
	}
	if err := errors.Join(failed...); err != nil {
		return failf(exitOutput, "", "%w", err)
	}
	return readErr
}

// tellUnchosen says what is not written because it is not chosen.
func (a *app) tellUnchosen(o attribute.Options, left attribute.Unchosen) {
	a.warnUnmet("--where", unmet(o.ChosenBy, left))
	if n := left.Requests + left.Apart + left.Traces; n > 0 {
		say(a.stderr, "note: %s not chosen, and traces without a chosen one are left out", plural(n, "request is", "requests are"))
	}
}

// convertTo writes traces of spans where t says, and tells what they lost on the way.
func (a *app) convertTo(ctx context.Context, t target[export.Format], spans *ingest.Spans, traces iter.Seq[[]trace.Span]) error {
	f := t.format
	err := t.deliver(a, func(w io.Writer) error {
		err := f.Write(w, until(ctx, traces))
		return cmp.Or(err, ctx.Err(), spans.Err()) // a file that lacks traces must not look whole
	})
	if err != nil {
		return err
	}
	for _, lost := range f.Lost(until(ctx, traces)) {
		say(a.stderr, "note: as %s, %s %s", f.Name, plural(lost.Spans, "span loses", "spans lose"), lost.What)
	}
	return nil
}

// until yields traces as long as ctx has not ended.
func until(ctx context.Context, traces iter.Seq[[]trace.Span]) iter.Seq[[]trace.Span] {
	return func(yield func([]trace.Span) bool) {
		for t := range traces {
			if ctx.Err() != nil || !yield(t) {
				return
			}
		}
	}
}
