package main

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"

	"github.com/klauspost/compress/gzip"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

const lines = `{"resourceSpans":[{"scopeSpans":[{"spans":[{"spanId":"0000000000000001","name":"a"},{"spanId":"0000000000000002","name":"b"}]}]}]}
{"resourceSpans":[{"scopeSpans":[{"spans":[{"spanId":"0000000000000003","name":"c"}]}]}]}
`

func TestBaselinesReadEverythingThereIs(t *testing.T) {
	const document = `{"data":[{"traceID":"1","spans":[{"spanID":"2","tags":[{"key":"k","type":"int64","value":1}]},{"spanID":"3"}]},{"traceID":"4","spans":[{"spanID":"5"}]}]}`
	for _, c := range []struct{ with, file, content, want string }{
		{"pdata", "otlp.jsonl", lines, "3 spans"},
		{"pdata", "otlp.pb", messages(t), "3 spans"},
		{"json", "jaeger.json", document, "3 spans"},
		{"gzip", "text.gz", zipped("hello"), "5 bytes"},
	} {
		path := filepath.Join(t.TempDir(), c.file)
		if err := os.WriteFile(path, []byte(c.content), 0o644); err != nil {
			t.Fatal(err)
		}
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := baselines[c.with](f); got != c.want || err != nil {
			t.Errorf("%s of %s: %q, %v", c.with, c.file, got, err)
		}
		f.Close()
	}
}

// messages are the lines as length-prefixed protobuf.
func messages(t *testing.T) string {
	var all []byte
	for line := range bytes.Lines([]byte(lines)) {
		td, err := (&ptrace.JSONUnmarshaler{}).UnmarshalTraces(line)
		if err != nil {
			t.Fatal(err)
		}
		m, err := (&ptrace.ProtoMarshaler{}).MarshalTraces(td)
		if err != nil {
			t.Fatal(err)
		}
		all = append(binary.BigEndian.AppendUint32(all, uint32(len(m))), m...)
	}
	return string(all)
}

func zipped(text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write([]byte(text))
	w.Close()
	return b.String()
}
