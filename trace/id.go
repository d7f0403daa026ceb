package trace

import (
	"cmp"
	"encoding/binary"
	"encoding/hex"
	"hash/fnv"
	"strings"
)

// ID names a trace: 16 bytes, as W3C trace context defines it. Shorter ids are padded on
// the left with zeros, so that 64-bit and 128-bit spellings of one id are equal.
type ID struct{ Hi, Lo uint64 }

// IsZero reports whether id is the all-zero id, which W3C calls invalid.
func (id ID) IsZero() bool { return id == ID{} }

// Compare orders ids by their hex spelling.
func (id ID) Compare(o ID) int {
	return cmp.Or(cmp.Compare(id.Hi, o.Hi), cmp.Compare(id.Lo, o.Lo))
}

// String returns the id as 32 lower-case hex digits.
func (id ID) String() string {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], id.Hi)
	binary.BigEndian.PutUint64(b[8:], id.Lo)
	return hex.EncodeToString(b[:])
}

// SpanID names a span within its trace: 8 bytes. The zero value means "no span".
type SpanID uint64

// String returns the id as 16 lower-case hex digits.
func (id SpanID) String() string {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], uint64(id))
	return hex.EncodeToString(b[:])
}

// ParseID reads a trace id of 1 to 32 hex digits of either case. ok is false for anything else.
func ParseID(s string) (id ID, ok bool) {
	if len(s) == 0 || len(s) > 32 {
		return ID{}, false
	}
	if len(s) <= 16 {
		id.Lo, ok = parseHex(s)
		return id, ok
	}
	cut := len(s) - 16
	hi, okHi := parseHex(s[:cut])
	lo, okLo := parseHex(s[cut:])
	return ID{hi, lo}, okHi && okLo
}

// ParseSpanID reads a span id of 1 to 16 hex digits of either case. ok is false for anything else.
func ParseSpanID(s string) (id SpanID, ok bool) {
	if len(s) == 0 || len(s) > 16 {
		return 0, false
	}
	n, ok := parseHex(s)
	return SpanID(n), ok
}

// OpaqueID turns an id that is not hex (hand-made Jaeger files have them) into a trace id
// that is the same wherever the same text stands.
func OpaqueID(s string) ID {
	h := fnv.New128a()
	h.Write([]byte(s))
	sum := h.Sum(nil)
	return ID{binary.BigEndian.Uint64(sum[:8]), binary.BigEndian.Uint64(sum[8:])}
}

// OpaqueSpanID is OpaqueID for a span id.
func OpaqueSpanID(s string) SpanID {
	h := fnv.New64a()
	h.Write([]byte(s))
	return SpanID(h.Sum64())
}

func parseHex(s string) (n uint64, ok bool) {
	for i := 0; i < len(s); i++ {
		d := strings.IndexByte("0123456789abcdef", s[i]|0x20)
		if d < 0 || s[i] < '0' {
			return 0, false
		}
		n = n<<4 | uint64(d)
	}
	return n, true
}
