package ingest

import (
	"bytes"
	"encoding/binary"

	"github.com/longpole/longpole/trace"
)

// The fast path for a span of OTLP JSON. It assumes what the collector and the SDKs write:
//
//	{"traceId":"<32 hex>","spanId":"<16 hex>","traceState":"...","parentSpanId":"<16 hex>",
//	 "flags":1,"name":"...","kind":2,"startTimeUnixNano":"...","endTimeUnixNano":"...",
//	 "attributes":[{"key":"...","value":{"stringValue":"..."}},...],
//	 "events":[],"links":[],"status":{}}
//
// with no blanks, in this order, any of the keys after spanId missing. Attributes that
// nobody asks for are stepped over by looking for their quotes and brackets alone.
// Anything else, the end of the window included, gives the span up, and the tolerant
// decoder reads it from its start. So nothing may be counted here.

// A fastText walks over bytes that are expected. ok turns false at the first surprise.
type fastText struct {
	b       []byte
	p       int
	ok      bool
	escaped bool // the last raw text has escapes
	skim    *skipper
}

// has steps over lit if it stands here.
func (t *fastText) has(lit string) bool {
	if len(t.b)-t.p >= len(lit) && string(t.b[t.p:t.p+len(lit)]) == lit {
		t.p += len(lit)
		return true
	}
	return false
}

// must steps over lit, which has to stand here.
func (t *fastText) must(lit string) {
	if !t.has(lit) {
		t.ok = false
	}
}

// take steps over n bytes and a closing quote.
func (t *fastText) take(n int) []byte {
	if len(t.b)-t.p <= n || t.b[t.p+n] != '"' {
		t.ok = false
		return nil
	}
	v := t.b[t.p : t.p+n]
	t.p += n + 1
	return v
}

// text steps behind the closing quote of a string and resolves its escapes.
func (t *fastText) text() []byte { return unescape(t.bytes()) }

// raw is text for a string that is short in most cases. Escapes stay in it.
func (t *fastText) raw() []byte {
	end := textEnd(t.b, t.p)
	if end == len(t.b) || t.b[end] != '"' {
		v := t.bytes()
		t.escaped = bytes.IndexByte(v, '\\') >= 0
		return v
	}
	v := t.b[t.p:end]
	t.p = end + 1
	return v
}

// bytes is text for a string that nobody reads.
func (t *fastText) bytes() []byte {
	n := bytes.IndexByte(t.b[t.p:], '"')
	if n > 0 && t.b[t.p+n-1] == '\\' {
		n = stringEnd(t.b, t.p) - t.p
	}
	if n < 0 {
		t.ok = false
		return nil
	}
	v := t.b[t.p : t.p+n]
	t.p += n + 1
	return v
}

// number steps over digits.
func (t *fastText) number() (n int64) {
	from := t.p
	for len(t.b)-t.p >= 8 {
		eight, ok := eightDigits(binary.LittleEndian.Uint64(t.b[t.p:]))
		if !ok {
			break
		}
		n = n*100_000_000 + int64(eight)
		t.p += 8
	}
	for t.p < len(t.b) {
		d := t.b[t.p] - '0'
		if d > 9 {
			break
		}
		n = n*10 + int64(d)
		t.p++
	}
	got := t.p - from
	fits := got <= 18 || (got == 19 && t.b[from] < '9')
	if got == 0 || !fits || t.p == len(t.b) {
		t.ok = false
	}
	return n
}

// eightDigits reads the eight digits that are the bytes of x, the first in the lowest: it
// adds neighbours, then pairs, then fours.
func eightDigits(x uint64) (n uint64, ok bool) {
	const each = 0x0101010101010101
	if x&(each*0xf0) != each*0x30 || (x+each*6)&(each*0xf0) != each*0x30 {
		return 0, false
	}
	x -= each * 0x30
	x = (x*10 + x>>8) & 0x00ff00ff00ff00ff
	x = (x*100 + x>>16) & 0x0000ffff0000ffff
	return (x*10_000 + x>>32) & 0xffffffff, true
}

