package ingest

import (
	"errors"
	"strings"
	"testing"
)

func TestWhatIsNoTraceIsNamedWithTheStepThatGetsOne(t *testing.T) {
	for text, says := range map[string][2]string{
		`{"traces":[{"traceID":"1","rootTraceName":"GET","spanSets":[{"spans":[{"spanID":"1"}]}]}]}`: {"Tempo", "/api/v2/traces/ID"},
		`{"log":{"version":"1.2","creator":{},"entries":[{"request":{}}]}}`:                          {"HAR", "OTLP JSON"},
		`[{"ph":"X","ts":1,"dur":2},`:                                                            {"Chrome", "OTLP"},
		`{"tables":[{"name":"PrimaryResult","columns":[],"rows":[]}]}`:                           {"Application Insights", "OTLP JSON"},
		`{"TraceSummaries":[{"Id":"1"}]}`:                                                        {"X-Ray", "batch-get-traces"},
		`[[{"trace_id":1,"span_id":2,"resource":"GET /","meta":{}}]]`:                            {"Datadog", "file exporter"},
		`{"data":[{"type":"span","attributes":{"trace_id":"1","resource_name":"GET"}}]}`:         {"Datadog", "file exporter"},
		`{"type":"transaction","contexts":{"trace":{"trace_id":"a"}},"spans":[{"span_id":"1"}]}`: {"Sentry", "OTLP JSON"},
		`{"metadata":{"service":{"name":"x"}}}` + "\n" + `{"transaction":{"id":"1"}}`:            {"Elastic APM", "OTLP"},
		`{"hits":{"hits":[{"_source":{"processor":{"event":"span"},"trace":{"id":"a"}}}]}}`:      {"Elastic APM", "OTLP"},
		`[{"startTimestampMillis":1,"columns":["SpanId"],"events":[["1"]]}]`:                     {"SigNoz", "otel_traces"},
		`{"data.trace.trace_id":"1"}`:                                                            {"Honeycomb", "OTLP JSON"},
		`{"level":"info","message":"hi"}`:                                                        {"log records", "traces pipeline"},
		`{"resourceLogs":[{}]}`:                                                                  {"logs", "traces pipeline"},
		"Span #0\n    Trace ID       : a1\n    Parent ID      : \n":                              {"debug exporter", "file exporter"},
		"2026-01-01T00:00:01.000Z\tinfo\tResourceSpans #0\nResource SchemaURL:\n":                {"debug exporter", "file exporter"},
		"{\n  resource: {\n    attributes: {}\n  },\n  traceId: 'dc11',\n}\n":                    {"Node's console", "OTEL_TRACES_EXPORTER=otlp"},
		"Activity.TraceId:     80c\n":                                                            {".NET's console", "OTEL_TRACES_EXPORTER=otlp"},
		"Spans\nResource\nSpan #0\n\tInstrumentation Scope\n":                                    {"console exporter", "OTEL_TRACES_EXPORTER=otlp"},
		"INFO: 'GET /' : 0af7651916cd43dd8448eb211c80319c b7ad6b7169203331 SERVER [x]\n":         {"Java's logging exporter", "logging-otlp"},
		"\"traceID\",\"spanID\"\n\"1\",\"2\"\n":                                                  {"CSV", "JSON"},
		"time;trace id;name\n1;2;3\n":                                                            {"CSV", "JSON"},
	} {
		_, err := ReadBytes("f", []byte(text), Options{})
		var fe *FileError
		if !errors.As(err, &fe) || !strings.Contains(fe.Error(), says[0]) || !strings.Contains(fe.Hint, says[1]) {
			t.Errorf("%.60q: %v, want %q", text, err, says)
		}
	}
}

func TestEveryKindThatIsNoTraceHasANameAndAStep(t *testing.T) {
	for _, k := range append(foreignTexts, foreignJSON...) {
		if k.what == "" || k.next == "" || (len(k.keys) == 0) == (k.text == "") {
			t.Errorf("%+v lacks a name, a step or what tells it", k)
		}
	}
}
