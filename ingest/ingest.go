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
	"strconv"
	"sync"

	"github.com/longpole/longpole/ingest/compress"
	"github.com/longpole/longpole/trace"
)

// Options say what to read and what to keep of it. The zero value sniffs every format and
// keeps everything.
type Options struct {
	Format    string                 // forced format name; "" sniffs from content
	Keep      func(key string) bool  // attributes that some rule, slice or expression can ask for; nil keeps all
	Shape     func(key string) Shape // what to keep of a kept attribute's values; nil keeps all of them
	Apart     func(key string) bool  // kept attributes that signatures leave to trace.More; nil: none
	KeepEvent func(name string) bool // timing events to keep; nil keeps all
	Stdin     io.Reader              // what "-" means; nil is the process's standard input
	Workers   int                    // readers at once; 0: GOMAXPROCS
	MaxText   int                    // bytes of an attribute's value to keep; 0: 256, negative: all
	MaxMemory int64                  // bytes to keep in memory before spans go to a temporary file; 0: no limit
	Progress  func(Progress)         // called now and then, by one goroutine at a time; may be nil
	Taker     func() Taker           // opens a taker of traces that are complete before all is read; nil: all wait

	MaxExpanded int64  // bytes that one compressed file may expand to; 0: 16 GiB
	MaxRatio    int64  // expanded bytes for each compressed one, once over 1 GiB; 0: 1000
	MaxWindow   uint64 // bytes of zstd window; 0: 128 MiB

	tolerant bool // tests: leave the fast paths out
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
func (e *FileError) Error() string { return printable(e.Name) + ": " + e.Err.Error() }

// Unwrap returns the cause.
func (e *FileError) Unwrap() error { return e.Err }

// printable returns text as it is if it is harmless, else quoted.
func printable(text string) string {
	if q := strconv.Quote(text); q != `"`+text+`"` {
		return q
	}
	return text
}

// Read reads every span of the named files, folders, globs and "-". The error is about
// files that are missing, of no known format or without spans: the other files are read all
// the same, the errors of several are joined, and each is a *FileError. When ctx ends, Read
// returns its cause, when spans cannot be moved to a temporary file, a *SpillError, and when
// a trace was taken too early, ErrSplit. The caller closes the Spans, whether or not there is
// an error.
func Read(ctx context.Context, names []string, o Options) (*Spans, error) {
	if o.Format != "" && formatNamed(o.Format) == nil {
		return &Spans{group: &group{}}, unknownFormat(o.Format)
	}
	inputs, ledger, errs := find(names, &o)
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
	return spans, errors.Join(append(errs, p.emptyFolders()...)...)
}

// emptyFolders returns an error for each folder of which no file could be used.
func (p *pool) emptyFolders() (errs []error) {
	used := map[string]bool{}
	for i, in := range p.inputs {
		used[in.folder] = used[in.folder] || p.counts[i] != nil
	}
	for _, dir := range slices.Sorted(maps.Keys(used)) {
		if dir != "" && !used[dir] {
			errs = append(errs, &FileError{Name: dir, Err: errors.New("no spans: no file in this directory is a usable trace export"),
				Hint: "name a file in it to see why it is not"})
		}
	}
	return errs
}

// ReadBytes reads data as if it were a file called name.
func ReadBytes(name string, data []byte, o Options) (*Spans, error) {
	if o.Format != "" && formatNamed(o.Format) == nil {
		return &Spans{group: &group{}}, unknownFormat(o.Format)
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

// A reader reads one file after the other into tables and a store of its own.
type reader struct {
	tables *tables
	store  *store
	holder *holder // nil: memory has no limit
	outlet *outlet // nil: every trace waits for the rest
	ledger trace.Ledger
}

// A pool reads inputs with several readers. Which one reads what does not show in the result.
type pool struct {
	ctx     context.Context
	o       *Options
	inputs  []input
	readers []*reader
	errs    []error             // of each input
	counts  [][]trace.FileCount // of each input: one, or one for each member of an archive
	memory  *memory

	completed completed

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
	p.memory = newMemory(o.MaxMemory, workers)
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
	r := &reader{tables: newTables(*p.o), store: newStore(), outlet: p.outlet()}
	if p.memory.limit > 0 {
		r.holder = &holder{memory: p.memory, tables: r.tables, store: r.store}
		r.store.lookAt = 1
	}
	return r
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

// giveBack returns the workers of a team of n.
func (p *pool) giveBack(n int) {
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
	spans := p.spans()
	spans.early = &p.completed
	return spans
}

func (p *pool) spans() *Spans {
	if p.memory.file.used() {
		return moved(p.readers, p.memory)
	}
	return merge(p.readers)
}

// stopped returns why reading has to end before all is read; nil if it has not.
func (p *pool) stopped() error {
	return cmp.Or(context.Cause(p.ctx), p.memory.file.err(), p.completed.err())
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
		return &FileError{Name: in.name, Err: cause(err), Hint: hintFor(err)}
	}
	defer src.Close()
	f := p.file(r, in.name)
	f.archive = func(kind string, out *bufio.Reader, stored io.Reader) error {
		return p.archive(r, i, kind, out, stored)
	}
	err = f.read(&counting{src: src, pool: p})
	f.finish(&r.ledger)
	switch {
	case p.counts[i] != nil: // the members of an archive
	case in.folder != "" && err != nil && f.spans == 0:
		r.ledger.Count(SkippedFile, 1, trace.Example{File: in.name, Offset: -1, Text: err.Error()})
		return nil
	default:
		p.counts[i] = []trace.FileCount{f.fileCount()}
	}
	return err
}

func (p *pool) file(r *reader, name string) *file {
	return &file{tables: r.tables, store: r.store, holder: r.holder, outlet: r.outlet, name: name, o: p.o, tally: tally{}, from: r.store.count, pool: p}
}

// counting counts what is read of the stored bytes, and ends when the run is cancelled.
type counting struct {
	src  io.Reader
	pool *pool
}

func (c *counting) Read(b []byte) (int, error) {
	if err := c.pool.stopped(); err != nil {
		return 0, err
	}
	n, err := c.src.Read(b)
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

// cause strips the path, which FileError names already.
func cause(err error) error {
	var pe *os.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
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
