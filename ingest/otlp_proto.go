package ingest

import (
	"encoding/base64"
	"math"
	"strconv"

	"github.com/longpole/longpole/trace"
)

// OTLP protobuf. TracesData, ExportTraceServiceRequest and Tempo's Trace are the same
// bytes: field 1 repeated, each a ResourceSpans. Fields come in any order (the collector
// writes them from the highest to the lowest), so a message is walked once for its resource
// or scope, stepping over the rest by length, and then for its spans.

// otlpMessages reads concatenated messages to the end of the stream.
func (f *file) otlpMessages() {
	f.protoMessages(func(num uint64, body []byte) bool {
		if num != 1 {
			return true
		}
		defer f.holder.rest()
		return f.otlpProtoResourceSpans(body)
	})
}

func (f *file) otlpProtoResourceSpans(b []byte) bool {
	var res uint32
	m := newWire(b)
	for m.field() {
		if m.num == 1 {
			res = f.otlpProtoResource(m.bytes())
		} else {
			m.skip()
		}
	}
	ok := !m.bad
	for m = newWire(b); m.field(); {
		if m.num == 2 || m.num == 1000 {
			ok = f.otlpProtoScopeSpans(m.bytes(), res) && ok
		} else {
			m.skip()
		}
	}
	return ok
}

func (f *file) otlpProtoScopeSpans(b []byte, res uint32) bool {
	scope, ok := uint32(0), true
	m := newWire(b)
	for m.field() {
		if m.num == 1 {
			scope, ok = f.otlpProtoScope(m.inner())
		} else {
			m.skip()
		}
	}
	for m = newWire(b); m.field(); {
		if m.num == 2 {
			f.otlpProtoSpan(m.bytes(), res, scope)
		} else {
			m.skip()
		}
	}
	return ok && !m.bad
}

func (f *file) otlpProtoScope(m wire) (scope uint32, ok bool) {
	var name []byte
	for m.field() {
		if m.num == 1 {
			name = m.bytes()
		} else {
			m.skip()
		}
	}
	return f.scope(name), !m.bad
}

func (f *file) otlpProtoResource(b []byte) uint32 {
	if id, ok := f.place(b); ok {
		return id
	}
	var r resourceDraft
	m, sound := newWire(b), true
	for m.field() {
		if m.num != 1 {
			m.skip()
			continue
		}
		key, value, ok := keyValue(m.inner())
		if k := f.key(key); ok && f.wantsInResource(k, key) {
			var text []byte
			text, ok = appendAnyProto(nil, value, 0, false)
			r.add(f.tables, k, key, text)
		}
		sound = sound && ok
	}
	return f.drafted(b, &r, sound && !m.bad)
}

// keyValue takes a KeyValue apart, in either order.
func keyValue(m wire) (key, value []byte, ok bool) {
	for m.field() {
		switch m.num {
		case 1:
			key = m.bytes()
		case 2:
			value = m.bytes()
		default:
			m.skip()
		}
	}
	return key, value, !m.bad
}

func (f *file) otlpProtoSpan(b []byte, res, scope uint32) {
	f.begin(res, scope)
	if f.fastProtoSpan(b) && !f.o.tolerant {
		f.commit()
		return
	}
	d := &f.draft
	d.reset(d.at, res, scope)
	m := newWire(b)
	for m.field() {
		switch m.num {
		case 1:
			d.trace = f.protoTraceID(m.bytes())
		case 2:
			d.id = f.protoSpanID(m.bytes(), &BadSpanID)
		case 4:
			d.parent = f.protoSpanID(m.bytes(), &BadParentID)
		case 5:
			d.name = m.bytes()
		case 6:
			d.kind = f.protoKind(m.varint())
		case 7:
			d.start = f.protoNanos(m.fixed64())
		case 8:
			d.end = f.protoNanos(m.fixed64())
		case 9:
			f.protoAttr(m.inner())
		default:
			f.rareProtoField(&m)
		}
	}
	if m.bad {
		d.refuse(&Malformed, d.name)
	}
	f.commit()
}

func (f *file) rareProtoField(m *wire) {
	d := &f.draft
	switch m.num {
	case 3:
		d.traceState(m.bytes())
	case 10:
		d.dropped(attrsDropped, m.varint() > 0)
	case 12:
		d.dropped(eventsDropped, m.varint() > 0)
	case 14:
		d.dropped(linksDropped, m.varint() > 0)
	case 11:
		f.protoEvent(m.inner())
	case 13:
		f.protoLink(m.inner())
	case 15:
		f.protoStatus(m.inner())
	case 16:
		d.parentFlags(uint64(m.fixed32()))
	default:
		m.skip()
	}
}

func (f *file) protoTraceID(b []byte) trace.ID {
	id, ok := bytesTraceID(b)
	if !ok || id.IsZero() {
		f.draft.refuse(&BadTraceID, hexOf(b))
	}
	return id
}

