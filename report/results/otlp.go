package results

import (
	"cmp"
	"io"
	"slices"
	"strconv"
	"time"

	"github.com/longpole/longpole/report/export"
	"github.com/longpole/longpole/trace"
)

var otlpFormat = Format{Name: "otlp", Doc: "the traces as OTLP JSON, with longpole.path.* on spans that were waited for", Extension: "jsonl", Needs: Paths | Spans, Write: writeOTLP}

// The attributes that are added.
const (
	attrJourney = "longpole.journey"    // on the first span of a request
	attrPath    = "longpole.path.ns"    // what of the path is the span's own time
	attrLayer   = "longpole.path.layer" // the layer with most of it
	attrPlace   = "longpole.path.place" // the place with most of it
)

// writeOTLP writes traces once, however many requests are in them, with the times that they were read with.
func writeOTLP(w io.Writer, r *Results) error {
	otlp := export.OTLP
	return otlp.Write(w, func(yield func([]trace.Span) bool) {
		for from := 0; from < len(r.Requests); {
			to := from
			for to < len(r.Requests) && r.Requests[to].Trace == r.Requests[from].Trace {
				to++
			}
			if !yield(marked(r.Requests[from:to])) {
				return
			}
			from = to
		}
	})
}

// marked returns the spans of a trace with what its requests say of them.
func marked(requests []Request) []trace.Span {
	t := requests[0].Trace
	spans := slices.Clone(t.Spans)
	more := map[int32]trace.Attrs{}
	for i := range requests {
		q := &requests[i]
		more[q.Request.Root] = append(more[q.Request.Root], trace.Attr{Key: attrJourney, Value: q.Key.Journey})
		for span, attrs := range pathAttrs(q) {
			more[span] = append(more[span], attrs...)
		}
	}
	for i := range spans {
		if by := t.Shift(int32(i)); by != 0 {
			spans[i].Start, spans[i].End = spans[i].Start.Add(-by), spans[i].End.Add(-by)
		}
		if attrs := more[int32(i)]; len(attrs) > 0 {
			sig := *spans[i].Sig
			sig.Attrs = append(slices.Clone(attrs), sig.Attrs...).Sort()
			spans[i].Sig = &sig
		}
	}
	return spans
}

// pathAttrs says of each span how much of a request's path it has, and mostly where.
func pathAttrs(q *Request) map[int32]trace.Attrs {
	type sum struct {
		span         int32
		layer, place string
	}
	sums, whole := map[sum]time.Duration{}, map[int32]time.Duration{}
	for k := range q.Pieces {
		p := &q.Pieces[k]
		sums[sum{p.Span, p.Layer, placeOf(q, p)}] += p.Duration()
		whole[p.Span] += p.Duration()
	}
	most := map[int32]sum{}
	for s, d := range sums {
		m, known := most[s.span]
		if !known || cmp.Or(cmp.Compare(d, sums[m]), cmp.Compare(m.layer, s.layer), cmp.Compare(m.place, s.place)) > 0 {
			most[s.span] = s
		}
	}
	out := map[int32]trace.Attrs{}
	for span, d := range whole {
		out[span] = trace.Attrs{
			{Key: attrPath, Value: strconv.FormatInt(int64(d), 10)}, {Key: attrLayer, Value: most[span].layer}, {Key: attrPlace, Value: most[span].place},
		}
	}
	return out
}
