package jsontext

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
		if got, ok := Decimal([]byte(c.text), c.scale); got != c.want || ok != c.ok {
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
		got, ok := Decimal([]byte(text), scale)
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
