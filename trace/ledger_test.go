package trace_test

import (
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"github.com/longpole/longpole/trace"
)

func TestTheLedgerAddsUp(t *testing.T) {
	l := trace.Ledger{Spans: 10}
	l.Count(trace.DuplicateSpan, 2, trace.Example{})
	l.Count(trace.ConflictingSpan, 1, trace.Example{})
	l.Count(trace.ClockSkew, 5, trace.Example{}) // moved, not lost
	kept, copies, conflicts := l.Total(trace.Kept), l.Total(trace.Duplicate), l.Total(trace.Conflict)
	if kept != 7 || copies != 2 || conflicts != 1 || l.Total(trace.Rejected) != 0 {
		t.Errorf("10 spans are %d + %d + %d", kept, copies, conflicts)
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
