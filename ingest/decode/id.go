package decode

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"

	"github.com/longpole/longpole/ingest/jsontext"
	"github.com/longpole/longpole/trace"
)

// HexTraceID reads 1 to 32 hex digits; shorter spellings are padded on the left.
func HexTraceID(b []byte) (id trace.ID, ok bool) {
	if len(b) == 0 || len(b) > 32 {
		return id, false
	}
	cut := max(len(b)-16, 0)
	hi, okHi := jsontext.HexDigits(b[:cut])
	lo, okLo := jsontext.HexDigits(b[cut:])
	return trace.ID{Hi: hi, Lo: lo}, okHi && okLo
}

// HexSpanID reads 1 to 16 hex digits; shorter spellings are padded on the left.
func HexSpanID(b []byte) (id trace.SpanID, ok bool) {
	if len(b) == 0 || len(b) > 16 {
		return 0, false
	}
	n, ok := jsontext.HexDigits(b)
	return trace.SpanID(n), ok
}

// AnyTraceID reads a trace id in all spellings that exporters of OTLP JSON are known to
// write: hex, base64 of the bytes, base64 of the hex text, and hex of what someone took
// for base64. It decides by length, so that no spelling can be taken for another.
func AnyTraceID(b []byte) (id trace.ID, ok bool) {
	if id, ok = HexTraceID(b); ok {
		return id, true
	}
	raw := otherID(b, 16)
	if raw == nil {
		return id, false
	}
	return trace.ID{Hi: binary.BigEndian.Uint64(raw), Lo: binary.BigEndian.Uint64(raw[8:])}, true
}

// AnySpanID is anyTraceID for a span id.
func AnySpanID(b []byte) (id trace.SpanID, ok bool) {
	if id, ok = HexSpanID(b); ok {
		return id, true
	}
	raw := otherID(b, 8)
	if raw == nil {
		return 0, false
	}
	return trace.SpanID(binary.BigEndian.Uint64(raw)), true
}

// otherID decodes an id of size bytes that is not spelled in plain hex; nil if it is none.
func otherID(b []byte, size int) []byte {
	if len(b) == size*3 { // hex of what base64 made of the hex text
		wrong, err := hex.DecodeString(string(b))
		if err == nil {
			b = []byte(base64.StdEncoding.EncodeToString(wrong))
			raw, _ := hex.DecodeString(string(b))
			return exactly(raw, size)
		}
	}
	raw := unbase64(b)
	if len(raw) == size*2 { // base64 of the hex text
		raw, _ = hex.DecodeString(string(raw))
	}
	return exactly(raw, size)
}

func exactly(raw []byte, size int) []byte {
	if len(raw) != size {
		return nil
	}
	return raw
}

// unbase64 decodes either alphabet, padded or not; nil if it is neither.
func unbase64(b []byte) []byte {
	for len(b) > 0 && b[len(b)-1] == '=' {
		b = b[:len(b)-1]
	}
	for _, enc := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		if raw, err := enc.DecodeString(string(b)); err == nil {
			return raw
		}
	}
	return nil
}

// BytesTraceID reads the bytes of a protobuf id: 16, or 8 for a 64-bit id.
func BytesTraceID(b []byte) (id trace.ID, ok bool) {
	switch len(b) {
	case 16:
		return trace.ID{Hi: binary.BigEndian.Uint64(b), Lo: binary.BigEndian.Uint64(b[8:])}, true
	case 8:
		return trace.ID{Lo: binary.BigEndian.Uint64(b)}, true
	}
	return id, false
}

// BytesSpanID reads the bytes of a protobuf id.
func BytesSpanID(b []byte) (id trace.SpanID, ok bool) {
	if len(b) != 8 {
		return 0, false
	}
	return trace.SpanID(binary.BigEndian.Uint64(b)), true
}
