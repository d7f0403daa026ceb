package trace_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/longpole/longpole/trace"
)

var malformed = trace.Code{ID: "malformed", Fate: trace.Rejected}

func TestTheLedgerAddsUp(t *testing.T) {
	l := trace.Ledger{Spans: 10}
	l.Count(trace.DuplicateSpan, 2, trace.Example{})
	l.Count(trace.ConflictingSpan, 1, trace.Example{})
	l.Count(malformed, 3, trace.Example{})
	l.Count(trace.ClockSkew, 5, trace.Example{}) // moved, not lost
	totals := [4]int{l.Total(trace.Kept), l.Total(trace.Duplicate), l.Total(trace.Conflict), l.Total(trace.Rejected)}
	if want := [4]int{4, 2, 1, 3}; totals != want {
		t.Errorf("of 10 spans %v were kept, duplicates, conflicts, rejected; want %v", totals, want)
	}
}

func TestAMergedLedgerHoldsAllThatBothHold(t *testing.T) {
	l := trace.Ledger{
		Files: []trace.FileCount{{Name: "a", Spans: 3}}, Spans: 3, Traces: 2,
		Records: trace.Records{Read: 10, Whole: 5, Damaged: 3, Skipped: 2},
	}
	o := trace.Ledger{
		Files: []trace.FileCount{{Name: "b", Spans: 40}}, Spans: 40, Traces: 30,
		Records: trace.Records{Read: 1000, Whole: 500, Damaged: 300, Skipped: 200},
	}
	l.Count(trace.DuplicateSpan, 1, trace.Example{File: "a"})
	o.Count(trace.DuplicateSpan, 20, trace.Example{File: "b"})
	o.Count(malformed, 7, trace.Example{File: "b"})
	l.Merge(&o)
	want := trace.Ledger{
		Files: []trace.FileCount{{Name: "a", Spans: 3}, {Name: "b", Spans: 40}}, Spans: 43, Traces: 32,
		Records: trace.Records{Read: 1010, Whole: 505, Damaged: 303, Skipped: 202},
	}
	want.Count(trace.DuplicateSpan, 1, trace.Example{File: "a"})
	want.Count(trace.DuplicateSpan, 20, trace.Example{File: "b"})
	want.Count(malformed, 7, trace.Example{File: "b"})
	if !reflect.DeepEqual(l, want) {
		t.Errorf("merged it is\n%+v, want\n%+v", l, want)
	}
	if n := l.Of(trace.DuplicateSpan); n != 21 {
		t.Errorf("%d duplicates", n)
	}
}

func TestFindingsStandInOrderOfFateThenCode(t *testing.T) {
	var l trace.Ledger
	for _, c := range []trace.Code{trace.ClockSkew, trace.DuplicateSpan, {ID: "bad-time", Fate: trace.Rejected}, trace.ConflictingSpan, malformed, trace.CallerGaveUp} {
		l.Count(c, 1, trace.Example{})
	}
	var ids []string
	for _, f := range l.Findings() {
		ids = append(ids, f.Code.ID)
	}
	want := []string{"bad-time", "malformed", "conflicting-span", "duplicate-span", "caller-gave-up", "clock-skew"}
	if !slices.Equal(ids, want) {
		t.Errorf("they are %v, want %v", ids, want)
	}
}

func TestTheFiveWorstExamplesAreKept(t *testing.T) {
	var l trace.Ledger
	for _, ms := range []time.Duration{3, 8, 1, 6, 5, 7, 2, 4} {
		l.Count(trace.ClockSkew, 1, trace.Example{Amount: ms})
	}
	var amounts []time.Duration
	for _, ex := range l.Findings()[0].Examples {
		amounts = append(amounts, ex.Amount)
	}
	if want := []time.Duration{8, 7, 6, 5, 4}; !slices.Equal(amounts, want) {
		t.Errorf("kept are %v, want %v", amounts, want)
	}
}

func TestExamplesThatAreEquallyBadStandInOrderOfTheirPlace(t *testing.T) {
	want := []trace.Example{
		{File: "a", Line: 2, Offset: 9}, {File: "b", Line: 1, Offset: 8}, {File: "b", Line: 2, Offset: 6}, {File: "b", Line: 2, Offset: 7},
		{File: "b", Line: 2, Offset: 7, Text: "x"},
	}
	var l trace.Ledger
	for _, i := range []int{3, 4, 1, 0, 2} {
		l.Count(malformed, 1, want[i])
	}
	if got := l.Findings()[0].Examples; !slices.Equal(got, want) {
		t.Errorf("they are %v, want %v", got, want)
	}
}

func TestTheWorstExamplesAreKeptInWhateverOrderTheyCame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		amounts := rapid.SliceOfN(rapid.Int64Range(0, 30), 1, 20).Draw(t, "amounts")
		var one, left, right trace.Ledger
		for i, a := range amounts {
			ex := trace.Example{Span: trace.SpanID(a), Amount: trace.Time(a).Sub(0)}
			one.Count(trace.ClockSkew, 1, ex)
			half := []*trace.Ledger{&left, &right}[i%2]
			half.Count(trace.ClockSkew, 1, ex)
		}
		right.Merge(&left)
		if want, got := one.Findings(), right.Findings(); !reflect.DeepEqual(want, got) {
			t.Fatalf("one ledger holds %+v, the merged %+v", want, got)
		}
	})
}
