package otlp

import (
	"encoding/base64"
	"math"
	"strconv"

	"github.com/longpole/longpole/ingest/decode"
	"github.com/longpole/longpole/ingest/spanstore"
	"github.com/longpole/longpole/trace"
)

// OTLP protobuf. TracesData, ExportTraceServiceRequest and Tempo's Trace are the same
// bytes: field 1 repeated, each a ResourceSpans. Fields come in any order (the collector
// writes them from the highest to the lowest), so a message is walked once for its resource
// or scope, stepping over the rest by length, and then for its spans.

// A protoReader reads OTLP protobuf.
type protoReader struct{ *decode.Decoder }

// Messages reads concatenated messages to the end of the stream.
func Messages(f *decode.Decoder) { protoReader{f}.messages() }

func (f protoReader) messages() {
	f.ProtoMessages(func(num uint64, body []byte) bool {
		if num != 1 {
			return true
		}
		defer f.BetweenDocuments()
		return f.resourceSpans(body)
	})
}

func (f protoReader) resourceSpans(b []byte) bool {
	var res uint32
	m := decode.NewWire(b)
	for m.Field() {
		if m.Num == 1 {
			res = f.resource(m.Bytes())
		} else {
			m.Skip()
		}
	}
	ok := !m.Bad
	if isLogsProto(b) {
		return f.resourceLogs(b, res) && ok
	}
	for m = decode.NewWire(b); m.Field(); {
		if m.Num == 2 || m.Num == 1000 {
			ok = f.scopeSpans(m.Bytes(), res) && ok
		} else {
			m.Skip()
		}
	}
	return ok
}

func (f protoReader) scopeSpans(b []byte, res uint32) bool {
	scope, ok := uint32(0), true
	m := decode.NewWire(b)
	for m.Field() {
		if m.Num == 1 {
			scope, ok = f.scope(m.Inner())
		} else {
			m.Skip()
		}
	}
	for m = decode.NewWire(b); m.Field(); {
		if m.Num == 2 {
			f.span(m.Bytes(), res, scope)
		} else {
			m.Skip()
		}
	}
	return ok && !m.Bad
}

func (f protoReader) scope(m decode.Wire) (scope uint32, ok bool) {
	var name []byte
	for m.Field() {
		if m.Num == 1 {
			name = m.Bytes()
		} else {
			m.Skip()
		}
	}
	return f.Interner.Scope(name), !m.Bad
}

func (f protoReader) resource(b []byte) uint32 {
	if id, ok := f.Interner.KnownResource(b); ok {
		return id
	}
	var r spanstore.ResourceDraft
	m, sound := decode.NewWire(b), true
	for m.Field() {
		if m.Num != 1 {
			m.Skip()
			continue
		}
		key, value, ok := keyValue(m.Inner())
		if k := f.Interner.Key(key); ok && spanstore.WantsInResource(k, key) {
			var text []byte
			text, ok = appendAnyProto(nil, value, 0, false)
			r.Add(f.Interner, k, key, text)
		}
		sound = sound && ok
	}
	return f.NewResource(b, &r, sound && !m.Bad)
}

// keyValue takes a KeyValue apart, in either order.
func keyValue(m decode.Wire) (key, value []byte, ok bool) {
	for m.Field() {
		switch m.Num {
		case 1:
			key = m.Bytes()
		case 2:
			value = m.Bytes()
		default:
			m.Skip()
		}
	}
	return key, value, !m.Bad
}

func (f protoReader) span(b []byte, res, scope uint32) {
	f.Begin(res, scope)
	if f.fastSpan(b) && !f.Options.Tolerant {
		f.Commit()
		return
	}
	d := &f.Draft
	d.Reset(d.At, res, scope)
	m := decode.NewWire(b)
	for m.Field() {
		switch m.Num {
		case 1:
			d.Trace = f.Draft.TraceIDBytes(m.Bytes())
		case 2:
			d.ID = f.Draft.SpanIDBytes(m.Bytes(), &decode.BadSpanID)
		case 4:
			d.Parent = f.Draft.SpanIDBytes(m.Bytes(), &decode.BadParentID)
		case 5:
			d.Name = m.Bytes()
		case 6:
			d.Kind = f.kind(m.Varint())
		case 7:
			d.Start = f.nanos(m.Fixed64())
		case 8:
			d.End = f.nanos(m.Fixed64())
		case 9:
			f.attr(m.Inner())
		default:
			f.rareField(&m)
		}
	}
	if m.Bad {
		d.Refuse(&decode.Malformed, d.Name)
	}
	f.Commit()
}

