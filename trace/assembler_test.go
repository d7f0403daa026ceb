package trace_test

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
)

// damaged generates the spans of a trace to which anything happened that there is a repair for.
func damaged(t *rapid.T) []trace.Span {
	spans := testkit.Spans().Draw(t, "spans")
	for range rapid.IntRange(0, 8).Draw(t, "damages") {
		at, other := rapid.IntRange(0, len(spans)-1).Draw(t, "at"), rapid.IntRange(0, len(spans)-1).Draw(t, "other")
		s := &spans[at]
		by := time.Duration(rapid.IntRange(-50, 50).Draw(t, "by")) * time.Millisecond
		switch rapid.IntRange(0, 8).Draw(t, "damage") {
		case 0: // a copy
			spans = append(spans, *s)
		case 1: // another end, exported later
			spans = append(spans, *s)
			s.End = s.End.Add(by)
		case 2: // a shared id
			s.ID = spans[other].ID
		case 3: // a wrong parent, and with it a cycle
			s.Parent = spans[other].ID
		case 4: // another root
			s.Parent = 0
		case 5: // another clock
			s.Sig = &trace.Signature{Service: s.Sig.Service, Host: "off", Name: s.Sig.Name, Kind: s.Sig.Kind}
			s.Start, s.End = s.Start.Add(by), s.End.Add(by)
		case 6: // ages ago
			s.Start = trace.Time(rapid.Int64().Draw(t, "start"))
		case 7: // a user's clock
			s.Sig = &trace.Signature{Service: "page", Name: s.Sig.Name, Kind: trace.Client, Resource: trace.Attrs{{Key: "browser.platform"}}}
			s.Start, s.End = s.Start.Add(20*by), s.End.Add(20*by)
		case 8: // a start that was cut
			s.Start, s.End = s.Start/1e6*1e6, s.End.Add(333)
		}
	}
	return spans
}

// spelled is all that a trace says, as text.
func spelled(tr *trace.Trace) string {
	text := fmt.Sprintln(tr.ID, tr.Roots, tr.Orphans)
	for _, n := range tr.Notes {
		text += fmt.Sprintln(n.Code.ID, n.Span, n.Amount)
	}
	for i := range tr.Spans {
		s, at := &tr.Spans[i], int32(i)
		text += fmt.Sprintln(s.ID, s.Start, s.End, s.Flags, *s.Sig, tr.Parent(at), tr.Children(at), tr.Shift(at))
	}
	return text
}

func TestAnAssemblerThatWasUsedIsAsGoodAsNew(t *testing.T) {
	used := trace.NewAssembler(trace.Options{})
	rapid.Check(t, func(t *rapid.T) {
		spans := damaged(t)
		want := spelled(trace.Assemble(slices.Clone(spans), trace.Options{}))
		if got := spelled(used.Assemble(slices.Clone(spans))); got != want {
			t.Fatalf("a new one makes\n%s\nthe used one\n%s", want, got)
		}
	})
}

func TestATraceDoesNotDependOnTheOrderOfItsSpans(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		spans := damaged(t)
		shuffled := rapid.Permutation(spans).Draw(t, "order")
		want := spelled(trace.Assemble(spans, trace.Options{}))
		if got := spelled(trace.Assemble(shuffled, trace.Options{})); got != want {
			t.Fatalf("in order\n%s\nshuffled\n%s", want, got)
		}
	})
}

func TestALargeTraceLeavesNothingToASmallOne(t *testing.T) {
	var large []trace.Span
	for i := range 5000 { // shared ids, moved clocks and orphans: everything is in use
		pair := testkit.Draw(t, `
			call client    =====
			  serve server       ====  in=b`)
		for k := range pair {
			pair[k].ID, pair[k].Parent = trace.SpanID(10+i), trace.SpanID(i)
			pair[k].Sig.Host = fmt.Sprint("host ", 2*i+k)
		}
		large = append(large, pair...)
	}
	a := trace.NewAssembler(trace.Options{})
	if notes := a.Assemble(large).Notes; len(notes) < 5000 {
		t.Fatalf("only %d notes of the large trace", len(notes))
	}
	tr := a.Assemble(testkit.Draw(t, `
		root             ====================
		  call client     ==========
		    serve server   ========           in=b
		      query          ====             in=b`))
	wantTree(t, tr, "root(call(serve(query)))")
	wantNotes(t, tr)
	for i := range tr.Spans {
		if d := tr.Shift(int32(i)); d != 0 {
			t.Errorf("span %d moved by %v", i, d)
		}
	}
}

func TestAWholeTraceNeedsNoMemoryAfterTheFirst(t *testing.T) {
	drawn := testkit.Draw(t, `
		root             ====================
		  call client     ==========
		    serve server   ========           in=b
		  mail follows              =========`)
	slices.Reverse(drawn)
	a, spans := trace.NewAssembler(trace.Options{}), slices.Clone(drawn)
	n := testing.AllocsPerRun(100, func() {
		copy(spans, drawn)
		a.Assemble(spans)
	})
	if n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestStartsAgesApartAreStillOrderedToTheNanosecond(t *testing.T) {
	sig := &trace.Signature{}
	var spans []trace.Span
	for i, at := range []trace.Time{math.MaxInt64, 1 << 60, math.MinInt64} {
		spans = append(spans, trace.Span{ID: trace.SpanID(1 + i), Start: at, End: at, Sig: sig})
	}
	for i := range 97 {
		at := trace.Time(1000 - i)
		spans = append(spans, trace.Span{ID: trace.SpanID(4 + i), Parent: 1, Start: at, End: at + 1, Sig: sig})
	}
	tr := trace.Assemble(spans, trace.Options{})
	for i := 1; i < len(tr.Spans); i++ {
		if tr.Spans[i-1].Start >= tr.Spans[i].Start {
			t.Fatalf("span %d starts at %d, the next at %d", i-1, tr.Spans[i-1].Start, tr.Spans[i].Start)
		}
	}
}
