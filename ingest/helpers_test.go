package ingest

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/longpole/longpole/ingest/decode/decodetest"
	"github.com/longpole/longpole/trace"
)

// shared returns the path of real exports beside the checkout, or skips the test.
func shared(t testing.TB, path string) string {
	t.Helper()
	full := filepath.Join("..", "..", "shared", path)
	if _, err := os.Stat(full); err != nil {
		t.Skipf("%s is not here: this test reads real exports that are not part of the repository", full)
	}
	return full
}

// read reads text that must be usable.
func read(t testing.TB, text string, o Options) *Spans {
	t.Helper()
	s, err := ReadBytes("test", []byte(text), o)
	if err != nil {
		t.Fatalf("%v\nin %.300s", err, text)
	}
	return s
}

func readFiles(t testing.TB, o Options, names ...string) *Spans {
	t.Helper()
	s, err := Read(context.Background(), names, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// all returns every span in order.
func all(s *Spans) (spans []trace.Span) {
	for list := range s.Traces() {
		spans = append(spans, list...)
	}
	return spans
}

// draw spells spans one a line, with everything that is kept of them.
func draw(s *Spans) string {
	var b strings.Builder
	for _, sp := range all(s) {
		b.WriteString(drawSpan(&sp) + "\n")
	}
	return b.String()
}

func drawSpan(s *trace.Span) string { return decodetest.Line(s) }

// found spells the findings of a ledger: "2 bad-time, 1 cut-at-end".
func found(l *trace.Ledger) string { return decodetest.Findings(l) }

// records spells what became of the records of a ledger: "3 = 2 + 1 + 0".
func records(l *trace.Ledger) string {
	r := l.Records
	return fmt.Sprintf("%d = %d + %d + %d", r.Read, r.Whole, r.Damaged, r.Skipped)
}

// balanced fails the test unless every span and every record that was met is accounted for.
func balanced(t testing.TB, s *Spans) {
	t.Helper()
	if r := s.Ledger.Records; r.Read != r.Whole+r.Damaged+r.Skipped {
		t.Fatalf("the records do not add up: %+v", r)
	}
	kept := len(all(s))
	if got := s.Ledger.Total(trace.Kept); got != kept {
		t.Fatalf("the ledger says that %d of %d spans were kept, but there are %d (%s)", got, s.Ledger.Spans, kept, found(&s.Ledger))
	}
}

func want(t testing.TB, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s:\n got %s\nwant %s", what, got, want)
	}
}

func tarOf(t *testing.T, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for name, text := range files {
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(text))}); err != nil {
			t.Fatal(err)
		}
		w.Write([]byte(text))
	}
	w.Close()
	return b.Bytes()
}

func zipOf(t *testing.T, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, text := range files {
		m, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		m.Write([]byte(text))
	}
	w.Close()
	return b.Bytes()
}

// noDigits appends value without its digits.
func noDigits(dst, value []byte) []byte {
	for _, c := range value {
		if c < '0' || c > '9' {
			dst = append(dst, c)
		}
	}
	return dst
}

// formByLetter gives keys a form by how they begin.
func formByLetter(key string) Form {
	switch {
	case strings.HasPrefix(key, "present"):
		return func(dst, _ []byte) []byte { return dst }
	case strings.HasPrefix(key, "shaped"):
		return noDigits
	}
	return nil
}

// proto spells a document of OTLP JSON as protobuf, as the collector does.
func proto(t *testing.T, text string) []byte {
	t.Helper()
	td, err := (&ptrace.JSONUnmarshaler{}).UnmarshalTraces([]byte(text))
	if err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	data, err := (&ptrace.ProtoMarshaler{}).MarshalTraces(td)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
