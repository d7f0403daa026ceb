package critpath_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/longpole/longpole/analyze/critpath"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
)

func TestAWalkerThatWasUsedIsAsGoodAsNew(t *testing.T) {
	used := critpath.NewWalker(nil)
	rapid.Check(t, func(t *rapid.T) {
		tr := trace.Assemble(testkit.Spans().Draw(t, "spans"), trace.Options{})
		root := int32(rapid.IntRange(0, len(tr.Spans)-1).Draw(t, "root"))
		want := fmt.Sprint(critpath.Of(tr, root, nil))
		if got := fmt.Sprint(*used.Of(tr, root)); got != want {
			t.Fatalf("a new one finds\n%s\nthe used one\n%s", want, got)
		}
	})
}

func TestAVisitIsFoundForEachSpanOnThePathAndForNoOther(t *testing.T) {
	w := critpath.NewWalker(nil)
	rapid.Check(t, func(t *rapid.T) {
		tr := trace.Assemble(testkit.Spans().Draw(t, "spans"), trace.Options{})
		root := int32(rapid.IntRange(0, len(tr.Spans)-1).Draw(t, "root"))
		visits := w.Of(tr, root).Visits
		for i := range tr.Spans {
			at := slices.IndexFunc(visits, func(v critpath.Visit) bool { return v.Span == int32(i) })
			got, ok := w.Visit(int32(i))
			if ok != (at >= 0) || (ok && got != visits[at]) {
				t.Fatalf("of span %d the visit is %v, %v; all are %v", i, got, ok, visits)
			}
		}
	})
}

func TestAWideTraceLeavesNothingToANarrowOne(t *testing.T) {
	w := critpath.NewWalker(nil)
	wide := []trace.Span{{ID: 1, Sig: &trace.Signature{Service: "wide"}, End: 1_000_000}}
	for i := range trace.Time(1000) {
		wide = append(wide, trace.Span{ID: trace.SpanID(i + 2), Parent: 1, Sig: wide[0].Sig, Start: 900 * i, End: 900*i + 5000})
	}
	if n := len(w.Of(trace.Assemble(wide, trace.Options{}), 0).Visits); n < 100 {
		t.Fatalf("only %d visits of the wide trace", n)
	}
	tr := testkit.DrawTrace(t, `
		root  ==========
		  a    ===
		  b        ====`)
	path := w.Of(tr, tr.Roots[0])
	if got := fmt.Sprint(len(path.Visits), len(path.Segments)); got != "3 5" {
		t.Errorf("visits and segments are %s", got)
	}
	if v, ok := w.Visit(1); !ok || v.To.Sub(v.From) != 3*time.Millisecond {
		t.Errorf("the visit of a is %v, %v", v, ok)
	}
}

func TestAPathNeedsNoMemoryAfterTheFirst(t *testing.T) {
	tr := testkit.DrawTrace(t, `
		root         ====================
		  get client  ========
		    get_it server in=b  ====
		  a                   ======
		  b                  =======
		  c                 ===========`)
	w := critpath.NewWalker(nil)
	n := testing.AllocsPerRun(100, func() {
		w.Of(tr, tr.Roots[0])
		w.Visit(3)
	})
	if n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// Children that end within 1 % of the parent after the next has started are all in turn, so
// many may be late at the same moment.
func TestOfManyLateChildrenThePathAgreesWithAWalkOverEveryBoundary(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sig := &trace.Signature{Service: "pool", Name: "work"}
		spans := []trace.Span{{ID: 1, Sig: sig, End: 10_000}}
		for i := range rapid.IntRange(2, 30).Draw(t, "children") {
			start := rapid.IntRange(0, 60).Draw(t, "start") * 20
			length := rapid.IntRange(1, 40).Draw(t, "length") * 10
			spans = append(spans, trace.Span{ID: trace.SpanID(2 + i), Parent: 1, Sig: sig,
				Start: trace.Time(start), End: trace.Time(start + length)})
		}
		tr := trace.Assemble(spans, trace.Options{})
		var got []critpath.Segment
		for _, s := range critpath.Of(tr, tr.Roots[0], nil).Segments {
			got = joined(got, s)
		}
		if want := bruteForce(tr, tr.Roots[0]); !slices.Equal(got, want) {
			t.Fatalf("got  %v\nwant %v", got, want)
		}
	})
}
