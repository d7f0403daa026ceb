package ingest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unsafe"

	"go.opentelemetry.io/collector/pdata/ptrace"
	"pgregory.net/rapid"

	"github.com/longpole/longpole/ingest/decode"
	"github.com/longpole/longpole/ingest/jsontext"
	"github.com/longpole/longpole/ingest/spanstore"
	"github.com/longpole/longpole/trace"
)

// A heap is what readers of one run have read, each with tables and rows of its own.
type heap []*reader

func heapOf(n int, o Options) (h heap) {
	p := newPool(context.Background(), nil, &o)
	for range n {
		h = append(h, p.reader())
	}
	return h
}

// merge joins what all have read.
func (h heap) merge() *Spans {
	p := pool{readers: h, memory: spanstore.NewMemory(0, 1)}
	return p.spans()
}

// fileOf returns a decoder of text into a shard of its own.
func fileOf(o *Options, text string) *decode.Decoder {
	f := decode.New(spanstore.NewShard(o.store(), spanstore.NewMemory(0, 1), nil), "test", decode.Options{Formats: Formats})
	f.Window = jsontext.Over([]byte(text), 0)
	return f
}

// give lets reader i read text as a file of its own.
func (h heap) give(i int, text []byte, o *Options) {
	f := &file{Decoder: decode.New(h[i].shard, "a", decode.Options{Formats: Formats}), o: o, rd: h[i]}
	f.stream(strings.NewReader(string(text)), "")
	f.Finish(&h[i].ledger)
}

// richDocuments are documents with everything that OTLP can say, as JSON or protobuf; some
// come twice.
func richDocuments(r *rand.Rand) (docs [][]byte) {
	for range 8 {
		td := randomTraces(r)
		text, _ := (&ptrace.JSONMarshaler{}).MarshalTraces(td)
		if r.IntN(3) == 0 {
			text, _ = (&ptrace.ProtoMarshaler{}).MarshalTraces(td)
		}
		docs = append(docs, text)
		if r.IntN(4) == 0 {
			docs = append(docs, text)
		}
	}
	return docs
}

func TestWhichReaderReadsWhatDoesNotShow(t *testing.T) {
	shapes := []Options{{}, {Form: formByName}, {Keep: func(key string) bool { return len(key)%2 == 0 }}}
	for seed := range uint64(30) {
		r, o := rand.New(rand.NewPCG(seed, 11)), shapes[seed%3]
		docs := richDocuments(r)
		one, two := heapOf(1, o), heapOf(2, o)
		for _, d := range docs {
			one.give(0, d, &o)
		}
		r.Shuffle(len(docs), func(i, j int) { docs[i], docs[j] = docs[j], docs[i] })
		for _, d := range docs {
			two.give(r.IntN(2), d, &o)
		}
		a, b := one.merge(), two.merge()
		want(t, fmt.Sprint("spans of seed ", seed), draw(b), draw(a))
		want(t, fmt.Sprint("findings of seed ", seed), found(&b.Ledger), found(&a.Ledger))
		if len(all(a)) < 10 {
			t.Fatalf("only %d spans", len(all(a)))
		}
		balanced(t, b)
	}
}

// formByName gives some of the words that are keys a shape.
func formByName(key string) Form {
	switch {
	case strings.HasPrefix(key, "a"):
		return func(dst, _ []byte) []byte { return dst }
	case strings.HasPrefix(key, "GET"):
		return noDigits
	}
	return nil
}

func TestSignaturesOfTwoReadersAreShared(t *testing.T) {
	h := heapOf(2, Options{})
	of := func(resource string, spans ...string) []byte {
		return []byte(strings.Replace(doc(spans...), `"resource":{`, `"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"web"}}]`+resource, 1))
	}
	h.give(0, of("", span(1, `name="n"`)), &Options{})
	h.give(1, of(`,"droppedAttributesCount":1`, span(2, `name="n"`), span(3, `name="m"`)), &Options{})
	spans := all(h.merge())
	if spans[0].Sig != spans[1].Sig || spans[0].Sig == spans[2].Sig {
		t.Errorf("signatures are %p, %p and %p", spans[0].Sig, spans[1].Sig, spans[2].Sig)
	}
}

