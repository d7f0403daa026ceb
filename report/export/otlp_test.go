package export_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"pgregory.net/rapid"

	"github.com/longpole/longpole/ingest"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/report/export"
	"github.com/longpole/longpole/trace"
)

func TestTheCollectorReadsFromOTLPTheSpansThatWereWritten(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		traces := rapid.SliceOfN(rapid.Custom(strange), 1, 4).Draw(r, "traces")
		want := collectorText(slices.Concat(traces...))
		for name, read := range collectorReaders {
			f := named(name)
			var got []string
			for _, td := range read(t, written(t, f, traces...)) {
				got = append(got, collectorLines(td)...)
			}
			if got := strings.Join(got, "\n"); got != want {
				r.Fatalf("%s: wrote\n%s\nthe collector reads\n%s", name, want, got)
			}
		}
	})
}

func TestOTLPJSONIsWhatTheCollectorWritesByteForByte(t *testing.T) {
	f := export.OTLP
	rapid.Check(t, func(r *rapid.T) {
		traces := rapid.SliceOfN(rapid.Custom(strange), 1, 4).Draw(r, "traces")
		ours := written(t, f, traces...)
		var theirs []byte
		for _, td := range readCollectorJSON(t, ours) {
			line, err := new(ptrace.JSONMarshaler).MarshalTraces(td)
			if err != nil {
				t.Fatal(err)
			}
			theirs = append(append(theirs, line...), '\n')
		}
		if !bytes.Equal(ours, theirs) {
			r.Fatalf("longpole writes\n%s\nthe collector\n%s", ours, theirs)
		}
	})
}

var collectorReaders = map[string]func(testing.TB, []byte) []ptrace.Traces{
	"otlp": readCollectorJSON, "otlp-proto": readCollectorProto,
}

func readCollectorJSON(t testing.TB, lines []byte) (traces []ptrace.Traces) {
	t.Helper()
	read := ptrace.JSONUnmarshaler{DisallowUnknownFields: true}
	for line := range bytes.Lines(lines) {
		td, err := read.UnmarshalTraces(line)
		if err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		traces = append(traces, td)
	}
	return traces
}

func readCollectorProto(t testing.TB, framed []byte) (traces []ptrace.Traces) {
	t.Helper()
	for len(framed) > 0 {
		length := binary.BigEndian.Uint32(framed)
		td, err := new(ptrace.ProtoUnmarshaler).UnmarshalTraces(framed[4 : 4+length])
		if err != nil {
			t.Fatal(err)
		}
		traces, framed = append(traces, td), framed[4+length:]
	}
	return traces
}

