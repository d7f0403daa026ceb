package ingest

import "slices"

// Formats holds one row for each format, in the order of the help text. No two claim the
// same input.
var Formats = []Format{
	{Name: "otlp-json", Doc: "OTLP JSON: lines, values in a row, a list, one bare ResourceSpans",
		Value: isOTLPJSON, Decode: otlpJSON, First: `{"resourceSpans":[`},
	{Name: "otlp-proto", Doc: "OTLP protobuf: one message or concatenated ones",
		Binary: isOTLPProto, Stream: otlpMessages},
	{Name: "otlp-batches", Doc: "OTLP collector file exporter: length-prefixed batches of protobuf or JSON, plain or zstd",
		Binary: isBatches, Stream: otlpBatches, Frame: batchLength},
	{Name: "otlp-delimited", Doc: "OTLP protobuf messages, each after its length as a varint",
		Binary: isDelimited, Stream: otlpDelimited},
	{Name: "otlp-spans", Doc: "bare OTLP JSON spans, in a list or in a row",
		Value: isOTLPSpans, Decode: otlpSpans},
	{Name: "tempo", Doc: "Tempo's API and Grafana's download: batches, or trace with resourceSpans",
		Value: isTempo, Decode: otlpJSON},
	{Name: "jaeger", Doc: "Jaeger JSON: UI download, API answer, one trace or many",
		Value: isJaegerJSON, Decode: jaegerJSON, First: `{"data":[{"traceID":`},
	{Name: "jaeger-v3", Doc: "Jaeger's api_v3: result with resourceSpans",
		Value: isJaegerV3, Decode: otlpJSON},
	{Name: "jaeger-es", Doc: "Jaeger spans as Elasticsearch hits: search answer, list or lines",
		Value: isJaegerES, Decode: jaegerES},
	{Name: "jaeger-spans", Doc: "bare Jaeger spans with a process each: list or lines",
		Value: isJaegerSpans, Decode: jaegerSpans},
	{Name: "jaeger-proto", Doc: "Jaeger protobuf: model.v1 Batch, api_v2 chunks",
		Binary: isJaegerProto, Stream: jaegerProto},
	{Name: "jaeger-pbjson", Doc: "Jaeger protobuf spelled as JSON: base64 ids, RFC 3339 times",
		Value: isJaegerPBJSON, Decode: jaegerPBJSON},
	{Name: "zipkin", Doc: "Zipkin v2 JSON: list, list of lists",
		Value: isZipkin, Decode: zipkinJSON},
	{Name: "zipkin-v1", Doc: "Zipkin v1 JSON: annotations cs, cr, sr, ss",
		Value: isZipkinV1, Decode: zipkinV1JSON},
	{Name: "stdouttrace", Doc: "what Go's stdouttrace exporter prints",
		Value: isStdouttrace, Decode: stdouttrace},
	{Name: "python-console", Doc: "what Python's ConsoleSpanExporter prints",
		Value: isPythonConsole, Decode: pythonConsole},
	{Name: "xray", Doc: "AWS X-Ray: aws xray batch-get-traces",
		Value: isXRay, Decode: xray},
}

// formatNamed returns the row called name; nil if there is none.
func formatNamed(name string) *Format {
	i := slices.IndexFunc(Formats, func(f Format) bool { return f.Name == name })
	if i < 0 {
		return nil
	}
	return &Formats[i]
}
