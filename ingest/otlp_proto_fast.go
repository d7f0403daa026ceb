package ingest

import (
	"encoding/binary"

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

// fastProtoSpan decodes the span b into the draft.
func (f *file) fastProtoSpan(b []byte) (ok bool) {
	d := &f.draft
	f.before = &f.spanName
	for p := 0; p < len(b); {
		tag := b[p]
		p++
		switch tag {
		case 0x39, 0x41:
			if len(b)-p < 8 {
				return false
			}
			d.setTime(tag == 0x39, int64(binary.LittleEndian.Uint64(b[p:])))
			p += 8
			continue
		case 0x30:
			if p == len(b) || b[p] > byte(trace.Consumer) {
				return false
			}
			d.kind = trace.Kind(b[p])
			p++
			continue
		case 0x85: // flags: a tag of two bytes, and four more
			if len(b)-p < 5 || b[p] != 1 {
				return false
			}
			d.parentFlags(uint64(binary.LittleEndian.Uint32(b[p+1:])))
			p += 5
			continue
		}
		n, from := shortLen(b, p)
		if n < 0 || n > len(b)-from {
			return false
		}
		p = from + n
		if !f.fastProtoField(tag, b[from:p]) {
			return false
		}
	}
	return d.start > 0 && d.end >= 0
}

func (d *draft) setTime(start bool, t int64) {
	if start {
		d.start = t
	} else {
		d.end = t
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

// fastProtoField takes a field that holds bytes.
func (f *file) fastProtoField(tag byte, v []byte) (ok bool) {
	d := &f.draft
	switch tag {
	case 0x0a:
		d.trace, ok = bytesTraceID(v)
		return ok
	case 0x12:
		d.id, ok = bytesSpanID(v)
		return ok
	case 0x22:
		d.parent, ok = bytesSpanID(v)
		return ok || len(v) == 0
	case 0x2a:
		d.name = v
	case 0x1a:
		d.traceState(v)
	case 0x4a:
		return f.fastProtoAttr(v)
	case 0x5a:
		f.protoEvent(newWire(v))
	case 0x6a:
		f.protoLink(newWire(v))
	case 0x7a:
		f.protoStatus(newWire(v))
	default:
		return false
	}
	return d.reject == nil
}

// fastProtoAttr takes a KeyValue of a key and a value, in either order.
func (f *file) fastProtoAttr(v []byte) bool {
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
	k := f.before.next
	if k == nil || k.spelled != string(key) {
		k = f.key(key)
		f.before.next = k
	}
	f.before = k
	if !k.keep {
		return true
	}
	if n, from := shortLen(value, min(1, len(value))); n >= 0 && value[0] == 0x0a && from+n == len(value) {
		f.attr(k, value[from:])
		return true
	}
	text, ok := appendAnyProto(f.scratch[:0], value, 0, false)
	if ok {
		f.attr(k, text)
	}
	return ok
}