// collectorText spells spans as collectorLines spells what the collector read of them.
func collectorText(spans []trace.Span) string {
	var lines []string
	for i := range spans {
		s := &spans[i]
		line := fmt.Sprintf("%s %s<%s %q %d %d..", s.Trace, s.ID, s.Parent, s.Sig.Name, s.Sig.Kind, uint64(s.Start))
		if !s.Flags.Has(trace.Unfinished) {
			line += strconv.FormatUint(uint64(s.End), 10)
		}
		line += fmt.Sprintf(" failed=%t scope=%q %q %q", s.Flags.Has(trace.Failed), s.Sig.Scope, resourceOf(s.Sig), s.Sig.Attrs)
		if s.Flags.Has(trace.Sampled) {
			line += fmt.Sprintf(" th=%014x", s.Threshold)
		}
		for _, e := range s.Events() {
			line += fmt.Sprintf(" %q@%d", e.Name, uint64(e.At))
		}
		for _, l := range s.Links() {
			line += fmt.Sprintf(" ->%s/%s", l.Trace, l.Span)
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// resourceOf returns the resource that should be written: the service, what was kept, and the
// host where nothing of that is it.
func resourceOf(sig *trace.Signature) trace.Attrs {
	resource := slices.Clone(sig.Resource)
	if sig.Host != "" && !slices.ContainsFunc(resource, func(a trace.Attr) bool { return a.Value == sig.Host }) {
		resource = slices.DeleteFunc(resource, func(a trace.Attr) bool { return a.Key == "host.name" })
		resource = append(resource, trace.Attr{Key: "host.name", Value: sig.Host})
	}
	if _, told := resource.Get("service.name"); !told && sig.Service != "" {
		resource = append(resource, trace.Attr{Key: "service.name", Value: sig.Service})
	}
	return inOrder(resource)
}

// inOrder orders attrs and leaves those in that share a key, which none should.
func inOrder(attrs trace.Attrs) trace.Attrs {
	slices.SortStableFunc(attrs, func(a, b trace.Attr) int { return strings.Compare(a.Key, b.Key) })
	return attrs
}

func collectorLines(td ptrace.Traces) (lines []string) {
	for _, rs := range td.ResourceSpans().All() {
		for _, ss := range rs.ScopeSpans().All() {
			for _, s := range ss.Spans().All() {
				lines = append(lines, collectorLine(rs.Resource(), ss.Scope(), s))
			}
		}
	}
	return lines
}

func collectorLine(resource pcommon.Resource, scope pcommon.InstrumentationScope, s ptrace.Span) string {
	line := fmt.Sprintf("%x %x<%x %q %d %d..", [16]byte(s.TraceID()), [8]byte(s.SpanID()), [8]byte(s.ParentSpanID()),
		s.Name(), s.Kind(), s.StartTimestamp())
	if s.EndTimestamp() != 0 {
		line += strconv.FormatUint(uint64(s.EndTimestamp()), 10)
	}
	line += fmt.Sprintf(" failed=%t scope=%q %q %q", s.Status().Code() == ptrace.StatusCodeError, scope.Name(),
		collectorAttrs(resource.Attributes()), collectorAttrs(s.Attributes()))
	if digits, sampled := strings.CutPrefix(s.TraceState().AsRaw(), "ot=th:"); sampled {
		line += " th=" + (digits + strings.Repeat("0", 14))[:14]
	}
	for _, e := range s.Events().All() {
		line += fmt.Sprintf(" %q@%d", e.Name(), e.Timestamp())
	}
	for _, l := range s.Links().All() {
		line += fmt.Sprintf(" ->%x/%x", [16]byte(l.TraceID()), [8]byte(l.SpanID()))
	}
	return line
}

func collectorAttrs(m pcommon.Map) (attrs trace.Attrs) {
	for k, v := range m.All() {
		attrs = append(attrs, trace.Attr{Key: k, Value: v.Str()})
	}
	return inOrder(attrs)
}

// strange are generated spans with any ids, times and text, and now and then none.
func strange(r *rapid.T) []trace.Span {
	spans := decorated(r)
	for i := range spans {
		s := &spans[i]
		switch rapid.IntRange(0, 6).Draw(r, "strangeness") {
		case 0:
			s.Trace = trace.ID{Hi: rapid.Uint64().Draw(r, "hi"), Lo: rapid.Uint64().Draw(r, "lo")}
			s.ID = trace.SpanID(rapid.Uint64().Draw(r, "id"))
		case 1:
			s.Trace, s.ID, s.Parent = trace.ID{}, 0, 0
			s.More = &trace.More{Events: []trace.Event{{}, {Name: text(r), At: -1}}, Links: []trace.Link{{}, {Span: 3}}}
		case 2:
			s.Start = trace.Time(rapid.Int64().Draw(r, "start"))
			s.End = trace.Time(rapid.Int64Range(1, 1<<62).Draw(r, "end"))
		case 3:
			s.Sig = &trace.Signature{}
		case 4:
			s.Sig.Service, s.Sig.Name, s.Sig.Scope, s.Sig.Host = text(r), text(r), text(r), text(r)
			s.Sig.Attrs, s.Sig.Resource = attributes(r), attributes(r)
		case 5:
			s.Sig.Host, s.Sig.Resource = "web-1", trace.Attrs{{Key: "k8s.node.name", Value: "web-1"}}
		}
	}
	return spans
}

func text(r *rapid.T) string {
	return rapid.OneOf(rapid.String(), rapid.StringMatching(`["\\/<>&\x00-\x20\x7f\x{2028}\x{fffd}é]*`), rapid.Just("")).Draw(r, "text")
}

func attributes(r *rapid.T) (attrs trace.Attrs) {
	for range rapid.IntRange(0, 3).Draw(r, "attributes") {
		key := rapid.SampledFrom([]string{"host.name", "service.name", "error", text(r)}).Draw(r, "key")
		attrs = append(attrs, trace.Attr{Key: key, Value: text(r)})
	}
	return attrs.Sort()
}

func TestTextThatIsNotUTF8ComesOutOfEveryFormat(t *testing.T) {
	bad := strings.NewReplacer("~", "\xff")
	for _, document := range []string{
		`{"data":[{"traceID":"7","spans":[{"traceID":"7","spanID":"9","operationName":"get~","startTime":1700000000000000,"duration":5,
			"tags":[{"key":"peer.service","type":"string","value":"pay~"},{"key":"http.route","type":"string","value":"/a~"}],
			"logs":[{"timestamp":1700000000000001,"fields":[{"key":"event","type":"string","value":"sent~"}]}],
			"processID":"p1"}],"processes":{"p1":{"serviceName":"web~","tags":[{"key":"hostname","type":"string","value":"web-1~"}]}}}]}`,
		`{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"web~"}},{"key":"host.name","value":{"stringValue":"web-1~"}}]},
			"scopeSpans":[{"scope":{"name":"otelhttp~"},"spans":[{"traceId":"00000000000000000000000000000007","spanId":"0000000000000009","name":"get~",
			"startTimeUnixNano":"1700000000000000000","endTimeUnixNano":"1700000000000005000","attributes":[{"key":"peer.service","value":{"stringValue":"pay~"}}],
			"events":[{"timeUnixNano":"1700000000000001000","name":"sent~"}]}]}]}]}`,
	} {
		read, err := ingest.ReadBytes("any", []byte(bad.Replace(document)), ingest.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range export.Formats {
			var b bytes.Buffer
			if err := f.Write(&b, read.Traces()); err != nil {
				t.Errorf("%s: %v", f.Name, err)
			}
			if !strings.Contains(b.String(), "get\uFFFD") {
				t.Errorf("%s: the name is not in %q", f.Name, b.String())
			}
		}
	}
}

func TestOTLPIsWrittenInTheMemoryOfTheSpanBefore(t *testing.T) {
	one := testkit.Draw(t, `GET server  ====  peer.service=pay`)
	for name := range collectorReaders {
		f := named(name)
		allocations := func(spans int) float64 {
			long := slices.Values([][]trace.Span{slices.Repeat(one, spans)})
			return testing.AllocsPerRun(5, func() { f.Write(io.Discard, long) })
		}
		if one, many := allocations(1), allocations(1000); many > one+100 {
			t.Errorf("%s: a span takes %v allocations, 1000 take %v", name, one, many)
		}
	}
}
