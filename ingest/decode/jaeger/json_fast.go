package jaeger

import (
	"github.com/longpole/longpole/ingest/decode"
	"github.com/longpole/longpole/ingest/jsontext"
	"github.com/longpole/longpole/ingest/spanstore"
	"github.com/longpole/longpole/trace"
)

// The fast path for a span of Jaeger JSON. It assumes what Jaeger's own API writes:
//
//	{"traceID":"...","spanID":"...","flags":1,"operationName":"...",
//	 "references":[{"refType":"CHILD_OF","traceID":"...","spanID":"..."}],
//	 "startTime":1,"duration":1,"tags":[{"key":"...","type":"string","value":"..."},...],
//	 "logs":[],"processID":"p1","warnings":null}
//
// with no blanks and in this order. Anything else gives the span up, and the tolerant
// decoder reads it from its start.

// fastSpan decodes the span at b[p] into the draft and returns where it ends.
func (f jsonReader) fastSpan(b []byte, p int) (next int, ok bool) {
	d, t := &f.Draft, jsontext.Expected{Buf: b, Pos: p, OK: true, Skipper: &f.Skim}
	if !t.Has(`{"traceID":"`) {
		return 0, false
	}
	d.Trace, ok = decode.HexTraceID(t.Bytes())
	t.Must(`,"spanID":"`)
	d.ID, t.OK = fastSpanID(&t, ok)
	if t.Has(`,"flags":`) {
		t.Number()
	}
	t.Must(`,"operationName":"`)
	d.Name = t.Text()
	t.Must(`,"references":[`)
	f.fastReference(&t)
	t.Must(`,"startTime":`)
	times := decode.MicroTimes{Start: fastMicros(&t), HasStart: true, HasDuration: true, Ok: true}
	t.Must(`,"duration":`)
	times.Duration = fastMicros(&t)
	t.Must(`,"tags":[`)
	f.fastTags(&t)
	t.Must(`,"logs":[`)
	f.fastLogs(&t)
	t.Must(`,"processID":"`)
	process := t.Text()
	if !t.Has(`,"warnings":null}`) {
		t.Must(`}`)
	}
	if !t.OK {
		return 0, false
	}
	d.Res = f.Interner.Placeholder(process)
	f.Draft.SetMicros(times)
	return t.Pos, true
}

// fastSpanID reads a span id in hex.
func fastSpanID(t *jsontext.Expected, ok bool) (trace.SpanID, bool) {
	id, fine := decode.HexSpanID(t.Bytes())
	return id, fine && ok && t.OK
}

// fastMicros reads microseconds as nanoseconds, if they are those of our times.
func fastMicros(t *jsontext.Expected) int64 {
	from := t.Pos
	n := t.Number()
	if got := t.Pos - from; got > 16 || (got == 16 && t.Buf[from] == '9') {
		t.OK = false
	}
	return n * 1000
}

// fastReference reads none or one reference, to a parent in the same trace.
func (f jsonReader) fastReference(t *jsontext.Expected) {
	if t.Has(`]`) {
		return
	}
	d, ok := &f.Draft, false
	t.Must(`{"refType":"CHILD_OF","traceID":"`)
	id, _ := decode.HexTraceID(t.Bytes())
	t.Must(`,"spanID":"`)
	d.Parent, ok = fastSpanID(t, id == d.Trace)
	t.OK = ok
	t.Must(`}]`)
}

// fastTags is at the first tag of the list. As in fastAttrs, comparing with constants keeps
// the loop short.
func (f jsonReader) fastTags(t *jsontext.Expected) {
	if t.Has(`]`) {
		return
	}
	k := &f.Interner.SpanName
	for t.OK {
		b, p := t.Buf, t.Pos
		t.OK = false
		if len(b)-p < 64 || string(b[p:p+8]) != `{"key":"` {
			return
		}
		if k, t.Pos = f.fastTagKey(k, b, p+8); k == nil || len(b)-t.Pos < 38 {
			return
		}
		t.OK, t.Escaped = true, false
		value := fastTagValue(t, k.Keep || k.Role != decode.PlainKey)
		if !t.OK || t.Pos == len(b) {
			t.OK = false
			return
		}
		if k.Role != decode.PlainKey {
			f.TagRole(k.Role, jsontext.Unescape(value))
		}
		if k.Keep {
			f.RawAttr(k, value, t.Escaped)
		}
		t.Pos++
		switch b[t.Pos-1] {
		case ']':
			return
		case ',':
		default:
			t.OK = false
		}
	}
}

// fastTagKey is fastKey for a tag.
func (f jsonReader) fastTagKey(before *spanstore.Key, b []byte, p int) (k *spanstore.Key, value int) {
	if k = before.Next; k != nil && len(b)-p > len(k.TagLead) && string(b[p:p+len(k.TagLead)]) == k.TagLead {
		return k, p + len(k.TagLead)
	}
	if k = before.Other; k != nil && len(b)-p > len(k.TagLead) && string(b[p:p+len(k.TagLead)]) == k.TagLead {
		return k, p + len(k.TagLead)
	}
	end := jsontext.TextEnd(b, p)
	if len(b)-end < len(decode.TagKeyEnd) || string(b[end:end+len(decode.TagKeyEnd)]) != decode.TagKeyEnd {
		return nil, p
	}
	before.Follow(f.Interner.Key(b[p:end]))
	return before.Next, end + len(decode.TagKeyEnd)
}

// fastTagValue steps over the rest of a tag, from behind "type":" to behind its brace. There
// are at least 32 bytes of text.
func fastTagValue(t *jsontext.Expected, keep bool) (v []byte) {
	b := t.Buf[t.Pos:]
	switch {
	case string(b[:16]) == `string","value":` && b[16] == '"':
		t.Pos += 17
		if keep {
			v = t.Raw()
		} else {
			t.Bytes()
		}
	case string(b[:15]) == `int64","value":`:
		t.Pos += 15
		from := t.Pos
		t.Number()
		v = t.Buf[from:t.Pos]
	case !keep && string(b[:17]) == `float64","value":`:
		t.Pos += 17
		t.Word()
	case t.Has(`bool","value":true`):
		v = decode.True
	case t.Has(`bool","value":false`):
		v = decode.False
	default:
		t.OK = false
	}
	t.Must(`}`)
	return v
}

func (f jsonReader) fastLogs(t *jsontext.Expected) {
	if t.Has(`]`) {
		return
	}
	for t.OK {
		t.Must(`{"timestamp":`)
		at := fastMicros(t)
		t.Must(`,"fields":[`)
		name := fastEventName(t)
		t.Must(`}`)
		if !t.OK {
			return
		}
		if name != nil {
			f.Event(name, at)
		}
		if t.Has(`]`) {
			return
		}
		t.Must(`,`)
	}
}

// fastEventName steps over the fields of a log and returns its event or message.
func fastEventName(t *jsontext.Expected) (name []byte) {
	if t.Has(`]`) {
		return nil
	}
	isEvent := false
	for t.OK {
		t.Must(`{"key":"`)
		key := t.Bytes()
		t.Must(`,"type":"`)
		if t.OK = t.OK && len(t.Buf)-t.Pos >= 32; !t.OK {
			return nil
		}
		event := string(key) == "event"
		value := fastTagValue(t, event || string(key) == "message")
		if event || (string(key) == "message" && !isEvent) {
			name, isEvent = jsontext.Unescape(value), event
		}
		if t.Has(`]`) {
			break
		}
		t.Must(`,`)
	}
	return name
}
