package ingest

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/longpole/longpole/ingest/compress"
	"github.com/longpole/longpole/ingest/decode"
	"github.com/longpole/longpole/ingest/decode/otlp"
	"github.com/longpole/longpole/ingest/spanstore"
	"github.com/longpole/longpole/internal/errtext"
	"github.com/longpole/longpole/trace"
	"github.com/longpole/longpole/trace/page"
)

// Options say what to read and what to keep of it. The zero value sniffs every format and
// keeps everything.
type Options struct {
	Format    string                  // forced format name; "" sniffs from content
	Keep      func(key string) bool   // attributes that some rule, slice or expression can ask for; nil keeps all
	Form      func(key string) Form   // what to keep of a kept attribute's values; nil keeps all of them
	NameForm  Form                    // what to keep of spans' names
	Target    func(key string) Target // what attributes say of what a call is about; nil: nothing
	Apart     func(key string) bool   // kept attributes that signatures leave to trace.More; nil: none
	OnEntry   func(key string) bool   // kept attributes that only spans keep at which a request may begin or enter a service; nil: none
	KeepEvent func(name string) bool  // timing events to keep; nil keeps all
	Stdin     io.Reader               // what "-" means; nil is the process's standard input
	Workers   int                     // readers at once; 0: GOMAXPROCS
	MaxText   int                     // bytes of an attribute's value to keep; 0: 256, negative: all
	MaxMemory int64                   // bytes to keep in memory before spans go to a temporary file; 0: no limit
	Progress  func(Progress)          // called now and then, by one goroutine at a time; may be nil
	Sink      func() Sink             // opens a sink for traces that are complete before all is read; nil: all wait

	MaxExpanded int64  // bytes that one compressed file may expand to; 0: 16 GiB
	MaxRatio    int64  // expanded bytes for each compressed one, once over 1 GiB; 0: 1000
	MaxWindow   uint64 // bytes of zstd window; 0: 128 MiB

	Parting *Parting // takes all spans instead of the Spans that Read returns; nil: nobody does
	As      string   // what the only input is called; "": by its own name
	Folder  string   // the folder that the only input was found in; "": see Read

	tolerant bool // tests: leave the fast paths out
}

// What the options and errors are made of belongs to the room that keeps spans.
type (
	// A Form appends what is kept of a value.
	Form = spanstore.Form
	// A Target says how an attribute tells what a call is about.
	Target = spanstore.Target
	// A Sink takes traces while others are still being read.
	Sink = spanstore.Sink
	// A Parting takes the spans of a reading in blocks, each of one part of the traces.
	Parting = spanstore.Parting
	// A Tally counts what was handed on of a part.
	Tally = spanstore.Tally
	// A SpillError says that spans could not be moved to the temporary file, or back.
	SpillError = spanstore.SpillError
)

// ErrSplit says that a trace which had been handed on as complete has spans elsewhere.
var ErrSplit = spanstore.ErrSplit

// store says what is kept of spans, and what the formats need to know of their keys.
func (o *Options) store() spanstore.Options {
	return spanstore.Options{
		Keep: o.Keep, Form: o.Form, Apart: o.Apart, OnEntry: o.OnEntry, Target: o.Target, KeepEvent: o.KeepEvent, NameForm: o.NameForm, MaxText: o.MaxText, Spell: decode.Spell,
	}
}

// limits are those of compressed files.
func (o *Options) limits() compress.Limits {
	return compress.Limits{MaxExpanded: o.MaxExpanded, MaxRatio: o.MaxRatio, MaxWindow: o.MaxWindow}
}

// Progress says how far reading has come.
type Progress struct {
	Bytes int64 // read, as stored
	Total int64 // of all files, if every size is known; else 0
	Spans int64 // met
}

// A FileError is about one input. Hint says what to do about it; it may be empty.
type FileError struct {
	Name string
	Err  error
	Hint string
}

// Error names the input and what is wrong with it, with nothing in it that could act on a
// terminal.
func (e *FileError) Error() string { return errtext.Printable(e.Name) + ": " + e.Err.Error() }

// Unwrap returns the cause.
func (e *FileError) Unwrap() error { return e.Err }

// Spans holds what was read, grouped by trace id. It is complete: the same spans give the same
// traces whatever the order of files, the number of workers and the limit of memory.
type Spans struct {
	Ledger trace.Ledger // what was met while reading; assembly adds its repairs
	*spanstore.Spans
	pages *page.Pages // what browsers said of their pages; nil if nothing
	// Folders says of each folder that an input was found in whether any of it could be used. It is set
	// where a Parting takes the spans: other readings may have read the rest of a folder.
	Folders map[string]bool
}

