package otlp

import (
	"encoding/binary"

	"github.com/longpole/longpole/ingest/decode"
	"github.com/longpole/longpole/trace"
)

// The fast path for a span of OTLP protobuf. It assumes tags of one byte, as all fields of
// a span but flags have, and inner messages below 16 KiB:
//
//	0a 10 trace id    12 08 span id   22 08 parent   2a n name   30 kind
//	39 start          41 end          4a n {0a n key 12 n {0a n text}} ...
//
// in any order: the collector writes them from the last to the first. Anything else gives
// the span up, and the tolerant decoder reads it from its start. So nothing may be counted
// here.

// fastSpan decodes the span b into the draft.
func (f protoReader) fastSpan(b []byte) (ok bool) {
	d := &f.Draft
	f.Before = &f.Interner.SpanName
	for p := 0; p < len(b); {
		tag := b[p]
		p++
		switch tag {
		case 0x39, 0x41:
			if len(b)-p < 8 {
				return false
			}
			setTime(d, tag == 0x39, int64(binary.LittleEndian.Uint64(b[p:])))
			p += 8
			continue
		case 0x30:
			if p == len(b) || b[p] > byte(trace.Consumer) {
				return false
			}
			d.Kind = trace.Kind(b[p])
			p++
			continue
		case 0x85: // flags: a tag of two bytes, and four more
			if len(b)-p < 5 || b[p] != 1 {
				return false
			}
			d.ParentFlags(uint64(binary.LittleEndian.Uint32(b[p+1:])))
			p += 5
			continue
		}
		n, from := shortLen(b, p)
		if n < 0 || n > len(b)-from {
			return false
		}
		p = from + n
		if !f.fastField(tag, b[from:p]) {
			return false
		}
	}
	return d.Start > 0 && d.End >= 0
}

// setTime sets the start, or else the end.
func setTime(d *decode.Draft, start bool, t int64) {
	if start {
		d.Start = t
	} else {
		d.End = t
	}
}

// shortLen reads a length of one or two bytes and returns where its message begins; -1 for
// what is not there or longer.
func shortLen(b []byte, p int) (n, from int) {
	switch {
	case p < len(b) && b[p] < 0x80:
		return int(b[p]), p + 1
	case p+1 < len(b) && b[p+1] < 0x80:
		return int(b[p]&0x7f) | int(b[p+1])<<7, p + 2
	}
	return -1, p
}

// fastField takes a field that holds bytes.
func (f protoReader) fastField(tag byte, v []byte) (ok bool) {
	d := &f.Draft
	switch tag {
	case 0x0a:
		d.Trace, ok = decode.BytesTraceID(v)
		return ok
	case 0x12:
		d.ID, ok = decode.BytesSpanID(v)
		return ok
	case 0x22:
		d.Parent, ok = decode.BytesSpanID(v)
		return ok || len(v) == 0
	case 0x2a:
		d.Name = v
	case 0x1a:
		d.TraceState(v)
	case 0x4a:
		return f.fastAttr(v)
	case 0x5a:
		f.event(decode.NewWire(v))
	case 0x6a:
		f.link(decode.NewWire(v))
	case 0x7a:
		f.status(decode.NewWire(v))
	default:
		return false
	}
	return d.Reject == nil
}

// fastAttr takes a KeyValue of a key and a value, in either order.
func (f protoReader) fastAttr(v []byte) bool {
	n, from := shortLen(v, min(1, len(v)))
	if n < 0 || n > len(v)-from {
		return false
	}
	m, from2 := shortLen(v, min(from+n+1, len(v)))
	if m < 0 || from2+m != len(v) {
		return false
	}
	key, value := v[from:from+n], v[from2:]
	switch {
	case v[0] == 0x0a && v[from+n] == 0x12:
	case v[0] == 0x12 && v[from+n] == 0x0a:
		key, value = value, key
	default:
		return false
	}
	k := f.Before.Next
	if k == nil || k.Spelled != string(key) {
		if k = f.Before.Other; k == nil || k.Spelled != string(key) {
			k = f.Interner.Key(key)
			f.Before.Follow(k)
		}
	}
	f.Before = k
	if !k.Keep {
		return true
	}
	if n, from := shortLen(value, min(1, len(value))); n >= 0 && value[0] == 0x0a && from+n == len(value) {
		f.Attr(k, value[from:])
		return true
	}
	text, ok := appendAnyProto(f.Scratch[:0], value, 0, false)
	f.Scratch = text
	if ok {
		f.Attr(k, text)
	}
	return ok
}
