package ingest

import (
	"slices"

	"github.com/longpole/longpole/ingest/decode"
	"github.com/longpole/longpole/ingest/decode/jaeger"
	"github.com/longpole/longpole/ingest/decode/otlp"
	"github.com/longpole/longpole/ingest/decode/rows"
	"github.com/longpole/longpole/ingest/decode/zipkin"
)

// Formats holds one row for each format, in the order of the help text. No two claim the
// same input.
var Formats = []decode.Format{
	{Name: "otlp-json", Doc: "OTLP JSON: lines, values in a row, a list, one bare ResourceSpans",
		Value: otlp.IsJSON, Decode: otlp.JSON, First: `{"resourceSpans":[`},
	{Name: "otlp-proto", Doc: "OTLP protobuf: one message or concatenated ones",
		Binary: otlp.IsMessages, Stream: otlp.Messages},
	{Name: "otlp-batches", Doc: "OTLP collector file exporter: length-prefixed batches of protobuf or JSON, plain or zstd",
		Binary: otlp.IsBatches, Stream: otlp.Batches, Frame: otlp.BatchLength},
	{Name: "otlp-delimited", Doc: "OTLP protobuf messages, each after its length as a varint",
		Binary: otlp.IsDelimited, Stream: otlp.Delimited},
	{Name: "otlp-spans", Doc: "bare OTLP JSON spans, in a list or in a row",
		Value: otlp.IsSpans, Decode: otlp.Spans},
	{Name: "tempo", Doc: "Tempo's API and Grafana's download: batches, or trace with resourceSpans",
		Value: otlp.IsTempo, Decode: otlp.JSON},
	{Name: "jaeger", Doc: "Jaeger JSON: UI download, API answer, one trace or many",
		Value: jaeger.IsJSON, Decode: jaeger.JSON, First: `{"data":[{"traceID":`},
	{Name: "jaeger-v3", Doc: "Jaeger's api_v3: result with resourceSpans",
		Value: jaeger.IsV3, Decode: otlp.JSON},
	{Name: "jaeger-es", Doc: "Jaeger spans as Elasticsearch hits: search answer, list or lines",
		Value: jaeger.IsElasticsearch, Decode: jaeger.Elasticsearch},
	{Name: "jaeger-spans", Doc: "bare Jaeger spans with a process each: list or lines",
		Value: jaeger.IsSpans, Decode: jaeger.Spans},
	{Name: "jaeger-proto", Doc: "Jaeger protobuf: model.v1 Batch, api_v2 chunks",
		Binary: jaeger.IsProto, Stream: jaeger.Proto},
	{Name: "jaeger-pbjson", Doc: "Jaeger protobuf spelled as JSON: base64 ids, RFC 3339 times",
		Value: jaeger.IsProtoJSON, Decode: jaeger.ProtoJSON},
	{Name: "zipkin", Doc: "Zipkin v2 JSON: list, list of lists",
		Value: zipkin.IsJSON, Decode: zipkin.JSON},
	{Name: "zipkin-v1", Doc: "Zipkin v1 JSON: annotations cs, cr, sr, ss",
		Value: zipkin.IsV1, Decode: zipkin.V1},
	{Name: "stdouttrace", Doc: "what Go's stdouttrace exporter prints",
		Value: rows.IsStdouttrace, Decode: rows.Stdouttrace},
	{Name: "python-console", Doc: "what Python's ConsoleSpanExporter prints",
		Value: rows.IsPythonConsole, Decode: rows.PythonConsole},
	{Name: "xray", Doc: "AWS X-Ray: aws xray batch-get-traces",
		Value: rows.IsXRay, Decode: rows.XRay},
	{Name: "clickhouse", Doc: "rows of ClickHouse's otel_traces: FORMAT JSONEachRow or JSON",
		Value: rows.IsClickHouse, Decode: rows.ClickHouse},
	{Name: "data-prepper", Doc: "spans of Data Prepper in OpenSearch: search answer, list or lines",
		Value: rows.IsDataPrepper, Decode: rows.DataPrepper},
	{Name: "elastic-otel", Doc: "OpenTelemetry spans in Elasticsearch (traces-*.otel-*): search answer, list or lines",
		Value: rows.IsElastic, Decode: rows.Elastic},
}

// formatNamed returns the row called name; nil if there is none.
func formatNamed(name string) *decode.Format {
	i := slices.IndexFunc(Formats, func(f decode.Format) bool { return f.Name == name })
	if i < 0 {
		return nil
	}
	return &Formats[i]
}
