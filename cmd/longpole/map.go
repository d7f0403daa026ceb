package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/longpole/longpole/analyze/partial"
	"github.com/longpole/longpole/ingest"
	"github.com/longpole/longpole/internal/term"
	"github.com/longpole/longpole/trace"
)

const mapUsage = `map is the first of three steps of a report that more than one process makes. It reads files
and writes their spans to stdout as frames, each of one part of the traces, and last a ledger of what was read. What
carries them (an engine, a queue, a folder) brings all frames of a part to one reduce, and the ledgers, whose part
is -1, to any.

  longpole map traces.jsonl | longpole reduce | longpole merge -        all in one place
  longpole map a.jsonl --seq 0/2 > a.frames                             one of two files
  aws s3 cp s3://bucket/b.jsonl - | longpole map - --as b.jsonl --seq 1/2 > b.frames

Exit code 3 with a ledger written says that a file could not be used: merge then ends as report would, and the
frames are to be carried on. Any other failure is one of the step, which must be done again. docs/partials.md says what the
steps promise.`

// mapFlags are what the map command is told.
type mapFlags struct {
	partFlags
	parts      int
	as, folder string
	seq        string
}

func newMap(a *app) *cobra.Command {
	var f mapFlags
	c := &cobra.Command{
		Use:   "map FILES...",
		Short: "read files for a report that several processes make: spans in frames, by parts of the traces",
		Long:  mapUsage,
		RunE:  func(c *cobra.Command, files []string) error { return f.run(c.Context(), a, files) },
	}
	f.partFlags.flags(c)
	p := c.Flags()
	p.IntVar(&f.parts, "parts", 64, "divide the traces into `N` parts, a power of two up to 4096; the same for all files")
	p.StringVar(&f.as, "as", "", "call the only file `NAME`")
	p.StringVar(&f.folder, "folder", "", "the only file was found in this `FOLDER`: if it is no trace export it is skipped, as report FOLDER would")
	p.StringVar(&f.seq, "seq", "0/1", "which of all runs of map this is, from 0, or `N/OF` them")
	return c
}

// run reads files and writes frames.
func (f *mapFlags) run(ctx context.Context, a *app, files []string) error {
	seq, in, err := f.input()
	if err != nil {
		return err
	}
	if f.parts < 1 || f.parts > ingest.MostParts || f.parts&(f.parts-1) != 0 {
		return failf(exitUsage, "", "--parts is a power of two from 1 to %d, not %d", ingest.MostParts, f.parts)
	}
	if (f.as != "" || f.folder != "") && len(files) > 1 {
		return failf(exitUsage, "run longpole map once for each file", "--as and --folder are about one file, and these are %d", len(files))
	}
	if term.IsTerminal(a.stdout) {
		return failf(exitUsage, "longpole map ... | longpole reduce", "frames are not for a terminal")
	}
	n, err := f.analysis(a)
	if err != nil {
		return err
	}
	o := f.options(n.Analysis)
	o.As, o.Folder = f.as, f.folder
	w := bufio.NewWriterSize(a.stdout, 1<<16)
	var failed error // to write
	o.Parting = &ingest.Parting{Parts: f.parts, Put: func(part int, block []byte) error {
		failed = ingest.WriteFrame(w, part, block)
		return failed
	}}
	spans, readErr := f.read(ctx, a, files, o)
	if spans == nil {
		return readErr
	}
	if spans.HavePages() {
		return failf(exitUsage, "longpole report reads them", "browsers tell of pages in log records of these files, which frames do not carry")
	}
	if spans.Claims() {
		return failf(exitUsage, "longpole report reads them", "pages of these files name requests of other traces that they were loaded by, and frames do not carry which traces are one")
	}
	in.take(spans, o.Parting, readErr)
	h := n.header()
	h.Parts, h.Inputs = f.parts, map[int]partial.Input{seq: in.Input}
	if err := cmp.Or(failed, finish(w, &h, &spans.Ledger)); err != nil {
		return failf(exitOutput, "", "stdout: %w", err)
	}
	if readErr != nil {
		return &failure{code: exitInput, err: readErr}
	}
	return nil
}

// finish writes the ledger.
func finish(w *bufio.Writer, h *partial.Header, l *trace.Ledger) error {
	ledger, err := partial.EncodeLedger(h, l)
	if err == nil {
		err = ingest.WriteFrame(w, ingest.LedgerPart, ledger)
	}
	return cmp.Or(err, w.Flush())
}

// input reads the sequence number.
func (f *mapFlags) input() (seq int, in mapped, err error) {
	text, of, told := strings.Cut(f.seq, "/")
	seq, err = strconv.Atoi(text)
	if err == nil && told {
		in.Of, err = strconv.Atoi(of)
	}
	if err != nil || seq < 0 || told && seq >= in.Of {
		return 0, in, failf(exitUsage, "", "--seq is a number from 0, or such a number and how many there are, as 0/24, not %q", f.seq)
	}
	return seq, in, nil
}

// mapped is what the ledger of a reading says beside what was met.
type mapped struct{ partial.Input }

func (in *mapped) take(spans *ingest.Spans, sent *ingest.Parting, err error) {
	in.Sent, in.Folders = counts(sent.Tallies()), spans.Folders
	for _, e := range separate(err) {
		var file *ingest.FileError
		if errors.As(e, &file) {
			in.Errors = append(in.Errors, partial.FileError{Name: file.Name, Text: file.Err.Error(), Hint: file.Hint})
		}
	}
}

func counts(tallies map[int]ingest.Tally) map[int]partial.Count {
	all := map[int]partial.Count{}
	for part, t := range tallies {
		all[part] = partial.Count(t)
	}
	return all
}
