package ingest

// Jaeger spans as Elasticsearch holds them: an answer to a search, its hits one by one, or
// bare spans in a list or in a row. Each span carries its own process.

func isJaegerES(s *shape) bool {
	return s.any("_source.traceID", "[]._source.traceID", "hits.hits[]._source.traceID", "[].hits.hits[]._source.traceID")
}

// isJaegerSpans claims bare spans, which have no list of spans around them.
func isJaegerSpans(s *shape) bool {
	return s.has("traceID", "spanID") || s.has("[].traceID", "[].spanID")
}

func (f *file) jaegerES() { f.esNode(0) }

func (f *file) esNode(depth int) {
	if f.lists(depth, jaegerDepth, f.esNode) {
		return
	}
	w := f.w
	for w.open('{'); w.key(); {
		switch string(w.name) {
		case "hits":
			f.esNode(depth + 1)
		case "_source":
			f.jaegerSpan()
		default:
			f.envelopeKey()
		}
	}
}

func (f *file) jaegerSpans() {
	w := f.w
	if w.peek() != '[' {
		f.jaegerSpan()
		return
	}
	for w.open('['); w.elem(); {
		f.jaegerSpan()
	}
}
