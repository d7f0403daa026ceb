package testkit

import (
	"time"

	"pgregory.net/rapid"

	"github.com/longpole/longpole/trace"
)

// Spans generates the spans of a trace that real exporters could have written: a tree whose
// children mostly lie within their parents, with siblings that touch, overlap and tie,
// overruns, zero lengths, missing parents, failures and every kind.
func Spans() *rapid.Generator[[]trace.Span] {
	return rapid.Custom(func(t *rapid.T) []trace.Span {
		unit := rapid.SampledFrom([]time.Duration{time.Nanosecond, 10 * time.Microsecond, time.Millisecond}).Draw(t, "unit")
		n := rapid.IntRange(1, 40).Draw(t, "spans")
		spans := make([]trace.Span, 0, n)
		spans = append(spans, generated(t, 1, nil, 0, 400, unit))
		for i := 1; i < n; i++ {
			p := spans[rapid.IntRange(max(0, i-6), i-1).Draw(t, "parent")]
			room := int(p.Duration() / unit)
			from := int(p.Start.Sub(Epoch)/unit) + rapid.IntRange(-room/10, room).Draw(t, "offset")
			length := rapid.IntRange(0, room+room/10+1).Draw(t, "length")
			spans = append(spans, generated(t, i+1, &p, from, length, unit))
		}
		return spans
	})
}

func generated(t *rapid.T, id int, p *trace.Span, from, length int, unit time.Duration) trace.Span {
	start := Epoch.Add(time.Duration(from) * unit)
	s := trace.Span{
		Trace: trace.ID{Lo: 7}, ID: trace.SpanID(id),
		Start: start, End: start.Add(time.Duration(length) * unit),
		Sig: &trace.Signature{
			Service: rapid.SampledFrom([]string{"web", "cart", "stock"}).Draw(t, "service"),
			Name:    rapid.SampledFrom([]string{"get", "put", "list"}).Draw(t, "name"),
			Kind:    trace.Kind(rapid.IntRange(0, 5).Draw(t, "kind")),
		},
	}
	if p == nil {
		return s
	}
	s.Parent = p.ID
	switch rapid.IntRange(0, 30).Draw(t, "oddity") {
	case 0:
		s.Parent = 999 // nobody's: an orphan
	case 1:
		s.Flags |= trace.FollowsFrom
	case 2, 3, 4:
		s.Flags |= trace.Failed
	case 5:
		s.Sig.Host = "other"
	}
	return s
}
