package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/partial"
	"github.com/longpole/longpole/ingest"
	"github.com/longpole/longpole/internal/errtext"
	"github.com/longpole/longpole/internal/run"
	"github.com/longpole/longpole/trace"
)

const reduceUsage = `reduce is the second of three steps of a report that more than one process makes. It takes
frames of longpole map, from stdin in any order or from files that map has written, and writes a partial to stdout: what
the requests of their parts took, and waited for. One reduce must have all frames of a part.

  longpole reduce < frames > all.partial
  longpole reduce --only 0-31 *.frames > a.partial       of files, the parts 0 to 31, and the ledgers
  longpole reduce --only 32-63 *.frames > b.partial

It needs the plan and the flags that map was given. Where longpole merge says that all requests together
show more than each part did, it is run once more over the same frames, with --facts.`

// reduceFlags are what the reduce command is told.
type reduceFlags struct {
	partFlags
	facts, only string
	to          string
}

func newReduce(a *app) *cobra.Command {
	var f reduceFlags
	c := &cobra.Command{
		Use:   "reduce [FRAMES...]",
		Short: "make a partial of frames that longpole map has written",
		Long:  reduceUsage,
		RunE:  func(c *cobra.Command, files []string) error { return f.run(c.Context(), a, files) },
	}
	f.partFlags.flags(c)
	p := c.Flags()
	p.StringVar(&f.facts, "facts", "", "judge requests by what all of them show together, as longpole merge has written it to `FILE`")
	p.StringVar(&f.only, "only", "", "take these `PARTS` of the frames, as 0-31,40; whoever takes part 0 takes the ledgers, too")
	p.StringVar(&f.to, "to", "", "write the partial to `FILE` instead of stdout")
	return c
}

func (f *reduceFlags) run(ctx context.Context, a *app, files []string) error {
	only, err := partsOf(f.only)
	if err != nil {
		return err
	}
	n, err := f.analysis(a)
	if err != nil {
		return err
	}
	r := reducer{parted: n, only: only, partial: partial.Partial{File: "this command", Header: n.header()}, frames: ingest.NewGathered(f.memory.grant())}
	r.partial.Inputs = map[int]partial.Input{}
	var judged *attribute.Judgement
	if f.facts != "" {
		if judged, err = r.readFacts(f.facts); err != nil {
			return err
		}
	}
	if err := r.readAll(a, files); err != nil {
		return err
	}
	text, err := r.reduce(ctx, judged)
	if err != nil {
		return err
	}
	if err := a.deliverTo(f.to, func(w io.Writer) error { _, err := w.Write(text); return err }); err != nil {
		return failf(exitOutput, "", "the partial could not be written: %w", err)
	}
	return nil
}

// partsOf reads a list of parts; nil where all are wanted.
func partsOf(text string) (map[int]bool, error) {
	if text == "" {
		return nil, nil
	}
	only := map[int]bool{}
	for _, stretch := range strings.Split(text, ",") {
		first, last, more := strings.Cut(stretch, "-")
		from, err := strconv.Atoi(first)
		to := from
		if err == nil && more {
			to, err = strconv.Atoi(last)
		}
		if err != nil || from < 0 || to < from || to >= ingest.MostParts {
			return nil, failf(exitUsage, "", "--only lists parts from 0 to %d, as 0-31,40, not %q", ingest.MostParts-1, text)
		}
		for part := from; part <= to; part++ {
			only[part] = true
		}
	}
	return only, nil
}

// A reducer gathers frames, and makes a partial of them.
type reducer struct {
	*parted
	only    map[int]bool // parts; nil: all
	partial partial.Partial
	ledger  trace.Ledger
	frames  ingest.Gathered
}

func (r *reducer) wants(part int) bool { return r.only == nil || r.only[max(part, 0)] }

