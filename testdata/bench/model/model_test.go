package model

import (
	"reflect"
	"testing"
)

func some(seed uint64) (traces [][]*Span) {
	m := NewMaker(seed)
	for range 200 {
		traces = append(traces, m.Trace())
	}
	return traces
}

func TestTheSameSeedMakesTheSameTraces(t *testing.T) {
	if !reflect.DeepEqual(some(7), some(7)) {
		t.Error("two makers with one seed differ")
	}
	if reflect.DeepEqual(some(7), some(8)) {
		t.Error("the seed decides nothing")
	}
}

func TestATraceIsOneTreeOfTwentyToTwoHundredSpans(t *testing.T) {
	for _, spans := range some(1) {
		if n := len(spans); n < 20 || n > 200 {
			t.Errorf("a trace of %d spans", n)
		}
		seen := map[[8]byte]bool{}
		for i, s := range spans {
			if root := s.Parent == [8]byte{}; root != (i == 0) || !root && !seen[s.Parent] {
				t.Errorf("span %d, %q, hangs on nothing before it", i, s.Name)
			}
			if s.Trace != spans[0].Trace || seen[s.ID] {
				t.Errorf("span %d, %q, has an id of its own trace, or one that is taken", i, s.Name)
			}
			seen[s.ID] = true
		}
	}
}

func TestSpansLieWithinTheirParentsUnlessNobodyWaitsForThem(t *testing.T) {
	for _, spans := range some(2) {
		byID := map[[8]byte]*Span{}
		for _, s := range spans {
			byID[s.ID] = s
			p := byID[s.Parent]
			switch {
			case s.End < s.Start:
				t.Errorf("%q ends before it starts", s.Name)
			case p == nil:
			case s.Kind == Consumer && s.Start < p.End:
				t.Errorf("%q begins before the message was sent", s.Name)
			case s.Kind != Consumer && (s.Start < p.Start || s.End > p.End):
				t.Errorf("%q, %d to %d, lies outside %q, %d to %d", s.Name, s.Start, s.End, p.Name, p.Start, p.End)
			}
		}
	}
}

func TestSpansSayAboutTenThingsOfThemselves(t *testing.T) {
	spans, attrs, failed := 0, 0, 0
	for _, trace := range some(3) {
		for _, s := range trace {
			if s.Name == "" || s.Scope == nil || len(s.Attrs) < 5 {
				t.Errorf("%+v is not described", s)
			}
			spans, attrs = spans+1, attrs+len(s.Attrs)
			if s.Failed {
				failed++
			}
		}
	}
	if each := float64(attrs) / float64(spans); each < 10 || each > 11 {
		t.Errorf("%.1f attributes each", each)
	}
	if failed == 0 || failed > spans/20 {
		t.Errorf("%d of %d spans failed", failed, spans)
	}
}