// fastOTLPSpan decodes the span at b[p] into the draft and returns where it ends.
func (f *file) fastOTLPSpan(b []byte, p int) (next int, ok bool) {
	d, t := &f.draft, fastText{b: b, p: p, ok: true, skim: &f.skim}
	if !t.has(`{"traceId":"`) {
		return 0, false
	}
	f.fastIDs(&t)
	if t.has(`"flags":`) {
		d.parentFlags(uint64(t.number()))
		t.must(`,`)
	}
	if t.has(`"name":"`) {
		d.name = t.text()
		t.must(`,`)
	}
	if t.has(`"kind":`) {
		kind := t.number()
		t.ok = t.ok && kind <= int64(trace.Consumer)
		d.kind = trace.Kind(kind)
		t.must(`,`)
	}
	if !t.has(`"startTimeUnixNano":"`) {
		return 0, false
	}
	d.start = t.number()
	t.must(`","endTimeUnixNano":"`)
	d.end = t.number()
	t.must(`"`)
	if !t.ok {
		return 0, false
	}
	if t.has(`,"attributes":[`) {
		f.fastAttrs(&t)
	}
	f.fastTail(&t)
	return t.p, t.ok
}

func (f *file) fastIDs(t *fastText) {
	d := &f.draft
	var okHi, okLo, okID, okParent bool
	if text := t.take(32); text != nil {
		d.trace.Hi, okHi = hexDigits(text[:16])
		d.trace.Lo, okLo = hexDigits(text[16:])
	}
	t.must(`,"spanId":"`)
	d.id, okID = hexSpanID(t.take(16))
	if t.has(`,"traceState":"`) {
		d.traceState(t.text())
	}
	okParent = true
	if t.has(`,"parentSpanId":"`) && !t.has(`"`) {
		d.parent, okParent = hexSpanID(t.take(16))
	}
	t.must(`,`)
	t.ok = t.ok && okHi && okLo && okID && okParent
}

// fastAttrs is at the first attribute of the list. It compares with constants of a word
// or two, which cost a few instructions each: this loop is where most of the time goes.
func (f *file) fastAttrs(t *fastText) {
	if t.has(`]`) {
		return
	}
	b, p, k := t.b, t.p, &f.spanName
	for {
		t.ok = false
		if len(b)-p < 64 || string(b[p:p+8]) != `{"key":"` {
			return
		}
		if k, t.p = f.fastKey(k, b, p+8); k == nil || len(b)-t.p < 28 {
			return
		}
		t.ok, t.escaped = true, false
		value := fastValue(t, k.keep)
		if p = t.p; !t.ok || len(b)-p < 3 || string(b[p:p+2]) != `}}` {
			t.ok = false
			return
		}
		if k.keep {
			f.rawAttr(k, value, t.escaped)
		}
		t.p = p + 3
		switch b[p+2] {
		case ',':
			p += 3
		case ']':
			return
		default:
			t.ok = false
			return
		}
	}
}

const keyEnd = `","value":{"`

// fastKey returns the key that stands at p, and where its value begins; nil if it cannot tell.
// Attributes mostly come in the order of the last time, so the key that followed the one
// before is tried first: one comparison, instead of looking for its end and for itself.
func (f *file) fastKey(before *keyInfo, b []byte, p int) (k *keyInfo, value int) {
	if k = before.next; k != nil && len(b)-p > len(k.lead) && string(b[p:p+len(k.lead)]) == k.lead {
		return k, p + len(k.lead)
	}
	end := textEnd(b, p)
	if len(b)-end < len(keyEnd) || string(b[end:end+len(keyEnd)]) != keyEnd {
		return nil, p
	}
	before.next = f.key(b[p:end])
	return before.next, end + len(keyEnd)
}

// fastValue steps over a value: the rest of {"stringValue":"..."} up to its bracket. There
// are at least 24 bytes of text.
func fastValue(t *fastText, keep bool) []byte {
	b := t.b[t.p:]
	switch {
	case string(b[:14]) == `stringValue":"`:
		t.p += 14
		if keep {
			return t.raw()
		}
		return t.bytes()
	case string(b[:11]) == `intValue":"`:
		t.p += 11
		return t.integer()
	case t.has(`boolValue":true`):
		return textTrue
	case t.has(`boolValue":false`):
		return textFalse
	case !keep && t.has(`doubleValue":`):
		t.word()
		return nil
	}
	t.ok = !keep && t.skipMembers()
	return nil
}

