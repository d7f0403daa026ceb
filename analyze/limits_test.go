package analyze

import (
	"testing"
	"time"
)

func TestBlocksAreAMinuteFromTenMinutesTo200(t *testing.T) {
	for _, c := range []struct{ span, want time.Duration }{
		{10*time.Minute - 1, 30 * time.Second},
		{10 * time.Minute, time.Minute},
		{200 * time.Minute, time.Minute},
		{200*time.Minute + 200, time.Minute + 2},
		{20, 2},
		{0, 1},
	} {
		if got := time.Duration(blockOf(uint64(c.span))); got != c.want {
			t.Errorf("a recording of %v is cut into blocks of %v, want %v", c.span, got, c.want)
		}
	}
}

func TestThirtyRequestsOrOneIn500SpeakForAPercentile(t *testing.T) {
	for n, want := range map[int]int{100: 15, 15_499: 15, 15_999: 15, 16_000: 16, 100_000: 100} {
		if from, to := Window(n, n/2); from != n/2-want || to != n/2+want+1 {
			t.Errorf("of %d requests those from %d up to %d, want %d around %d", n, from, to, want, n/2)
		}
	}
	if from, to := Window(3, 2); from != 0 || to != 3 {
		t.Errorf("of 3 requests those from %d up to %d, want all", from, to)
	}
}
