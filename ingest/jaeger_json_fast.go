package ingest

import "github.com/longpole/longpole/trace"

// The fast path for a span of Jaeger JSON. It assumes what Jaeger's own API writes:
//
//	{"traceID":"...","spanID":"...","flags":1,"operationName":"...",
//	 "references":[{"refType":"CHILD_OF","traceID":"...","spanID":"..."}],
//	 "startTime":1,"duration":1,"tags":[{"key":"...","type":"string","value":"..."},...],
//	 "logs":[],"processID":"p1","warnings":null}
//
// with no blanks and in this order. Anything else gives the span up, and the tolerant
// decoder reads it from its start.

// fastJaegerSpan decodes the span at b[p] into the draft and returns where it ends.
func (f *file) fastJaegerSpan(b []byte, p int) (next int, ok bool) {
	d, t := &f.draft, fastText{b: b, p: p, ok: true, skim: &f.skim}
	if !t.has(`{"traceID":"`) {
		return 0, false
	}
	d.trace, ok = hexTraceID(t.bytes())
	t.must(`,"spanID":"`)
	d.id, t.ok = t.hexSpan(ok)
	if t.has(`,"flags":`) {
		t.number()
	}
	t.must(`,"operationName":"`)
	d.name = t.text()
	t.must(`,"references":[`)
	f.fastReference(&t)
	t.must(`,"startTime":`)
	times := microTimes{start: t.micros(), hasStart: true, hasDuration: true, ok: true}
	t.must(`,"duration":`)
	times.duration = t.micros()
	t.must(`,"tags":[`)
	f.fastTags(&t)
	t.must(`,"logs":[`)
	f.fastLogs(&t)
	t.must(`,"processID":"`)
	process := t.text()
	if !t.has(`,"warnings":null}`) {
		t.must(`}`)
	}
	if !t.ok {
		return 0, false
	}
	d.res = f.placeholder(process)
	f.microSpan(times)
	return t.p, true
}

// hexSpan reads a span id in hex.
func (t *fastText) hexSpan(ok bool) (trace.SpanID, bool) {
	id, fine := hexSpanID(t.bytes())
	return id, fine && ok && t.ok
}

// micros reads microseconds as nanoseconds, if they are those of our times.
func (t *fastText) micros() int64 {
	from := t.p
	n := t.number()
	if got := t.p - from; got > 16 || (got == 16 && t.b[from] == '9') {
		t.ok = false
	}
	return n * 1000
}

// fastReference reads none or one reference, to a parent in the same trace.
func (f *file) fastReference(t *fastText) {
	if t.has(`]`) {
		return
	}
	d, ok := &f.draft, false
	t.must(`{"refType":"CHILD_OF","traceID":"`)
	id, _ := hexTraceID(t.bytes())
	t.must(`,"spanID":"`)
	d.parent, ok = t.hexSpan(id == d.trace)
	t.ok = ok
	t.must(`}]`)
}

// fastTags is at the first tag of the list. As in fastAttrs, comparing with constants keeps
// the loop short.
func (f *file) fastTags(t *fastText) {
	if t.has(`]`) {
		return
	}
	k := &f.spanName
	for t.ok {
		b, p := t.b, t.p
		t.ok = false
		if len(b)-p < 64 || string(b[p:p+8]) != `{"key":"` {
			return
		}
		if k, t.p = f.fastTagKey(k, b, p+8); k == nil || len(b)-t.p < 38 {
			return
		}
		t.ok, t.escaped = true, false
		value := t.tagValue(k.keep || k.role != plainKey)
		if !t.ok || t.p == len(b) {
			t.ok = false
			return
		}
		if k.role != plainKey {
			f.tagRole(k.role, unescape(value))
		}
		if k.keep {
			f.rawAttr(k, value, t.escaped)
		}
		t.p++
		switch b[t.p-1] {
		case ']':
			return
		case ',':
		default:
			t.ok = false
		}
	}
}

// fastTagKey is fastKey for a tag.
func (f *file) fastTagKey(before *keyInfo, b []byte, p int) (k *keyInfo, value int) {
	if k = before.next; k != nil && len(b)-p > len(k.tagLead) && string(b[p:p+len(k.tagLead)]) == k.tagLead {
		return k, p + len(k.tagLead)
	}
	end := textEnd(b, p)
	if len(b)-end < len(tagKeyEnd) || string(b[end:end+len(tagKeyEnd)]) != tagKeyEnd {
		return nil, p
	}
	before.next = f.key(b[p:end])
	return before.next, end + len(tagKeyEnd)
}

const tagKeyEnd = `","type":"`

// tagValue steps over the rest of a tag, from behind "type":" to behind its brace. There
// are at least 32 bytes of text.
func (t *fastText) tagValue(keep bool) (v []byte) {
	b := t.b[t.p:]
	switch {
	case string(b[:16]) == `string","value":` && b[16] == '"':
		t.p += 17
		if keep {
			v = t.raw()
		} else {
			t.bytes()
		}
	case string(b[:15]) == `int64","value":`:
		t.p += 15
		from := t.p
		t.number()
		v = t.b[from:t.p]
	case !keep && string(b[:17]) == `float64","value":`:
		t.p += 17
		t.word()
	case t.has(`bool","value":true`):
		v = textTrue
	case t.has(`bool","value":false`):
		v = textFalse
	default:
		t.ok = false
	}
	t.must(`}`)
	return v
}

func (f *file) fastLogs(t *fastText) {
	if t.has(`]`) {
		return
	}
	for t.ok {
		t.must(`{"timestamp":`)
		at := t.micros()
		t.must(`,"fields":[`)
		name := t.eventName()
		t.must(`}`)
		if !t.ok {
			return
		}
		if name != nil {
			f.event(name, at)
		}
		if t.has(`]`) {
			return
		}
		t.must(`,`)
	}
}

// eventName steps over the fields of a log and returns its event or message.
func (t *fastText) eventName() (name []byte) {
	if t.has(`]`) {
		return nil
	}
	isEvent := false
	for t.ok {
		t.must(`{"key":"`)
		key := t.bytes()
		t.must(`,"type":"`)
		if t.ok = t.ok && len(t.b)-t.p >= 32; !t.ok {
			return nil
		}
		event := string(key) == "event"
		value := t.tagValue(event || string(key) == "message")
		if event || (string(key) == "message" && !isEvent) {
			name, isEvent = unescape(value), event
		}
		if t.has(`]`) {
			break
		}
		t.must(`,`)
	}
	return name
}
