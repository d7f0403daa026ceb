package ingest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/longpole/longpole/ingest/jsontext"
	"github.com/longpole/longpole/trace"
)

// Spans that must be read on a fast path, and must say the same there as on the tolerant one.
// Those of one test are read one after the other, so that a key can be predicted.

// A fastDecoder reads the span at the window's beginning and returns where it ends.
type fastDecoder func(f *decoder) (next int, ok bool)

func fastOTLP(f *decoder) (int, bool)   { return otlpJSONReader{f}.fastOTLPSpan(f.w.Buf, 0) }
func fastJaeger(f *decoder) (int, bool) { return jaegerJSONReader{f}.fastJaegerSpan(f.w.Buf, 0) }

// onTheFastPath reads spans and fails the test for each that leaves the fast path.
func onTheFastPath(t *testing.T, o Options, decode fastDecoder, spans []string) *Spans {
	t.Helper()
	h := heapOf(1, o)
	f := newDecoder(h[0].shard, "test", decodeOptions{Formats: Formats})
	for _, s := range spans {
		f.w = jsontext.Over([]byte(s+strings.Repeat(" ", 64)), 0)
		f.begin(0, 0)
		if next, ok := decode(f); !ok || next != len(s) {
			t.Errorf("left the fast path at %d: %s", next, s)
		}
		f.w.Pass(len(s))
		f.commit()
	}
	f.finish(&h[0].ledger)
	return h.merge()
}

// sameOnBothPaths compares spans with what the tolerant decoder says of text, which holds them.
func sameOnBothPaths(t *testing.T, o Options, fast *Spans, text string) {
	t.Helper()
	o.tolerant = true
	tolerant := read(t, text, o)
	want(t, "spans on the fast path", draw(fast), draw(tolerant))
	want(t, "findings on the fast path", found(&fast.Ledger), found(&tolerant.Ledger))
}

// otlp spells a span as the collector does; fields are what comes after the ids, the times
// and what comes behind them.
func otlp(id int, before, after string) string {
	return fmt.Sprintf(`{"traceId":"0AF7651916cd43dd8448eb211c80319c","spanId":"%016x",%s"startTimeUnixNano":"1780000000000000000","endTimeUnixNano":"1780000000000000009"%s}`, id, before, after)
}

func attr(key, value string) string { return fmt.Sprintf(`{"key":"%s","value":{%s}}`, key, value) }

func attrs(list ...string) string { return `,"attributes":[` + strings.Join(list, ",") + `]` }

func text(value string) string { return `"stringValue":"` + value + `"` }

