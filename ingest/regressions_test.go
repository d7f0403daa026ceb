package ingest

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/longpole/longpole/ingest/jsontext"
)

// One line that is longer than the window is damaged near its end.
func TestALongLineIsDamagedLikeAShortOne(t *testing.T) {
	for _, n := range []int{10, 20_000} {
		spans := make([]string, n)
		for i := range spans {
			spans[i] = span(i + 1)
		}
		line := strings.TrimSuffix(doc(spans...), "]}]}]}") + ",,,]}]}]}"
		for _, workers := range []int{1, 2} {
			s := read(t, doc(span(1))+"\n"+line+"\n"+doc(span(1))+"\n", Options{Workers: workers})
			want(t, fmt.Sprintf("%d spans, %d workers", n, workers), found(&s.Ledger), "1 line-not-json")
		}
	}
}

func TestTheLimitOfASpanDoesNotDependOnWhatIsReadAtOnce(t *testing.T) {
	defer func(n int) { jsontext.MaxValue = n }(jsontext.MaxValue)
	jsontext.MaxValue = 1000
	text := doc(span(1), span(2, `x="`+strings.Repeat("y", 2000)+`"`), span(3))
	for _, src := range []io.Reader{strings.NewReader(text), iotest.OneByteReader(strings.NewReader(text))} {
		f := newPool(t.Context(), nil, &Options{tolerant: true}).file(heapOf(1, Options{})[0], "a", nil)
		f.Window = jsontext.NewWindow(src, nil)
		f.Values(nil)
		s := &Spans{}
		f.Findings.Into(&s.Ledger)
		want(t, "findings", found(&s.Ledger), "1 span-too-large")
	}
}

// A key of protobuf is as it is; a backslash in a key of JSON begins an escape.
func TestAKeyOfProtobufIsNoKeyOfJSON(t *testing.T) {
	td, _ := (&ptrace.JSONUnmarshaler{}).UnmarshalTraces([]byte(doc(span(1, `attributes=[{"key":"a\\nb","value":{"stringValue":"x"}}]`))))
	proto, _ := (&ptrace.ProtoMarshaler{}).MarshalTraces(td)
	text := doc(span(2, `attributes=[{"key":"a\nb","value":{"stringValue":"x"}}]`)) + strings.Repeat(" ", 100)
	h := heapOf(1, Options{})
	h.give(0, proto, &Options{})
	h.give(0, []byte(text), &Options{})
	spans := all(h.merge())
	want(t, "keys", fmt.Sprintf("%q %q", spans[0].Sig.Attrs[0].Key, spans[1].Sig.Attrs[0].Key), `"a\\nb" "a\nb"`)
}

// Both halves of a call in one span of Zipkin v1, with tags, while memory is short.
func TestBothHalvesOfASharedSpanSurviveAMove(t *testing.T) {
	text := `[{"traceId":"000000000000000a","id":"000000000000000b","name":"get","annotations":[
	{"timestamp":1780000000000000,"value":"cs","endpoint":{"serviceName":"web"}},
	{"timestamp":1780000000000010,"value":"sr","endpoint":{"serviceName":"cart"}},
	{"timestamp":1780000000000020,"value":"ss","endpoint":{"serviceName":"cart"}},
	{"timestamp":1780000000000030,"value":"cr","endpoint":{"serviceName":"web"}}],
	"binaryAnnotations":[{"key":"http.path","value":"/a","endpoint":{"serviceName":"web"}}]}]`
	whole := read(t, text, Options{})
	tight := read(t, text, Options{MaxMemory: 1})
	t.Cleanup(func() { tight.Close() })
	want(t, "spans", byTrace(t, tight), byTrace(t, whole))
}

// A member of a zip that ends with an error after its first spans.
func TestAMemberThatBreaksOffIsSaidTo(t *testing.T) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	m, _ := w.CreateHeader(&zip.FileHeader{Name: "a.json", Method: zip.Store})
	m.Write([]byte(strings.Repeat(doc(span(1))+"\n", 10_000)))
	w.Close()
	s, err := ReadBytes("x.zip", b.Bytes(), Options{MaxExpanded: 1_500_000})
	if err == nil && found(&s.Ledger) == "" {
		t.Errorf("nothing is said of a member over the limit of --max-expanded: %d spans", len(all(s)))
	}
	damaged := bytes.Replace(b.Bytes(), []byte(`"s1"`), []byte(`"s9"`), 1)
	s, err = ReadBytes("x.zip", damaged, Options{})
	if err == nil && found(&s.Ledger) == "" {
		t.Errorf("nothing is said of a member with a wrong checksum: %d spans", len(all(s)))
	}
}
