package compress

import (
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
)

func TestWhatExpandsTooMuchIsRefusedWithTheFlag(t *testing.T) {
	few := func() int64 { return 1 << 10 }
	for _, c := range []struct {
		e    expanding
		says string
	}{
		{expanding{n: 1 << 30, stored: few, limits: Limits{}}, ""},
		{expanding{n: 2 << 30, stored: few, limits: Limits{}}, "1000 times its size, over the limit (--max-expanded)"},
		{expanding{n: 2 << 30, stored: few, limits: Limits{MaxRatio: 4 << 20}}, ""},
		{expanding{n: 2 << 30, stored: few, limits: Limits{MaxRatio: 50}}, "50 times its size"},
		{expanding{n: 17 << 30, stored: func() int64 { return 16 << 30 }, limits: Limits{}}, "limit of 17179869184 bytes (--max-expanded)"},
	} {
		switch err := c.e.check(); {
		case c.says == "" && err != nil, c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)):
			t.Errorf("%d bytes: %v, want %q", c.e.n, err, c.says)
		}
	}
}

func TestTheWindowThatIsNamedIsTheLimit(t *testing.T) {
	_, err := Limits{MaxWindow: 8 << 20}.DamageOf("zstd", zstd.ErrWindowSizeExceeded, true)
	if err == nil || !strings.Contains(err.Error(), "8388608 bytes") {
		t.Errorf("the error says: %v", err)
	}
}
