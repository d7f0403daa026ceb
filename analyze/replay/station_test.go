package replay_test

import (
	"slices"
	"testing"

	"github.com/longpole/longpole/analyze/replay"
	"github.com/longpole/longpole/internal/testkit"
)

// stationsOf are those of all recordings that have any.
var stationsOf = map[string][]string{
	"hotrod/baseline":             {"mysql lock, 1", "route pool, 3"},
	"hotrod/db-query-delay-100ms": {"mysql lock, 1", "route pool, 3"},
	"hotrod/no-db-conn-mutex":     {"route pool, 3"},
	"hotrod/route-pool-100":       {"mysql lock, 1"},
	"lab/hidden-queue/faulty":     {"payment worker, 1"},
	"lab/pool-of-two/faulty":      {"inventory pool, 2"},
	"cures/hidden-queue/fault":    {"payment worker, 1"},
	"cures/pool-of-two/fault":     {"inventory pool, 2"},
	"cures/pool-of-two/pool-3":    {"inventory pool, 3"},
	"tracing/tracing-lock/faulty": {"postgres pool, 1"}, // a lock around the statement
	"runs/pool-of-two-1":          {"inventory pool, 2"},
	"runs/pool-of-two-2":          {"inventory pool, 2"},
	"runs/pool-of-two-3":          {"inventory pool, 2"},
}

func TestStationsAreFoundWhereRequestsWaitForEachOtherAndNowhereElse(t *testing.T) {
	met := map[string]bool{}
	for _, p := range playedAll(t) {
		if met[p.name] = true; !slices.Equal(p.stations, stationsOf[p.name]) {
			t.Errorf("%s: %v", p.name, p.stations)
		}
	}
	for name := range stationsOf {
		if !met[name] && testkit.Whole() {
			t.Errorf("there is no recording %s", name)
		}
	}
}

// What the lab and HotROD's source say of them.
func TestStationsAreAsBusyAsTheirSettingsMakeThem(t *testing.T) {
	for file, want := range map[string]map[string][2]int64{ // in percent: of the time that they are held
		"hotrod/baseline":        {"mysql lock": {60, 63}, "route pool": {33, 37}},
		"lab/pool-of-two/faulty": {"inventory pool": {67, 70}},
	} {
		run := recorded(t, nil, "../../testdata/recordings/"+file+".otlp.jsonl.zst")
		run.FindStations()
		for _, s := range run.Stations {
			if busy := s.Busy() / 10_000; busy < want[s.Name][0] || busy > want[s.Name][1] {
				t.Errorf("%s: %s is held %d %% of the time", file, s.Name, busy)
			}
		}
	}
}

// Played again as they were, requests wait as long as they did where the first to come is served first.
func TestFirstComeFirstServedReproducesTheWaitsOfHotROD(t *testing.T) {
	run := recorded(t, nil, "../../testdata/recordings/hotrod/baseline.otlp.jsonl.zst")
	run.FindStations()
	got, was := run.Unchanged(replay.FirstCome)
	for _, at := range []int{50, 95, 99} {
		if d := (got[at] - was[at]).Abs(); d > was[at]/200 {
			t.Errorf("p%d is %v, not %v", at, got[at], was[at])
		}
	}
}
