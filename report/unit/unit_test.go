package unit

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestDurationsHaveThreeDigitsInTheUnitThatFits(t *testing.T) {
	for want, d := range map[string]time.Duration{
		"0 ns": 0, "1 ns": 1, "999 ns": 999, "1.00 µs": 1000, "1.01 µs": 1005, "1.00 ms": 999_999,
		"999 µs": 999_499, "12.3 ms": 12_345_678, "12.4 ms": 12_350_000, "724 ms": 723_600_000,
		"1.06 s": 1_055_000_000, "59.9 s": 59_900 * time.Millisecond, "999 s": 999 * time.Second,
		"16.7 min": 1000 * time.Second, "16.7 h": 1000 * time.Minute, "2,400 h": 2400 * time.Hour,
		"-152 ms": -152 * time.Millisecond, "10.0 ms": 9_996 * time.Microsecond, "9.99 ms": 9_994 * time.Microsecond,
	} {
		if got := Duration(d); got != want {
			t.Errorf("Duration(%d) = %q, want %q", d, got, want)
		}
	}
}

func TestTheLongestDurationsDoNotOverflow(t *testing.T) {
	for _, d := range []time.Duration{1<<63 - 1, -1 << 63} {
		if got := Duration(d); len(got) > 20 {
			t.Errorf("Duration(%d) = %q", d, got)
		}
		ScaleFor(d).Text(d)
	}
}

func TestAScaleGivesItsTotalFourDigits(t *testing.T) {
	for want, d := range map[string]time.Duration{
		"1,061 ms": 1_060_700_000, "152.3 ms": 152_340_000, "15.23 s": 15_234 * time.Millisecond,
		"9,996 ms": 9_996 * time.Millisecond, "10.00 s": 10 * time.Second, "12.35 ms": 12_345_000, "5,120 µs": 5_120_000,
		"1.50 µs": 1500, "40 ns": 40,
	} {
		s := ScaleFor(d)
		if got := s.Text(d) + " " + s.Unit(); got != want {
			t.Errorf("%d is %q, want %q", d, got, want)
		}
	}
}

func TestPrintedPartsAddUpToThePrintedTotal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		scale := ScaleFor(time.Duration(rapid.Int64Range(0, 1<<40).Draw(t, "scale")))
		var parts []time.Duration
		var sum time.Duration
		for _, n := range rapid.SliceOf(rapid.Int64Range(-1<<40, 1<<40)).Draw(t, "parts") {
			parts = append(parts, time.Duration(n))
			sum += time.Duration(n)
		}
		var printed int64
		for i, n := range scale.Split(parts) {
			printed += n
			if off := n - scale.Round(parts[i]); off < -1 || off > 1 {
				t.Fatalf("%d is printed as %d, which is %d off", parts[i], n, off)
			}
		}
		if printed != scale.Round(sum) {
			t.Fatalf("the parts print as %d, the total as %d", printed, scale.Round(sum))
		}
	})
}

func TestSharesAreNeverRoundedToNothingOrToAll(t *testing.T) {
	for want, part := range map[string]int{
		"0 %": 0, "<0.1 %": 1, "0.5 %": 50, "5 %": 500, "54 %": 5_433, ">99.9 %": 9_999, "100 %": 10_000, "-3.2 %": -320,
	} {
		if got := Percent(part, 10_000); got != want {
			t.Errorf("%d of 10,000 is %q, want %q", part, got, want)
		}
	}
	if got := Percent(1, 0); got != "-" {
		t.Errorf("a share of nothing is %q", got)
	}
}

func TestPercentsAddUpToAHundred(t *testing.T) {
	got := Percents([]time.Duration{2, 2, 3}, 7)
	if got[0] != "29 %" || got[1] != "28 %" || got[2] != "43 %" {
		t.Errorf("2, 2 and 3 sevenths are %q", got)
	}
}

func TestCountsAndSizesAreGrouped(t *testing.T) {
	for want, got := range map[string]string{
		"48,242": Count(48242), "-1,000": Count(-1000), "999": Count(999), "1 request": Of(1, "request", "requests"),
		"12.3 MB": Bytes(12_345_678), "999 B": Bytes(999), "123 kB": Bytes(123_456),
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