var otlpOnTheFastPath = map[string][]string{
	"the least": {otlp(1, "", "")},
	"all there is": {otlp(1, `"traceState":"ot=th:8","parentSpanId":"00000000000000aa","flags":257,"name":"GET /","kind":2,`,
		attrs(attr("a", text("x")))+`,"droppedAttributesCount":3,"events":[{"timeUnixNano":"1780000000000000004","name":"e","attributes":[`+attr("b", text("y"))+`]}],"droppedEventsCount":2,"links":[],"status":{"message":"no","code":2}`)},
	"escapes": {otlp(1, `"traceState":"a=\u0022,ot=th:8","name":"GET \"\u00e9\ud834\udd1e\\ \/",`, attrs(
		attr("a", text(`\"`)), attr("b", text(`\\`)), attr("c", text(`x\\\"`)), attr("d", text(`\ud800`)), attr("e", text(`line\nbreak`))))},
	"a value that is met with escapes and without": {otlp(1, "", attrs(attr("a", text(`\u0078`)))), otlp(2, "", attrs(attr("a", text("x")))),
		otlp(3, "", attrs(attr("a", text(`\u0078`)))), otlp(4, "", attrs(attr("a", text("x")))), otlp(5, "", attrs(attr("a", text(`\\u0078`))))},
	"empty texts":  {otlp(1, `"traceState":"","parentSpanId":"","name":"",`, attrs(attr("b", text("")))+`,"events":[{"timeUnixNano":"1780000000000000004","name":""}],"status":{"message":""}`)},
	"an empty key": {otlp(1, "", attrs(attr("", text("x")))), otlp(2, "", attrs(attr("", text("x"))))},
	"empty lists":  {otlp(1, "", `,"attributes":[],"events":[],"links":[],"status":{}`)},
	"none dropped": {otlp(1, "", `,"droppedAttributesCount":0,"droppedEventsCount":0`)},
	"statuses":     {otlp(1, "", `,"status":{"code":0}`), otlp(2, "", `,"status":{"code":1}`), otlp(3, "", `,"status":{"code":2}`), otlp(4, "", `,"status":{"message":"\"}","code":2}`), otlp(5, "", `,"status":{"message":"no"}`)},
	"kinds":        {otlp(1, `"kind":0,`, ""), otlp(2, `"kind":1,`, ""), otlp(3, `"kind":5,`, "")},
	"links": {otlp(1, "", `,"links":[{"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"00000000000000bb"},{"traceId":"0AF7651916CD43DD8448EB211C80319C","spanId":"00000000000000CC","attributes":[`+
		attr("a", text(`\"`))+","+attr("b", `"boolValue":true`)+`],"flags":257},{"traceId":"00000000000000000000000000000000","spanId":"0000000000000000","attributes":[],"flags":0}]`)},
	"values of all kinds": {otlp(1, "", attrs(attr("a", `"intValue":"0"`), attr("b", `"intValue":"-1"`), attr("c", `"intValue":"123456789012345678"`), attr("d", `"boolValue":true`), attr("e", `"boolValue":false`)))},
	"keys in another order": {otlp(1, "", attrs(attr("a", text("1")), attr("b", text("2")), attr("c", text("3")))), otlp(2, "", attrs(attr("c", text("1")), attr("a", text("2")), attr("b", text("3")))),
		otlp(3, "", attrs(attr("b", text("1")))), otlp(4, "", attrs(attr("a", text("1")), attr("c", text("2")), attr("b", text("3"))))},
	"a key that begins like the one that came there before": {otlp(1, "", attrs(attr("a", text("1")), attr("http", text("2")))), otlp(2, "", attrs(attr("a", text("1")), attr("http.route", text("2")))), otlp(3, "", attrs(attr("a", text("1")), attr("htt", text("2"))))},
	"a key that comes twice":                                {otlp(1, "", attrs(attr("a", text("1")), attr("a", text("2")), attr("a", text("1"))))},
	"values beyond 256 bytes": {otlp(1, "", attrs(attr("a", text(strings.Repeat("x", 256))), attr("b", text(strings.Repeat("x", 257))), attr("c", text(strings.Repeat("x", 255)+"é")),
		attr("d", text(strings.Repeat("x", 253)+"𝄞")), attr("e", text(strings.Repeat(`\u00e9`, 129))), attr("f", text(strings.Repeat("x", 5000)))))},
	"text that is not UTF-8": {otlp(1, "\"name\":\"a\xff\",", ""), otlp(2, "", attrs(attr("b\xff", text("x")))), otlp(3, "", attrs(attr("a", text("\xff")))),
		otlp(4, "", attrs(attr("a", text("\xfe")))), otlp(5, "", ",\"events\":[{\"timeUnixNano\":\"5\",\"name\":\"a\xff\"}]")},
	"events without a time": {otlp(1, "", `,"events":[{"timeUnixNano":"0","name":"e"},{"timeUnixNano":"7","name":"f","attributes":[]}]`)},
	"rejected":              {otlp(1, "", ""), strings.Replace(otlp(2, "", ""), "0AF7651916cd43dd8448eb211c80319c", strings.Repeat("0", 32), 1), otlp(0, "", ""), strings.Replace(otlp(3, "", ""), "1780000000000000000", "0", 1)},
	"unfinished":            {strings.Replace(otlp(1, "", ""), "1780000000000000009", "0", 1)},
}

func TestSpansOfOTLPJSONOnTheFastPath(t *testing.T) {
	for name, spans := range otlpOnTheFastPath {
		t.Run(name, func(t *testing.T) {
			for _, o := range []Options{{}, {ValueForm: formByLetter}, {KeepEvent: func(name string) bool { return name == "f" }}} {
				sameOnBothPaths(t, o, onTheFastPath(t, o, fastOTLP, spans), doc(spans...))
			}
		})
	}
}

