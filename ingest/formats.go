package ingest

import (
	"bytes"
	"slices"
)

// A Format is one way in which traces are written down. To add a format is to add a file
// with its decoder and a row to Formats.
type Format struct {
	Name string // for --format
	Doc  string // one line for help and README

	// A JSON format looks at the shape of a value and decodes the one at the window's
	// position; values of several formats may follow each other in one file.
	value  func(s *shape) bool
	decode func(f *file)
	first  string // a first key that settles it without looking further

	// A binary format looks at the first bytes and reads the whole stream.
	binary func(head []byte) bool
	stream func(f *file)
}

// Formats holds one row for each format, in the order of the help text. No two claim the
// same input.
var Formats = []Format{
	{Name: "otlp-json", Doc: "OTLP JSON: lines, values in a row, a list, one bare ResourceSpans",
		value: isOTLPJSON, decode: (*file).otlpJSON, first: `{"resourceSpans":[`},
	{Name: "jaeger", Doc: "Jaeger JSON: UI download, API answer, one trace or many",
		value: isJaegerJSON, decode: (*file).jaegerJSON, first: `{"data":[{"traceID":`},
}

func isOTLPJSON(s *shape) bool {
	return s.any("resourceSpans", "resource_spans", "[].resourceSpans", "[].resource_spans",
		"scopeSpans", "scope_spans", "instrumentationLibrarySpans", "[].scopeSpans")
}

func isJaegerJSON(s *shape) bool {
	if s.has("data") && s.any("data[].spans", "data[].traceID", "total", "limit", "errors") {
		return true
	}
	return s.any("spans[].spanID", "[].spans[].spanID", "processes", "[].processes") || s.has("traceID", "spans")
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
func valueFormat(head []byte) (*Format, shape) {
	for i := range Formats {
		if first := Formats[i].first; first != "" && bytes.HasPrefix(head, []byte(first)) {
			return &Formats[i], shape{}
		}
	}
	s := shapeOf(head)
	for i := range Formats {
		if v := Formats[i].value; v != nil && v(&s) {
			return &Formats[i], s
		}
	}
	return nil, s
}
