package capture

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	logspb "go.opentelemetry.io/proto/otlp/collector/logs/v1"
	metricspb "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	collectorpb "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	grpcgzip "google.golang.org/grpc/encoding/gzip"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/longpole/longpole/internal/bytesize"
	"github.com/longpole/longpole/internal/otlpjson"
	"github.com/longpole/longpole/internal/testkit"
)

// A receiving is a receiver with what it kept and told.
type receiving struct {
	*Receiver
	url string

	mu   sync.Mutex
	kept []string
	told []string
}

// receive starts a receiver of which keep decides what is kept; nil keeps all.
func receive(t testing.TB, most bytesize.Size, keep func([]byte) error) *receiving {
	t.Helper()
	got := &receiving{}
	r, err := Listen(t.Context(), []string{"127.0.0.1:0"}, Options{MaxMessage: most, Tell: func(problem string) {
		got.told = append(got.told, problem)
	}})
	if err != nil {
		t.Fatal(err)
	}
	got.Receiver, got.url = r, "http://"+r.Addresses()[0].String()
	if keep == nil {
		keep = func(line []byte) error {
			got.mu.Lock()
			defer got.mu.Unlock()
			got.kept = append(got.kept, string(line))
			return nil
		}
	}
	r.Serve(keep)
	t.Cleanup(func() {
		done, cancel := context.WithCancel(context.Background())
		cancel()
		r.Close(done)
	})
	return got
}

func message(names ...string) *collectorpb.ExportTraceServiceRequest {
	scope := &tracepb.ScopeSpans{}
	for i, name := range names {
		scope.Spans = append(scope.Spans, &tracepb.Span{
			TraceId: bytes.Repeat([]byte{7}, 16), SpanId: []byte{1, 0, 0, 0, byte(i >> 24), byte(i >> 16), byte(i >> 8), byte(i)},
			Name: name, StartTimeUnixNano: 1700000000000000000, EndTimeUnixNano: 1700000000005000000,
		})
	}
	return &collectorpb.ExportTraceServiceRequest{ResourceSpans: []*tracepb.ResourceSpans{{ScopeSpans: []*tracepb.ScopeSpans{scope}}}}
}

