package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"testing"

	"go.opentelemetry.io/collector/pdata/ptrace"
)

func TestEveryFormatHoldsTheSameSpans(t *testing.T) {
	dir := t.TempDir()
	if err := write(5000, 1, dir, []string{"otlp.jsonl", "otlp.pb", "jaeger.json"}); err != nil {
		t.Fatal(err)
	}
	lines, messages, document := inLines(t, dir), inMessages(t, dir), inDocument(t, dir)
	if len(lines) < 5000 || !maps.Equal(lines, messages) || !maps.Equal(lines, document) {
		t.Errorf("%d spans in JSON lines, %d in protobuf, %d in Jaeger's document", len(lines), len(messages), len(document))
	}
}

// Spans by id, with their names.
func inLines(t *testing.T, dir string) map[string]string {
	spans := map[string]string{}
	for line := range bytes.Lines(read(t, dir, "otlp.jsonl")) {
		td, err := (&ptrace.JSONUnmarshaler{}).UnmarshalTraces(line)
		if err != nil {
			t.Fatal(err)
		}
		note(spans, td)
	}
	return spans
}

func inMessages(t *testing.T, dir string) map[string]string {
	spans := map[string]string{}
	for data := read(t, dir, "otlp.pb"); len(data) > 0; {
		n := binary.BigEndian.Uint32(data)
		td, err := (&ptrace.ProtoUnmarshaler{}).UnmarshalTraces(data[4 : 4+n])
		if err != nil {
			t.Fatal(err)
		}
		note(spans, td)
		data = data[4+n:]
	}
	return spans
}

func note(spans map[string]string, td ptrace.Traces) {
	for _, rs := range td.ResourceSpans().All() {
		for _, ss := range rs.ScopeSpans().All() {
			for _, s := range ss.Spans().All() {
				spans[s.SpanID().String()] = s.Name()
			}
		}
	}
}

func inDocument(t *testing.T, dir string) map[string]string {
	spans := map[string]string{}
	var doc struct{ Data []jaegerTrace }
	if err := json.Unmarshal(read(t, dir, "jaeger.json"), &doc); err != nil {
		t.Fatal(err)
	}
	for _, trace := range doc.Data {
		for _, s := range trace.Spans {
			spans[s.SpanID] = s.OperationName
		}
	}
	return spans
}

func read(t *testing.T, dir, name string) []byte {
	data, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}
