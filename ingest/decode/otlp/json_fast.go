package otlp

import (
	"github.com/longpole/longpole/ingest/decode"
	"github.com/longpole/longpole/ingest/jsontext"
	"github.com/longpole/longpole/ingest/spanstore"
	"github.com/longpole/longpole/trace"
)

// The fast path for a span of OTLP JSON. It assumes what the collector and the SDKs write:
//
//	{"traceId":"<32 hex>","spanId":"<16 hex>","TraceState":"...","parentSpanId":"<16 hex>",
//	 "flags":1,"name":"...","kind":2,"startTimeUnixNano":"...","endTimeUnixNano":"...",
//	 "attributes":[{"key":"...","value":{"stringValue":"..."}},...],
//	 "events":[],"links":[],"status":{}}
//
// with no blanks, in this order, any of the keys after spanId missing. Attributes that
// nobody asks for are stepped over by looking for their quotes and brackets alone.
// Anything else, the end of the window included, gives the span up, and the tolerant
// decoder reads it from its start. So nothing may be counted here.

// fastSpan decodes the span at b[p] into the draft and returns where it ends.
func (f jsonReader) fastSpan(b []byte, p int) (next int, ok bool) {
	t := jsontext.Expected{Buf: b, Pos: p, OK: true, Skipper: &f.Skim}
	if !f.fastHead(&t) && !f.walkHead(&t) {
		return 0, false
	}
	if t.Has(`,"attributes":[`) {
		f.fastAttrs(&t)
	}
	f.fastTail(&t)
	return t.Pos, t.OK
}

// fastHead reads all up to the attributes where it stands at places that follow from whether there is a parent
// and how long the name is:
//
//	{"traceId":"<32 hex>","spanId":"<16 hex>","parentSpanId":"<16 hex>","flags":257,"name":"...",
//	0           12       44         56       72                106
//
//	","kind":2,"startTimeUnixNano":"<19 digits>","endTimeUnixNano":"<19 digits>"
//	0        9                      32         51                 72         91   from the name's end
//
// It looks at the length twice, and at constants by words. Where anything is otherwise, walkHead reads the span.
func (f jsonReader) fastHead(t *jsontext.Expected) bool {
	b := t.Buf[t.Pos:]
	name := f.headIDs(b)
	if name == 0 {
		return false
	}
	end := jsontext.TextEnd(b, name)
	if !f.headTimes(b[end:]) {
		return false
	}
	f.Draft.Name = b[name:end]
	t.Pos += end + 92
	return true
}

// headIDs returns where the name begins; 0 if anything is otherwise.
func (f jsonReader) headIDs(b []byte) (name int) {
	if len(b) < 160 || string(b[:8]) != `{"traceI` || string(b[8:12]) != `d":"` ||
		string(b[44:52]) != `","spanI` || string(b[52:56]) != `d":"` {
		return 0
	}
	hi, okHi := jsontext.HexDigits(b[12:28])
	lo, okLo := jsontext.HexDigits(b[28:44])
	id, okID := jsontext.HexDigits(b[56:72])
	parent, okParent, p := uint64(0), true, 72
	if string(b[72:88]) == `","parentSpanId"` && string(b[88:90]) == `:"` {
		parent, okParent = jsontext.HexDigits(b[90:106])
		p = 106
	}
	if !(okHi && okLo && okID && okParent) || b[p] != '"' {
		return 0
	}
	d := &f.Draft
	d.Trace, d.ID, d.Parent = trace.ID{Hi: hi, Lo: lo}, trace.SpanID(id), trace.SpanID(parent)
	p++
	if string(b[p:p+8]) == `,"flags"` && b[p+8] == ':' && b[p+9]-'0' <= 9 {
		flags := uint64(0)
		for p += 9; b[p]-'0' <= 9 && p < 120; p++ {
			flags = flags*10 + uint64(b[p]-'0')
		}
		d.ParentFlags(flags)
	}
	if string(b[p:p+8]) != `,"name":` || b[p+8] != '"' {
		return 0
	}
	return p + 9
}

