package otlp

import (
	"github.com/longpole/longpole/ingest/decode"
	"github.com/longpole/longpole/ingest/jsontext"
)

// Bare OTLP spans, one JSON object each, in a list or in a row, as scripts and sample data
// sets write them. There is no resource, so the service is looked for in the attributes.

// IsSpans claims bare spans.
func IsSpans(s *jsontext.Outline) bool {
	for _, at := range []string{"", "[]."} {
		ids := s.Has(at+"trace_id", at+"span_id") || s.Has(at+"traceId", at+"spanId")
		if ids && s.Any(at+"start_time_unix_nano", at+"startTimeUnixNano") {
			return true
		}
	}
	return false
}

// Spans decodes the span, or the list of spans, at the window's position.
func Spans(d *decode.Decoder) {
	f, w := jsonReader{d}, d.Window
	if w.Peek() != '[' {
		f.span(0, 0)
		return
	}
	for w.Open('['); w.Elem(); {
		f.span(0, 0)
	}
}
