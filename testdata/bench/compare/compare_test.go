package main

import (
	"slices"
	"testing"

	"github.com/longpole/longpole/testdata/bench/stats"
)

func TestPairsAreAddedUntilTheIntervalIsNarrow(t *testing.T) {
	steady := func(n int) []float64 { return slices.Repeat([]float64{1.01}, n) }
	restless := func(n int) []float64 { return slices.Repeat([]float64{0.97, 1.03}, n/2) }
	for _, c := range []struct {
		why    string
		ratios []float64
		want   bool
	}{
		{"there is none", nil, false},
		{"nine are too few, however alike", steady(9), false},
		{"ten that are alike", steady(10), true},
		{"ten that are 0.06 apart", restless(10), false},
		{"thirty-eight that are", restless(38), false},
		{"nobody waits for more than forty", restless(40), true},
		{"bounds of ten are the second and the ninth", append(steady(8), 0.5, 1.5), true},
	} {
		if got := enough(c.ratios); got != c.want {
			t.Errorf("%s: enough is %v", c.why, got)
		}
	}
}

func TestALimitIsBrokenByTheMedianOrByNotKnowingIt(t *testing.T) {
	for _, c := range []struct {
		in     stats.Interval
		limit  float64
		breaks bool
	}{
		{stats.Interval{Low: 1.02, Median: 1.03, High: 1.04}, 1.03, false},
		{stats.Interval{Low: 1.02, Median: 1.031, High: 1.04}, 1.03, true},
		{stats.Interval{Low: 0.97, Median: 1, High: 1.02}, 1.03, true},
		{stats.Interval{Low: 1, Median: 2, High: 3}, 0, false},
	} {
		if err := exceeds("row", c.in, c.limit); (err != nil) != c.breaks {
			t.Errorf("%v against %v: %v", c.in, c.limit, err)
		}
	}
}

func TestARowOfTwoCommandsIsMeasuredOnlyWhenAskedFor(t *testing.T) {
	all, err := choose("")
	if err != nil || len(all) != len(rows)-1 {
		t.Fatalf("%d rows without names: %v", len(all), err)
	}
	chosen, err := choose("doctor/report,check")
	if err != nil || len(chosen) != 2 || chosen[0].name != "check" || chosen[1].name != "doctor/report" {
		t.Errorf("%v, %v", chosen, err)
	}
	if _, err := choose("check,diff"); err == nil {
		t.Error("a row that does not exist is no error")
	}
}

func TestSidesOfARowAreCommandsOfTheRightProgram(t *testing.T) {
	b := &bench{old: "old", new: "new", input: "in", plan: "p.yaml"}
	for name, want := range map[string][2][]string{
		"check":         {{"new", "check", "--budget", "p.yaml", "-o", "json", "in/otlp.jsonl"}, {"old", "check", "--budget", "p.yaml", "-o", "json", "in/otlp.jsonl"}},
		"doctor/report": {{"new", "doctor", "-o", "json", "in/otlp.jsonl"}, {"new", "report", "-o", "json", "in/otlp.jsonl"}},
	} {
		chosen, err := choose(name)
		if err != nil {
			t.Fatal(err)
		}
		if over, under := b.command(chosen[0].over), b.command(chosen[0].under); !slices.Equal(over, want[0]) || !slices.Equal(under, want[1]) {
			t.Errorf("%s compares %q with %q", name, over, under)
		}
	}
}
