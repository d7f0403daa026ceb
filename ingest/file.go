package ingest

import (
	"bufio"
	"io"
	"time"

	"github.com/longpole/longpole/ingest/compress"
	"github.com/longpole/longpole/ingest/jsontext"
	"github.com/longpole/longpole/ingest/spanstore"
	"github.com/longpole/longpole/trace"
)

// A file is one input while it is read: its window, the span being decoded, and what was
// found so far. Tables and store are its reader's and outlive it.
type file struct {
	*spanstore.Shard
	w       *jsontext.Window
	name    string
	format  string
	o       *Options
	draft   draft
	skim    jsontext.Skipper // for values inside of a span
	before  *spanstore.Key   // of the attribute before this one, see fastKey
	tally   tally
	record  recording // that is being read
	records trace.Records
	spans   int // met, usable or not
	from    int // rows of the store when the file was opened
	cur     jsontext.Cursor
	val     jsontext.Cursor // for values inside of what cur reads
	api     string          // error message of a trace backend, if the file holds one
	bytes   int64
	pool    *pool
	binary  bool // lines mean nothing in it
	scratch []byte
	told    int // spans that were reported as progress

	elsewhere   int  // spans of it that were kept, but not in this store
	moreFollows bool // the window ends before the file does

	archive func(kind string, out *bufio.Reader, stored io.Reader) error // reads it as an archive; nil inside of one

	frames compress.Frames // of batches that are compressed one by one
}

func (f *file) fileCount() trace.FileCount {
	return trace.FileCount{Name: f.name, Format: f.format, Bytes: f.bytes, Spans: f.spans}
}

// outer takes a value whole that stands beside the spans: a resource, a scope, a process.
func (f *file) outer() []byte {
	v := f.w.Value()
	if f.w.BrokeLine() {
		f.noteAt(BadText, f.w.Offset(), nil)
	}
	return v
}

// begin starts a span that stands at the window's position.
func (f *file) begin(res, scope uint32) {
	f.draft.reset(f.w.Offset(), res, scope)
	f.w.ForgetBrokenLine()
}

const (
	day  = 24 * time.Hour
	year = 366 * day
)

// commit counts the drafted span and keeps it if it can be used.
func (f *file) commit() {
	d := &f.draft
	f.spans++
	f.check()
	if d.reject != nil {
		f.note(*d.reject, d.quote, 0)
		return
	}
	f.doubts()
	if odd := f.Shard.Add(&d.Draft); odd || d.odd || f.w.BrokeLine() {
		f.note(BadText, d.Name, 0)
	}
	if f.spans&0xFFF == 0 {
		f.progress()
	}
}

// check refuses what cannot be placed in time or told apart.
func (f *file) check() {
	d := &f.draft
	switch {
	case d.reject != nil:
	case d.Trace.IsZero():
		d.refuse(&BadTraceID, nil)
	case d.ID == 0:
		d.refuse(&BadSpanID, nil)
	case d.Start == 0 && !d.zero:
		d.refuse(&NoStart, d.Name)
	case d.Start < 0 || d.End < 0:
		d.refuse(&BadTime, d.Name)
	case d.End == 0 && d.Start > 0:
		d.End = d.Start
		d.Flags |= trace.Unfinished
	case d.End-d.Start > int64(year) || d.Start-d.End > int64(year):
		d.refuse(&TooLong, d.Name)
	}
}

func (f *file) doubts() {
	d := &f.draft
	length := time.Duration(d.End - d.Start)
	if d.Flags.Has(trace.Unfinished) {
		f.note(Unfinished, d.Name, 0)
	}
	if d.Start < int64(year) {
		f.note(In1970, d.Name, 0)
	}
	if length > day {
		f.note(OverADay, d.Name, length)
	}
	for mask, code := d.doubt, 0; mask != 0; mask, code = mask>>1, code+1 {
		if mask&1 != 0 {
			f.note(doubtCodes[code], d.Name, 0)
		}
	}
}

// note counts a finding about the drafted span.
func (f *file) note(code trace.Code, quote []byte, amount time.Duration) {
	if !f.tally.wants(code, amount) {
		return
	}
	ex := f.example(f.draft.at, quote)
	ex.Trace, ex.Span, ex.Amount = f.draft.Trace, f.draft.ID, amount
	f.tally.add(code, ex)
}

// noteAt counts a finding about a place in the stream.
func (f *file) noteAt(code trace.Code, at int64, quote []byte) {
	if f.tally.wants(code, 0) {
		f.tally.add(code, f.example(at, quote))
	}
}

func (f *file) example(at int64, quote []byte) trace.Example {
	ex := trace.Example{File: f.name, Offset: at, Text: string(quote[:min(len(quote), 80)])}
	if !f.binary {
		ex.Line = f.w.Line(at)
	}
	return ex
}

// resolve gives the spans from number first on the resource and scope that were read after them.
func (f *file) resolve(first int, real func(res uint32) uint32, scope uint32) {
	f.Shard.Resolve(first, real, scope, func(r *spanstore.Resource) { f.noteAt(BadText, f.draft.at, []byte(r.Service)) })
}

// complete hands on the traces of the spans that came after m, which are all there is of them
// in this file's word.
func (f *file) complete(m spanstore.Mark) { f.elsewhere += f.Shard.HandOn(m) }

// attr keeps an attribute of the drafted span.
func (f *file) attr(k *spanstore.Key, value []byte) {
	f.numbered(f.Interner.AttributeID(k, value))
}

// rawAttr is attr for a value that stands as in JSON.
func (f *file) rawAttr(k *spanstore.Key, value []byte, escaped bool) {
	if escaped {
		f.numbered(f.Interner.EscapedAttributeID(k, value))
		return
	}
	f.numbered(f.Interner.AttributeID(k, value))
}

func (f *file) numbered(n uint32) {
	p := f.Interner.Attribute(n)
	if p.Cut {
		f.draft.doubt |= cutDoubt
	}
	if p.Key.Apart {
		f.draft.Apart = append(f.draft.Apart, n)
		f.draft.odd = f.draft.odd || p.NotUTF8
		return
	}
	f.draft.IDs = append(f.draft.IDs, n)
}

// event keeps a timing event of the drafted span.
func (f *file) event(name []byte, at int64) {
	if f.Interner.WantsEvent(name) && at > 0 {
		e := trace.Event{Name: f.Interner.Text(name), At: trace.Time(at)}
		f.draft.odd = f.draft.odd || spanstore.NotUTF8(e.Name)
		f.draft.Events = append(f.draft.Events, e)
	}
}

// eachMoment walks a list of timing events, whose members have these names.
func (f *file) eachMoment(c *jsontext.Cursor, nameName, timeName string, time func() int64) {
	for c.Open('['); c.Elem(); {
		var name []byte
		var at int64
		for c.Open('{'); c.Key(); {
			switch string(c.Name) {
			case nameName:
				name = c.Text()
			case timeName:
				at = time()
			default:
				c.Skip()
			}
		}
		if name != nil {
			f.event(name, at)
		}
	}
}
