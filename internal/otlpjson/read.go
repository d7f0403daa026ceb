package otlpjson

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// Read fills m with a message of OTLP JSON: ids as hex digits or base64, names and numbers of enums,
// keys that are not known left out, bytes that are no text replaced. Nothing may be nested deeper than depth.
func Read(b []byte, m proto.Message, depth int) error {
	if !utf8.Valid(b) {
		b = bytes.ToValidUTF8(b, []byte("\uFFFD"))
	}
	return protojson.UnmarshalOptions{DiscardUnknown: true, RecursionLimit: depth}.Unmarshal(inBase64(b), m)
}

// inBase64 spells the ids of OTLP JSON as protojson wants them, and leaves all else, be it JSON or not.
//
//	"traceId": "4bf92f3577b34da6a3ce929d0e0e4736"  ->  "traceId": "S/kvNXezTaajzpKdDg5HNg=="
func inBase64(b []byte) []byte {
	out := make([]byte, 0, len(b))
	for len(b) > 0 {
		before, text, rest := cutString(b)
		out = append(append(out, before...), text...)
		b = rest
		gap, digits, after := cutString(rest)
		if isID(text) && string(bytes.TrimSpace(gap)) == ":" {
			out = appendID(append(out, gap...), digits)
			b = after
		}
	}
	return out
}

// cutString returns what stands before the next string of b, the string with its quotes, and what follows.
func cutString(b []byte) (before, text, rest []byte) {
	from := bytes.IndexByte(b, '"')
	if from < 0 {
		return b, nil, nil
	}
	for i := from + 1; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '"':
			return b[:from], b[from : i+1], b[i+1:]
		}
	}
	return b[:from], b[from:], nil
}

func isID(key []byte) bool {
	switch string(key) {
	case `"traceId"`, `"spanId"`, `"parentSpanId"`, `"trace_id"`, `"span_id"`, `"parent_span_id"`:
		return true
	}
	return false
}

// appendID spells digits in quotes in base64; what is no id of hex digits it leaves.
func appendID(out, quoted []byte) []byte {
	var id [16]byte
	if n := len(quoted) - 2; n == 32 || n == 16 {
		if n, err := hex.Decode(id[:], quoted[1:n+1]); err == nil {
			return append(base64.StdEncoding.AppendEncode(append(out, '"'), id[:n]), '"')
		}
	}
	return append(out, quoted...)
}
