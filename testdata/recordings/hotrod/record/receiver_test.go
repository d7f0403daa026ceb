package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"syscall"
	"testing"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
)

// The line is written out by hand from the OTLP/JSON specification: hex ids, integer enums, 64-bit integers as text.
const wantLine = `{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"mysql"}}]},` +
	`"scopeSpans":[{"scope":{},"spans":[{"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"b7ad6b7169203331",` +
	`"parentSpanId":"00f067aa0ba902b7","name":"SQL SELECT","kind":3,"startTimeUnixNano":"1700000000000000001",` +
	`"endTimeUnixNano":"1700000000300000001","attributes":[{"key":"rows","value":{"intValue":"9007199254740993"}}],` +
	`"status":{"code":2}}]}]}]}` + "\n"

func query() ptrace.Traces {
	t := ptrace.NewTraces()
	rs := t.ResourceSpans().AppendEmpty()
	rs.Resource().Attributes().PutStr("service.name", "mysql")
	s := rs.ScopeSpans().AppendEmpty().Spans().AppendEmpty()
	s.SetTraceID(pcommon.TraceID{0x0a, 0xf7, 0x65, 0x19, 0x16, 0xcd, 0x43, 0xdd, 0x84, 0x48, 0xeb, 0x21, 0x1c, 0x80, 0x31, 0x9c})
	s.SetSpanID(pcommon.SpanID{0xb7, 0xad, 0x6b, 0x71, 0x69, 0x20, 0x33, 0x31})
	s.SetParentSpanID(pcommon.SpanID{0x00, 0xf0, 0x67, 0xaa, 0x0b, 0xa9, 0x02, 0xb7})
	s.SetName("SQL SELECT")
	s.SetKind(ptrace.SpanKindClient)
	s.SetStartTimestamp(1700000000000000001)
	s.SetEndTimestamp(1700000000300000001)
	s.Attributes().PutInt("rows", 1<<53+1)
	s.Status().SetCode(ptrace.StatusCodeError)
	return t
}

func post(t *testing.T, r *receiver, kind string, body []byte) int {
	t.Helper()
	req := httptest.NewRequest(http.MethodPost, "/v1/traces", bytes.NewReader(body))
	req.Header.Set("Content-Type", kind)
	answer := httptest.NewRecorder()
	r.ServeHTTP(answer, req)
	return answer.Code
}

func TestEachExportRequestBecomesOneLineOfTheFileExporter(t *testing.T) {
	body, err := ptraceotlp.NewExportRequestFromTraces(query()).MarshalProto()
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	r := &receiver{out: &out}

	for range 2 {
		if code := post(t, r, protobuf, body); code != http.StatusOK {
			t.Fatalf("answered %d, want 200", code)
		}
	}

	if got := out.String(); got != wantLine+wantLine {
		t.Errorf("wrote\n%swant twice\n%s", got, wantLine)
	}
}

func TestWhatIsNoExportRequestIsRefusedAndLeavesNoLine(t *testing.T) {
	for _, c := range []struct {
		kind, body string
		want       int
	}{
		{"application/json", `{"resourceSpans":[]}`, http.StatusUnsupportedMediaType},
		{protobuf, "\x0a\xff", http.StatusBadRequest},
	} {
		var out bytes.Buffer
		if code := post(t, &receiver{out: &out}, c.kind, []byte(c.body)); code != c.want {
			t.Errorf("%s %q: answered %d, want %d", c.kind, c.body, code, c.want)
		}
		if out.Len() != 0 {
			t.Errorf("%s %q: wrote %q", c.kind, c.body, out.String())
		}
	}
}

func TestALineThatCannotBeWrittenFailsTheRecording(t *testing.T) {
	r := &receiver{out: full{}}
	if code := post(t, r, protobuf, nil); code != http.StatusInternalServerError {
		t.Errorf("answered %d, want 500", code)
	}
	if r.err == nil {
		t.Error("the receiver forgot the failed write")
	}
}

// full is a disk without room.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, syscall.ENOSPC }
