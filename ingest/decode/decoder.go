package decode

import (
	"cmp"
	"slices"
	"time"

	"github.com/longpole/longpole/ingest/compress"
	"github.com/longpole/longpole/ingest/jsontext"
	"github.com/longpole/longpole/ingest/spanstore"
	"github.com/longpole/longpole/trace"
	"github.com/longpole/longpole/trace/page"
)

// Options say how to decode.
type Options struct {
	Formats    []Format        // that may be met
	Expanded   *compress.Total // counts batches that are compressed one by one
	Progressed func(spans int) // is told now and then how many more spans were met; may be nil
	Tolerant   bool            // leave the fast paths out
	Aside      *Format         // of records that are no traces, of which some are read nevertheless
}

// A Decoder turns what is in its window into spans, and puts them into its shard: the span
// being decoded, and what was found so far in one file.
type Decoder struct {
	*spanstore.Shard
	Window  *jsontext.Window
	Name    string // of the file
	Options Options

	Format      string // of the first value; "" as long as there is none
	Binary      bool   // lines mean nothing in it
	MoreFollows bool   // the window ends before the file does
	Findings    Findings
	Record      Record        // that is being read
	Spans       int           // met, usable or not
	Api         string        // error message of a trace backend, if the file holds one
	Pages       []page.Record // what browsers said of their pages, in log records

	Draft   Draft
	Cursor  jsontext.Cursor
	Inner   jsontext.Cursor  // for values inside of what cur reads
	Skim    jsontext.Skipper // for values inside of a span
	Before  *spanstore.Key   // of the attribute before this one, see fastKey
	Scratch []byte
	Frames  compress.Frames // of batches that are compressed one by one

	from       int // rows of the shard when the file was opened
	handedOn   int // spans of it that were kept, but not in this shard
	progressed int // spans that were reported as progress
}

// New returns a decoder of a file into a shard. Its window is still to come.
func New(s *spanstore.Shard, name string, o Options) *Decoder {
	return &Decoder{Shard: s, Name: name, Options: o, Findings: Findings{}, from: s.Rows()}
}

// KeepPage keeps what a browser said of a page.
func KeepPage(f *Decoder, r page.Record) {
	f.Pages = append(f.Pages, r)
	f.Hold(r.Bytes())
}

// close gives back what decoding took.
func (f *Decoder) close() { f.Frames.Close() }

// Finish hands what was found to a ledger.
func (f *Decoder) Finish(l *trace.Ledger) {
	if f.Window == nil {
		f.Window = jsontext.Over(nil, 0)
	}
	f.close()
	f.progress()
	f.Findings.Into(l)
	l.Records.Add(f.Record.Counts)
	l.Spans += f.Spans
}

// Join adds what another decoder found in another part of the same file.
func (f *Decoder) Join(o *Decoder) {
	o.close()
	f.Record.Counts.Add(o.Record.Counts)
	f.Spans += o.Spans
	f.progressed += o.progressed
	f.handedOn += o.Kept() - len(o.Pages)
	f.Format, f.Api = cmp.Or(f.Format, o.Format), cmp.Or(f.Api, o.Api)
	f.Findings.merge(o.Findings)
	f.Pages = append(f.Pages, o.Pages...)
}

// Kept returns how many spans of the file, and records of pages, were Kept.
func (f *Decoder) Kept() int { return f.Rows() - f.from + f.handedOn + len(f.Pages) }

// progress tells how many spans were met since the last time.
func (f *Decoder) progress() {
	if f.Options.Progressed != nil {
		f.Options.Progressed(f.Spans - f.progressed)
		f.progressed = f.Spans
	}
}

// Outer takes a value whole that stands beside the spans: a resource, a scope, a process.
func (f *Decoder) Outer() []byte {
	v := f.Window.Value()
	if f.Window.BrokeLine() {
		f.NoteAt(BadText, f.Window.Offset(), nil)
	}
	return v
}

// Begin starts a span that stands at the window's position.
func (f *Decoder) Begin(res, scope uint32) {
	f.Draft.Reset(f.Window.Offset(), res, scope)
	f.Window.ForgetBrokenLine()
}

const (
	day  = 24 * time.Hour
	year = 366 * day
)

// Commit counts the drafted span and keeps it if it can be used.
func (f *Decoder) Commit() {
	d := &f.Draft
	f.Spans++
	f.Draft.check()
	if d.Reject != nil {
		f.note(*d.Reject, d.quote, 0)
		return
	}
	f.keepLate()
	f.doubts()
	if page.IsVital(d.Name) {
		f.vitals()
	}
	if odd := f.Shard.Add(&d.Draft); odd || d.notUTF8 || f.Window.BrokeLine() {
		f.note(BadText, d.Name, 0)
	}
	if f.Spans&0xFFF == 0 {
		f.progress()
	}
}

func (f *Decoder) doubts() {
	d := &f.Draft
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
	for mask, code := d.Doubt, 0; mask != 0; mask, code = mask>>1, code+1 {
		if mask&1 != 0 {
			f.note(doubtCodes[code], d.Name, 0)
		}
	}
}

// note counts a finding about the drafted span.
func (f *Decoder) note(code trace.Code, quote []byte, amount time.Duration) {
	if !f.Findings.wants(code, amount) {
		return
	}
	ex := f.example(f.Draft.At, quote)
	ex.Trace, ex.Span, ex.Amount = f.Draft.Trace, f.Draft.ID, amount
	f.Findings.add(code, ex)
}