// headTimes reads from the end of the name on, and reports whether all is as it should be.
func (f jsonReader) headTimes(b []byte) bool {
	if len(b) < 93 || string(b[:8]) != `","kind"` || b[8] != ':' || b[9]-'0' > byte(trace.Consumer) ||
		string(b[10:26]) != `,"startTimeUnixN` || string(b[26:32]) != `ano":"` ||
		string(b[51:67]) != `","endTimeUnixNa` || string(b[67:72]) != `no":"` || b[91] != '"' {
		return false
	}
	d := &f.Draft
	var okStart, okEnd bool
	d.Kind = trace.Kind(b[9] - '0')
	d.Start, okStart = jsontext.Nanoseconds(b[32:51])
	d.End, okEnd = jsontext.Nanoseconds(b[72:91])
	return okStart && okEnd
}

// walkHead reads the same one after the other.
func (f jsonReader) walkHead(t *jsontext.Expected) bool {
	d := &f.Draft
	if !t.Has(`{"traceId":"`) {
		return false
	}
	f.fastIDs(t)
	if t.Has(`"flags":`) {
		d.ParentFlags(uint64(t.Number()))
		t.Must(`,`)
	}
	if t.Has(`"name":"`) {
		d.Name = t.Text()
		t.Must(`,`)
	}
	if t.Has(`"kind":`) {
		kind := t.Number()
		t.OK = t.OK && kind <= int64(trace.Consumer)
		d.Kind = trace.Kind(kind)
		t.Must(`,`)
	}
	if !t.Has(`"startTimeUnixNano":"`) {
		return false
	}
	d.Start = t.Number()
	t.Must(`","endTimeUnixNano":"`)
	d.End = t.Number()
	t.Must(`"`)
	return t.OK
}

func (f jsonReader) fastIDs(t *jsontext.Expected) {
	d := &f.Draft
	var okHi, okLo, okID, okParent bool
	if text := t.Take(32); text != nil {
		d.Trace.Hi, okHi = jsontext.HexDigits(text[:16])
		d.Trace.Lo, okLo = jsontext.HexDigits(text[16:])
	}
	t.Must(`,"spanId":"`)
	d.ID, okID = decode.HexSpanID(t.Take(16))
	if t.Has(`,"traceState":"`) {
		d.TraceState(t.Text())
	}
	okParent = true
	if t.Has(`,"parentSpanId":"`) && !t.Has(`"`) {
		d.Parent, okParent = decode.HexSpanID(t.Take(16))
	}
	t.Must(`,`)
	t.OK = t.OK && okHi && okLo && okID && okParent
}

// fastAttrs is at the first attribute of the list. It compares with constants of a word
// or two, which cost a few instructions each: this loop is where most of the time goes.
func (f jsonReader) fastAttrs(t *jsontext.Expected) {
	if t.Has(`]`) {
		return
	}
	b, p, k := t.Buf, t.Pos, &f.Interner.SpanName
	for {
		t.OK = false
		if len(b)-p < 64 || string(b[p:p+8]) != `{"key":"` {
			return
		}
		if k, t.Pos = f.fastKey(k, b, p+8); k == nil || len(b)-t.Pos < 28 {
			return
		}
		t.OK, t.Escaped = true, false
		value := fastValue(t, k.Keep)
		if p = t.Pos; !t.OK || len(b)-p < 3 || string(b[p:p+2]) != `}}` {
			t.OK = false
			return
		}
		if k.Keep {
			f.RawAttr(k, value, t.Escaped)
		}
		t.Pos = p + 3
		switch b[p+2] {
		case ',':
			p += 3
		case ']':
			return
		default:
			t.OK = false
			return
		}
	}
}

// fastKey returns the key that stands at p, and where its value begins; nil if it cannot tell.
// Attributes mostly come in the order of the last time, so the key that followed the one
// before is tried first, and the one that did before that: one comparison each, instead of looking for its end and
// for itself.
func (f jsonReader) fastKey(before *spanstore.Key, b []byte, p int) (k *spanstore.Key, value int) {
	if k = before.Next; k != nil && len(b)-p > len(k.Lead) && string(b[p:p+len(k.Lead)]) == k.Lead {
		return k, p + len(k.Lead)
	}
	if k = before.Other; k != nil && len(b)-p > len(k.Lead) && string(b[p:p+len(k.Lead)]) == k.Lead {
		return k, p + len(k.Lead)
	}
	end := jsontext.TextEnd(b, p)
	if len(b)-end < len(decode.KeyEnd) || string(b[end:end+len(decode.KeyEnd)]) != decode.KeyEnd {
		return nil, p
	}
	before.Follow(f.Interner.Key(b[p:end]))
	return before.Next, end + len(decode.KeyEnd)
}

