package jaeger

import (
	"encoding/base64"
	"math"
	"strconv"

	"github.com/longpole/longpole/ingest/decode"
	"github.com/longpole/longpole/ingest/spanstore"
)

// Jaeger protobuf: Batch and SpansResponseChunk, concatenated or alone. Field 1 are spans;
// the batch's process, which stands after them, is that of the spans without their own.

// IsProto tries the first span: 16 bytes of trace id, 8 of span id, and nothing that
// a Jaeger span does not have.
func IsProto(b []byte) bool {
	m := decode.NewWire(b)
	if !m.Field() || m.Num != 1 || m.Typ != decode.WireBytes {
		return false
	}
	size := m.Uvarint()
	m = decode.NewWire(decode.Head(b[m.P:], size))
	var hasTrace, hasSpan bool
	for m.Field() && m.Num <= 12 {
		switch {
		case m.Num == 1 && m.Typ == decode.WireBytes:
			hasTrace = len(m.Bytes()) == 16
		case m.Num == 2 && m.Typ == decode.WireBytes:
			hasSpan = len(m.Bytes()) == 8
		default:
			m.Skip()
		}
	}
	return hasTrace && hasSpan
}

// A protoReader reads Jaeger's protobuf.
type protoReader struct{ *decode.Decoder }

// Proto reads the stream under the window to its end.
func Proto(d *decode.Decoder) {
	f := protoReader{d}
	mark, pending := f.Rows(), f.Interner.Placeholder(nil)
	f.ProtoMessages(func(num uint64, body []byte) bool {
		switch num {
		case 1:
			f.span(body, pending)
		case 2:
			f.Settle(mark, pending, f.process(body))
			mark = f.Rows()
		}
		return true
	})
	f.Settle(mark, pending, 0)
}

func (f protoReader) span(b []byte, process uint32) {
	f.Begin(process, 0)
	d := &f.Draft
	var refs []reference
	var length int64
	m := decode.NewWire(b)
	for m.Field() {
		switch m.Num {
		case 1:
			d.Trace = f.Draft.TraceIDBytes(m.Bytes())
		case 2:
			d.ID = f.Draft.SpanIDBytes(m.Bytes(), &decode.BadSpanID)
		case 3:
			d.Name = m.Bytes()
		case 4:
			ref, ok := protoReference(m.Inner())
			f.Draft.Sound(ok)
			refs = append(refs, ref)
		case 6:
			d.Start = f.clock(m.Inner())
		case 7:
			length = f.clock(m.Inner())
		case 8:
			key, value, ok := protoTag(m.Inner())
			f.Draft.Sound(ok)
			f.Tag(key, value)
		case 9:
			f.log(m.Inner())
		case 10:
			d.Res = f.process(m.Bytes())
		default:
			m.Skip()
		}
	}
	d.End = d.Start + length
	if m.Bad {
		d.Refuse(&decode.Malformed, d.Name)
	}
	refer(&f.Draft, refs, nil)
	f.Commit()
}

// maxSeconds is how many seconds fit into nanoseconds.
const maxSeconds = math.MaxInt64 / 1_000_000_000

// clock reads the time or length of a span.
func (f protoReader) clock(m decode.Wire) int64 {
	n, ok := protoNanoseconds(m)
	if !ok {
		f.Draft.Refuse(&decode.BadTime, f.Draft.Name)
	}
	return n
}

// protoNanoseconds reads a Timestamp or Duration: seconds and nanoseconds.
func protoNanoseconds(m decode.Wire) (n int64, ok bool) {
	var sec, nano int64
	for m.Field() {
		switch m.Num {
		case 1:
			sec = int64(m.Varint())
		case 2:
			nano = int64(int32(m.Varint()))
		default:
			m.Skip()
		}
	}
	n = sec*1e9 + nano
	if m.Bad || sec > maxSeconds || sec < -maxSeconds || (nano < 0) != (n < sec*1e9) {
		return 0, false
	}
	return n, true
}

func protoReference(m decode.Wire) (r reference, ok bool) {
	for m.Field() {
		switch m.Num {
		case 1:
			r.trace, _ = decode.BytesTraceID(m.Bytes())
		case 2:
			r.span, _ = decode.BytesSpanID(m.Bytes())
		case 3:
			r.follows = m.Varint() == 1
		default:
			m.Skip()
		}
	}
	return r, !m.Bad
}

// protoTag reads {1 key, 2 type, 3 string, 4 bool, 5 int64, 6 float64, 7 binary}. The
// type says which value counts, one that is not known the string; proto3 leaves zero values out.
func protoTag(m decode.Wire) (key, value []byte, ok bool) {
	typ, values := uint64(0), [5][]byte{}
	for m.Field() {
		switch m.Num {
		case 1:
			key = m.Bytes()
		case 2:
			if typ = uint64(uint32(m.Varint())); typ >= uint64(len(values)) {
				typ = 0
			}
		case 3:
			values[0] = m.Bytes()
		case 4:
			values[1] = strconv.AppendBool(nil, m.Varint() != 0)
		case 5:
			values[2] = strconv.AppendInt(nil, int64(m.Varint()), 10)
		case 6:
			values[3] = decode.FormatDouble(nil, math.Float64frombits(m.Fixed64()))
		case 7:
			values[4] = base64.StdEncoding.AppendEncode(nil, m.Bytes())
		default:
			m.Skip()
		}
	}
	if values[typ] != nil {
		return key, values[typ], !m.Bad
	}
	return key, zeroOf(typ), !m.Bad
}

func zeroOf(typ uint64) []byte {
	switch typ {
	case 1:
		return decode.False
	case 2, 3:
		return []byte("0")
	}
	return []byte{}
}

func (f protoReader) log(m decode.Wire) {
	var at int64
	var n eventName
	for m.Field() {
		switch m.Num {
		case 1:
			at, _ = protoNanoseconds(m.Inner())
		case 2:
			key, value, ok := protoTag(m.Inner())
			f.Draft.Sound(ok)
			n.field(key, value)
		default:
			m.Skip()
		}
	}
	if name := n.name(); name != nil {
		f.Event(name, at)
	}
}

func (f protoReader) process(b []byte) uint32 {
	if id, ok := f.Interner.KnownResource(b); ok {
		return id
	}
	var r spanstore.ResourceDraft
	m, sound := decode.NewWire(b), true
	for m.Field() {
		switch m.Num {
		case 1:
			r.Service = string(m.Bytes())
		case 2:
			key, value, ok := protoTag(m.Inner())
			f.Collect(&r)(key, value)
			sound = sound && ok
		default:
			m.Skip()
		}
	}
	return f.NewResource(b, &r, sound && !m.Bad)
}
