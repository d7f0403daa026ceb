package ingest

import (
	"regexp"

	"github.com/longpole/longpole/ingest/jsontext"
)

// A foreignKind is something well known that is no trace export, told by keys of its JSON or by
// how its text reads.
type foreignKind struct {
	keys []string // one of which its outline has
	text string   // an expression; "" if keys tell it
	what string
	next string // the step that gets the right file
}

const (
	foreignBytes = 16 << 10
	exportOTLP   = "export with OTLP instead (OTEL_TRACES_EXPORTER=otlp) to a collector with a file exporter, and name the file that it writes"
	askById      = "it lists traces without their spans: fetch each trace by its id and save the answers"
)

// foreignJSON and foreignTexts hold one row for each kind, the telling ones first.
var foreignJSON = []foreignKind{
	{keys: []string{"traces[].rootServiceName", "traces[].rootTraceName", "traces[].spanSets", "traces[].spanSet"},
		what: "a search answer of Tempo: metadata of traces, without their spans", next: "fetch each trace by its id, from /api/v2/traces/ID, and name those files"},
	{keys: []string{"tagNames", "tagValues", "scopes[].tags", "series[].promLabels"}, what: "tags or metrics that Tempo answered with", next: "fetch a trace by its id, from /api/v2/traces/ID"},
	{keys: []string{"log.entries", "log.creator", "log.pages"}, what: "a HAR (HTTP archive) of a browser",
		next: "it has the requests of one page and no spans; export the traces of the services, or of the browser with OpenTelemetry, as OTLP JSON"},
	{keys: []string{"traceEvents", "[].ph"}, what: "a Chrome trace (Perfetto, trace_event)",
		next: "it is a profile of one process; export distributed traces as OTLP, Jaeger or Zipkin JSON"},
	{keys: []string{"threads[].samples", "nodes[].callFrame", "shared.frames", "timeDeltas"}, what: "a CPU profile", next: "it is of one process; export distributed traces as OTLP, Jaeger or Zipkin JSON"},
	{keys: []string{"lighthouseVersion"}, what: "a Lighthouse report", next: "export the traces of the page with OpenTelemetry as OTLP JSON"},
	{keys: []string{"tables[].columns", "tables[].rows", "operation_Id", "[].operation_Id", "itemType", "[].itemType", "iKey", "[].iKey", "data.baseType", "[].data.baseType"},
		what: "telemetry of Azure Application Insights (Log Analytics)", next: "it has no OTLP export; send a copy from the SDK or a collector to a file exporter, as OTLP JSON"},
	{keys: []string{"TraceSummaries", "[].TraceSummaries"}, what: "trace summaries of AWS X-Ray, without their segments",
		next: "fetch the traces themselves: aws xray batch-get-traces --trace-ids ID ..."},
	{keys: []string{"Services[].ReferenceId", "Services[].SummaryStatistics", "Services[].Edges"}, what: "a service graph of AWS X-Ray", next: "fetch traces: aws xray batch-get-traces --trace-ids ID ..."},
	{keys: []string{"[][].trace_id", "traces[][].trace_id", "trace.root_id", "data[].attributes.trace_id", "data[].attributes.resource_name", "data.attributes.trace_id"},
		what: "traces of Datadog", next: "Datadog exports no OTLP; send a copy to a collector (datadog receiver, file exporter) and name the file that it writes"},
	{keys: []string{"contexts.trace", "[].contexts.trace", "event_id", "[].event_id", "[].event.event_id", "sdk.packages", "trace.public_key", "[].transaction.id.event_id", "[].project_slug"},
		what: "events of Sentry", next: "send a copy of the spans with OpenTelemetry to a collector with a file exporter, as OTLP JSON"},
	{keys: []string{"metadata.service", "metadata.process", "transaction.trace_id", "span.trace_id", "metricset", "processor.event", "_source.processor", "[]._source.processor", "hits.hits[]._source.processor", "[].processor.event"},
		what: "events of Elastic APM (intake or documents)", next: "send OTLP to a collector, with a file exporter beside Elastic, and name the file that it writes"},
	{keys: []string{"[].startTimestampMillis", "startTimestampMillis", "data.rootServiceName", "data.data.results", "data.data.newResult", "data.result[].list", "data.newResult", "data.rootServiceEntryPoint"},
		what: "an answer of SigNoz", next: "save the rows of ClickHouse's otel_traces table with FORMAT JSONEachRow, or add a file exporter to its collector"},
	{keys: []string{"trace.trace_id", "[].trace.trace_id", "data.trace.trace_id", "[].data.trace.trace_id"},
		what: "events of Honeycomb", next: "send a copy of the spans to a collector with a file exporter, as OTLP JSON"},
	{keys: []string{"[].common", "data.actor", "[].eventType"}, what: "data of New Relic", next: "send a copy of the spans to a collector with a file exporter, as OTLP JSON"},
	{keys: []string{"traces[].projectId", "spans[].displayName"}, what: "an answer of Google Cloud Trace", next: "send a copy of the spans to a collector with a file exporter, as OTLP JSON"},
	{keys: []string{"data.trace.spans[].segmentId", "data.queryTrace", "traceSegmentId", "[].traceSegmentId"}, what: "segments of SkyWalking", next: "ask SkyWalking's Zipkin API (/zipkin/api/v2/trace/ID) and save the answer"},
	{keys: []string{"[].callCount"}, what: "a graph of dependencies (Zipkin, Jaeger)", next: askById},
	{keys: []string{"data.resultType", "data.result", "status_code_counts"}, what: "an answer of Prometheus or Loki", next: "export the traces, as OTLP, Jaeger or Zipkin JSON"},
	{keys: []string{"headline", "other_journeys", "verdicts"}, what: "an answer of longpole itself", next: "name the traces that it was made of"},
	{keys: []string{"metric", "[].metric", "data.tags"}, what: "samples of metrics", next: "export the traces, as OTLP, Jaeger or Zipkin JSON"},
	{keys: []string{"openapi", "swagger"}, what: "a description of an API", next: "export traces, as OTLP, Jaeger or Zipkin JSON"},
	{keys: []string{"panels", "dashboard.panels"}, what: "a dashboard of Grafana", next: "open the trace in Explore and download it: Inspector, or the trace's own download button"},
	{keys: []string{"severity_text", "SeverityText", "[].SeverityText", "severityText", "level", "[].level", "levelname", "severity"}, what: "log records", next: "export the traces pipeline; logs hold no spans"},
}