func inProtobuf(t testing.TB, m proto.Message) []byte {
	t.Helper()
	b, err := proto.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func asJSON(m *collectorpb.ExportTraceServiceRequest) []byte {
	var l otlpjson.Line
	l.Traces(m.ResourceSpans)
	return l
}

func packed(t testing.TB, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w, _ := gzip.NewWriterLevel(&out, gzip.BestSpeed)
	w.Write(b)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// post sends a body to a path of r, and returns the status and what stands in the answer.
func (r *receiving) post(t testing.TB, path, contentType, encoding string, body io.Reader) (int, string) {
	t.Helper()
	q, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.url+path, body)
	if err != nil {
		t.Fatal(err)
	}
	q.Header.Set("Content-Type", contentType)
	q.Header.Set("Content-Encoding", encoding)
	answer, err := http.DefaultClient.Do(q)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(text)
}

func (r *receiving) dial(t testing.TB) *grpc.ClientConn {
	t.Helper()
	c, err := grpc.NewClient(strings.TrimPrefix(r.url, "http://"), grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.MaxCallSendMsgSize(1<<30)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func (r *receiving) export(t testing.TB, m *collectorpb.ExportTraceServiceRequest, options ...grpc.CallOption) error {
	t.Helper()
	_, err := collectorpb.NewTraceServiceClient(r.dial(t)).Export(t.Context(), m, options...)
	return err
}

func TestEveryWayOfSendingKeepsTheSameLine(t *testing.T) {
	m := message("GET /", "SELECT")
	want := string(asJSON(m)) + "\n"
	overHTTP := func(contentType, encoding string, body []byte) func(*receiving) error {
		return func(r *receiving) error {
			if code, text := r.post(t, "/v1/traces", contentType, encoding, bytes.NewReader(body)); code != 200 || text != map[string]string{inJSON: "{}"}[contentType] {
				return fmt.Errorf("answer is %d %q", code, text)
			}
			return nil
		}
	}
	for name, send := range map[string]func(*receiving) error{
		"gRPC":                func(r *receiving) error { return r.export(t, m) },
		"gRPC with gzip":      func(r *receiving) error { return r.export(t, m, grpc.UseCompressor(grpcgzip.Name)) },
		"protobuf":            overHTTP(inProto, "", inProtobuf(t, m)),
		"protobuf with gzip":  overHTTP(inProto, "gzip", packed(t, inProtobuf(t, m))),
		"JSON":                overHTTP(inJSON, "identity", asJSON(m)),
		"JSON with gzip":      overHTTP(inJSON, "gzip", packed(t, asJSON(m))),
		"JSON of many lines":  overHTTP(inJSON, "", bytes.ReplaceAll(asJSON(m), []byte(","), []byte(",\r\n "))),
		"JSON with a charset": overHTTP(inJSON+"; charset=utf-8", "", nil),
	} {
		if name == "JSON with a charset" {
			send = func(r *receiving) error {
				code, text := r.post(t, "/v1/traces", inJSON+"; charset=utf-8", "", bytes.NewReader(asJSON(m)))
				if code != 200 || text != "{}" {
					return fmt.Errorf("answer is %d %q", code, text)
				}
				return nil
			}
		}
		r := receive(t, 1<<20, nil)
		if err := send(r); err != nil || !slices.Equal(r.kept, []string{want}) {
			t.Errorf("%s: kept %q, want %q (%v)", name, r.kept, want, err)
		}
		if c := r.Counts(); c != (Counts{Spans: 2, Requests: 1}) {
			t.Errorf("%s: counts %+v", name, c)
		}
	}
}

func TestWhatIsNoOTLPIsRefusedByNameAndNothingOfItIsKept(t *testing.T) {
	good := inProtobuf(t, message("GET /"))
	short := message("GET /")
	short.ResourceSpans[0].ScopeSpans[0].Spans[0].SpanId = []byte{1, 2, 3}
	for name, c := range map[string]struct {
		path, contentType, encoding string
		body                        []byte
		code                        int
		says                        string
	}{
		"cut off":           {"/v1/traces", inProto, "", good[:len(good)-3], 400, "it is no OTLP"},
		"noise":             {"/v1/traces", inProto, "", []byte("\xff\xff\xff\xff"), 400, "it is no OTLP"},
		"JSON as protobuf":  {"/v1/traces", inProto, "", []byte("{}"), 400, "it is no OTLP"},
		"protobuf as JSON":  {"/v1/traces", inJSON, "", good, 400, "it is no OTLP"},
		"a short span id":   {"/v1/traces", inProto, "", inProtobuf(t, short), 400, "a span id has 3 bytes, not 8"},
		"no gzip":           {"/v1/traces", inProto, "gzip", good, 400, "it is no gzip"},
		"gzip that ends":    {"/v1/traces", inProto, "gzip", packed(t, good)[:20], 400, "it cannot be read"},
		"another encoding":  {"/v1/traces", inProto, "br", good, 415, "its encoding is"},
		"another type":      {"/v1/traces", "text/plain", "", good, 415, "its content type is \"text/plain\""},
		"no type":           {"/v1/traces", "", "", good, 415, "its content type is"},
		"elsewhere":         {"/api/v2/spans%1b[2J", inJSON, "", []byte("[]"), 404, "traces go to /v1/traces"},
		"lists without end": {"/v1/traces", inJSON, "", bytes.Repeat([]byte(`{"resourceSpans":[`), 10000), 400, "it is no OTLP"},
		"values in values":  {"/v1/traces", inProto, "", nested(1000), 400, "it is no OTLP"},
	} {
		r := receive(t, 1<<20, nil)
		code, text := r.post(t, c.path, c.contentType, c.encoding, bytes.NewReader(c.body))
		if code != c.code || !strings.Contains(text, c.says) {
			t.Errorf("%s: answer is %d %q, want %d and %q", name, code, text, c.code, c.says)
		}
		if len(r.kept) > 0 || r.Counts() != (Counts{Refused: 1}) || len(r.told) != 1 || !strings.Contains(r.told[0], c.says) {
			t.Errorf("%s: kept %q, counts %+v, told %q", name, r.kept, r.Counts(), r.told)
		}
	}
}

// nested is an attribute's value in lists in lists, as protobuf, as deep as is said.
func nested(depth int) []byte {
	b := []byte{}
	wrap := func(field byte) {
		length := len(b)
		head := []byte{field<<3 | 2}
		for ; length >= 128; length >>= 7 {
			head = append(head, byte(length)|128)
		}
		b = append(append(head, byte(length)), b...)
	}
	for range depth {
		wrap(1) // ArrayValue.values
		wrap(5) // AnyValue.array_value
	}
	for _, field := range []byte{2, 1, 1, 1} { // KeyValue.value, Resource.attributes, ResourceSpans.resource, resource_spans
		wrap(field)
	}
	return b
}

func TestCallsThatAreNoExportAreRefused(t *testing.T) {
	r := receive(t, 1<<20, nil)
	short := message("GET /")
	short.ResourceSpans[0].ScopeSpans[0].Spans[0].TraceId = []byte{1}
	if err := r.export(t, short); status.Code(err) != codes.InvalidArgument {
		t.Errorf("a short trace id: %v", err)
	}
	if err := r.dial(t).Invoke(t.Context(), "/no.such/Call", message(), message()); status.Code(err) != codes.Unimplemented {
		t.Errorf("a call of another service: %v", err)
	}
	if c := r.Counts(); c != (Counts{Refused: 2}) || len(r.told) != 2 {
		t.Errorf("counts %+v, told %q", c, r.told)
	}
}

func TestABatchOf50MBIsKeptAndALargerOneThanTheLimitIsRefusedWithItsName(t *testing.T) {
	if testing.Short() {
		t.Skip("50 MB, three times")
	}
	r := receive(t, 64<<20, nil)
	large := message(slices.Repeat([]string{strings.Repeat("n", 1<<20)}, 50)...)
	if err := r.export(t, large); err != nil {
		t.Error(err)
	}
	if code, text := r.post(t, "/v1/traces", inProto, "", bytes.NewReader(inProtobuf(t, large))); code != 200 {
		t.Errorf("answer is %d %q", code, text)
	}
	if c := r.Counts(); c != (Counts{Spans: 100, Requests: 2}) {
		t.Errorf("counts %+v", c)
	}
	tooLarge := message(slices.Repeat([]string{strings.Repeat("n", 1<<20)}, 65)...)
	if err := r.export(t, tooLarge); status.Code(err) != codes.ResourceExhausted {
		t.Error(err)
	}
	if code, text := r.post(t, "/v1/traces", inProto, "gzip", bytes.NewReader(packed(t, inProtobuf(t, tooLarge)))); code != 413 || !strings.Contains(text, "64MiB (--max-message)") {
		t.Errorf("answer is %d %q", code, text)
	}
	if c := r.Counts(); c.Spans != 100 || c.Refused != 2 {
		t.Errorf("counts %+v", c)
	}
}

type endless struct{}

func (endless) Read(b []byte) (int, error) { return len(b), nil }

func TestInputWithoutEndIsCutAtTheLimit(t *testing.T) {
	r := receive(t, 1<<20, nil)
	for name, body := range map[string]io.Reader{"plain": endless{}, "a bomb": bytes.NewReader(packed(t, make([]byte, 100<<20)))} {
		encoding := map[string]string{"a bomb": "gzip"}[name]
		q, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, r.url+"/v1/traces", body)
		q.Header.Set("Content-Type", inProto)
		q.Header.Set("Content-Encoding", encoding)
		answer, err := http.DefaultClient.Do(q)
		if err != nil {
			continue // the connection was closed before the client had sent all
		}
		answer.Body.Close()
		if answer.StatusCode != http.StatusRequestEntityTooLarge {
			t.Errorf("%s: answer is %s", name, answer.Status)
		}
	}
	if c := r.Counts(); c.Refused != 2 || c.Spans != 0 {
		t.Errorf("counts %+v", c)
	}
}

func TestWhoeverSendsNoHTTPHarmsNobody(t *testing.T) {
	r := receive(t, 1<<20, nil)
	for _, noise := range []string{"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\xff\xff\xff\xff\xff\xff", "GET / HTTP/9.9\r\n\r\n", strings.Repeat("x", 1<<17)} {
		c, err := net.Dial("tcp", strings.TrimPrefix(r.url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		c.Write([]byte(noise))
		c.Close()
	}
	if err := r.export(t, message("GET /")); err != nil || r.Counts().Spans != 1 {
		t.Errorf("counts %+v (%v)", r.Counts(), err)
	}
}

func TestWhatCannotBeKeptIsNotPromised(t *testing.T) {
	r := receive(t, 1<<20, func([]byte) error { return errors.New("no space left on device") })
	m := message("GET /")
	if err := r.export(t, m); status.Code(err) != codes.ResourceExhausted {
		t.Error(err)
	}
	code, text := r.post(t, "/v1/traces", inJSON, "", bytes.NewReader(asJSON(m)))
	if code != http.StatusInsufficientStorage || !strings.Contains(text, "no space left on device") {
		t.Errorf("answer is %d %q", code, text)
	}
	if c := r.Counts(); c != (Counts{Refused: 2}) || len(r.told) != 1 {
		t.Errorf("counts %+v, told %q", c, r.told)
	}
}

func TestMetricsAndLogsAreTakenAndDroppedAndThatIsSaidOnceOfEach(t *testing.T) {
	r := receive(t, 1<<20, nil)
	for range 2 {
		if _, err := metricspb.NewMetricsServiceClient(r.dial(t)).Export(t.Context(), &metricspb.ExportMetricsServiceRequest{}); err != nil {
			t.Error(err)
		}
		if _, err := logspb.NewLogsServiceClient(r.dial(t)).Export(t.Context(), &logspb.ExportLogsServiceRequest{}); err != nil {
			t.Error(err)
		}
		for _, path := range []string{"/v1/metrics", "/v1/logs"} {
			if code, _ := r.post(t, path, inProto, "", strings.NewReader("anything")); code != 200 {
				t.Errorf("%s: answer is %d", path, code)
			}
		}
	}
	if c := r.Counts(); c != (Counts{Other: 8}) || len(r.told) != 2 {
		t.Errorf("counts %+v, told %q", c, r.told)
	}
}

func TestNamesThatActOnWhatShowsThemStayInOneLineOfJSON(t *testing.T) {
	r := receive(t, 1<<20, nil)
	var names []string
	for _, name := range testkit.Some(testkit.HostileNames, 3) {
		names = append(names, strings.ToValidUTF8(name, "\uFFFD"))
	}
	if err := r.export(t, message(names...)); err != nil {
		t.Fatal(err)
	}
	if len(r.kept) != 1 || strings.Count(r.kept[0], "\n") != 1 {
		t.Fatalf("kept %q", r.kept)
	}
	b, err := decodeJSON([]byte(r.kept[0]))
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range b.resources[0].ScopeSpans[0].Spans {
		if s.Name != names[i] {
			t.Errorf("%q became %q", names[i], s.Name)
		}
	}
}

func TestAPortThatIsTakenIsAnErrorAndNoneOfTheOthersIsLeftOpen(t *testing.T) {
	taken := receive(t, 1<<20, nil)
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	first := free.Addr().String()
	free.Close()
	if _, err := Listen(t.Context(), []string{first, taken.Addresses()[0].String()}, Options{}); err == nil {
		t.Fatal("two listen at one port")
	}
	if again, err := net.Listen("tcp", first); err != nil {
		t.Error(err)
	} else {
		again.Close()
	}
}

func TestWaitingEndsWhenNobodyIsConnectedOrNothingComes(t *testing.T) {
	r := receive(t, 1<<20, nil)
	r.Settle(t.Context(), time.Hour) // nobody has been here
	if err := r.export(t, message("GET /")); err != nil {
		t.Fatal(err)
	}
	r.Settle(t.Context(), time.Millisecond) // the connection is still open
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	r.Settle(ended, time.Hour)
}
