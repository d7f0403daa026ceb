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

// jaegerES decodes the value at the window's position.
func jaegerES(f *decoder) { jaegerJSONReader{f}.esNode(0) }

func (f jaegerJSONReader) esNode(depth int) {
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

// jaegerSpans decodes the span, or the list of spans, at the window's position.
func jaegerSpans(d *decoder) {
	f, w := jaegerJSONReader{d}, d.w
	if w.Peek() != '[' {
		f.jaegerSpan()
		return
	}
	for w.Open('['); w.Elem(); {
		f.jaegerSpan()
	}
}