func TestResourcesOfTwoReadersThatDifferInOneThingStayApart(t *testing.T) {
	of := func(id int, key, value string) []byte {
		return []byte(strings.Replace(doc(span(id, `name="n"`)), `"resource":{`, `"resource":{"attributes":[`+fmt.Sprintf(`{"key":"%s","value":{"stringValue":"%s"}}`, key, value)+`]`, 1))
	}
	for _, key := range []string{"service.name", "host.name", "cloud.region"} {
		h := heapOf(2, Options{Keep: func(key string) bool { return key == "cloud.region" }})
		h.give(0, of(1, key, "a"), &Options{})
		h.give(1, of(2, key, "b"), &Options{})
		spans := all(h.merge())
		one, two := spans[0].Sig, spans[1].Sig
		got := one.Service + one.Host + fmt.Sprint(one.Resource) + two.Service + two.Host + fmt.Sprint(two.Resource)
		if got = strings.ReplaceAll(got, trace.UnknownService, ""); got != "a[]b[]" && got != "[{cloud.region a}][{cloud.region b}]" {
			t.Errorf("%s: the signatures are %+v and %+v", key, *one, *two)
		}
	}
}

// twins are spans of one trace that begin and end together and differ in one thing each.
var twins = []string{
	span(1), span(1), span(2), span(1, `parentSpanId="00000000000000aa"`), span(1, `parentSpanId="00000000000000ab"`),
	span(1, `status={"code":2}`), span(1, `name="other"`), span(1, `kind=2`), span(1, `kind=3`),
	span(1, `attributes=[{"key":"a","value":{"stringValue":"x"}}]`), span(1, `attributes=[{"key":"a","value":{"stringValue":"y"}}]`),
	span(1, `traceState="ot=th:8"`), span(1, `traceState="ot=th:c"`),
	span(1, `events=[{"timeUnixNano":"1780000000000000004","name":"e"}]`), span(1, `events=[{"timeUnixNano":"1780000000000000004","name":"f"}]`),
	span(1, `events=[{"timeUnixNano":"1780000000000000005","name":"e"}]`),
	span(1, `links=[{"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"00f067aa0ba902b7"}]`),
	span(1, `links=[{"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"00f067aa0ba902b8"}]`),
	span(1, `endTimeUnixNano="1780000000000000008"`), span(1, `startTimeUnixNano="1780000000000000001"`),
}

func TestTheOrderWithinATraceIsThatOfContentAlone(t *testing.T) {
	first := draw(read(t, doc(twins...), Options{}))
	if lines := strings.Split(first, "\n"); len(slices.Compact(lines)) != len(twins) { // one comes twice, and there is the end
		t.Fatalf("the twins are too much alike:\n%s", first)
	}
	rapid.Check(t, func(rt *rapid.T) {
		mixed := rapid.Permutation(twins).Draw(rt, "order")
		h := heapOf(2, Options{})
		at := rapid.IntRange(0, len(mixed)).Draw(rt, "cut")
		h.give(0, []byte(doc(mixed[:at]...)), &Options{})
		h.give(1, []byte(doc(mixed[at:]...)), &Options{})
		if got := draw(h.merge()); got != first {
			rt.Fatalf("order is\n%s\nwant\n%s", got, first)
		}
	})
}

func TestSpansComeByStartThenTheLongestThenTheirID(t *testing.T) {
	at := func(id int, start, end string) string {
		return span(id, `startTimeUnixNano="178000000000000000`+start+`"`, `endTimeUnixNano="178000000000000000`+end+`"`)
	}
	s := read(t, doc(at(5, "2", "9"), at(4, "1", "3"), at(3, "1", "3"), at(2, "1", "5"), at(1, "0", "1")), Options{})
	want(t, "order", names(s), "s1 s2 s3 s4 s5")
}

