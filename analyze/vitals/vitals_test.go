package vitals_test

import (
	"math/rand"
	"testing"
	"time"

	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/analyze/vitals"
	"github.com/longpole/longpole/internal/wire"
)

const one = quantile.One

func timesOf(all ...time.Duration) *quantile.Sample {
	var values []quantile.Value
	for _, d := range all {
		values = append(values, quantile.Value{Time: d, Weight: one})
	}
	return quantile.NewSample(values)
}

func TestTimesAreRatedUpToAndBeyondTheUsualLimits(t *testing.T) {
	for name, limits := range map[string][2]time.Duration{vitals.LCP: {2500 * time.Millisecond, 4 * time.Second}, vitals.INP: {200 * time.Millisecond, 500 * time.Millisecond}} {
		r := vitals.OfTimes(name, timesOf(limits[0], limits[0]+1, limits[1], limits[1]+1), 4)
		if r.Good != one || r.NeedsImprovement != 2*one || r.Poor != one || r.Rating() != "needs improvement" || r.Loads != 4 {
			t.Errorf("%+v is %s", r, r.Rating())
		}
		for d, want := range map[time.Duration]string{limits[0]: "good", limits[0] + 1: "needs improvement", limits[1]: "needs improvement", limits[1] + 1: "poor"} {
			if r := vitals.OfTimes(name, timesOf(d), 1); r.Rating() != want {
				t.Errorf("%s of %v is %s, want %s", name, d, r.Rating(), want)
			}
		}
	}
}

func TestShiftsAreRatedByTheirLoadsInAnyOrderAndAnyParts(t *testing.T) {
	all := []int32{0, 0, 3, 10, 10, 11, 25, 26, 90_000, -1}
	for seed := range int64(10) {
		rand.New(rand.NewSource(seed)).Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		parts := [2]vitals.Shifts{}
		for i, hundredths := range all {
			parts[i%2].Add(hundredths, one)
		}
		parts[0].Merge(&parts[1])
		w := wire.Writer()
		parts[0].Code(w)
		var read vitals.Shifts
		c := wire.Reader(w.Bytes())
		read.Code(c)
		if err := c.Done(); err != nil {
			t.Fatal(err)
		}
		r, ok := read.Rated()
		if want := (vitals.Rated{Name: "cls", P75: 25, Loads: 10, Good: 6 * one, NeedsImprovement: 2 * one, Poor: 2 * one}); !ok || r != want {
			t.Fatalf("%+v, want %+v", r, want)
		}
	}
	if _, ok := new(vitals.Shifts).Rated(); ok {
		t.Error("no shift is rated")
	}
	if got := vitals.Text(7) + " " + vitals.Text(125); got != "0.07 1.25" {
		t.Error(got)
	}
}
