package ingest

import (
	"bytes"
	"slices"

	"github.com/longpole/longpole/ingest/jsontext"
)

// A Format is one way in which traces are written down. To add a format is to add a file
// with its decoder and a row to Formats.
type Format struct {
	Name string // for --format
	Doc  string // one line for help and README

	// A JSON format looks at the shape of a value and decodes the one at the window's
	// position; values of several formats may follow each other in one file.
	value  func(s *jsontext.Outline) bool
	decode func(f *file)
	first  string // a first key that settles it without looking further

	// A binary format looks at the first bytes and reads the whole stream.
	binary func(head []byte) bool
	stream func(f *file)
}

// Formats holds one row for each format, in the order of the help text. No two claim the
// same input. (It is filled in init because decoders of envelopes look formats up again.)
var Formats []Format

func init() {
	Formats = []Format{
		{Name: "otlp-json", Doc: "OTLP JSON: lines, values in a row, a list, one bare ResourceSpans",
			value: isOTLPJSON, decode: (*file).otlpJSON, first: `{"resourceSpans":[`},
		{Name: "otlp-proto", Doc: "OTLP protobuf: one message or concatenated ones",
			binary: isOTLPProto, stream: (*file).otlpMessages},
		{Name: "otlp-batches", Doc: "OTLP collector file exporter: length-prefixed batches of protobuf or JSON, plain or zstd",
			binary: isBatches, stream: (*file).batches},
		{Name: "otlp-delimited", Doc: "OTLP protobuf messages, each after its length as a varint",
			binary: isDelimited, stream: (*file).delimited},
		{Name: "otlp-spans", Doc: "bare OTLP JSON spans, in a list or in a row",
			value: isOTLPSpans, decode: (*file).otlpSpans},
		{Name: "tempo", Doc: "Tempo's API and Grafana's download: batches, or trace with resourceSpans",
			value: isTempo, decode: (*file).otlpJSON},
		{Name: "jaeger", Doc: "Jaeger JSON: UI download, API answer, one trace or many",
			value: isJaegerJSON, decode: (*file).jaegerJSON, first: `{"data":[{"traceID":`},
		{Name: "jaeger-v3", Doc: "Jaeger's api_v3: result with resourceSpans",
			value: isJaegerV3, decode: (*file).otlpJSON},
		{Name: "jaeger-es", Doc: "Jaeger spans as Elasticsearch hits: search answer, list or lines",
			value: isJaegerES, decode: (*file).jaegerES},
		{Name: "jaeger-spans", Doc: "bare Jaeger spans with a process each: list or lines",
			value: isJaegerSpans, decode: (*file).jaegerSpans},
		{Name: "jaeger-proto", Doc: "Jaeger protobuf: model.v1 Batch, api_v2 chunks",
			binary: isJaegerProto, stream: (*file).jaegerProto},
		{Name: "jaeger-pbjson", Doc: "Jaeger protobuf spelled as JSON: base64 ids, RFC 3339 times",
			value: isJaegerPBJSON, decode: (*file).jaegerPBJSON},
		{Name: "zipkin", Doc: "Zipkin v2 JSON: list, list of lists",
			value: isZipkin, decode: (*file).zipkinJSON},
		{Name: "zipkin-v1", Doc: "Zipkin v1 JSON: annotations cs, cr, sr, ss",
			value: isZipkinV1, decode: (*file).zipkinV1JSON},
		{Name: "stdouttrace", Doc: "what Go's stdouttrace exporter prints",
			value: isStdouttrace, decode: (*file).stdouttrace},
		{Name: "python-console", Doc: "what Python's ConsoleSpanExporter prints",
			value: isPythonConsole, decode: (*file).pythonConsole},
		{Name: "xray", Doc: "AWS X-Ray: aws xray batch-get-traces",
			value: isXRay, decode: (*file).xray},
	}
}

func isOTLPJSON(s *jsontext.Outline) bool {
	return s.Any("resourceSpans", "resource_spans", "[].resourceSpans", "[].resource_spans",
		"scopeSpans", "scope_spans", "instrumentationLibrarySpans", "[].scopeSpans")
}

func isTempo(s *jsontext.Outline) bool {
	return s.Any("batches", "[].batches", "trace.resourceSpans", "trace.batches")
}

func isJaegerV3(s *jsontext.Outline) bool {
	return s.Any("result.resourceSpans", "[].result.resourceSpans")
}

func isJaegerJSON(s *jsontext.Outline) bool {
	if s.Has("data") && s.Any("data[].spans", "data[].traceID", "total", "limit", "errors") {
		return true
	}
	return s.Any("spans[].spanID", "[].spans[].spanID", "processes", "[].processes") || s.Has("traceID", "spans")
}

// formatNamed returns the row called name; nil if there is none.
func formatNamed(name string) *Format {
	i := slices.IndexFunc(Formats, func(f Format) bool { return f.Name == name })
	if i < 0 {
		return nil
	}
	return &Formats[i]
}

// binaryFormat returns the row that claims the first bytes of a stream.
func binaryFormat(head []byte) *Format {
	for i := range Formats {
		if b := Formats[i].binary; b != nil && b(head) {
			return &Formats[i]
		}
	}
	return nil
}

// valueFormat returns the row that claims the JSON value that starts with head.
func valueFormat(head []byte) (*Format, jsontext.Outline) {
	for i := range Formats {
		if first := Formats[i].first; first != "" && bytes.HasPrefix(head, []byte(first)) {
			return &Formats[i], jsontext.Outline{}
		}
	}
	s := jsontext.OutlineOf(head)
	for i := range Formats {
		if v := Formats[i].value; v != nil && v(&s) {
			return &Formats[i], s
		}
	}
	return nil, s
}