var foreignTexts = []foreignKind{
	{text: `ResourceSpans #\d|\bSpan #\d+\s+Trace ID|\bTraces(Exporter)?\t\{|"otelcol\.(component|signal)`,
		what: "what the collector's debug exporter prints", next: "put a file exporter beside debug in the pipeline (exporters: file: path: traces.json), and name the file that it writes"},
	{text: `Activity\.(TraceId|Id):`, what: "what .NET's console exporter prints", next: exportOTLP},
	{text: `(?m)^\s*(traceId|spanId|parentId|parentSpanContext|instrumentationScope): |^\s*\{\s*resource: \{`, what: "what Node's console exporter prints", next: exportOTLP},
	{text: `LoggingSpanExporter|(?m)'.*' : [0-9a-f]{32} [0-9a-f]{16} (INTERNAL|SERVER|CLIENT|PRODUCER|CONSUMER)`, what: "what Java's logging exporter prints",
		next: "use logging-otlp, which prints JSON (OTEL_TRACES_EXPORTER=logging-otlp), or " + exportOTLP},
	{text: `#<struct OpenTelemetry::SDK`, what: "what Ruby's console exporter prints", next: exportOTLP},
	{text: `(?m)^\s*(TraceId|Trace ID|SpanId|Span ID)\s*:|^Spans\b|^\s*Instrumentation Scope\b`, what: "what an SDK's console exporter prints", next: exportOTLP},
	{text: `SpanData ?[{(]|SpanContext ?[{(]`, what: "what an SDK's console exporter prints", next: exportOTLP},
	{text: `(?m)^# (HELP|TYPE) `, what: "metrics of Prometheus", next: "export the traces, as OTLP, Jaeger or Zipkin JSON"},
	{text: `^\s*("[^"\n]*"|[^",;\t\n{}]+)([,;\t]("[^"\n]*"|[^",;\t\n{}]*)){2,}\r?\n`, what: "CSV (comma-separated values)",
		next: "download the trace itself as JSON: in Grafana, Explore > Inspector > JSON, or the trace's own download; elsewhere as OTLP, Jaeger or Zipkin JSON"},
	{text: `(?i)^\s*("?[\w .]*(trace|span)[\w .]*"?)([,;\t]"?[\w .]*"?)+\r?\n`, what: "CSV (comma-separated values)", next: "download the trace itself as JSON"},
	{text: `(?i)^\s*(SELECT|INSERT|COPY|WITH)\b`, what: "SQL", next: "run it, and save the rows of otel_traces as JSON, one object a line"},
}

// foreign says what well-known thing a text is that is no trace export, and what to do.
func foreign(head []byte) (what, next string, found bool) {
	s := jsontext.OutlineOf(head)
	for _, k := range foreignJSON {
		if s.Any(k.keys...) {
			return k.what, k.next, true
		}
	}
	for _, k := range foreignTexts {
		if regexp.MustCompile(k.text).Match(head) {
			return k.what, k.next, true
		}
	}
	return "", "", false
}
