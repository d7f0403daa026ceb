package ingest

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/longpole/longpole/ingest/compress"
	"github.com/longpole/longpole/ingest/decode"
	"github.com/longpole/longpole/ingest/jsontext"
	"github.com/longpole/longpole/internal/errtext"
	"github.com/longpole/longpole/trace"
)

// A file is one input while it is read.
type file struct {
	*decode.Decoder
	o       *Options
	pool    *pool
	rd      *reader
	head    []byte                                                 // of what was read, to say what it is if it is no trace
	bytes   int64                                                  // read, once it is no longer compressed
	archive func(kind string, out *bufio.Reader, plain bool) error // reads it as an archive, plain if nothing was taken off; nil inside of one
}

// finish hands what was found to the ledger, and the memory to the next file.
func (f *file) finish() {
	f.Finish(&f.rd.ledger)
	f.rd.pages = append(f.rd.pages, f.Pages...)
	if memory := f.Window.Memory(); memory != nil {
		f.rd.window = memory
	}
}

func (f *file) fileCount() trace.FileCount {
	return trace.FileCount{Name: f.Name, Format: f.Format, Bytes: f.bytes, Spans: f.Spans}
}

// read reads the whole input: decompresses it, finds out its format and decodes it.
func (f *file) read(src io.Reader) error {
	in := f.rd.input(src)
	defer f.rd.reuse(in)
	out, kind, err := compress.Open(in, f.Decoder.Options.Expanded)
	if err != nil {
		return f.fail(fmt.Errorf("invalid %s: %w", kind, err), "copy or download the file again")
	}
	defer out.Close()
	inside := bufio.NewReaderSize(out, 4<<10)
	head, _ := inside.Peek(archivePeek)
	if archive := archiveKind(head); archive != "" {
		if f.archive == nil {
			return f.fail(fmt.Errorf("not a recognised trace export: a %s archive in an archive", archive), "unpack it first")
		}
		return f.archive(archive, inside, kind == "")
	}
	return f.stream(inside, kind)
}

// stream decodes what is no longer compressed; kind says with what it was.
func (f *file) stream(src io.Reader, kind string) error {
	f.Window = jsontext.NewWindow(src, f.rd.window)
	err := f.content()
	f.bytes = f.Window.End()
	if broken := f.Window.Broken(); broken != nil {
		return f.brokenOff(kind, broken)
	}
	if err == nil && f.Kept() == 0 {
		return f.nothing()
	}
	return err
}

// content decodes what is in the window, whatever it is.
func (f *file) content() error {
	f.Window.Need(jsontext.OutlineBytes)
	head := f.Window.Rest()
	if f.o.Format != "" {
		f.decodeAs(formatNamed(f.o.Format))
		return nil
	}
	if len(head) == 0 {
		return nil
	}
	if again := compress.Kind(head); again != "" {
		return f.fail(fmt.Errorf("not a trace export: compressed twice, with %s inside", again), "decompress it once by hand")
	}
	if row := decode.BinaryFormat(Formats, head); row != nil {
		f.decodeAs(row)
		return nil
	}
	f.unwrap()
	head = f.Window.Rest()
	f.head = bytes.Clone(head[:min(len(head), foreignBytes)])
	if !looksJSON(head) {
		what, hint := alien(head)
		return f.fail(fmt.Errorf("not a recognised trace export: %s", what), hint)
	}
	if !f.inLines() {
		f.Values(nil)
	}
	return nil
}

// unwrap takes off what is wrapped around each line, or takes the lines out of a list of log entries.
func (f *file) unwrap() {
	switch head := f.Window.Rest(); {
	case isWrapped(head):
		f.Window = jsontext.NewWindow(newUnwrapper(f.Window.Reader()), nil)
	case listsEntries(head):
		f.Window = jsontext.NewWindow(newEntries(f.Window.Reader()), nil)
	default:
		return
	}
	f.NoteAt(Wrapped, 0, nil)
	f.Window.Need(jsontext.OutlineBytes)
}

func (f *file) decodeAs(row *decode.Format) {
	f.SetFormat(row)
	if row.Stream == nil {
		f.Values(row)
		return
	}
	f.Binary, f.Window.Binary = true, true
	if row.Frame == nil || !f.inFrames(row) {
		row.Stream(f.Decoder)
	}
}

func (f *file) fail(err error, hint string) error { return &FileError{f.Name, err, hint} }

// brokenOff is about a stream that ended with an error.
func (f *file) brokenOff(kind string, err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if kind == "" && !errors.Is(err, compress.ErrLimit) {
		return f.fail(fmt.Errorf("cannot be read: %w", errtext.Cause(err)), "")
	}
	damage, fatal := f.o.limits().DamageOf(kind, err, f.bytes > 0)
	if fatal != nil {
		return f.fail(fatal, "is the file what it seems to be?")
	}
	code := decode.Unverified
	if damage.Trailing {
		code = TrailingBytes
	}
	f.NoteAt(code, f.bytes, []byte(damage.Text))
	if f.Kept() == 0 {
		return f.fail(fmt.Errorf("no usable spans: %s", damage.Text), code.Do)
	}
	return nil
}

// nothing is about a file that was read to its end and gave no usable span.
func (f *file) nothing() error {
	switch {
	case f.bytes == 0:
		return f.fail(errors.New("no spans: the file is empty"), "was the export finished?")
	case f.Api != "":
		return f.fail(fmt.Errorf("no spans: the trace backend answered %q", f.Api), "ask the backend for the trace again")
	case f.Spans > 0:
		worst := f.Findings.WorstRejection()
		return f.fail(fmt.Errorf("no usable spans: %d read, all rejected; %s", f.Spans, worst.What), worst.Do)
	case f.Findings.Has(decode.NotTraces):
		return f.fail(errors.New("no spans: it holds metrics, logs or profiles, not traces"), "export the traces pipeline")
	case f.Format != "":
		return f.fail(fmt.Errorf("no spans in it, though it looks like %s%s", f.Format, f.Findings.Summary()), "was the export cut short, or filtered to nothing?")
	}
	if what, hint, found := foreign(f.head); found {
		return f.fail(fmt.Errorf("not a recognised trace export: it looks like %s", what), hint)
	}
	return f.fail(fmt.Errorf("not a recognised trace export: JSON, but of no known shape%s", f.Findings.Summary()),
		"see longpole --help for the formats that can be read")
}
