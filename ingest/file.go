package ingest

import (
	"bufio"
	"io"
	"time"

	"github.com/longpole/longpole/ingest/compress"
	"github.com/longpole/longpole/ingest/jsontext"
	"github.com/longpole/longpole/trace"
)

// A file is one input while it is read: its window, the span being decoded, and what was
// found so far. Tables and store are its reader's and outlive it.
type file struct {
	tables  *tables
	store   *store
	holder  *holder // nil: memory has no limit
	outlet  *outlet // nil: every trace waits for the rest
	w       *jsontext.Window
	name    string
	format  string
	o       *Options
	draft   draft
	skim    jsontext.Skipper // for values inside of a span
	before  *keyInfo         // of the attribute before this one, see fastKey
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
	told    int  // spans that were reported as progress

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
	sig := f.tables.signature(d)
	if f.tables.odd(sig) || d.odd || f.w.BrokeLine() {
		f.note(BadText, d.name, 0)
	}
	f.store.add(d, sig, f.tables.moreOf(d))
	if f.store.count >= f.store.lookAt {
		f.holder.look()
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
	case d.trace.IsZero():
		d.refuse(&BadTraceID, nil)
	case d.id == 0:
		d.refuse(&BadSpanID, nil)
	case d.start == 0 && !d.zero:
		d.refuse(&NoStart, d.name)
	case d.start < 0 || d.end < 0:
		d.refuse(&BadTime, d.name)
	case d.end == 0 && d.start > 0:
		d.end = d.start
		d.flags |= trace.Unfinished
	case d.end-d.start > int64(year) || d.start-d.end > int64(year):
		d.refuse(&TooLong, d.name)
	}
}

func (f *file) doubts() {
	d := &f.draft
	length := time.Duration(d.end - d.start)
	if d.flags.Has(trace.Unfinished) {
		f.note(Unfinished, d.name, 0)
	}
	if d.start < int64(year) {
		f.note(In1970, d.name, 0)
	}
	if length > day {
		f.note(OverADay, d.name, length)
	}
	for mask, code := d.doubt, 0; mask != 0; mask, code = mask>>1, code+1 {
		if mask&1 != 0 {
			f.note(doubtCodes[code], d.name, 0)
		}
	}
}

// note counts a finding about the drafted span.
func (f *file) note(code trace.Code, quote []byte, amount time.Duration) {
	if !f.tally.wants(code, amount) {
		return
	}
	ex := f.example(f.draft.at, quote)
	ex.Trace, ex.Span, ex.Amount = f.draft.trace, f.draft.id, amount
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

// resolve gives the rows from mark on the resource and scope that were read after them.
func (f *file) resolve(mark int, real func(res uint32) uint32, scope uint32) {
	for i := max(mark, f.store.first); i < f.store.count; i++ {
		r := f.store.at(i)
		before := f.tables.sigs.all[r.sig].res
		res := real(before)
		if res != before || f.tables.scopeOf(r.sig) == later {
			if f.tables.resources[res].odd && !f.tables.odd(r.sig) {
				f.noteAt(BadText, f.draft.at, []byte(f.tables.resources[res].service))
			}
			r.sig = f.tables.resolve(r.sig, res, scope)
		}
	}
}

// attr keeps an attribute of the drafted span.
func (f *file) attr(k *keyInfo, value []byte) {
	f.numbered(f.tables.pair(k, value))
}

// rawAttr is attr for a value that stands as in JSON.
func (f *file) rawAttr(k *keyInfo, value []byte, escaped bool) {
	if escaped {
		f.numbered(f.tables.escapedPair(k, value))
		return
	}
	f.numbered(f.tables.pair(k, value))
}

func (f *file) numbered(n uint32) {
	p := &f.tables.pairs[n]
	if p.cut {
		f.draft.doubt |= cutDoubt
	}
	if p.key.apart {
		f.draft.apart = append(f.draft.apart, n)
		f.draft.odd = f.draft.odd || p.odd
		return
	}
	f.draft.words = append(f.draft.words, n)
}

// event keeps a timing event of the drafted span.
func (f *file) event(name []byte, at int64) {
	if f.wantsEvent(name) && at > 0 {
		e := trace.Event{Name: f.tables.text(name), At: trace.Time(at)}
		f.draft.odd = f.draft.odd || isOdd(e.Name)
		f.draft.events = append(f.draft.events, e)
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

// maxEventNames is how many names of events are remembered.
const maxEventNames = 1 << 12

func (f *file) wantsEvent(name []byte) bool {
	if f.tables.keepEvent == nil {
		return true
	}
	wanted, known := f.tables.events[string(name)]
	if !known {
		wanted = f.tables.keepEvent(string(name))
		if len(f.tables.events) == maxEventNames {
			clear(f.tables.events)
		}
		f.tables.events[string(name)] = wanted
	}
	return wanted
}
