package jaeger

import (
	"github.com/longpole/longpole/ingest/decode"
	"github.com/longpole/longpole/ingest/jsontext"
)

// Jaeger spans as Elasticsearch holds them: an answer to a search, its hits one by one, or
// bare spans in a list or in a row. Each span carries its own process.

// IsElasticsearch claims hits of a search.
func IsElasticsearch(s *jsontext.Outline) bool {
	return s.Any("_source.traceID", "[]._source.traceID", "hits.hits[]._source.traceID", "[].hits.hits[]._source.traceID")
}

// IsSpans claims bare spans, which have no list of spans around them.
func IsSpans(s *jsontext.Outline) bool {
	return s.Has("traceID", "spanID") || s.Has("[].traceID", "[].spanID")
}

// Elasticsearch decodes the value at the window's position.
func Elasticsearch(f *decode.Decoder) { jsonReader{f}.esNode(0) }

func (f jsonReader) esNode(depth int) {
	if f.Lists(depth, maxDepth, f.esNode) {
		return
	}
	w := f.Window
	for w.Open('{'); w.Key(); {
		switch string(w.Name) {
		case "hits":
			f.esNode(depth + 1)
		case "_source":
			f.span()
		default:
			f.EnvelopeKey()
		}
	}
}

// Spans decodes the span, or the list of spans, at the window's position.
func Spans(d *decode.Decoder) {
	f, w := jsonReader{d}, d.Window
	if w.Peek() != '[' {
		f.span()
		return
	}
	for w.Open('['); w.Elem(); {
		f.span()
	}
}
