package ingest

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// recordsOf says how many records the files of testdata/formats hold that hold more than one;
// every file holds three spans.
var recordsOf = map[string]int{
	"jaeger-es.lines.jsonl": 3, "jaeger-spans.jsonl": 3, "otlp-spans.jsonl": 3, "python-console.json": 3, "stdouttrace.jsonl": 3, "stdouttrace.pretty.json": 3,
	"otlp-json.bare.jsonl": 2, "otlp-json.glued.json": 2, "otlp-json.lines.jsonl": 2,
	"clickhouse.jsonl": 3, "data-prepper.lines.jsonl": 3, "elastic-otel.lines.jsonl": 3,
	"otlp-batches.bin": 2, "otlp-delimited.bin": 2, "otlp-proto.pb": 1, "jaeger-proto.pb": 1,
}

func TestSpansAndRecordsOfAFileOfEveryFormatAreCounted(t *testing.T) {
	files, _ := filepath.Glob("testdata/formats/*")
	dir, message := t.TempDir(), string(proto(t, doc(span(1), span(2))))
	last := string(proto(t, doc(span(3))))
	for name, text := range map[string]string{
		"otlp-proto.pb": message + last, "otlp-batches.bin": batchOf(message) + batchOf(last), "otlp-delimited.bin": delimitedOf(message) + delimitedOf(last), "jaeger-proto.pb": jaegerProtoFields(t),
	} {
		files = append(files, filepath.Join(dir, name))
		if err := os.WriteFile(files[len(files)-1], []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	formats, spans, read := map[string]bool{}, 0, 0
	for _, file := range files {
		n := max(1, recordsOf[filepath.Base(file)])
		spans, read = spans+3, read+n
		s := readFiles(t, Options{}, file)
		formats[s.Ledger.Files[0].Format] = true
		want(t, file, counted(s), fmt.Sprintf("3 spans, %d = %d + 0 + 0 records", n, n))
	}
	for _, o := range []Options{{Workers: 1}, {Workers: 4}, {Workers: 4, MaxMemory: 1}} {
		s := readFiles(t, o, files...)
		want(t, "all files at once", counted(s), fmt.Sprintf("%d spans, %d = %d + 0 + 0 records", spans, read, read))
		s.Close()
	}
	for _, f := range Formats {
		if !formats[f.Name] {
			t.Errorf("no file is %s", f.Name)
		}
	}
}

func counted(s *Spans) string {
	return fmt.Sprintf("%d spans, %s records", s.Ledger.Spans, records(&s.Ledger))
}
