package bytesize

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestSizesAreReadWithTheirUnit(t *testing.T) {
	for text, want := range map[string]Size{
		"0": 0, "1B": 1, "1kB": 1000, "1KB": 1000, "1k": -1, "500MB": 500_000_000, "256MiB": 256 << 20, "1GiB": 1 << 30,
		"1 gib": 1 << 30, "3tb": 3e12, "8388607TiB": 8388607 << 40,
		"8388608TiB": -1, "": -1, "MiB": -1, "512": -1, "1.5GiB": -1, "-1MiB": -1, "+1MiB": -1, "1e3B": -1, "0x10B": -1, "1MiB ": -1, "٣MiB": -1,
		"99999999999999999999B": -1, "1PiB": -1,
	} {
		got, err := Parse(text)
		if err != nil {
			got = -1
		}
		if got != want {
			t.Errorf("%q is read as %d (%v), want %d", text, got, err, want)
		}
	}
}

func TestARefusalQuotesTheValueAndSaysWhatIsMissing(t *testing.T) {
	for text, says := range map[string]string{"512": `"512" needs a unit`, "lots": "such as 256MiB", "\x1b": `"\x1b"`} {
		if _, err := Parse(text); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v does not say %q", text, err, says)
		}
	}
}

func TestWhatIsWrittenIsReadAsTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := Size(rapid.Int64Range(0, 1<<62).Draw(t, "size"))
		var again Size
		if err := again.Set(s.String()); err != nil || again != s {
			t.Fatalf("%d is written %s and read as %d (%v)", s, s, again, err)
		}
	})
}

func TestSizesAreWrittenInTheLargestUnitThatFits(t *testing.T) {
	for want, s := range map[string]Size{"0B": 0, "1GiB": 1 << 30, "1536MiB": 3 << 29, "500MB": 5e8, "1001B": 1001} {
		if s.String() != want {
			t.Errorf("%d is written %s, want %s", s, s, want)
		}
	}
}
