package ingest

import (
	"fmt"
	"strings"
	"testing"

	"go.opentelemetry.io/collector/pdata/ptrace"
)

// benchSpans is how many spans the inputs of the benchmarks have: 50 traces of 100.
const benchSpans = 5000

// benchOTLP spells spans with ten attributes each, as the collector does.
func benchOTLP() string {
	var attrs []string
	for i := range 10 {
		attrs = append(attrs, fmt.Sprintf(`{"key":"app.attribute.%d","value":{"stringValue":"some value of usual length %d"}}`, i, i))
	}
	var lines strings.Builder
	for i := 0; i < benchSpans; i += 100 {
		var spans []string
		for j := range 100 {
			spans = append(spans, fmt.Sprintf(`{"traceId":"%032x","spanId":"%016x","parentSpanId":"%016x","flags":257,"name":"GET /items/%d","kind":2,"startTimeUnixNano":"17800000000%08d","endTimeUnixNano":"17800000001%08d","attributes":[%s],"status":{}}`,
				i+1, i+j+1, i+1, j%20, i+j, i+j, strings.Join(attrs, ",")))
		}
		fmt.Fprintf(&lines, `{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"web"}}]},"scopeSpans":[{"scope":{"name":"lib"},"spans":[%s]}]}]}`+"\n", strings.Join(spans, ","))
	}
	return lines.String()
}

func benchProto(b *testing.B) []byte {
	var all []byte
	for line := range strings.Lines(benchOTLP()) {
		td, err := (&ptrace.JSONUnmarshaler{}).UnmarshalTraces([]byte(line))
		if err != nil {
			b.Fatal(err)
		}
		data, err := (&ptrace.ProtoMarshaler{}).MarshalTraces(td)
		if err != nil {
			b.Fatal(err)
		}
		all = append(all, data...)
	}
	return all
}

func benchJaeger() string {
	var tags []string
	for i := range 10 {
		tags = append(tags, fmt.Sprintf(`{"key":"app.attribute.%d","type":"string","value":"some value of usual length %d"}`, i, i))
	}
	var traces []string
	for i := 0; i < benchSpans; i += 100 {
		var spans []string
		for j := range 100 {
			spans = append(spans, fmt.Sprintf(`{"traceID":"%032x","spanID":"%016x","flags":1,"operationName":"GET /items/%d","references":[{"refType":"CHILD_OF","traceID":"%032x","spanID":"%016x"}],"startTime":17800000%08d,"duration":9,"tags":[%s],"logs":[],"processID":"p1","warnings":null}`,
				i+1, i+j+1, j%20, i+1, i+1, i+j, strings.Join(tags, ",")))
		}
		traces = append(traces, fmt.Sprintf(`{"traceID":"%032x","spans":[%s],"processes":{"p1":{"serviceName":"web","tags":[]}},"warnings":null}`, i+1, strings.Join(spans, ",")))
	}
	return `{"data":[` + strings.Join(traces, ",") + `],"total":0,"limit":0,"offset":0,"errors":null}`
}

func BenchmarkDecode(b *testing.B) {
	keep := Options{Workers: 1, Keep: func(key string) bool { return key == "app.attribute.3" }}
	tolerant := keep
	tolerant.tolerant = true
	for _, c := range []struct {
		name string
		data []byte
		o    Options
	}{
		{"otlp-json", []byte(benchOTLP()), keep}, {"otlp-proto", benchProto(b), keep}, {"jaeger", []byte(benchJaeger()), keep},
		{"otlp-json-tolerant", []byte(benchOTLP()), tolerant}, {"otlp-proto-tolerant", benchProto(b), tolerant}, {"jaeger-tolerant", []byte(benchJaeger()), tolerant},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(c.data)))
			b.ReportAllocs()
			for b.Loop() {
				s, err := ReadBytes("bench", c.data, c.o)
				if err != nil || s.Ledger.Spans != benchSpans {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(benchSpans)*float64(b.N)/b.Elapsed().Seconds(), "spans/s")
		})
	}
}