// Read reads every span of the named files, folders, globs and "-". The error is about
// files that are missing, of no known format or without spans: the other files are read all
// the same, the errors of several are joined, and each is a *FileError. When ctx ends, Read
// returns its cause, when spans cannot be moved to a temporary file, a *SpillError, and when
// a trace was taken too early, ErrSplit. The caller closes the Spans, whether or not there is
// an error.
func Read(ctx context.Context, names []string, o Options) (*Spans, error) {
	if o.Format != "" && formatNamed(o.Format) == nil {
		return &Spans{Spans: spanstore.NoSpans()}, unknownFormat(o.Format)
	}
	inputs, ledger, errs := find(names, &o)
	inputs = o.named(inputs)
	p := newPool(ctx, inputs, &o)
	spans := p.run()
	spans.Ledger.Merge(ledger)
	for i, err := range p.errs {
		spans.Ledger.Files = append(spans.Ledger.Files, p.counts[i]...)
		if err != nil {
			errs = append(errs, err)
		}
	}
	if err := p.stopped(); err != nil {
		return spans, err
	}
	used := p.folders()
	if o.Parting != nil {
		spans.Folders = used
		return spans, errors.Join(errs...)
	}
	return spans, errors.Join(append(errs, EmptyFolders(used)...)...)
}

// named gives the only input the name and the folder that it is known by.
func (o *Options) named(inputs []input) []input {
	if len(inputs) == 1 {
		inputs[0].name = cmp.Or(o.As, inputs[0].name)
		inputs[0].folder = cmp.Or(o.Folder, inputs[0].folder)
	}
	return inputs
}

// folders says of each folder whether any file of it could be used.
func (p *pool) folders() map[string]bool {
	used := map[string]bool{}
	for i, in := range p.inputs {
		if in.folder != "" {
			used[in.folder] = used[in.folder] || p.counts[i] != nil
		}
	}
	return used
}

// EmptyFolders returns an error for each folder of which no file could be used.
func EmptyFolders(used map[string]bool) (errs []error) {
	for _, dir := range slices.Sorted(maps.Keys(used)) {
		if !used[dir] {
			errs = append(errs, &FileError{Name: dir, Err: errors.New("no spans: no file in this directory is a usable trace export"),
				Hint: "name a file in it to see why it is not"})
		}
	}
	return errs
}

// ReadBytes reads data as if it were a file called name.
func ReadBytes(name string, data []byte, o Options) (*Spans, error) {
	if o.Format != "" && formatNamed(o.Format) == nil {
		return &Spans{Spans: spanstore.NoSpans()}, unknownFormat(o.Format)
	}
	in := input{name: name, size: int64(len(data)), again: true, open: func() (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(data)), nil
	}}
	p := newPool(context.Background(), []input{in}, &o)
	spans := p.run()
	spans.Ledger.Files = append(spans.Ledger.Files, p.counts[0]...)
	return spans, cmp.Or(p.stopped(), p.errs[0])
}

func unknownFormat(name string) error {
	known := ""
	for _, f := range Formats {
		known += " " + f.Name
	}
	return fmt.Errorf("unknown format %q; known are%s", name, known)
}

// A reader reads one file after the other into a shard of its own.
type reader struct {
	shard  *spanstore.Shard
	ledger trace.Ledger
	pages  []page.Record

	// Memory that one file after the other uses: new memory for each would cost more than reading a
	// small file does.
	window []byte
	inputs []*bufio.Reader
}

// input returns a reader of src, until it is given back.
func (r *reader) input(src io.Reader) *bufio.Reader {
	last := len(r.inputs) - 1
	if last < 0 {
		return bufio.NewReaderSize(src, 256<<10)
	}
	in := r.inputs[last]
	r.inputs = r.inputs[:last]
	in.Reset(src)
	return in
}

func (r *reader) reuse(in *bufio.Reader) { r.inputs = append(r.inputs, in) }

// A pool reads inputs with several readers. Which one reads what does not show in the result.
type pool struct {
	ctx     context.Context
	o       *Options
	inputs  []input
	readers []*reader
	errs    []error             // of each input
	counts  [][]trace.FileCount // of each input: one, or one for each member of an archive
	memory  *spanstore.Memory

	handedOn spanstore.HandedOn

	mu    sync.Mutex
	spare int // workers without an input
	next  int
	state Progress
}

func newPool(ctx context.Context, inputs []input, o *Options) *pool {
	p := &pool{ctx: ctx, o: o, inputs: inputs, errs: make([]error, len(inputs)), counts: make([][]trace.FileCount, len(inputs))}
	workers := o.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	p.memory = spanstore.NewMemory(o.MaxMemory, workers)
	if o.Parting != nil {
		p.memory = spanstore.NewMemoryFor(o.Parting, o.MaxMemory, workers)
	}
	p.spare = workers - min(workers, len(inputs))
	for range max(min(workers, len(inputs)), 1) {
		p.readers = append(p.readers, p.reader())
	}
	for _, in := range inputs {
		p.state.Total += in.size
	}
	for _, in := range inputs {
		if in.size == 0 {
			p.state.Total = 0
		}
	}
	return p
}

