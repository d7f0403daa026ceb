package testkit

import (
	"time"

	"pgregory.net/rapid"

	"github.com/longpole/longpole/trace"
)

// Spans generates the spans of a trace that real exporters could have written: a tree whose
// children mostly lie within their parents, with siblings that touch, overlap and tie, fans of
// alike calls, overruns around every limit, zero lengths, missing parents and roots, failures,
// statuses, sampling thresholds and every kind.
func Spans() *rapid.Generator[[]trace.Span] {
	return rapid.Custom(func(t *rapid.T) []trace.Span {
		g := generator{
			t:     t,
			unit:  rapid.SampledFrom([]time.Duration{time.Nanosecond, 10 * time.Microsecond, time.Millisecond}).Draw(t, "unit"),
			grain: time.Microsecond,
		}
		if g.unit == time.Nanosecond || rapid.IntRange(0, 3).Draw(t, "fine") == 0 {
			g.grain = time.Nanosecond
		}
		n := rapid.IntRange(1, 40).Draw(t, "spans")
		g.add(nil, g.signature(), Epoch, Epoch.Add(400*g.unit))
		for len(g.spans) < n {
			p := g.spans[rapid.IntRange(max(0, len(g.spans)-6), len(g.spans)-1).Draw(t, "parent")]
			several := rapid.IntRange(0, 15).Draw(t, "several")
			switch {
			case several == 0 && n-len(g.spans) >= 6:
				g.fan(&p)
			case several == 1 && n-len(g.spans) >= 3:
				g.attempts(&p)
			default:
				g.child(&p)
			}
		}
		return g.withoutRoot()
	})
}

// A generator makes the spans of one trace. All its times are whole numbers of units, but for
// those around a limit: they are off by a grain, which is a microsecond where most formats are
// to carry the trace.
type generator struct {
	t           *rapid.T
	unit, grain time.Duration
	spans       []trace.Span
}

func (g *generator) child(p *trace.Span) {
	room := int(p.Duration() / g.unit)
	start := p.Start.Add(time.Duration(rapid.IntRange(-room/10, room).Draw(g.t, "offset")) * g.unit)
	g.add(p, g.signature(), start, max(start, g.end(p, start)))
}

// end draws when a child of p ends.
func (g *generator) end(p *trace.Span, start trace.Time) trace.Time {
	room := p.Duration()
	switch rapid.IntRange(0, 9).Draw(g.t, "end") {
	case 0:
		return start
	case 1: // with another span
		return g.spans[rapid.IntRange(0, len(g.spans)-1).Draw(g.t, "end of")].End
	case 2: // up to 12 % after its parent
		return p.End.Add((room * time.Duration(rapid.IntRange(0, 12).Draw(g.t, "overrun")) / 100).Truncate(g.grain))
	case 3: // just inside and just outside of what its parent waits for
		limit := rapid.SampledFrom([]time.Duration{0, time.Millisecond, room / 20}).Draw(g.t, "limit").Truncate(g.grain)
		return p.End.Add(limit + time.Duration(rapid.IntRange(-1, 1).Draw(g.t, "beside"))*g.grain)
	}
	units := int(room / g.unit)
	return start.Add(time.Duration(rapid.IntRange(0, units+units/10+1).Draw(g.t, "length")) * g.unit)
}

// fan adds alike children of p that are all in flight when the first of them ends.
func (g *generator) fan(p *trace.Span) {
	sig, half := g.signature(), int(p.Duration()/g.unit/2)
	for range rapid.SampledFrom([]int{3, 4, 5, 6}).Draw(g.t, "calls") {
		start := p.Start.Add(time.Duration(rapid.IntRange(0, half).Draw(g.t, "from")) * g.unit)
		end := p.Start.Add(time.Duration(rapid.IntRange(half, 2*half).Draw(g.t, "to")) * g.unit)
		own := *sig
		g.add(p, &own, start, end)
	}
}

// attempts adds alike calls of p, each when the one before has failed, with or without a wait.
func (g *generator) attempts(p *trace.Span) {
	sig, third, start := g.signature(), int(p.Duration()/g.unit/3), p.Start
	for i := range 3 {
		took := rapid.IntRange(0, third).Draw(g.t, "took")
		wait := rapid.IntRange(0, third-took).Draw(g.t, "wait")
		own := *sig
		g.add(p, &own, start, start.Add(time.Duration(took)*g.unit))
		if i < 2 {
			g.spans[len(g.spans)-1].Flags |= trace.Failed
		}
		start = start.Add(time.Duration(took+wait) * g.unit)
	}
}

func (g *generator) add(p *trace.Span, sig *trace.Signature, start, end trace.Time) {
	s := trace.Span{Trace: trace.ID{Lo: 7}, ID: trace.SpanID(len(g.spans) + 1), Start: start, End: end, Sig: sig}
	if p != nil {
		s.Parent = p.ID
		g.distort(&s)
	}
	if rapid.IntRange(0, 5).Draw(g.t, "sampled") == 0 {
		s.Flags |= trace.Sampled
		s.Threshold = rapid.SampledFrom([]uint64{0, 1 << 55, 3 << 54}).Draw(g.t, "threshold")
	}
	g.spans = append(g.spans, s)
}

func (g *generator) distort(s *trace.Span) {
	switch rapid.IntRange(0, 30).Draw(g.t, "oddity") {
	case 0:
		s.Parent = nobody
	case 1:
		s.Flags |= trace.FollowsFrom
	case 2, 3, 4:
		s.Flags |= trace.Failed
	case 5:
		s.Sig.Host = "other"
	case 6, 7, 8:
		status := rapid.SampledFrom([]string{"200", "302", "401", "407", "408", "429", "499", "500", "503"}).Draw(g.t, "status")
		s.Sig.Attrs = trace.Attrs{{Key: "http.response.status_code", Value: status}}
	case 9:
		s.Sig.Attrs = trace.Attrs{{Key: "http.request.resend_count", Value: "1"}}
	}
}

// nobody is the id of a span that no trace has.
const nobody = trace.SpanID(999)

func (g *generator) signature() *trace.Signature {
	return &trace.Signature{
		Service: rapid.SampledFrom([]string{"web", "cart", "stock"}).Draw(g.t, "service"),
		Name:    rapid.SampledFrom([]string{"get", "put", "list"}).Draw(g.t, "name"),
		Kind:    trace.Kind(rapid.IntRange(0, 5).Draw(g.t, "kind")),
	}
}

// withoutRoot returns the spans, now and then without their root, or with one whose own parent
// was not exported.
func (g *generator) withoutRoot() []trace.Span {
	switch rapid.IntRange(0, 19).Draw(g.t, "root") {
	case 0:
		g.spans[0].Parent = nobody
	case 1:
		if len(g.spans) > 1 {
			return g.spans[1:]
		}
	}
	return g.spans
}