// What nobody asks for may be anything.
func TestAttributesThatNobodyAsksForAreSteppedOver(t *testing.T) {
	o := Options{Keep: func(key string) bool { return key == "a" }}
	for _, value := range []string{
		`"stringValue":"x"`, `"stringValue":"\"}}]"`, `"intValue":"7"`, `"doubleValue":-1.5e3`, `"boolValue":true`, `"bytesValue":"AQI="`,
		`"arrayValue":{"values":[{"stringValue":"]}\"}}"},{"arrayValue":{}}]}`, `"kvlistValue":{"values":[{"key":"k","value":{"intValue":"1"}}]}`, `"other":null`,
	} {
		spans := []string{otlp(1, "", attrs(attr("b", value), attr("a", text("x")), attr("c", value))+`,"events":[{"timeUnixNano":"7","name":"e","attributes":[`+attr("b", value)+`]}]`)}
		sameOnBothPaths(t, o, onTheFastPath(t, o, fastOTLP, spans), doc(spans...))
	}
}

func TestSpansThatTheFastPathLeavesAreReadByTheTolerantOne(t *testing.T) {
	for what, s := range map[string]string{
		"a blank":                   strings.Replace(otlp(1, "", ""), `,"startTime`, `, "startTime`, 1),
		"a time as a number":        strings.Replace(otlp(1, "", ""), `"1780000000000000009"`, `1780000000000000009`, 1),
		"a kind by name":            otlp(1, `"kind":"SERVER",`, ""),
		"an unknown kind":           otlp(1, `"kind":6,`, ""),
		"a kept list":               otlp(1, "", attrs(attr("a", `"arrayValue":{"values":[{"intValue":"1"}]}`))),
		"a kept double":             otlp(1, "", attrs(attr("a", `"doubleValue":1.5`))),
		"an integer as a number":    otlp(1, "", attrs(attr("a", `"intValue":7`))),
		"an integer with a zero":    otlp(1, "", attrs(attr("a", `"intValue":"007"`))),
		"minus zero":                otlp(1, "", attrs(attr("a", `"intValue":"-0"`))),
		"two values":                otlp(1, "", attrs(attr("a", `"boolValue":true,"x":1`))),
		"a key with an escape":      otlp(1, "", attrs(attr(`\u0061`, text("x")))),
		"a value before its key":    otlp(1, "", attrs(`{"value":{"stringValue":"x"},"key":"a"}`)),
		"an unknown field":          otlp(1, "", `,"x":1`),
		"dropped links":             otlp(1, "", `,"links":[],"droppedLinksCount":1`),
		"a link with a trace state": otlp(1, "", `,"links":[{"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"00000000000000bb","traceState":"a=b"}]`),
		"a link with a short id":    otlp(1, "", `,"links":[{"traceId":"0af7","spanId":"00000000000000bb"}]`),
		"a parent in base64":        otlp(1, `"parentSpanId":"AAAAAAAAAKo=",`, ""),
		"a name before the flags":   otlp(1, `"name":"n","flags":1,`, ""),
		"19 digits from 9 on":       otlp(1, "", `,"events":[{"timeUnixNano":"9000000000000000000","name":"e"}]`),
	} {
		s := strings.Replace(s, `"spanId":"0000000000000001"`, `"spanId":"00000000000000ff"`, 1)
		f := fileOf(&Options{}, s+strings.Repeat(" ", 64))
		f.begin(0, 0)
		if _, ok := fastOTLP(f); ok {
			t.Errorf("%s stays on the fast path", what)
		}
		mixed := doc(otlp(1, `"name":"before",`, attrs(attr("a", text("x")))), s, otlp(2, `"name":"after",`, attrs(attr("a", text("x"))))) + strings.Repeat(" ", 100)
		sameOnBothPaths(t, Options{}, read(t, mixed, Options{}), mixed)
	}
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

// spansOf returns the messages of the spans in a document, one by one.
func spansOf(data []byte) (spans [][]byte) {
	each := func(m wire, num uint64, do func([]byte)) {
		for m.field() {
			if m.num == num {
				do(m.bytes())
			} else {
				m.skip()
			}
		}
	}
	each(newWire(data), 1, func(resource []byte) {
		each(newWire(resource), 2, func(scope []byte) {
			each(newWire(scope), 2, func(span []byte) { spans = append(spans, span) })
		})
	})
	return spans
}

// leavesInProtobuf are those of otlpOnTheFastPath that leave it when they are protobuf: counts of
// what was dropped, keys and ids that are not there.
var leavesInProtobuf = []string{"all there is", "an empty key", "rejected"}

func TestSpansOfOTLPProtobufOnTheFastPath(t *testing.T) {
	for name, spans := range otlpOnTheFastPath {
		if !isUTF8(spans) {
			continue
		}
		data := proto(t, doc(spans...))
		for _, o := range []Options{{}, {ValueForm: formByLetter}} {
			f := fileOf(&o, "")
			stays := true
			for _, m := range spansOf(data) {
				f.begin(0, 0)
				stays = otlpProtoReader{f}.fastProtoSpan(m) && stays
			}
			if stays == slices.Contains(leavesInProtobuf, name) {
				t.Errorf("%s: on the fast path is %v", name, stays)
			}
			o.Format = "otlp-proto"
			s, _ := ReadBytes("test", data, o)
			sameOnBothPaths(t, o, s, string(data))
		}
	}
}

func isUTF8(spans []string) bool {
	for _, s := range spans {
		if strings.ToValidUTF8(s, "") != s {
			return false
		}
	}
	return true
}

// jaeger spells a span as Jaeger's API does.
func jaeger(id int, name, references, tags, logs string) string {
	return fmt.Sprintf(`{"traceID":"0af7651916cd43dd8448eb211c80319c","spanID":"%016x","flags":1,"operationName":"%s","references":[%s],"startTime":1780000000000000,"duration":9,"tags":[%s],"logs":[%s],"processID":"p1","warnings":null}`,
		id, name, references, tags, logs)
}

func tag(key, kind, value string) string {
	return fmt.Sprintf(`{"key":"%s","type":"%s","value":%s}`, key, kind, value)
}

func jaegerDoc(spans ...string) string {
	return `{"data":[{"traceID":"a","spans":[` + strings.Join(spans, ",") + `],"processes":{"p1":{"serviceName":"web","tags":[]}}}]}`
}

var jaegerOnTheFastPath = map[string][]string{
	"the least":        {jaeger(1, "", "", "", "")},
	"a parent":         {jaeger(1, "n", `{"refType":"CHILD_OF","traceID":"0AF7651916CD43DD8448EB211C80319C","spanID":"aa"}`, "", "")},
	"short ids":        {strings.Replace(jaeger(1, "n", "", "", ""), "0af7651916cd43dd8448eb211c80319c", "af7", 1)},
	"without warnings": {strings.Replace(jaeger(1, "n", "", "", ""), `,"warnings":null`, "", 1), strings.Replace(jaeger(2, "n", "", "", ""), `"flags":1,`, "", 1)},
	"escapes":          {jaeger(1, `GET \"\u00e9\\`, "", tag("a", "string", `"\"\\"`)+","+tag("b", "string", `"\ud800"`), "")},
	"values of a type": {jaeger(1, "n", "", tag("a", "int64", "7")+","+tag("b", "bool", "true")+","+tag("c", "bool", "false")+","+tag("d", "string", `""`), "")},
	"tags with a role": {jaeger(1, "n", "", tag("span.kind", "string", `"server"`)+","+tag("error", "bool", "true")+","+tag("otel.scope.name", "string", `"l\u0069b"`)+","+tag("w3c.tracestate", "string", `"ot=th:8"`), ""), jaeger(2, "n", "", tag("otel.status_code", "string", `"ERROR"`)+","+tag("span.kind", "string", `"odd"`), "")},
	"tags in two orders": {jaeger(1, "n", "", tag("a", "string", `"1"`)+","+tag("b", "string", `"2"`), ""), jaeger(2, "n", "", tag("b", "string", `"1"`)+","+tag("a", "string", `"2"`), ""),
		jaeger(3, "n", "", tag("bc", "string", `"1"`)+","+tag("a", "int64", `2`), ""), jaeger(4, "n", "", tag("bd", "string", `"1"`), "")},
	"values beyond 256 bytes": {jaeger(1, "n", "", tag("a", "string", `"`+strings.Repeat("x", 255)+`é"`), "")},
	"logs": {jaeger(1, "n", "", "", `{"timestamp":1780000000000004,"fields":[]},{"timestamp":1780000000000004,"fields":[`+tag("event", "string", `"e\n"`)+`]},{"timestamp":1780000000000005,"fields":[`+
		tag("message", "string", `"m"`)+","+tag("level", "float64", "1.5")+`]},{"timestamp":1780000000000006,"fields":[`+tag("message", "string", `"m"`)+","+tag("event", "string", `"f"`)+`]},{"timestamp":1780000000000007,"fields":[`+
		tag("event", "string", `"g"`)+","+tag("message", "string", `"m"`)+`]},{"timestamp":1780000000000008,"fields":[`+tag("event", "string", `""`)+","+tag("x", "bool", "true")+`]}`)},
}

func TestSpansOfJaegerOnTheFastPath(t *testing.T) {
	for name, spans := range jaegerOnTheFastPath {
		t.Run(name, func(t *testing.T) {
			for _, o := range []Options{{}, {ValueForm: formByLetter}, {Keep: func(key string) bool { return key == "a" }}} {
				fast := onTheFastPath(t, o, fastJaeger, spans)
				tolerant := o
				tolerant.tolerant = true
				web := strings.NewReplacer(" web@", " @", ` %jaeger=""`, "")
				want(t, "spans", draw(fast), web.Replace(draw(read(t, jaegerDoc(spans...), tolerant))))
				whole := jaegerDoc(spans...) + strings.Repeat(" ", 100)
				sameOnBothPaths(t, o, read(t, whole, o), whole)
			}
		})
	}
}

func TestJaegerSpansThatTheFastPathLeavesAreReadByTheTolerantOne(t *testing.T) {
	for what, s := range map[string]string{
		"a link":                  jaeger(9, "n", `{"refType":"FOLLOWS_FROM","traceID":"0af7651916cd43dd8448eb211c80319c","spanID":"aa"}`, "", ""),
		"a parent of another":     jaeger(9, "n", `{"refType":"CHILD_OF","traceID":"ff","spanID":"aa"}`, "", ""),
		"two references":          jaeger(9, "n", `{"refType":"CHILD_OF","traceID":"0af7651916cd43dd8448eb211c80319c","spanID":"aa"},{"refType":"FOLLOWS_FROM","traceID":"ff","spanID":"aa"}`, "", ""),
		"a warning":               strings.Replace(jaeger(9, "n", "", "", ""), "null", `["clock skew"]`, 1),
		"a kept double":           jaeger(9, "n", "", tag("a", "float64", "1.5"), ""),
		"an integer as text":      jaeger(9, "n", "", tag("a", "int64", `"7"`), ""),
		"a negative integer":      jaeger(9, "n", "", tag("a", "int64", `-7`), ""),
		"binary":                  jaeger(9, "n", "", tag("a", "binary", `"AQI="`), ""),
		"an id that is a name":    strings.Replace(jaeger(9, "n", "", "", ""), `0000000000000009`, "my span", 1),
		"a start beyond our time": strings.Replace(jaeger(9, "n", "", "", ""), "1780000000000000", "9780000000000000", 1),
		"a duration with a point": strings.Replace(jaeger(9, "n", "", "", ""), `"duration":9`, `"duration":9.5`, 1),
	} {
		f := fileOf(&Options{}, s+strings.Repeat(" ", 64))
		f.begin(0, 0)
		if _, ok := fastJaeger(f); ok {
			t.Errorf("%s stays on the fast path", what)
		}
		mixed := jaegerDoc(jaeger(1, "before", "", tag("a", "string", `"x"`), ""), s, jaeger(2, "after", "", tag("a", "string", `"x"`), "")) + strings.Repeat(" ", 100)
		sameOnBothPaths(t, Options{}, read(t, mixed, Options{}), mixed)
	}
}

func TestValuesThatAreEqualInTheirShapeShareASignature(t *testing.T) {
	o := Options{ValueForm: formByLetter}
	spans := []string{
		otlp(1, "", attrs(attr("shaped", text("SELECT 1")), attr("present", text("x")))), otlp(2, "", attrs(attr("shaped", text("SELECT 22")), attr("present", text("y")))),
		otlp(3, "", attrs(attr("shaped", text(`SELECT\u0020333`)), attr("present", `"intValue":"7"`))), otlp(4, "", attrs(attr("shaped", text("DELETE 1")), attr("present", text("x")))),
	}
	got := all(onTheFastPath(t, o, fastOTLP, spans))
	if got[0].Sig != got[1].Sig || got[0].Sig != got[2].Sig || got[0].Sig == got[3].Sig {
		t.Errorf("signatures are %v", []*trace.Signature{got[0].Sig, got[1].Sig, got[2].Sig, got[3].Sig})
	}
	want(t, "first", drawSpan(&got[0]), `0af7651916cd43dd8448eb211c80319c 0000000000000001<0000000000000000 1780000000000000000+9ns @[] unspecified "" present="" shaped="SELECT "`)
}