func (p *pool) reader() *reader {
	return &reader{shard: spanstore.NewShard(p.o.store(), p.memory, p.early())}
}

// early returns who takes traces that are complete; nil where every trace has to wait: nobody
// takes it, or an input, as a pipe, could not be read again.
func (p *pool) early() *spanstore.EarlySink {
	if p.o.Sink == nil || p.o.Parting != nil || slices.ContainsFunc(p.inputs, func(in input) bool { return !in.again }) {
		return nil
	}
	return &spanstore.EarlySink{HandedOn: &p.handedOn, Open: p.o.Sink}
}

// spareReaders returns readers for all workers that have nothing to do, the caller's own
// included; none if there are no others.
func (p *pool) spareReaders() (readers []*reader) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.spare == 0 {
		return nil
	}
	for range p.spare + 1 {
		readers = append(readers, p.reader())
	}
	p.spare = 0
	p.readers = append(p.readers, readers...)
	return readers
}

// spareAgain says that the n workers of a splitter, the caller included, are done.
func (p *pool) spareAgain(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.spare += n - 1
}

func (p *pool) run() *Spans {
	var wg sync.WaitGroup
	for _, r := range slices.Clone(p.readers) {
		wg.Go(func() { p.work(r) })
	}
	wg.Wait()
	return p.spans()
}

// spans joins what the readers have read.
func (p *pool) spans() *Spans {
	out := &Spans{}
	var shards []*spanstore.Shard
	var pages []page.Record
	for _, r := range p.readers {
		out.Ledger.Merge(&r.ledger)
		shards = append(shards, r.shard)
		pages = append(pages, r.pages...)
	}
	out.gather(pages)
	if out.pages != nil && p.o.Parting == nil {
		p.handedOn.Refuse() // a trace that was taken may be that of a page
	}
	out.Spans = spanstore.Join(shards, p.memory, &p.handedOn)
	return out
}

// stopped returns why reading has to end before all is read; nil if it has not.
func (p *pool) stopped() error {
	return cmp.Or(context.Cause(p.ctx), p.memory.Err(), p.handedOn.Err())
}

func (p *pool) work(r *reader) {
	for {
		p.mu.Lock()
		i := p.next
		p.next++
		p.mu.Unlock()
		if i >= len(p.inputs) || p.stopped() != nil {
			return
		}
		p.errs[i] = p.read(r, i)
	}
}

// read reads one input.
func (p *pool) read(r *reader, i int) error {
	in := p.inputs[i]
	src, err := in.open()
	if err != nil {
		return &FileError{Name: in.name, Err: errtext.Cause(err), Hint: hintFor(err)}
	}
	defer src.Close()
	stored := &counting{src: src, pool: p}
	f := p.file(r, in.name, p.o.limits().Total(stored.n.Load))
	f.archive = func(kind string, out *bufio.Reader, plain bool) error {
		m := p.members(r, i, stored.n.Load)
		if plain {
			m.plain = src
		}
		return m.read(kind, out)
	}
	err = f.read(stored)
	f.finish()
	switch {
	case p.counts[i] != nil: // the members of an archive
	case in.folder != "" && err != nil && f.Spans == 0:
		r.ledger.Count(SkippedFile, 1, trace.Example{File: in.name, Offset: -1, Text: err.Error()})
		return nil
	default:
		p.counts[i] = []trace.FileCount{f.fileCount()}
	}
	return err
}

// file opens a file that expanded counts in.
func (p *pool) file(r *reader, name string, expanded *compress.Total) *file {
	o := decode.Options{Formats: Formats, Aside: &otlp.LogsFormat, Expanded: expanded, Tolerant: p.o.tolerant, Progressed: func(spans int) { p.report(0, int64(spans)) }}
	return &file{Decoder: decode.New(r.shard, name, o), o: p.o, pool: p, rd: r}
}

// counting counts what is read of the stored bytes, and ends when the run is cancelled.
type counting struct {
	src  io.Reader
	pool *pool
	n    atomic.Int64
}

func (c *counting) Read(b []byte) (int, error) {
	if err := c.pool.stopped(); err != nil {
		return 0, err
	}
	n, err := c.src.Read(b)
	c.n.Add(int64(n))
	c.pool.report(int64(n), 0)
	return n, err
}

// report adds to what is known of the progress, and tells it.
func (p *pool) report(bytes, spans int64) {
	if p.o.Progress == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.state.Bytes += bytes
	p.state.Spans += spans
	p.o.Progress(p.state)
}

func hintFor(err error) string {
	switch {
	case errors.Is(err, os.ErrNotExist):
		return "check the path; quote globs so that longpole expands them"
	case errors.Is(err, os.ErrPermission):
		return "make the file readable for this user"
	}
	return ""
}
