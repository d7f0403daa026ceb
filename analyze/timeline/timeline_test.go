package timeline_test

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/analyze/timeline"
	"github.com/longpole/longpole/trace"
)

func at(start, took time.Duration) timeline.Request {
	return timeline.Request{Start: trace.Time(1000 * time.Second).Add(start), Duration: took, Weight: quantile.One}
}

func TestEachBinHoldsTheRequestsThatBeganInIt(t *testing.T) {
	line := timeline.Of([]timeline.Request{at(2000*time.Millisecond, 9), at(0, 1), at(999*time.Millisecond, 3), at(300*time.Millisecond, 2)}, 3)
	if line.Bin != time.Second || len(line.Bins) != 3 {
		t.Fatalf("%d bins of %s", len(line.Bins), line.Bin)
	}
	want := []timeline.Bin{{Requests: 3, P50: 2, P95: 3}, {}, {Requests: 1, P50: 9, P95: 9}}
	for i, b := range line.Bins {
		if b != want[i] {
			t.Errorf("bin %d is %+v, want %+v", i, b, want[i])
		}
	}
}

func TestNoDatesMakeEndlessBins(t *testing.T) {
	for _, start := range []trace.Time{math.MinInt64, 0, math.MaxInt64} {
		line := timeline.Of([]timeline.Request{{Start: 5, Weight: quantile.One}, {Start: start, Weight: quantile.One}}, 24)
		if len(line.Bins) > 24 {
			t.Errorf("from 5 to %d there are %d bins", start, len(line.Bins))
		}
	}
}

func TestEveryRequestIsInOneBin(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		starts := rapid.SliceOfN(rapid.Int64Range(0, int64(48*time.Hour)), 1, 60).Draw(rt, "starts")
		most := rapid.IntRange(1, 40).Draw(rt, "most")
		var requests []timeline.Request
		for _, s := range starts {
			requests = append(requests, timeline.Request{Start: trace.Time(s), Duration: 1, Weight: quantile.One})
		}
		line := timeline.Of(requests, most)
		n := 0
		for _, b := range line.Bins {
			n += b.Requests
		}
		if n != len(starts) || len(line.Bins) > most || line.Bins[len(line.Bins)-1].Requests == 0 {
			rt.Fatalf("%d of %d requests in %d bins, at most %d", n, len(starts), len(line.Bins), most)
		}
	})
}
