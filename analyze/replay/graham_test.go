package replay_test

import (
	"testing"
	"time"

	"github.com/longpole/longpole/analyze/replay"
)

// Where requests wait for each other less work for all can make one of them slower: another may come to the station
// before it then. Scheduling knows that as Graham's anomaly. It is counted: few requests, and no percentile.
func TestLessWorkMakesFewRequestsSlowerWhereTheyQueue(t *testing.T) {
	requests, slower, by := 0, 0, time.Duration(0)
	for _, file := range []string{"hotrod/baseline.otlp.jsonl.zst", "lab/hidden-queue/faulty.otlp.jsonl.zst", "lab/pool-of-two/faulty.otlp.jsonl.zst"} {
		run := recorded(t, nil, "../../testdata/recordings/"+file)
		if run.FindStations(); len(run.Stations) == 0 {
			t.Fatalf("%s has no station", file)
		}
		selector := replay.Selector{Text: "{*}", Names: run.AnyName()}
		var before []time.Duration
		for _, share := range []int64{1_000_000, 900_000, 700_000, 400_000} {
			took, err := run.Took(run.Shrunk(selector, share), replay.Favourable)
			if err != nil {
				t.Fatal(err)
			}
			var sum, was time.Duration
			for i := range before {
				requests++
				sum, was = sum+took[i], was+before[i]
				if more := took[i] - before[i]; more > before[i]/1000 { // 0.1 % is no anomaly
					slower, by = slower+1, max(by, more)
				}
			}
			if sum > was {
				t.Errorf("%s: with %d millionths all requests together take %s, and took %s", file, share, sum, was)
			}
			before = took
		}
	}
	t.Logf("less work made %d of %d requests slower, by %s at most", slower, requests, by)
	if slower*100 > requests {
		t.Errorf("less work made %d of %d requests slower, by %s at most", slower, requests, by)
	}
}