func (r *reducer) readFacts(name string) (*attribute.Judgement, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, failf(exitInput, "", "--facts %s: %w", errtext.Printable(name), cause(err))
	}
	facts, err := partial.DecodeFacts(data)
	if err != nil {
		return nil, failf(exitInput, "name what longpole merge has written", "--facts %s: %w", errtext.Printable(name), err)
	}
	if how := facts.Differs(&r.partial.Header); how != "" {
		return nil, failf(exitInput, "give this command the plan and the flags that it was given before", "--facts %s: between it and this command, %s", errtext.Printable(name), how)
	}
	r.partial.Facts = facts.Facts
	return facts.Evidence.Judge(), nil
}

// readAll reads frames: of stdin in any order, as a shuffle brings them, and of files as map has written them.
func (r *reducer) readAll(a *app, files []string) error {
	if len(files) == 0 || len(files) == 1 && files[0] == "-" {
		_, _, err := r.read("stdin", a.stdin)
		return err
	}
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			return failf(exitInput, "", "%s: %w", errtext.Printable(name), cause(err))
		}
		ledgers, last, err := r.read(errtext.Printable(name), f)
		f.Close()
		switch {
		case err != nil:
			return err
		case ledgers != 1 || !last:
			return failf(exitInput, "run longpole map again for what it is of", "%s is not whole: it ends without the ledger that longpole map writes last, once", errtext.Printable(name))
		}
	}
	return nil
}

// read reads a stream of frames. It says how many ledgers there are, and whether one is the last frame.
func (r *reducer) read(name string, src io.Reader) (ledgers int, last bool, err error) {
	frames := ingest.NewFrameReader(src)
	for {
		part, data, err := frames.Next()
		if errors.Is(err, io.EOF) {
			return ledgers, last, nil
		}
		if err != nil {
			return 0, false, failf(exitInput, "", "%s: %w", name, err)
		}
		if last = part == ingest.LedgerPart; last {
			ledgers++
		}
		if !r.wants(part) {
			continue
		}
		if last {
			err = r.addLedger(name, data)
		} else {
			err = r.frames.Add(part, data)
		}
		if failed := spillFailure(err); failed != nil {
			return 0, false, failed
		}
		if err != nil {
			return 0, false, failf(exitInput, "", "%s: a frame of part %d cannot be used: %w", name, part, err)
		}
	}
}

func (r *reducer) addLedger(name string, data []byte) error {
	h, l, err := partial.DecodeLedger(data)
	if err != nil {
		return err
	}
	if how := h.Differs(&r.partial.Header); how != "" {
		return fmt.Errorf("between longpole map and this command, %s", how)
	}
	if r.partial.Parts != 0 && h.Parts != r.partial.Parts {
		return fmt.Errorf("traces were divided into %d parts, and by others into %d", h.Parts, r.partial.Parts)
	}
	r.partial.Parts = h.Parts
	for seq, in := range h.Inputs {
		if before, twice := r.partial.Inputs[seq]; twice {
			return fmt.Errorf("sequence number %d is in %s and in %s: each run of map needs its own --seq", seq, before.File, name)
		}
		in.File = name
		r.partial.Inputs[seq] = in
	}
	r.ledger.Merge(l)
	return nil
}

// reduce makes the partial.
func (r *reducer) reduce(ctx context.Context, judged *attribute.Judgement) ([]byte, error) {
	if parts := r.frames.Parts(); parts != 0 {
		if r.partial.Parts != 0 && parts != r.partial.Parts {
			return nil, failf(exitInput, "", "blocks are of %d parts, and the ledgers of %d", parts, r.partial.Parts)
		}
		r.partial.Parts = parts
	}
	r.partial.Received = counts(r.frames.Tallies())
	spans := r.frames.Spans()
	defer spans.Close()
	c, err := run.Once(ctx, r.Analysis, spans, judged, func(e *attribute.Explainer) *analyze.Collector { return analyze.NewCollector(e, r.Options) })
	if err != nil {
		return nil, refusal(ctx, err)
	}
	c.Account(&r.ledger)
	r.partial.Data = c.Data
	text, err := r.partial.Encode()
	if err != nil {
		return nil, failf(exitInput, "", "%w", err)
	}
	return text, nil
}
