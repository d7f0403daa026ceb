package compress

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
)

func TestWhatExpandsTooMuchIsRefusedWithTheFlag(t *testing.T) {
	for _, c := range []struct {
		limits    Limits
		stored, n int64
		says      string
	}{
		{Limits{}, 1 << 10, 1 << 30, ""},
		{Limits{}, 1 << 10, 2 << 30, "1000 times its size, over the limit (--max-expanded)"},
		{Limits{MaxRatio: 4 << 20}, 1 << 10, 2 << 30, ""},
		{Limits{MaxRatio: 50}, 1 << 10, 2 << 30, "50 times its size"},
		{Limits{RatioFrom: 1 << 20}, 1 << 10, 2 << 20, "1000 times its size"},
		{Limits{}, 16 << 30, 17 << 30, "limit of 17179869184 bytes (--max-expanded)"},
	} {
		switch err := c.limits.check(c.stored, c.n); {
		case c.says == "" && err != nil, c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)):
			t.Errorf("%d bytes: %v, want %q", c.n, err, c.says)
		}
	}
}

func TestStreamsOfOneInputAreHeldToTheLimitsTogether(t *testing.T) {
	total := Limits{MaxExpanded: 10}.Total(func() int64 { return 0 })
	first, err := io.ReadAll(total.Bound(io.NopCloser(strings.NewReader("123456"))))
	if len(first) != 6 || err != nil {
		t.Errorf("the first gives %q, %v", first, err)
	}
	if _, err := io.ReadAll(total.Bound(io.NopCloser(strings.NewReader("123456")))); !errors.Is(err, ErrLimit) || !errors.Is(total.Err(), ErrLimit) {
		t.Errorf("the second ends with %v", err)
	}
}

func TestTheWindowThatIsNamedIsTheLimit(t *testing.T) {
	_, err := Limits{MaxWindow: 8 << 20}.DamageOf("zstd", zstd.ErrWindowSizeExceeded, true)
	if err == nil || !strings.Contains(err.Error(), "8388608 bytes") {
		t.Errorf("the error says: %v", err)
	}
}
