package ingest

import (
	"encoding/binary"
	"math"
	"math/big"
	"strconv"
	"strings"
	"testing"
)

func TestNumbersInAnySpellingAreExact(t *testing.T) {
	for _, c := range []struct {
		text  string
		scale int
		want  int64
		ok    bool
	}{
		{"0", 0, 0, true},
		{"1780000000000000001", 0, 1780000000000000001, true}, // a float64 would end in 000
		{"9223372036854775807", 0, math.MaxInt64, true},
		{"9223372036854775808", 0, 0, false},
		{"18446744073709551616", 0, 0, false},
		{"-5", 0, -5, true},
		{"1.78e18", 0, 1780000000000000000, true},
		{"1.780000000000000001E+18", 0, 1780000000000000001, true},
		{"17800000000000000010e-1", 0, 1780000000000000001, true},
		{"1.9", 0, 1, true},
		{"-1.9", 0, -1, true},
		{"1.478293361271E9", 9, 1478293361271000000, true},
		{"1478293361.271449", 9, 1478293361271449000, true},
		{"1e400", 0, 0, false},
		{"0e400", 0, 0, true},
		{"1e-400", 0, 0, true},
		{"", 0, 0, false}, {"-", 0, 0, false}, {"+1", 0, 0, false}, {".5", 0, 0, false}, {"1.2.3", 0, 0, false},
		{"NaN", 0, 0, false}, {"0x10", 0, 0, false}, {"1e", 0, 0, false}, {"1e9999999999", 0, 0, false}, {" 1", 0, 0, false},
	} {
		if got, ok := decimal([]byte(c.text), c.scale); got != c.want || ok != c.ok {
			t.Errorf("decimal(%q, %d) = %d, %v, want %d, %v", c.text, c.scale, got, ok, c.want, c.ok)
		}
	}
}

func FuzzDecimalAgreesWithBigNumbers(f *testing.F) {
	for _, s := range []string{"1", "-12.5e3", "9223372036854775807", "1e18", "0.000001", "123456789.987654321e5"} {
		f.Add(s, 9)
	}
	f.Fuzz(func(t *testing.T, text string, scale int) {
		if scale < 0 || scale > 9 || len(text) > 40 || strings.ContainsAny(text, "_/xXpPbBoO") {
			return
		}
		got, ok := decimal([]byte(text), scale)
		if !ok {
			return
		}
		exact, fine := new(big.Rat).SetString(text)
		if !fine {
			t.Fatalf("decimal takes %q for a number", text)
		}
		exact.Mul(exact, new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(scale)), nil)))
		if want := new(big.Int).Quo(exact.Num(), exact.Denom()); !want.IsInt64() || want.Int64() != got {
			t.Fatalf("decimal(%q, %d) = %d, want %s", text, scale, got, want)
		}
	})
}

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
		got, ok := anyTraceID([]byte(text))
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
	if _, ok := anyTraceID([]byte(twice)); ok != (len(otherID([]byte(twice), 16)) == 16) {
		t.Errorf("%q: %v", twice, ok)
	}
}

func TestHexThatWentThroughBase64TwiceIsUndone(t *testing.T) {
	const id = "b7ad6b7169203331"
	wrong := hexOf(unbase64([]byte(id)))
	if got, ok := anySpanID(wrong); !ok || got.String() != id {
		t.Errorf("%s reads as %s, %v, want %s", wrong, got, ok, id)
	}
}

func TestShortIDsArePaddedOnTheLeft(t *testing.T) {
	for _, text := range []string{"abc", "0abc", "0000000000000abc", "00000000000000000000000000000ABC"} {
		if id, ok := hexTraceID([]byte(text)); !ok || id.Hi != 0 || id.Lo != 0xabc {
			t.Errorf("%q reads as %s, %v", text, id, ok)
		}
	}
	for _, text := range []string{"", "xyz", "0x1", strings.Repeat("0", 33), "12 4"} {
		if id, ok := hexTraceID([]byte(text)); ok {
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
		if got, ok := threshold([]byte(text)); !ok || got != th {
			t.Errorf("%q: %x, %v, want %x", text, got, ok, th)
		}
	}
	for _, text := range []string{"", "ot=", "ot=th:", "ot=th:0123456789abcde", "ot=th:xy", "not=th:8", "ot=rv:8"} {
		if got, ok := threshold([]byte(text)); ok {
			t.Errorf("%q: %x, want none", text, got)
		}
	}
}

// Every byte at every place of eight: what is read at the same time is what each is alone.
func TestEightDigitsAtOnceAreWhatEachIsAlone(t *testing.T) {
	for place := range 8 {
		for c := range 256 {
			text := []byte("12345678")
			text[place] = byte(c)
			want, err := strconv.ParseUint(string(text), 10, 64)
			got, ok := eightDigits(binary.LittleEndian.Uint64(text))
			if ok != (err == nil) || (ok && got != want) {
				t.Errorf("eightDigits(%q) = %d, %v, want %d, %v", text, got, ok, want, err)
			}
		}
	}
}

func TestEightHexDigitsAtOnceAreWhatEachIsAlone(t *testing.T) {
	for place := range 8 {
		for c := range 256 {
			text := []byte("9aFe05Bc")
			text[place] = byte(c)
			want, err := strconv.ParseUint(string(text), 16, 64)
			got, ok := eightHex(binary.BigEndian.Uint64(text))
			if ok != (err == nil) || (ok && got != want) {
				t.Errorf("eightHex(%q) = %x, %v, want %x, %v", text, got, ok, want, err)
			}
		}
	}
}
