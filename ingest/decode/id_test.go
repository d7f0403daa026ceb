package decode

import (
	"strings"
	"testing"
)

func TestTraceIDsAreReadInEverySpellingThatExportersWrite(t *testing.T) {
	const id = "0af7651916cd43dd8448eb211c80319c"
	for _, text := range []string{
		id,
		"0AF7651916CD43DD8448EB211C80319C",
		"CvdlGRbNQ92ESOshHIAxnA==", // base64
		"CvdlGRbNQ92ESOshHIAxnA",   // without padding
		"MGFmNzY1MTkxNmNkNDNkZDg0NDhlYjIxMWM4MDMxOWM=",             // base64 of the hex text
		"d1a7fbeb9f75d7a71de1c75df38e3cf1de1b9f76f5d7c33497d7d79c", // nothing known
	} {
		got, ok := AnyTraceID([]byte(text))
		if len(text) == 56 {
			if ok {
				t.Errorf("%q is no trace id, but reads as %s", text, got)
			}
			continue
		}
		if !ok || got.String() != id {
			t.Errorf("%q reads as %s, %v, want %s", text, got, ok, id)
		}
	}
	// 32 hex digits that someone decoded as base64 and printed in hex
	twice := "d1a7fbeb9f5edf6e1cddd75de3871d77df38dde79f6d6d5cf34dfd5f"[:48]
	if _, ok := AnyTraceID([]byte(twice)); ok != (len(otherID([]byte(twice), 16)) == 16) {
		t.Errorf("%q: %v", twice, ok)
	}
}

func TestHexThatWentThroughBase64TwiceIsUndone(t *testing.T) {
	const id = "b7ad6b7169203331"
	wrong := hexOf(unbase64([]byte(id)))
	if got, ok := AnySpanID(wrong); !ok || got.String() != id {
		t.Errorf("%s reads as %s, %v, want %s", wrong, got, ok, id)
	}
}

func TestShortIDsArePaddedOnTheLeft(t *testing.T) {
	for _, text := range []string{"abc", "0abc", "0000000000000abc", "00000000000000000000000000000ABC"} {
		if id, ok := HexTraceID([]byte(text)); !ok || id.Hi != 0 || id.Lo != 0xabc {
			t.Errorf("%q reads as %s, %v", text, id, ok)
		}
	}
	for _, text := range []string{"", "xyz", "0x1", strings.Repeat("0", 33), "12 4"} {
		if id, ok := HexTraceID([]byte(text)); ok {
			t.Errorf("%q reads as %s, want an error", text, id)
		}
	}
}

func TestTheSamplingThresholdIsPaddedOnTheRight(t *testing.T) {
	for text, th := range map[string]uint64{
		"ot=th:8":                      0x80000000000000,
		"ot=th:c":                      0xc0000000000000,
		"vendor=a, ot=rv:1;th:ab ,x=y": 0xab000000000000,
		"ot=th:0":                      0,
		"ot=th:0123456789abcd":         0x0123456789abcd,
	} {
		if got, ok := Threshold([]byte(text)); !ok || got != th {
			t.Errorf("%q: %x, %v, want %x", text, got, ok, th)
		}
	}
	for _, text := range []string{"", "ot=", "ot=th:", "ot=th:0123456789abcde", "ot=th:xy", "not=th:8", "ot=rv:8"} {
		if got, ok := Threshold([]byte(text)); ok {
			t.Errorf("%q: %x, want none", text, got)
		}
	}
}
