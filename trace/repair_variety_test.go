package trace

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// kindsOf are spans one after the other, of which each two are of one kind.
func kindsOf(n int) (spans []Span) {
	for i := range 2 * n {
		sig := &Signature{Service: fmt.Sprint("s", i%3), Name: fmt.Sprint("work ", i/2), Number: uint32(i / 2)}
		if i%2 == 1 {
			sig = spans[i-1].Sig
		}
		spans = append(spans, Span{Trace: ID{Lo: 1}, ID: SpanID(i + 1), Start: Time(i), End: Time(i + 1), Sig: sig})
	}
	return spans
}

func kindsIn(t *Trace) map[*Signature]bool {
	met := map[*Signature]bool{}
	for i := range t.Spans {
		met[t.Spans[i].Sig] = true
	}
	return met
}

func TestATraceOfTooManyKindsOfSpansHasOthers(t *testing.T) {
	for n, want := range map[int]int{mostKinds: mostKinds, mostKinds + 1: mostKinds + 1, mostKinds + 100: mostKinds + 3} {
		got := Assemble(kindsOf(n), Options{})
		if kinds := len(kindsIn(got)); kinds != want {
			t.Errorf("%d kinds of spans became %d, want %d", n, kinds, want)
		}
		others := slices.DeleteFunc(got.Notes, func(n Note) bool { return n.Code != TooVaried })
		if len(others) != min(n-mostKinds, 1) {
			t.Errorf("%d kinds of spans: %v", n, others)
		}
	}
}

func TestWhichSpansAreOthersDoesNotDependOnTheirOrder(t *testing.T) {
	spans := kindsOf(mostKinds + 100)
	names := func(spans []Span) (all []string) {
		got := Assemble(slices.Clone(spans), Options{})
		for i := range got.Spans {
			all = append(all, got.Spans[i].Sig.Service+" "+got.Spans[i].Sig.Name)
		}
		return all
	}
	want := names(spans)
	rand.Shuffle(len(spans), func(i, k int) { spans[i], spans[k] = spans[k], spans[i] })
	if !slices.Equal(names(spans), want) {
		t.Error("another order gives other others")
	}
}

func TestOthersOfTooManyServicesAreOfOneService(t *testing.T) {
	spans := kindsOf(mostKinds + 2*mostServices)
	for i := range spans {
		spans[i].Sig.Service = spans[i].Sig.Name
	}
	if kinds := len(kindsIn(Assemble(spans, Options{}))); kinds != mostKinds+mostServices+1 {
		t.Errorf("%d kinds of spans are left", kinds)
	}
}
