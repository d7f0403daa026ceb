package since_test

import (
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/analyze/since"
	"github.com/longpole/longpole/analyze/timeline"
	"github.com/longpole/longpole/trace"
)

var drawing = quantile.Resampling{Draws: 499}

// series draws a request every 600 ms, of which each takes about 100 ms times what by says.
func series(seed uint64, n int, by func(i int, r *rand.Rand) float64) (out []timeline.Request) {
	r := rand.New(rand.NewPCG(seed, 7))
	for i := range n {
		took := 100e6 * math.Exp(0.6*r.NormFloat64()) * by(i, r)
		out = append(out, timeline.Request{Start: trace.Time(i) * 600e6, Duration: time.Duration(took), Weight: quantile.One})
	}
	return out
}

func steady(int, *rand.Rand) float64 { return 1 }

// weather makes twenty requests in a row alike, more or less slow.
func weather(seed uint64) func(int, *rand.Rand) float64 {
	return func(i int, _ *rand.Rand) float64 {
		return math.Exp(0.25 * rand.New(rand.NewPCG(seed, uint64(i/20))).NormFloat64())
	}
}

func TestAChangeOfAllIsFoundWhereItIs(t *testing.T) {
	found := since.Find(series(1, 3000, func(i int, _ *rand.Rand) float64 {
		if i >= 1800 {
			return 1.5
		}
		return 1
	}), drawing)
	if len(found) != 1 || found[0].Level != quantile.P50 || found[0].Low > 1800*600e6 || found[0].High < 1800*600e6 || found[0].High.Sub(found[0].Low) > 200*600e6 {
		t.Errorf("%+v", found)
	}
}

func TestAChangeOfTheTailIsFoundWhereItIs(t *testing.T) {
	found := since.Find(series(2, 3000, func(i int, r *rand.Rand) float64 {
		if i >= 1200 && r.IntN(12) == 0 {
			return 6
		}
		return 1
	}), drawing)
	if len(found) != 1 || found[0].Level != quantile.P95 || found[0].Low > 1200*600e6 || found[0].High < 1200*600e6 || found[0].Before >= found[0].After {
		t.Errorf("%+v", found)
	}
}

func TestTwoChangesAreBothFound(t *testing.T) {
	found := since.Find(series(3, 3000, func(i int, _ *rand.Rand) float64 {
		return float64(int(1) << (i / 1000))
	}), drawing)
	if len(found) != 2 || found[0].At >= found[1].At || found[0].After <= found[0].Before || found[0].After != found[1].Before {
		t.Errorf("%+v", found)
	}
}

func TestASteadySeriesHasNoChange(t *testing.T) {
	for name, by := range map[string]func(uint64) func(int, *rand.Rand) float64{
		"independent": func(uint64) func(int, *rand.Rand) float64 { return steady },
		"weather":     weather,
	} {
		alarms := 0
		for seed := range uint64(40) {
			if len(since.Find(series(seed, 2000, by(seed)), drawing)) > 0 {
				alarms++
			}
		}
		if alarms > 3 {
			t.Errorf("%s: %d of 40 steady series have a change", name, alarms)
		}
	}
}

func TestFewRequestsHaveNoChange(t *testing.T) {
	for n := range 60 {
		if found := since.Find(series(5, n, func(i int, _ *rand.Rand) float64 { return float64(1 + 9*(2*i/max(n, 1))) }), drawing); len(found) > 0 {
			t.Errorf("of %d requests: %+v", n, found)
		}
	}
}

func TestTheOrderOfRequestsChangesNoInstant(t *testing.T) {
	all := series(6, 1000, func(i int, _ *rand.Rand) float64 { return float64(1 + i/500) })
	want := since.Find(slices.Clone(all), drawing)
	slices.Reverse(all)
	if got := since.Find(all, drawing); len(want) != 1 || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func TestAShiftOfTheClockShiftsTheInstant(t *testing.T) {
	all := series(7, 1000, func(i int, _ *rand.Rand) float64 { return float64(1 + i/500) })
	want := since.Find(slices.Clone(all), drawing)
	for i := range all {
		all[i].Start = all[i].Start.Add(time.Hour)
	}
	got := since.Find(all, drawing)
	if len(got) != 1 || got[0].At != want[0].At.Add(time.Hour) || got[0].Low != want[0].Low.Add(time.Hour) || got[0].Chance != want[0].Chance {
		t.Errorf("%+v, before the shift %+v", got, want)
	}
}
