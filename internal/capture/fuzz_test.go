package capture

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"go.opentelemetry.io/collector/pdata/ptrace"
)

// FuzzProto holds decoding of protobuf against the collector's, and what is kept against what came.
func FuzzProto(f *testing.F) {
	f.Add(inProtobuf(f, message("GET /", "SELECT")))
	f.Add(nested(50))
	f.Add(nested(200))
	f.Fuzz(func(t *testing.T, frame []byte) {
		b, err := decodeProto(frame)
		if err != nil {
			return
		}
		td, err := new(ptrace.ProtoUnmarshaler).UnmarshalTraces(frame)
		if err != nil {
			return // some of what protobuf leaves to its readers the collector refuses
		}
		if td.SpanCount() != b.spans {
			t.Fatalf("%d spans, and %d for the collector", b.spans, td.SpanCount())
		}
		checkLine(t, b)
	})
}

// FuzzJSON holds that what was decoded is kept whole.
func FuzzJSON(f *testing.F) {
	f.Add(asJSON(message("GET /", "\u2028")))
	f.Add([]byte(`{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"","attributes":[{"key":"a","value":{"kvlistValue":{"values":[{"key":"b","value":{"doubleValue":"NaN"}}]}}}]}]}]}]}`))
	f.Fuzz(func(t *testing.T, frame []byte) {
		if b, err := decodeJSON(frame); err == nil {
			checkLine(t, b)
		}
	})
}

func checkLine(t *testing.T, b batch) {
	t.Helper()
	line := b.line()
	if bytes.Count(line, []byte("\n")) != 1 {
		t.Fatalf("a request takes several lines: %q", line)
	}
	back, err := decodeJSON(line)
	if err != nil || back.spans != b.spans {
		t.Fatalf("of %d spans %d are read again (%v) from %q", b.spans, back.spans, err, line)
	}
}

// FuzzRequest sends anything to the receiver: the answer is one of those that it has, and only what
// was promised is kept.
func FuzzRequest(f *testing.F) {
	good := inProtobuf(f, message("GET /"))
	f.Add("POST", "/v1/traces", inProto, "", good)
	f.Add("POST", "/v1/traces", inProto, "gzip", packed(f, good))
	f.Add("POST", "/v1/traces", inJSON, "gzip", packed(f, asJSON(message("GET /"))))
	f.Add("POST", "/v1/logs", inJSON, "", []byte("{"))
	f.Add("GET", "/", "application/grpc", "", []byte{0, 0, 0, 0, 1, 0})
	answers := []int{200, 400, 404, 405, 413, 415}
	f.Fuzz(func(t *testing.T, method, path, contentType, encoding string, body []byte) {
		kept, told := 0, 0
		r := &Receiver{Options: Options{MaxMessage: 1 << 16, Tell: func(string) { told++ }}, slots: make(chan struct{}, 1), told: map[string]bool{}}
		r.keepLine = func(line []byte) error { kept++; return nil }
		q := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", bytes.NewReader(body))
		q.Method, q.URL.Path = method, path
		q.Header = http.Header{"Content-Type": {contentType}, "Content-Encoding": {encoding}}
		w := httptest.NewRecorder()
		r.serve(w, q)
		answer, _ := io.ReadAll(w.Result().Body)
		c := r.Counts()
		if !slices.Contains(answers, w.Code) || (w.Code != 200) != (c.Refused == 1) || (kept > 0) != (c.Spans > 0) || kept > 1 {
			t.Fatalf("answer is %d %q, counts %+v, kept %d", w.Code, answer, c, kept)
		}
		if w.Code != 200 && (told != 1 || kept > 0) || strings.ContainsAny(w.Header().Get("Content-Type"), "\r\n") {
			t.Fatalf("told %d times, kept %d, answer %v", told, kept, w.Header())
		}
	})
}
