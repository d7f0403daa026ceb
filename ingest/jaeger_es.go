package ingest

import (
	"github.com/longpole/longpole/ingest/jsontext"
)

// Jaeger spans as Elasticsearch holds them: an answer to a search, its hits one by one, or
// bare spans in a list or in a row. Each span carries its own process.

func isJaegerES(s *jsontext.Outline) bool {
	return s.Any("_source.traceID", "[]._source.traceID", "hits.hits[]._source.traceID", "[].hits.hits[]._source.traceID")
}

// isJaegerSpans claims bare spans, which have no list of spans around them.
func isJaegerSpans(s *jsontext.Outline) bool {
	return s.Has("traceID", "spanID") || s.Has("[].traceID", "[].spanID")
}

func (f *file) jaegerES() { f.esNode(0) }

func (f *file) esNode(depth int) {
	if f.lists(depth, jaegerDepth, f.esNode) {
		return
	}
	w := f.w
	for w.Open('{'); w.Key(); {
		switch string(w.Name) {
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
	if w.Peek() != '[' {
		f.jaegerSpan()
		return
	}
	for w.Open('['); w.Elem(); {
		f.jaegerSpan()
	}
}
