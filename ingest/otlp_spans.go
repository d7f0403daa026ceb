package ingest

import (
	"github.com/longpole/longpole/ingest/jsontext"
)

// Bare OTLP spans, one JSON object each, in a list or in a row, as scripts and sample data
// sets write them. There is no resource, so the service is looked for in the attributes.

func isOTLPSpans(s *jsontext.Outline) bool {
	for _, at := range []string{"", "[]."} {
		ids := s.Has(at+"trace_id", at+"span_id") || s.Has(at+"traceId", at+"spanId")
		if ids && s.Any(at+"start_time_unix_nano", at+"startTimeUnixNano") {
			return true
		}
	}
	return false
}

// otlpSpans decodes the span, or the list of spans, at the window's position.
func otlpSpans(d *decoder) {
	f, w := otlpJSONReader{d}, d.w
	if w.Peek() != '[' {
		f.otlpSpan(0, 0)
		return
	}
	for w.Open('['); w.Elem(); {
		f.otlpSpan(0, 0)
	}
}