// fastValue steps over a value: the rest of {"stringValue":"..."} up to its bracket. There
// are at least 24 bytes of text.
func fastValue(t *jsontext.Expected, keep bool) []byte {
	b := t.Buf[t.Pos:]
	switch {
	case string(b[:14]) == `stringValue":"`:
		t.Pos += 14
		if keep {
			return t.Raw()
		}
		return t.Bytes()
	case string(b[:11]) == `intValue":"`:
		t.Pos += 11
		return t.Integer()
	case t.Has(`boolValue":true`):
		return decode.True
	case t.Has(`boolValue":false`):
		return decode.False
	case !keep && t.Has(`doubleValue":`):
		t.Word()
		return nil
	}
	t.OK = !keep && t.SkipMembers()
	return nil
}

// fastTail reads what follows the attributes.
func (f jsonReader) fastTail(t *jsontext.Expected) {
	if t.Has(`,"droppedAttributesCount":`) {
		f.Draft.DroppedBySource(decode.AttrsDropped, t.Number() > 0)
	}
	if t.Has(`,"events":[`) {
		f.fastEvents(t)
	}
	if t.Has(`,"droppedEventsCount":`) {
		f.Draft.DroppedBySource(decode.EventsDropped, t.Number() > 0)
	}
	if t.Has(`,"links":[`) {
		f.fastLinks(t)
	}
	if t.Has(`,"status":{`) && !t.Has(`}`) {
		f.fastStatus(t)
	}
	t.Must(`}`)
}

func (f jsonReader) fastStatus(t *jsontext.Expected) {
	if t.Has(`"message":"`) {
		t.Bytes()
		if !t.Has(`,`) {
			t.Must(`}`)
			return
		}
	}
	t.Must(`"code":`)
	if t.Number() == 2 {
		f.Draft.Flags |= trace.Failed
	}
	t.Must(`}`)
}

// fastEvents reads {"timeUnixNano":"...","name":"...","attributes":[...]}.
func (f jsonReader) fastEvents(t *jsontext.Expected) {
	if t.Has(`]`) {
		return
	}
	for t.OK {
		t.Must(`{"timeUnixNano":"`)
		at := t.Number()
		t.Must(`","name":"`)
		name := t.Text()
		if t.Has(`,"attributes":[`) {
			fastSkipAttrs(t)
		}
		t.Must(`}`)
		if !t.OK {
			return
		}
		f.Event(name, at)
		if t.Has(`]`) {
			return
		}
		t.Must(`,`)
	}
}

// fastLinks reads {"traceId":"...","spanId":"...","attributes":[...],"flags":1}.
func (f jsonReader) fastLinks(t *jsontext.Expected) {
	if t.Has(`]`) {
		return
	}
	for t.OK {
		t.Must(`{"traceId":"`)
		id, okTrace := decode.HexTraceID(t.Take(32))
		t.Must(`,"spanId":"`)
		span, okSpan := decode.HexSpanID(t.Take(16))
		if t.Has(`,"attributes":[`) {
			fastSkipAttrs(t)
		}
		if t.Has(`,"flags":`) {
			t.Number()
		}
		t.Must(`}`)
		if t.OK = t.OK && okTrace && okSpan; !t.OK {
			return
		}
		f.Draft.Link(trace.Link{Trace: id, Span: span})
		if t.Has(`]`) {
			return
		}
		t.Must(`,`)
	}
}

// fastSkipAttrs steps over a list of attributes that nobody reads.
func fastSkipAttrs(t *jsontext.Expected) {
	if t.Has(`]`) {
		return
	}
	for t.OK {
		t.Must(`{"key":"`)
		t.Bytes()
		t.Must(`,"value":{"`)
		if t.OK = t.OK && len(t.Buf)-t.Pos >= 24; !t.OK {
			return
		}
		fastValue(t, false)
		t.Must(`}}`)
		if t.Has(`]`) {
			return
		}
		t.Must(`,`)
	}
}