func TestSpansStandInTheMemoryOfTheCaller(t *testing.T) {
	for _, o := range []Options{{}, {MaxMemory: 20_000}} {
		s := read(t, manyTraces(300), o)
		t.Cleanup(func() { s.Close() })
		var memory []trace.Span
		room := func(n int) []trace.Span {
			memory = make([]trace.Span, 0, n+1)
			return memory
		}
		kept := slices.Collect(s.Traces())
		for spans := range s.TracesIn(room) {
			if unsafe.SliceData(spans) != unsafe.SliceData(memory) || cap(memory) != len(spans)+1 {
				t.Fatalf("%d spans are not in the memory for %d", len(spans), cap(memory)-1)
			}
			if len(kept) == 0 || drawAll(spans) != drawAll(kept[0]) {
				t.Fatalf("the trace is\n%s\nand Traces has\n%v", drawAll(spans), kept)
			}
			kept = kept[1:]
		}
		if len(kept) > 0 {
			t.Errorf("Traces has %d more", len(kept))
		}
	}
}

func drawAll(spans []trace.Span) string {
	var b strings.Builder
	for i := range spans {
		b.WriteString(drawSpan(&spans[i]) + "\n")
	}
	return b.String()
}

func TestMemoryThatIsUsedAgainHoldsEachTraceInTurn(t *testing.T) {
	s := read(t, manyTraces(50), Options{})
	memory := make([]trace.Span, 0, 2)
	id := uint64(0)
	for spans := range s.TracesIn(func(int) []trace.Span { return memory[:0] }) {
		id++
		if len(spans) != 2 || spans[0].Trace.Lo != id || spans[1].Trace.Lo != id {
			t.Fatalf("trace %d is\n%s", id, drawAll(spans))
		}
	}
	if id != 50 {
		t.Errorf("%d traces", id)
	}
}

func TestACallerWhoHasEnoughGetsNoMore(t *testing.T) {
	for _, o := range []Options{{}, {MaxMemory: 1}} {
		s := read(t, manyTraces(50), o)
		t.Cleanup(func() { s.Close() })
		rooms, traces := 0, 0
		for range s.TracesIn(func(n int) []trace.Span { rooms++; return make([]trace.Span, 0, n) }) {
			if traces++; traces == 3 {
				break
			}
		}
		if rooms != 3 || s.Err() != nil {
			t.Errorf("there was room for %d traces (%v), want 3", rooms, s.Err())
		}
	}
}

func TestValuesThatAreEqualInTheirFormShareASignature(t *testing.T) {
	attrs := func(shaped, present string) string {
		return fmt.Sprintf(`attributes=[{"key":"shaped","value":{"stringValue":"%s"}},{"key":"present","value":%s}]`, shaped, present)
	}
	x, y, seven := `{"stringValue":"x"}`, `{"stringValue":"y"}`, `{"intValue":"7"}`
	var spans []string
	for i, a := range []string{attrs("SELECT 1", x), attrs("SELECT 22", y), attrs(`SELECT\u0020333`, seven), attrs("DELETE 1", x)} {
		spans = append(spans, span(i+1, `name="n"`, a))
	}
	got := all(read(t, doc(spans...), Options{Form: formByLetter}))
	if got[0].Sig != got[1].Sig || got[0].Sig != got[2].Sig || got[0].Sig == got[3].Sig {
		t.Errorf("signatures are %v", []*trace.Signature{got[0].Sig, got[1].Sig, got[2].Sig, got[3].Sig})
	}
	if kept := fmt.Sprint(got[0].Sig.Attrs); kept != "[{present } {shaped SELECT }]" {
		t.Errorf("what is kept of the attributes is %s", kept)
	}
}
