package ingest

import (
	"encoding/base64"
	"math"
	"strconv"
)

// Jaeger protobuf: Batch and SpansResponseChunk, concatenated or alone. Field 1 are spans;
// the batch's process, which stands after them, is that of the spans without their own.

// isJaegerProto tries the first span: 16 bytes of trace id, 8 of span id, and nothing that
// a Jaeger span does not have.
func isJaegerProto(b []byte) bool {
	m := newWire(b)
	if !m.field() || m.num != 1 || m.typ != wireBytes {
		return false
	}
	size := m.uvarint()
	m = newWire(head(b[m.p:], size))
	var hasTrace, hasSpan bool
	for m.field() && m.num <= 12 {
		switch {
		case m.num == 1 && m.typ == wireBytes:
			hasTrace = len(m.bytes()) == 16
		case m.num == 2 && m.typ == wireBytes:
			hasSpan = len(m.bytes()) == 8
		default:
			m.skip()
		}
	}
	return hasTrace && hasSpan
}

func (f *file) jaegerProto() {
	mark, pending := f.count, f.placeholder(nil)
	f.protoMessages(func(num uint64, body []byte) bool {
		switch num {
		case 1:
			f.jaegerProtoSpan(body, pending)
		case 2:
			f.settle(mark, pending, f.jaegerProtoProcess(body))
			mark = f.count
		}
		return true
	})
	f.settle(mark, pending, 0)
}

func (f *file) jaegerProtoSpan(b []byte, process uint32) {
	f.begin(process, 0)
	d := &f.draft
	var refs []jaegerRef
	var length int64
	m := newWire(b)
	for m.field() {
		switch m.num {
		case 1:
			d.trace = f.protoTraceID(m.bytes())
		case 2:
			d.id = f.protoSpanID(m.bytes(), &BadSpanID)
		case 3:
			d.name = m.bytes()
		case 4:
			ref, ok := jaegerProtoRef(m.inner())
			f.sound(ok)
			refs = append(refs, ref)
		case 6:
			d.start = f.protoClock(m.inner())
		case 7:
			length = f.protoClock(m.inner())
		case 8:
			key, value, ok := jaegerProtoTag(m.inner())
			f.sound(ok)
			f.tag(key, value)
		case 9:
			f.jaegerProtoLog(m.inner())
		case 10:
			d.res = f.jaegerProtoProcess(m.bytes())
		default:
			m.skip()
		}
	}
	d.end = d.start + length
	if m.bad {
		d.refuse(&Malformed, d.name)
	}
	f.refer(refs, nil)
	f.commit()
}

// maxSeconds is how many seconds fit into nanoseconds.
const maxSeconds = math.MaxInt64 / 1_000_000_000

// protoClock reads the time or length of a span.
func (f *file) protoClock(m wire) int64 {
	n, ok := protoNanoseconds(m)
	if !ok {
		f.draft.refuse(&BadTime, f.draft.name)
	}
	return n
}

// protoNanoseconds reads a Timestamp or Duration: seconds and nanoseconds.
func protoNanoseconds(m wire) (n int64, ok bool) {
	var sec, nano int64
	for m.field() {
		switch m.num {
		case 1:
			sec = int64(m.varint())
		case 2:
			nano = int64(int32(m.varint()))
		default:
			m.skip()
		}
	}
	n = sec*1e9 + nano
	if m.bad || sec > maxSeconds || sec < -maxSeconds || (nano < 0) != (n < sec*1e9) {
		return 0, false
	}
	return n, true
}

func jaegerProtoRef(m wire) (r jaegerRef, ok bool) {
	for m.field() {
		switch m.num {
		case 1:
			r.trace, _ = bytesTraceID(m.bytes())
		case 2:
			r.span, _ = bytesSpanID(m.bytes())
		case 3:
			r.follows = m.varint() == 1
		default:
			m.skip()
		}
	}
	return r, !m.bad
}

// jaegerProtoTag reads {1 key, 2 type, 3 string, 4 bool, 5 int64, 6 float64, 7 binary}. The
// type says which value counts, one that is not known the string; proto3 leaves zero values out.
func jaegerProtoTag(m wire) (key, value []byte, ok bool) {
	typ, values := uint64(0), [5][]byte{}
	for m.field() {
		switch m.num {
		case 1:
			key = m.bytes()
		case 2:
			if typ = uint64(uint32(m.varint())); typ >= uint64(len(values)) {
				typ = 0
			}
		case 3:
			values[0] = m.bytes()
		case 4:
			values[1] = strconv.AppendBool(nil, m.varint() != 0)
		case 5:
			values[2] = strconv.AppendInt(nil, int64(m.varint()), 10)
		case 6:
			values[3] = formatDouble(nil, math.Float64frombits(m.fixed64()))
		case 7:
			values[4] = base64.StdEncoding.AppendEncode(nil, m.bytes())
		default:
			m.skip()
		}
	}
	if values[typ] != nil {
		return key, values[typ], !m.bad
	}
	return key, zeroOf(typ), !m.bad
}

func zeroOf(typ uint64) []byte {
	switch typ {
	case 1:
		return textFalse
	case 2, 3:
		return []byte("0")
	}
	return []byte{}
}

func (f *file) jaegerProtoLog(m wire) {
	var at int64
	var n eventName
	for m.field() {
		switch m.num {
		case 1:
			at, _ = protoNanoseconds(m.inner())
		case 2:
			key, value, ok := jaegerProtoTag(m.inner())
			f.sound(ok)
			n.field(key, value)
		default:
			m.skip()
		}
	}
	if name := n.name(); name != nil {
		f.event(name, at)
	}
}

func (f *file) jaegerProtoProcess(b []byte) uint32 {
	if id, ok := f.place(b); ok {
		return id
	}
	var r resourceDraft
	m, sound := newWire(b), true
	for m.field() {
		switch m.num {
		case 1:
			r.service = string(m.bytes())
		case 2:
			key, value, ok := jaegerProtoTag(m.inner())
			f.into(&r)(key, value)
			sound = sound && ok
		default:
			m.skip()
		}
	}
	return f.drafted(b, &r, sound && !m.bad)
}
