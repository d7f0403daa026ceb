package analyze_test

import (
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/critpath"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
	"github.com/longpole/longpole/trace/semconv"
)

func TestCausesAgreeWithTheDefinitionAtTheEndsOfEveryPiece(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tr := trace.Assemble(testkit.Spans().Draw(t, "spans"), trace.Options{})
		for _, root := range tr.Roots {
			b := bruteCauses{tr, critpath.Of(tr, root, nil), explainer()}
			pieces := attribute.Attribute(tr, root, b.explain)
			if !b.walked(pieces) {
				continue // the trace says otherwise who waited for whom: another path, and other laws
			}
			for _, p := range pieces {
				for _, at := range []trace.Time{p.From, p.To - 1} {
					if want := b.cause(at); p.Cause != want {
						t.Fatalf("at %d of %+v the cause is %q", at, p, want)
					}
				}
			}
		}
	})
}

// bruteCauses says why a moment of the path was spent, by the letter of section 5 of
// docs/critical-path.md: it compares every sibling and sorts nothing beforehand.
type bruteCauses struct {
	tr      *trace.Trace
	path    critpath.Path
	explain *attribute.Explainer
}

// walked reports whether the pieces lie on the path that each edge gives judged by itself, with
// the same calls in flight beside it.
func (b *bruteCauses) walked(pieces []attribute.Piece) bool {
	type stretch struct {
		span   int32
		beside bool
	}
	var at, path []stretch
	for _, p := range pieces {
		at = append(at, stretch{p.Span, p.Overlapped})
	}
	for _, s := range b.path.Segments {
		path = append(path, stretch{s.Span, s.Overlapped})
	}
	return slices.Equal(slices.Compact(at), slices.Compact(path))
}

func (b *bruteCauses) cause(at trace.Time) category.Cause {
	within := func(from, to trace.Time) bool { return from <= at && at < to }
	visits := b.path.Visits[1:]
	if slices.ContainsFunc(visits, func(v critpath.Visit) bool { return within(b.retry(v)) }) {
		return category.Retry
	}
	overlapped := func(s critpath.Segment) bool { return s.Overlapped && within(s.From, s.To) }
	if slices.ContainsFunc(b.path.Segments, overlapped) ||
		slices.ContainsFunc(visits, func(v critpath.Visit) bool { return within(b.price(v)) }) {
		return category.FanOut
	}
	return category.NoCause
}

// retry returns the time of an attempt that failed, and of the wait for the one that repeats it.
func (b *bruteCauses) retry(v critpath.Visit) (from, to trace.Time) {
	c := &b.tr.Spans[v.Span]
	var next *trace.Span
	for _, k := range b.tr.Children(b.tr.Parent(v.Span)) {
		s := &b.tr.Spans[k]
		if k != v.Span && b.alike(c, s) && b.peer(c) == b.peer(s) && s.Start >= c.End && (next == nil || s.Start < next.Start) {
			next = s
		}
	}
	if next == nil || answered(c) || (!failed(c) && !sentAgain(next)) {
		return 0, 0
	}
	to = v.To
	for _, w := range b.path.Visits {
		if &b.tr.Spans[w.Span] == next {
			to = max(to, w.From)
		}
	}
	return v.From, to
}

// price returns the time after the median end of at least three alike siblings that were in
// flight with the one on the path just before the first of them ended.
func (b *bruteCauses) price(v critpath.Visit) (from, to trace.Time) {
	c, p := &b.tr.Spans[v.Span], b.tr.Parent(v.Span)
	var fan []*trace.Span
	for _, k := range b.tr.Children(p) {
		s := &b.tr.Spans[k]
		if b.alike(c, s) && s.Start < s.End && s.End > c.Start && waitedFor(&b.tr.Spans[p], s) {
			fan = append(fan, s)
		}
	}
	first := slices.MinFunc(fan, func(x, y *trace.Span) int { return int(x.End - y.End) }).End
	var ends []trace.Time
	for _, s := range fan {
		if s.Start.Add(b.tr.Grain(v.Span)) < first { // a start that was cut may have been so much later
			ends = append(ends, s.End)
		}
	}
	if len(ends) < 3 {
		return 0, 0
	}
	slices.Sort(ends)
	low, high := ends[(len(ends)-1)/2], ends[len(ends)/2]
	return max(v.From, low+(high-low)/2), v.To
}

// waitedFor is section 2 of docs/critical-path.md by its letter, for what one request shows: nothing else is known of the
// run here, for its evidence is judged when all of it was read.
func waitedFor(p, c *trace.Span) bool {
	const ms = 1_000_000
	over := c.End - p.End
	isMessage := c.Sig.Kind == trace.Consumer && (p.Sig.Kind == trace.Producer || over > 0)
	isAnswer := p.Sig.Kind == trace.Client && c.Sig.Kind == trace.Server
	outlives := over > ms && over*20 > p.End-p.Start
	return !c.Flags.Has(trace.FollowsFrom) && !isMessage && c.Start < p.End && (!outlives || isAnswer)
}

func (b *bruteCauses) alike(x, y *trace.Span) bool {
	return x.Sig.Kind == y.Sig.Kind && x.Sig.Service == y.Sig.Service && semconv.Operation(x.Sig) == semconv.Operation(y.Sig)
}

func (b *bruteCauses) peer(s *trace.Span) string { return b.explain.Decision(s.Sig).Peer }

func status(s *trace.Span) int {
	text, _ := s.Sig.Attr("http.response.status_code")
	code, _ := strconv.Atoi(text)
	return code
}

func failed(s *trace.Span) bool {
	code := status(s)
	return s.Flags.Has(trace.Failed) || code == 408 || code == 429 || code/100 == 5
}

func answered(s *trace.Span) bool {
	code := status(s)
	return code == 401 || code == 407 || code == 404 || code == 410 || code/100 == 3
}

func sentAgain(s *trace.Span) bool {
	n, _ := s.Sig.Attr("http.request.resend_count")
	return n != "" && n != "0"
}
