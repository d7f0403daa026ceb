package ingest

import (
	"cmp"
	"time"

	"github.com/longpole/longpole/ingest/compress"
	"github.com/longpole/longpole/ingest/jsontext"
	"github.com/longpole/longpole/ingest/spanstore"
	"github.com/longpole/longpole/trace"
)

// Options say how to decode.
type decodeOptions struct {
	Formats    []Format        // that may be met
	Limits     compress.Limits // of batches that are compressed one by one
	Progressed func(spans int) // is told now and then how many more spans were met; may be nil
	Tolerant   bool            // leave the fast paths out
}

// A decoder turns what is in its window into spans, and puts them into its shard: the span
// being decoded, and what was found so far in one file.
type decoder struct {
	*spanstore.Shard
	w    *jsontext.Window
	name string // of the file
	o    decodeOptions

	format      string // of the first value; "" as long as there is none
	binary      bool   // lines mean nothing in it
	moreFollows bool   // the window ends before the file does
	tally       tally
	record      recording // that is being read
	spans       int       // met, usable or not
	api         string    // error message of a trace backend, if the file holds one

	draft   draft
	cur     jsontext.Cursor
	val     jsontext.Cursor  // for values inside of what cur reads
	skim    jsontext.Skipper // for values inside of a span
	before  *spanstore.Key   // of the attribute before this one, see fastKey
	scratch []byte
	frames  compress.Frames // of batches that are compressed one by one

	from      int // rows of the shard when the file was opened
	elsewhere int // spans of it that were kept, but not in this shard
	told      int // spans that were reported as progress
}

// newDecoder returns a decoder of a file into a shard. Its window is still to come.
func newDecoder(s *spanstore.Shard, name string, o decodeOptions) *decoder {
	return &decoder{Shard: s, name: name, o: o, tally: tally{}, from: s.Rows()}
}

// close gives back what decoding took.
func (f *decoder) close() { f.frames.Close() }

// finish hands what was found to a ledger.
func (f *decoder) finish(l *trace.Ledger) {
	if f.w == nil {
		f.w = jsontext.Over(nil, 0)
	}
	f.close()
	f.progress()
	f.tally.into(l)
	l.Records.Add(f.record.records)
	l.Spans += f.spans
}

// join adds what another decoder found in another part of the same file.
func (f *decoder) join(o *decoder) {
	o.close()
	f.record.records.Add(o.record.records)
	f.spans += o.spans
	f.told += o.told
	f.elsewhere += o.kept()
	f.format, f.api = cmp.Or(f.format, o.format), cmp.Or(f.api, o.api)
	f.tally.merge(o.tally)
}

// kept returns how many spans of the file were kept.
func (f *decoder) kept() int { return f.Rows() - f.from + f.elsewhere }

// progress tells how many spans were met since the last time.
func (f *decoder) progress() {
	if f.o.Progressed != nil {
		f.o.Progressed(f.spans - f.told)
		f.told = f.spans
	}
}

// outer takes a value whole that stands beside the spans: a resource, a scope, a process.
func (f *decoder) outer() []byte {
	v := f.w.Value()
	if f.w.BrokeLine() {
		f.noteAt(BadText, f.w.Offset(), nil)
	}
	return v
}

// begin starts a span that stands at the window's position.
func (f *decoder) begin(res, scope uint32) {
	f.draft.reset(f.w.Offset(), res, scope)
	f.w.ForgetBrokenLine()
}

const (
	day  = 24 * time.Hour
	year = 366 * day
)

// commit counts the drafted span and keeps it if it can be used.
func (f *decoder) commit() {
	d := &f.draft
	f.spans++
	f.draft.check()
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

func (f *decoder) doubts() {
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
func (f *decoder) note(code trace.Code, quote []byte, amount time.Duration) {
	if !f.tally.wants(code, amount) {
		return
	}
	ex := f.example(f.draft.at, quote)
	ex.Trace, ex.Span, ex.Amount = f.draft.Trace, f.draft.ID, amount
	f.tally.add(code, ex)
}

// noteAt counts a finding about a place in the stream.
func (f *decoder) noteAt(code trace.Code, at int64, quote []byte) {
	if f.tally.wants(code, 0) {
		f.tally.add(code, f.example(at, quote))
	}
}

func (f *decoder) example(at int64, quote []byte) trace.Example {
	ex := trace.Example{File: f.name, Offset: at, Text: string(quote[:min(len(quote), 80)])}
	if !f.binary {
		ex.Line = f.w.Line(at)
	}
	return ex
}

// resolve gives the spans from number first on the resource and scope that were read after them.
func (f *decoder) resolve(first int, real func(res uint32) uint32, scope uint32) {
	f.Shard.Resolve(first, real, scope, func(r *spanstore.Resource) { f.noteAt(BadText, f.draft.at, []byte(r.Service)) })
}

// complete hands on the traces of the spans that came after m, which are all there is of them
// in this file's word.
func (f *decoder) complete(m spanstore.Mark) { f.elsewhere += f.Shard.HandOn(m) }

// attr keeps an attribute of the drafted span.
func (f *decoder) attr(k *spanstore.Key, value []byte) {
	f.numbered(f.Interner.AttributeID(k, value))
}

// rawAttr is attr for a value that stands as in JSON.
func (f *decoder) rawAttr(k *spanstore.Key, value []byte, escaped bool) {
	if escaped {
		f.numbered(f.Interner.EscapedAttributeID(k, value))
		return
	}
	f.numbered(f.Interner.AttributeID(k, value))
}

func (f *decoder) numbered(n uint32) {
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
func (f *decoder) event(name []byte, at int64) {
	if f.Interner.WantsEvent(name) && at > 0 {
		e := trace.Event{Name: f.Interner.Text(name), At: trace.Time(at)}
		f.draft.odd = f.draft.odd || spanstore.NotUTF8(e.Name)
		f.draft.Events = append(f.draft.Events, e)
	}
}

// eachMoment walks a list of timing events, whose members have these names.
func (f *decoder) eachMoment(c *jsontext.Cursor, nameName, timeName string, time func() int64) {
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

// list notes a value that is not the list, or the single node, that must stand here.
func (f *decoder) list() {
	if c := f.w.Peek(); c != '[' && c != 'n' && c != 0 {
		f.noteAt(ListExpected, f.w.Offset(), f.w.Name)
	}
}

// settle gives spans that came before their resource the resource that came after them.
func (f *decoder) settle(mark int, pending, res uint32) {
	if res == pending {
		res = 0
	}
	f.resolve(mark, func(r uint32) uint32 {
		if r == pending {
			return res
		}
		return r
	}, 0)
}

// plainAttr keeps an attribute of the drafted span if it is wanted.
func (f *decoder) plainAttr(key, value []byte) {
	if k := f.Interner.Key(key); k.Keep {
		f.attr(k, value)
	}
}
