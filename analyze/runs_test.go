package analyze_test

import (
	"strings"
	"testing"
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/trace"
)

// runs makes one run for each of some durations, of requests that all take that long.
func runs(id uint64, took ...time.Duration) (all [][][]trace.Span) {
	for i, d := range took {
		run := lasting(60, d)
		for k := range run {
			run[k][0].Trace.Hi = id + uint64(i)
		}
		all = append(all, run)
	}
	return all
}

// regressed returns the check of an assertion that compares runs.
func regressed(t *testing.T, journey string, before, after, equal [][][]trace.Span) analyze.Check {
	t.Helper()
	p := plan(t, "journeys: {buy: {root: {service: web}, "+journey+", assert: [regression(p95) < 5%]}}")
	of := func(all [][][]trace.Span) *analyze.Data {
		if all == nil {
			return nil
		}
		var data []*analyze.Data
		for _, run := range all {
			data = append(data, collectedWith(p, run).Data)
		}
		return analyze.OfRuns(data...)
	}
	return of(after).Beside(analyze.References{Baseline: of(before), Equal: of(equal)}, p, analyze.Settings{}).Verdicts[0].Checks[0]
}

const anyJourney = "owner: shop"

func TestThreeRunsASideTellAChangeFromOneOfTheMachine(t *testing.T) {
	before := runs(1, 90*msec, 100*msec, 110*msec)
	for _, c := range []struct {
		name  string
		after []time.Duration
		want  analyze.State
	}{
		{"each is slower than each before", []time.Duration{120 * msec, 130 * msec, 125 * msec}, analyze.Blown},
		{"each is, but one by less than 5 %", []time.Duration{115 * msec, 130 * msec, 125 * msec}, analyze.AtRisk},
		{"one is as quick as one before", []time.Duration{110 * msec, 170 * msec, 165 * msec}, analyze.AtRisk},
		{"none is slower", []time.Duration{90 * msec, 91 * msec, 92 * msec}, analyze.OK},
	} {
		check := regressed(t, anyJourney, before, runs(11, c.after...), nil)
		if check.State != c.want || !check.Change.ByRun() || check.Change.Blocks != [2]int{3, 3} {
			t.Errorf("%s: %v, %+v", c.name, check.State, check.Change)
		}
	}
	if check := regressed(t, anyJourney, runs(1, 100*msec, 100*msec), runs(11, 150*msec, 150*msec, 150*msec), nil); check.Change.ByRun() || check.Change.Blocks != [2]int{40, 60} {
		t.Errorf("two runs beside three: %+v", check.Change)
	}
}

// A change between runs needs no part that has most of it: the runs have had the machine's changes.
func TestBetweenRunsAChangeThatIsSpreadOverEverythingIsBlown(t *testing.T) {
	spread := func(id uint64, ms int) (all [][][]trace.Span) {
		for i := range 3 {
			run := stages(t, [10]int{ms, ms, ms, ms, ms, ms, ms, ms, ms, ms})
			for _, spans := range run {
				for k := range spans {
					spans[k].Trace.Hi = id + uint64(i)
				}
			}
			all = append(all, run)
		}
		return all
	}
	if check := regressed(t, anyJourney, spread(1, 100), spread(11, 120), nil); check.State != analyze.Blown {
		t.Errorf("%v: %+v", check.State, check.Change)
	}
	if check := regressed(t, anyJourney, spread(1, 100)[:1], spread(11, 120)[:1], nil); check.State != analyze.AtRisk {
		t.Errorf("one run a side: %v: %+v", check.State, check.Change)
	}
}

func TestWhatEqualRunsDifferByIsNoRegression(t *testing.T) {
	before, after := runs(1, 100*msec), runs(11, 120*msec)
	for _, c := range []struct {
		name, journey string
		equal         [][][]trace.Span
		want          analyze.State
		noise         int64
	}{
		{"nothing is known", anyJourney, nil, analyze.Blown, 0},
		{"equal runs differ by less", anyJourney, runs(21, 100*msec, 119*msec, 118*msec), analyze.Blown, 190_000},
		{"equal runs differ by as much", anyJourney, runs(21, 120*msec, 110*msec, 100*msec), analyze.AtRisk, 200_000},
		{"the plan knows of less", "noise: 19.9%", nil, analyze.Blown, 199_000},
		{"the plan knows of as much", "noise: 20%", nil, analyze.AtRisk, 200_000},
		{"the larger counts", "noise: 20%", runs(21, 100*msec, 101*msec), analyze.AtRisk, 200_000},
	} {
		check := regressed(t, c.journey, before, after, c.equal)
		if check.State != c.want || check.Change.Noise != c.noise {
			t.Errorf("%s: %v, %+v", c.name, check.State, check.Change)
		}
	}
}

func TestRunsThatHaveTheSameTracesProveNothing(t *testing.T) {
	twice := func(id uint64, took time.Duration) [][][]trace.Span {
		return append(runs(id, took), runs(id, took)...)
	}
	one := runs(1, 100*msec)
	for name, c := range map[string]struct {
		before, after, equal [][][]trace.Span
		why                  string
	}{
		"now":          {one, twice(11, 150*msec), nil, "60 of 120 requests are in two runs: the same traces are in both"},
		"the baseline": {twice(1, 100*msec), runs(11, 150*msec), nil, "in the baseline 60 of 120 requests are in two runs: the same traces are in both"},
		"equal runs":   {one, runs(11, 150*msec), twice(21, 100*msec), "of the runs that are known to be equal 60 of 120 requests are in two runs: the same traces are in both"},
		"none of it":   {one, runs(11, 150*msec), [][][]trace.Span{nil, nil}, "the runs that are known to be equal have no such requests"},
	} {
		check := regressed(t, anyJourney, c.before, c.after, c.equal)
		if check.State != analyze.Unproven || check.Why != c.why || !check.Unmeasured {
			t.Errorf("%s: %v, %s", name, check.State, check.Why)
		}
	}
	p := plan(t, "journeys: {buy: {root: {service: web}, target: p95 < 1s}}")
	same := analyze.OfRuns(collectedWith(p, lasting(60, msec)).Data, collectedWith(p, lasting(60, msec)).Data)
	if v := same.Result(p, analyze.Settings{}).Verdicts[0]; !v.Unmeasured() || !strings.Contains(v.Checks[0].Why, "in two runs") {
		t.Errorf("a target: %+v", v)
	}
}

func TestBlocksOfTimeBelongToOneRun(t *testing.T) {
	p := plan(t, "journeys: {buy: {root: {service: web}, assert: [regression(p95) < 5%]}}")
	later := func(id uint64, by time.Duration) *analyze.Data {
		all := runs(id, 100*msec)[0]
		for i := range all {
			all[i][0].Start, all[i][0].End = all[i][0].Start.Add(by), all[i][0].End.Add(by)
		}
		return collectedWith(p, all).Data
	}
	// A day lies between runs of a minute each: one set would have two blocks of seven minutes.
	now := analyze.OfRuns(later(11, 0), later(12, 24*time.Hour))
	v := now.Against(later(1, 0), p, analyze.Settings{}).Verdicts[0]
	if got := v.Checks[0].Change.Blocks; got != [2]int{20, 40} {
		t.Errorf("blocks %v, want 20 and 40", got)
	}
}
