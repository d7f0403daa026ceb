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
	for n, want := range map[int]int{1: 30, 15_499: 30, 15_500: 31, 100_000: 200} {
		d := distribution{observations: make([]Observation, n)}
		if got := d.window(); got != want {
			t.Errorf("of %d requests %d, want %d", n, got, want)
		}
	}
}