// NoteAt counts a finding about a place in the stream.
func (f *Decoder) NoteAt(code trace.Code, at int64, quote []byte) {
	if f.Findings.wants(code, 0) {
		f.Findings.add(code, f.example(at, quote))
	}
}

func (f *Decoder) example(at int64, quote []byte) trace.Example {
	ex := trace.Example{File: f.Name, Offset: at, Text: string(quote[:min(len(quote), 80)])}
	if !f.Binary {
		ex.Line = f.Window.Line(at)
	}
	return ex
}

// Resolve gives the spans from number first on the resource and scope that were read after them.
func (f *Decoder) Resolve(first int, real func(res uint32) uint32, scope uint32) {
	f.Shard.Resolve(first, real, scope, func(r *spanstore.Resource) { f.NoteAt(BadText, f.Draft.At, []byte(r.Service)) })
}

// Complete hands on the traces of the spans that came after m, which are all there is of them
// in this file's word.
func (f *Decoder) Complete(m spanstore.Mark) { f.handedOn += f.Shard.HandOn(m) }

// Attr keeps an attribute of the drafted span.
func (f *Decoder) Attr(k *spanstore.Key, value []byte) {
	if k.Late() {
		f.Draft.text = append(f.Draft.text, value...)
		f.Draft.late = append(f.Draft.late, lateAttr{k, len(f.Draft.text)})
		return
	}
	f.numbered(k, f.Interner.AttributeID(k, value))
}

// RawAttr is attr for a value that stands as in JSON.
func (f *Decoder) RawAttr(k *spanstore.Key, value []byte, escaped bool) {
	if escaped && k.Late() {
		value, escaped = jsontext.Unescape(value), false
	}
	if !escaped {
		f.Attr(k, value)
		return
	}
	f.numbered(k, f.Interner.EscapedAttributeID(k, value))
}

// keepLate keeps the attributes that only entries keep, if the span is one: users differ from span to
// span, and to number all of them takes a quarter of the time that reading takes. Those that name a request
// are a link of the loading of a page.
func (f *Decoder) keepLate() {
	d := &f.Draft
	if len(d.late) == 0 {
		return
	}
	var named trace.Link
	from, isEntry := 0, d.isEntry()
	for _, a := range d.late {
		value := d.text[from:a.end]
		if a.key.NamesRequest {
			page.NameRequest(&named, a.key.Spelled, value)
		}
		if a.key.OnEntry && isEntry || a.key.NamesRequest && f.Interner.KeepsAll() {
			f.numbered(a.key, f.Interner.AttributeID(a.key, value))
		}
		from = a.end
	}
	if trace.IsPageLoad(string(d.Name)) && !named.Trace.IsZero() && named.Span != 0 && !slices.Contains(d.Links, named) {
		d.Links = append(d.Links, named)
	}
}

func (f *Decoder) numbered(k *spanstore.Key, n spanstore.Numbered) {
	f.Draft.Say(k, n.Target)
	if n.Cut {
		f.Draft.Doubt |= cutDoubt
	}
	if k.Apart {
		f.Draft.Apart = append(f.Draft.Apart, n.Number)
		f.Draft.notUTF8 = f.Draft.notUTF8 || n.NotUTF8
		return
	}
	f.Draft.IDs = append(f.Draft.IDs, n.Number)
}

// Event keeps a timing Event of the drafted span.
func (f *Decoder) Event(name []byte, at int64) {
	if f.Interner.WantsEvent(name) && at > 0 {
		e := trace.Event{Name: f.Interner.Text(name), At: trace.Time(at)}
		f.Draft.notUTF8 = f.Draft.notUTF8 || spanstore.NotUTF8(e.Name)
		f.Draft.Events = append(f.Draft.Events, e)
	}
}

// EachMoment walks a list of timing events, whose members have these names.
func (f *Decoder) EachMoment(c *jsontext.Cursor, nameName, timeName string, time func() int64) {
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
			f.Event(name, at)
		}
	}
}

// ExpectList notes a value that is not the ExpectList, or the single node, that must stand here.
func (f *Decoder) ExpectList() {
	if c := f.Window.Peek(); c != '[' && c != 'n' && c != 0 {
		f.NoteAt(ListExpected, f.Window.Offset(), f.Window.Name)
	}
}

// Settle gives spans that came before their resource the resource that came after them.
func (f *Decoder) Settle(mark int, pending, res uint32) {
	if res == pending {
		res = 0
	}
	f.Resolve(mark, func(r uint32) uint32 {
		if r == pending {
			return res
		}
		return r
	}, 0)
}

// PlainAttr keeps an attribute of the drafted span if it is wanted.
func (f *Decoder) PlainAttr(key, value []byte) {
	if k := f.Interner.Key(key); k.Keep {
		f.Attr(k, value)
	}
}

// vitals keeps what a span tells of a page: some SDKs write web vitals as spans.
func (f *Decoder) vitals() {
	d := &f.Draft
	r := f.Interner.Resource(d.Res)
	if r.Pending {
		return
	}
	from := page.SourceOf(r.Service, r.Host, r.Attrs, d.Trace.Hi^d.Trace.Lo)
	for _, r := range page.ReadSpan(string(d.Name), trace.Time(d.Start), trace.Time(d.End), d.Trace, f.Interner.AttrsOf(&d.Draft), from) {
		KeepPage(f, r)
	}
}