// protoSpanID reads a span id; a parent's may be missing.
func (f *file) protoSpanID(b []byte, bad *trace.Code) trace.SpanID {
	if len(b) == 0 && bad == &BadParentID {
		return 0
	}
	id, ok := bytesSpanID(b)
	if !ok {
		f.draft.refuse(bad, hexOf(b))
	}
	return id
}

func hexOf(b []byte) []byte {
	out := make([]byte, 0, 64)
	for _, c := range b[:min(len(b), 32)] {
		out = append(out, "0123456789abcdef"[c>>4], "0123456789abcdef"[c&15])
	}
	return out
}

func (f *file) protoKind(n uint64) trace.Kind {
	if n > uint64(trace.Consumer) {
		f.draft.doubt |= kindDoubt
		return trace.Unspecified
	}
	return trace.Kind(n)
}

func (f *file) protoNanos(n uint64) int64 {
	if n > math.MaxInt64 {
		f.draft.refuse(&BadTime, strconv.AppendUint(nil, n, 10))
		return 0
	}
	return int64(n)
}

func (f *file) protoAttr(m wire) {
	key, value, ok := keyValue(m)
	f.sound(ok)
	k := f.key(key)
	if !k.keep {
		return
	}
	if text, ok := stringValue(value); ok {
		f.attr(k, text)
		return
	}
	text, ok := appendAnyProto(nil, value, 0, false)
	if !ok {
		f.draft.doubt |= attrDoubt
	}
	f.attr(k, text)
}

// stringValue returns the text of an AnyValue that is nothing but one string.
func stringValue(b []byte) ([]byte, bool) {
	m := newWire(b)
	if !m.field() || m.num != 1 {
		return nil, false
	}
	text := m.bytes()
	return text, !m.bad && m.p == len(b)
}

func (f *file) protoEvent(m wire) {
	var at uint64
	var name []byte
	for m.field() {
		switch m.num {
		case 1:
			at = m.fixed64()
		case 2:
			name = m.bytes()
		default:
			m.skip()
		}
	}
	f.sound(!m.bad)
	f.event(name, int64(at))
}

// sound refuses the span if a message inside of it is damaged.
func (f *file) sound(ok bool) {
	if !ok {
		f.draft.refuse(&Malformed, f.draft.name)
	}
}

func (f *file) protoLink(m wire) {
	var link trace.Link
	for m.field() {
		switch m.num {
		case 1:
			link.Trace, _ = bytesTraceID(m.bytes())
		case 2:
			link.Span, _ = bytesSpanID(m.bytes())
		default:
			m.skip()
		}
	}
	f.sound(!m.bad)
	f.link(link)
}

func (f *file) protoStatus(m wire) {
	for m.field() {
		if m.num != 3 {
			m.skip()
		} else if m.varint() == 2 {
			f.draft.flags |= trace.Failed
		}
	}
	f.sound(!m.bad)
}

// appendAnyProto spells an AnyValue as text, as appendAny does. It calls itself for lists,
// no deeper than maxNesting.
func appendAnyProto(out, b []byte, depth int, quoted bool) ([]byte, bool) {
	if depth > maxNesting {
		return out, false
	}
	m, ok, from := newWire(b), true, len(out)
	for m.field() {
		if m.num <= 8 { // one of them: the last counts
			out, ok = out[:from], true
		}
		switch m.num {
		case 1:
			out = appendText(out, m.bytes(), quoted)
		case 2:
			out = strconv.AppendBool(out, m.varint() != 0)
		case 3:
			out = strconv.AppendInt(out, int64(m.varint()), 10)
		case 4:
			out = formatDouble(out, math.Float64frombits(m.fixed64()))
		case 5:
			out, ok = appendProtoList(append(out, '['), m.inner(), depth, false)
			out = append(out, ']')
		case 6:
			out, ok = appendProtoList(append(out, '{'), m.inner(), depth, true)
			out = append(out, '}')
		case 7:
			out = appendText(out, base64.StdEncoding.AppendEncode(nil, m.bytes()), quoted)
		case 8: // into a dictionary that only profiles have
			m.varint()
			ok = false
		default:
			m.skip()
		}
	}
	return out, ok && !m.bad
}

// appendProtoList adds the members of an ArrayValue, or of a KeyValueList.
func appendProtoList(out []byte, m wire, depth int, pairs bool) ([]byte, bool) {
	ok := true
	for first := true; m.field(); {
		if m.num != 1 {
			m.skip()
			continue
		}
		if !first {
			out = append(out, ',')
		}
		first = false
		value := m.bytes()
		if pairs {
			var key []byte
			var fine bool
			key, value, fine = keyValue(newWire(value))
			ok = ok && fine
			out = append(appendText(out, key, true), ':')
		}
		var fine bool
		out, fine = appendAnyProto(out, value, depth+1, true)
		ok = ok && fine
	}
	return out, ok && !m.bad
}