func (f protoReader) rareField(m *decode.Wire) {
	d := &f.Draft
	switch m.Num {
	case 3:
		d.TraceState(m.Bytes())
	case 10:
		d.DroppedBySource(decode.AttrsDropped, m.Varint() > 0)
	case 12:
		d.DroppedBySource(decode.EventsDropped, m.Varint() > 0)
	case 14:
		d.DroppedBySource(decode.LinksDropped, m.Varint() > 0)
	case 11:
		f.event(m.Inner())
	case 13:
		f.link(m.Inner())
	case 15:
		f.status(m.Inner())
	case 16:
		d.ParentFlags(uint64(m.Fixed32()))
	default:
		m.Skip()
	}
}

func (f protoReader) kind(n uint64) trace.Kind {
	if n > uint64(trace.Consumer) {
		f.Draft.Doubt |= decode.KindDoubt
		return trace.Unspecified
	}
	return trace.Kind(n)
}

func (f protoReader) nanos(n uint64) int64 {
	if n > math.MaxInt64 {
		f.Draft.Refuse(&decode.BadTime, strconv.AppendUint(nil, n, 10))
		return 0
	}
	return int64(n)
}

func (f protoReader) attr(m decode.Wire) {
	key, value, ok := keyValue(m)
	f.Draft.Sound(ok)
	k := f.Interner.Key(key)
	if !k.Keep {
		return
	}
	if text, ok := stringValue(value); ok {
		f.Attr(k, text)
		return
	}
	text, ok := appendAnyProto(nil, value, 0, false)
	if !ok {
		f.Draft.Doubt |= decode.AttrDoubt
	}
	f.Attr(k, text)
}

// stringValue returns the text of an AnyValue that is nothing but one string.
func stringValue(b []byte) ([]byte, bool) {
	m := decode.NewWire(b)
	if !m.Field() || m.Num != 1 {
		return nil, false
	}
	text := m.Bytes()
	return text, !m.Bad && m.P == len(b)
}

func (f protoReader) event(m decode.Wire) {
	var at uint64
	var name []byte
	for m.Field() {
		switch m.Num {
		case 1:
			at = m.Fixed64()
		case 2:
			name = m.Bytes()
		default:
			m.Skip()
		}
	}
	f.Draft.Sound(!m.Bad)
	f.Event(name, int64(at))
}

func (f protoReader) link(m decode.Wire) {
	var link trace.Link
	for m.Field() {
		switch m.Num {
		case 1:
			link.Trace, _ = decode.BytesTraceID(m.Bytes())
		case 2:
			link.Span, _ = decode.BytesSpanID(m.Bytes())
		default:
			m.Skip()
		}
	}
	f.Draft.Sound(!m.Bad)
	f.Draft.Link(link)
}

func (f protoReader) status(m decode.Wire) {
	for m.Field() {
		if m.Num != 3 {
			m.Skip()
		} else if m.Varint() == 2 {
			f.Draft.Flags |= trace.Failed
		}
	}
	f.Draft.Sound(!m.Bad)
}

// appendAnyProto spells an AnyValue as text, as appendAny does. It calls itself for lists,
// no deeper than maxNesting.
func appendAnyProto(out, b []byte, depth int, quoted bool) ([]byte, bool) {
	if depth > maxNesting {
		return out, false
	}
	m, ok, from := decode.NewWire(b), true, len(out)
	for m.Field() {
		if m.Num <= 8 { // one of them: the last counts
			out, ok = out[:from], true
		}
		switch m.Num {
		case 1:
			out = appendText(out, m.Bytes(), quoted)
		case 2:
			out = strconv.AppendBool(out, m.Varint() != 0)
		case 3:
			out = strconv.AppendInt(out, int64(m.Varint()), 10)
		case 4:
			out = decode.FormatDouble(out, math.Float64frombits(m.Fixed64()))
		case 5:
			out, ok = appendProtoList(append(out, '['), m.Inner(), depth, false)
			out = append(out, ']')
		case 6:
			out, ok = appendProtoList(append(out, '{'), m.Inner(), depth, true)
			out = append(out, '}')
		case 7:
			out = appendText(out, base64.StdEncoding.AppendEncode(nil, m.Bytes()), quoted)
		case 8: // into a dictionary that only profiles have
			m.Varint()
			ok = false
		default:
			m.Skip()
		}
	}
	return out, ok && !m.Bad
}

// appendProtoList adds the members of an ArrayValue, or of a KeyValueList.
func appendProtoList(out []byte, m decode.Wire, depth int, pairs bool) ([]byte, bool) {
	ok := true
	for first := true; m.Field(); {
		if m.Num != 1 {
			m.Skip()
			continue
		}
		if !first {
			out = append(out, ',')
		}
		first = false
		value := m.Bytes()
		if pairs {
			var key []byte
			var fine bool
			key, value, fine = keyValue(decode.NewWire(value))
			ok = ok && fine
			out = append(appendText(out, key, true), ':')
		}
		var fine bool
		out, fine = appendAnyProto(out, value, depth+1, true)
		ok = ok && fine
	}
	return out, ok && !m.Bad
}
