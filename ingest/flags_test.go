package ingest

import (
	"fmt"
	"strings"
	"testing"

	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/longpole/longpole/trace"
)

// otlpSpan spells a span with fields before its times.
func otlpSpan(before string) string {
	return `{"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"0000000000000001",` + before + `"startTimeUnixNano":"1780000000000000000","endTimeUnixNano":"1780000000000000009"}`
}

// inOTLP spells a span with these flags in every way that OTLP has.
func inOTLP(flags uint32) map[string]string {
	withFlags := doc(otlpSpan(fmt.Sprintf(`"parentSpanId":"00000000000000aa","flags":%d,`, flags)))
	td, _ := (&ptrace.JSONUnmarshaler{}).UnmarshalTraces([]byte(withFlags))
	message, _ := (&ptrace.ProtoMarshaler{}).MarshalTraces(td)
	td.ResourceSpans().At(0).ScopeSpans().At(0).Spans().At(0).SetDroppedAttributesCount(1) // which the fast path leaves
	rare, _ := (&ptrace.ProtoMarshaler{}).MarshalTraces(td)
	return map[string]string{
		"fast JSON":     withFlags,
		"JSON's head":   strings.Replace(withFlags, `,"startTime`, `,"name":"n","kind":2,"startTime`, 1),
		"tolerant JSON": strings.Replace(withFlags, `,"flags"`, `, "flags"`, 1),
		"flags as text": strings.Replace(withFlags, fmt.Sprintf(`"flags":%d`, flags), fmt.Sprintf(`"flags":"%d"`, flags), 1),
		"fast protobuf": string(message), "tolerant protobuf": string(rare),
	}
}

func TestWhereTheParentIsSurvivesInEveryFormatThatSaysIt(t *testing.T) {
	for flags, want := range map[uint32]trace.Flags{
		1: 0, 0x101: trace.LocalParent, 0x301: trace.RemoteParent, 0x201: 0,
	} {
		for what, text := range inOTLP(flags) {
			if got := all(read(t, text, Options{}))[0].Flags; got != want {
				t.Errorf("%s, flags %#x: %b, want %b", what, flags, got, want)
			}
		}
	}
	console := string(mustRead(t, "testdata/formats/stdouttrace.jsonl"))
	for said, want := range map[string]trace.Flags{"true": trace.RemoteParent, "false": trace.LocalParent} {
		text := strings.Replace(console, `"SpanID":"b7ad6b7169203331","TraceFlags":"00","TraceState":"","Remote":false`,
			`"SpanID":"b7ad6b7169203331","TraceFlags":"00","TraceState":"","Remote":`+said, 1)
		if got := all(read(t, text, Options{}))[1].Flags &^ trace.Failed; got != want {
			t.Errorf("Remote of %s: %b, want %b", said, got, want)
		}
	}
}

func TestARootHasNoParentThatCouldBeElsewhere(t *testing.T) {
	for _, flags := range []string{"257", "769"} {
		if got := all(read(t, doc(otlpSpan(`"flags":`+flags+`,`)), Options{}))[0].Flags; got != 0 {
			t.Errorf("flags %s: %b", flags, got)
		}
	}
}
