package results

import (
	"cmp"
	"io"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/trace/semconv"
)

var (
	segmentsCSV   = Format{Name: "segments-csv", Doc: "a row for each segment of each request's path: span, from, to, layer, place and cause", Extension: "csv", Needs: Paths, Write: segments(writeCSV)}
	segmentsJSONL = Format{Name: "segments-jsonl", Doc: "the same, a line of JSON for each segment", Extension: "jsonl", Needs: Paths, Write: segments(writeJSONL)}
)

var segmentHeads = []string{"journey", "trace", "root", "span", "service", "operation", "from_offset_ns", "to_offset_ns", "duration_ns", "layer", "place", "category", "cause"}

func segments(write tableWriter) func(io.Writer, *Results) error {
	return func(w io.Writer, r *Results) error {
		return write(w, segmentHeads, func(yield func(row) bool) {
			for i := range r.Requests {
				q := &r.Requests[i]
				for k := range q.Pieces {
					if !yield(segmentRow(q, &q.Pieces[k])) {
						return
					}
				}
			}
		})
	}
}

func segmentRow(q *Request, p *attribute.Piece) row {
	span, start := &q.Trace.Spans[p.Span], q.Start
	return row{
		q.Key.Journey, q.Trace.ID.String(), q.Root().ID.String(), span.ID.String(), span.Sig.Service, semconv.Operation(span.Sig),
		int64(p.From.Sub(start)), int64(p.To.Sub(start)), int64(p.Duration()), p.Layer, placeOf(q, p), string(p.Category), string(p.Cause),
	}
}

// placeOf is where a piece was spent: a service, or the edge to its callee.
func placeOf(q *Request, p *attribute.Piece) string {
	service := cmp.Or(p.Caller, q.Trace.Spans[p.Span].Sig.Service)
	if p.Callee == "" || p.Callee == service {
		return service
	}
	return service + " -> " + p.Callee
}