var textTrue, textFalse = []byte("true"), []byte("false")

// word steps over a number or truth value.
func (t *fastText) word() {
	for t.p < len(t.b) && wordByte[t.b[t.p]] {
		t.p++
	}
}

// skipMembers steps over what is in an object, from behind its first quote to before its
// closing bracket.
func (t *fastText) skipMembers() bool {
	s := t.skim
	s.reset()
	s.push(true)
	s.state, s.isKey = inString, true
	at, done, _ := s.feed(t.b, t.p)
	t.p = at - 1
	return done
}

// integer steps behind the quote after an integer that is spelled as Go would spell it.
func (t *fastText) integer() []byte {
	v := t.bytes()
	digits := v
	if len(digits) > 1 && digits[0] == '-' {
		digits = digits[1:]
	}
	_, plain := plainDigits(digits)
	if !plain || (digits[0] == '0' && len(v) > 1) {
		t.ok = false
	}
	return v
}

// fastTail reads what follows the attributes.
func (f *file) fastTail(t *fastText) {
	if t.has(`,"droppedAttributesCount":`) {
		f.draft.dropped(attrsDropped, t.number() > 0)
	}
	if t.has(`,"events":[`) {
		f.fastEvents(t)
	}
	if t.has(`,"droppedEventsCount":`) {
		f.draft.dropped(eventsDropped, t.number() > 0)
	}
	if t.has(`,"links":[`) {
		f.fastLinks(t)
	}
	if t.has(`,"status":{`) && !t.has(`}`) {
		f.fastStatus(t)
	}
	t.must(`}`)
}

func (f *file) fastStatus(t *fastText) {
	if t.has(`"message":"`) {
		t.bytes()
		if !t.has(`,`) {
			t.must(`}`)
			return
		}
	}
	t.must(`"code":`)
	if t.number() == 2 {
		f.draft.flags |= trace.Failed
	}
	t.must(`}`)
}

// fastEvents reads {"timeUnixNano":"...","name":"...","attributes":[...]}.
func (f *file) fastEvents(t *fastText) {
	if t.has(`]`) {
		return
	}
	for t.ok {
		t.must(`{"timeUnixNano":"`)
		at := t.number()
		t.must(`","name":"`)
		name := t.text()
		if t.has(`,"attributes":[`) {
			t.skipAttrs()
		}
		t.must(`}`)
		if !t.ok {
			return
		}
		f.event(name, at)
		if t.has(`]`) {
			return
		}
		t.must(`,`)
	}
}

// fastLinks reads {"traceId":"...","spanId":"...","attributes":[...],"flags":1}.
func (f *file) fastLinks(t *fastText) {
	if t.has(`]`) {
		return
	}
	for t.ok {
		t.must(`{"traceId":"`)
		id, okTrace := hexTraceID(t.take(32))
		t.must(`,"spanId":"`)
		span, okSpan := hexSpanID(t.take(16))
		if t.has(`,"attributes":[`) {
			t.skipAttrs()
		}
		if t.has(`,"flags":`) {
			t.number()
		}
		t.must(`}`)
		if t.ok = t.ok && okTrace && okSpan; !t.ok {
			return
		}
		f.link(trace.Link{Trace: id, Span: span})
		if t.has(`]`) {
			return
		}
		t.must(`,`)
	}
}

// skipAttrs steps over a list of attributes that nobody reads.
func (t *fastText) skipAttrs() {
	if t.has(`]`) {
		return
	}
	for t.ok {
		t.must(`{"key":"`)
		t.bytes()
		t.must(`,"value":{"`)
		if t.ok = t.ok && len(t.b)-t.p >= 24; !t.ok {
			return
		}
		fastValue(t, false)
		t.must(`}}`)
		if t.has(`]`) {
			return
		}
		t.must(`,`)
	}
}
