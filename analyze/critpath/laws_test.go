package critpath_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/longpole/longpole/analyze/critpath"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
)

func assembled(t *rapid.T) (tr *trace.Trace, spans []trace.Span) {
	spans = testkit.Spans().Draw(t, "spans")
	return trace.Assemble(slices.Clone(spans), trace.Options{}), spans
}

// top is the root, or where there is none the topmost span.
func top(tr *trace.Trace) int32 { return append(slices.Clone(tr.Roots), tr.Orphans...)[0] }

func TestSegmentsTileTheRootExactly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tr, _ := assembled(t)
		root := top(tr)
		at := tr.Spans[root].Start
		for _, s := range critpath.Of(tr, root, nil).Segments {
			if s.From != at || s.To <= s.From {
				t.Fatalf("segment %+v does not continue at %d", s, at)
			}
			at = s.To
		}
		if at != tr.Spans[root].End {
			t.Fatalf("the path ends at %d, the root at %d", at, tr.Spans[root].End)
		}
	})
}

func TestThePathDoesNotDependOnTheOrderOfSpans(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tr, spans := assembled(t)
		other := trace.Assemble(rapid.Permutation(spans).Draw(t, "order"), trace.Options{})
		want, got := described(tr, 0), described(other, 0)
		if !slices.Equal(want, got) {
			t.Fatalf("in order %v\nshuffled %v", want, got)
		}
	})
}

func TestAShiftInTimeChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tr, spans := assembled(t)
		by := time.Duration(rapid.Int64Range(-1e9, 1e9).Draw(t, "by")) * time.Millisecond // a clock that cuts starts, too
		moved := slices.Clone(spans)
		for i := range moved {
			moved[i].Start = moved[i].Start.Add(by)
			moved[i].End = moved[i].End.Add(by)
		}
		want := described(tr, 0)
		got := described(trace.Assemble(moved, trace.Options{}), by)
		if !slices.Equal(want, got) {
			t.Fatalf("before %v\nafter %v", want, got)
		}
	})
}

func TestAnAsynchronousSpanChangesNothingOnThePath(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tr, spans := assembled(t)
		p := rapid.SampledFrom(spans).Draw(t, "parent")
		async := p
		async.ID, async.Parent = 777, p.ID
		async.Flags = trace.FollowsFrom
		async.Sig = &trace.Signature{Service: "audit", Name: "write", Kind: trace.Internal}
		with := trace.Assemble(append(slices.Clone(spans), async), trace.Options{})
		if want, got := described(tr, 0), described(with, 0); !slices.Equal(want, got) {
			t.Fatalf("without %v\nwith %v", want, got)
		}
	})
}

func TestThePathAgreesWithAWalkOverEveryBoundary(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tr, _ := assembled(t)
		root := top(tr)
		var got []critpath.Segment
		for _, s := range critpath.Of(tr, root, nil).Segments {
			got = joined(got, s)
		}
		if want := bruteForce(tr, root); !slices.Equal(got, want) {
			t.Fatalf("got  %v\nwant %v", got, want)
		}
	})
}

type piece struct {
	span     trace.SpanID
	kind     trace.Kind
	from, to trace.Time
	flags    [3]bool
}

// described names spans by their ids, so that paths of differently ordered traces compare.
func described(tr *trace.Trace, by time.Duration) (out []piece) {
	for _, s := range critpath.Of(tr, top(tr), nil).Segments {
		span := &tr.Spans[s.Span]
		out = append(out, piece{span.ID, span.Sig.Kind, s.From.Add(-by), s.To.Add(-by), [3]bool{s.Wire, s.Overlapped, s.Unseen}})
	}
	return out
}

// joined appends s, which may continue the last segment.
func joined(out []critpath.Segment, s critpath.Segment) []critpath.Segment {
	if n := len(out); n > 0 && out[n-1].To == s.From && alike(out[n-1], s) {
		out[n-1].To = s.To
		return out
	}
	return append(out, s)
}

func alike(a, b critpath.Segment) bool {
	a.From, a.To = b.From, b.To
	return a == b
}
