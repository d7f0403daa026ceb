package ingest

// Bare OTLP spans, one JSON object each, in a list or in a row, as scripts and sample data
// sets write them. There is no resource, so the service is looked for in the attributes.

func isOTLPSpans(s *shape) bool {
	for _, at := range []string{"", "[]."} {
		ids := s.has(at+"trace_id", at+"span_id") || s.has(at+"traceId", at+"spanId")
		if ids && s.any(at+"start_time_unix_nano", at+"startTimeUnixNano") {
			return true
		}
	}
	return false
}

func (f *file) otlpSpans() {
	w := f.w
	if w.peek() != '[' {
		f.otlpSpan(0, 0)
		return
	}
	for w.open('['); w.elem(); {
		f.otlpSpan(0, 0)
	}
}
