package otlp

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/longpole/longpole/ingest/decode"
	"github.com/longpole/longpole/ingest/decode/decodetest"
	"github.com/longpole/longpole/ingest/jsontext"
	"github.com/longpole/longpole/ingest/spanstore"
)

// Spans that must be read on a fast path, and must say the same there as on the tolerant one.
// Those of one test are read one after the other, so that a key can be predicted.

var otlpJSONFormat = decode.Format{Value: IsJSON, Decode: JSON}

// doc wraps spans up as one document.
func doc(spans ...string) string {
	return `{"resourceSpans":[{"resource":{},"scopeSpans":[{"spans":[` + strings.Join(spans, ",") + `]}]}]}`
}

// spell spells a span as the collector does; fields are what comes after the ids, the times
// and what comes behind them.
func spell(id int, before, after string) string {
	return fmt.Sprintf(`{"traceId":"0AF7651916cd43dd8448eb211c80319c","spanId":"%016x",%s"startTimeUnixNano":"1780000000000000000","endTimeUnixNano":"1780000000000000009"%s}`, id, before, after)
}

func attr(key, value string) string { return fmt.Sprintf(`{"key":"%s","value":{%s}}`, key, value) }

func attrs(list ...string) string { return `,"attributes":[` + strings.Join(list, ",") + `]` }

func text(value string) string { return `"stringValue":"` + value + `"` }

var spansOnTheFastPath = map[string][]string{
	"the least": {spell(1, "", "")},
	"all there is": {spell(1, `"traceState":"ot=th:8","parentSpanId":"00000000000000aa","flags":257,"name":"GET /","kind":2,`,
		attrs(attr("a", text("x")))+`,"droppedAttributesCount":3,"events":[{"timeUnixNano":"1780000000000000004","name":"e","attributes":[`+attr("b", text("y"))+`]}],"droppedEventsCount":2,"links":[],"status":{"message":"no","code":2}`)},
	"escapes": {spell(1, `"traceState":"a=\u0022,ot=th:8","name":"GET \"\u00e9\ud834\udd1e\\ \/",`, attrs(
		attr("a", text(`\"`)), attr("b", text(`\\`)), attr("c", text(`x\\\"`)), attr("d", text(`\ud800`)), attr("e", text(`line\nbreak`))))},
	"a value that is met with escapes and without": {spell(1, "", attrs(attr("a", text(`\u0078`)))), spell(2, "", attrs(attr("a", text("x")))),
		spell(3, "", attrs(attr("a", text(`\u0078`)))), spell(4, "", attrs(attr("a", text("x")))), spell(5, "", attrs(attr("a", text(`\\u0078`))))},
	"empty texts":  {spell(1, `"traceState":"","parentSpanId":"","name":"",`, attrs(attr("b", text("")))+`,"events":[{"timeUnixNano":"1780000000000000004","name":""}],"status":{"message":""}`)},
	"an empty key": {spell(1, "", attrs(attr("", text("x")))), spell(2, "", attrs(attr("", text("x"))))},
	"empty lists":  {spell(1, "", `,"attributes":[],"events":[],"links":[],"status":{}`)},
	"none dropped": {spell(1, "", `,"droppedAttributesCount":0,"droppedEventsCount":0`)},
	"statuses":     {spell(1, "", `,"status":{"code":0}`), spell(2, "", `,"status":{"code":1}`), spell(3, "", `,"status":{"code":2}`), spell(4, "", `,"status":{"message":"\"}","code":2}`), spell(5, "", `,"status":{"message":"no"}`)},
	"kinds":        {spell(1, `"kind":0,`, ""), spell(2, `"kind":1,`, ""), spell(3, `"kind":5,`, "")},
	"heads": {
		spell(1, `"parentSpanId":"00000000000000aA","flags":257,"name":"GET /","kind":2,`, `,"status":{}`), spell(2, `"flags":769,"name":"all but a parent","kind":3,`, `,"status":{}`),
		spell(12, `"parentSpanId":"00000000000000aa","flags":769,"name":"a parent elsewhere","kind":2,`, `,"status":{}`),
		spell(3, `"parentSpanId":"00000000000000aa","name":"all but flags","kind":1,`, `,"status":{}`), spell(4, `"name":"neither","kind":5,`, `,"status":{}`),
		spell(5, `"parentSpanId":"00000000000000aa","flags":4294967295,"name":"many flags","kind":0,`, `,"status":{}`), spell(6, `"name":"","kind":4,`, `,"status":{}`),
		spell(7, `"name":"an \"escape\"","kind":2,`, `,"status":{}`), spell(8, `"name":"no kind",`, `,"status":{}`), spell(9, `"parentSpanId":"","name":"no parent","kind":2,`, `,"status":{}`),
		strings.Replace(spell(10, `"name":"early","kind":2,`, `,"status":{}`), "1780000000000000000", "178000000000000000", 1),
		strings.Replace(spell(11, `"name":"as late as can be","kind":2,`, `,"status":{}`), "1780000000000000009", "8999999999999999999", 1),
	},
	"links": {spell(1, "", `,"links":[{"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"00000000000000bb"},{"traceId":"0AF7651916CD43DD8448EB211C80319C","spanId":"00000000000000CC","attributes":[`+
		attr("a", text(`\"`))+","+attr("b", `"boolValue":true`)+`],"flags":257},{"traceId":"00000000000000000000000000000000","spanId":"0000000000000000","attributes":[],"flags":0}]`)},
	"values of all kinds": {spell(1, "", attrs(attr("a", `"intValue":"0"`), attr("b", `"intValue":"-1"`), attr("c", `"intValue":"123456789012345678"`), attr("d", `"boolValue":true`), attr("e", `"boolValue":false`)))},
	"keys in another order": {spell(1, "", attrs(attr("a", text("1")), attr("b", text("2")), attr("c", text("3")))), spell(2, "", attrs(attr("c", text("1")), attr("a", text("2")), attr("b", text("3")))),
		spell(3, "", attrs(attr("b", text("1")))), spell(4, "", attrs(attr("a", text("1")), attr("c", text("2")), attr("b", text("3"))))},
	"a key that begins like the one that came there before": {spell(1, "", attrs(attr("a", text("1")), attr("http", text("2")))), spell(2, "", attrs(attr("a", text("1")), attr("http.route", text("2")))), spell(3, "", attrs(attr("a", text("1")), attr("htt", text("2"))))},
	"a key that comes twice":                                {spell(1, "", attrs(attr("a", text("1")), attr("a", text("2")), attr("a", text("1"))))},
	"values beyond 256 bytes": {spell(1, "", attrs(attr("a", text(strings.Repeat("x", 256))), attr("b", text(strings.Repeat("x", 257))), attr("c", text(strings.Repeat("x", 255)+"é")),
		attr("d", text(strings.Repeat("x", 253)+"𝄞")), attr("e", text(strings.Repeat(`\u00e9`, 129))), attr("f", text(strings.Repeat("x", 5000)))))},
	"text that is not UTF-8": {spell(1, "\"name\":\"a\xff\",", ""), spell(2, "", attrs(attr("b\xff", text("x")))), spell(3, "", attrs(attr("a", text("\xff")))),
		spell(4, "", attrs(attr("a", text("\xfe")))), spell(5, "", ",\"events\":[{\"timeUnixNano\":\"5\",\"name\":\"a\xff\"}]")},
	"events without a time": {spell(1, "", `,"events":[{"timeUnixNano":"0","name":"e"},{"timeUnixNano":"7","name":"f","attributes":[]}]`)},
	"rejected":              {spell(1, "", ""), strings.Replace(spell(2, "", ""), "0AF7651916cd43dd8448eb211c80319c", strings.Repeat("0", 32), 1), spell(0, "", ""), strings.Replace(spell(3, "", ""), "1780000000000000000", "0", 1)},
	"unfinished":            {strings.Replace(spell(1, "", ""), "1780000000000000009", "0", 1)},
}

func TestSpansOfJSONOnTheFastPath(t *testing.T) {
	for name, spans := range spansOnTheFastPath {
		t.Run(name, func(t *testing.T) {
			for _, keep := range []spanstore.Options{{}, {Form: decodetest.FormByLetter}, {KeepEvent: func(name string) bool { return name == "f" }}} {
				drawn, findings := onTheFastPath(t, keep, spans)
				tolerant, found := decodetest.Read(otlpJSONFormat, keep, true, doc(spans...))
				decodetest.Want(t, "spans on the fast path", drawn, tolerant)
				decodetest.Want(t, "findings on the fast path", findings, found)
			}
		})
	}
}

// What nobody asks for may be anything.
func TestAttributesThatNobodyAsksForAreSteppedOver(t *testing.T) {
	keep := spanstore.Options{Keep: func(key string) bool { return key == "a" }}
	for _, value := range []string{
		`"stringValue":"x"`, `"stringValue":"\"}}]"`, `"intValue":"7"`, `"doubleValue":-1.5e3`, `"boolValue":true`, `"bytesValue":"AQI="`,
		`"arrayValue":{"values":[{"stringValue":"]}\"}}"},{"arrayValue":{}}]}`, `"kvlistValue":{"values":[{"key":"k","value":{"intValue":"1"}}]}`, `"other":null`,
	} {
		spans := []string{spell(1, "", attrs(attr("b", value), attr("a", text("x")), attr("c", value))+`,"events":[{"timeUnixNano":"7","name":"e","attributes":[`+attr("b", value)+`]}]`)}
		drawn, findings := onTheFastPath(t, keep, spans)
		tolerant, found := decodetest.Read(otlpJSONFormat, keep, true, doc(spans...))
		decodetest.Want(t, "spans on the fast path", drawn, tolerant)
		decodetest.Want(t, "findings on the fast path", findings, found)
	}
}

func TestSpansThatTheFastPathLeavesAreReadByTheTolerantOne(t *testing.T) {
	for what, s := range map[string]string{
		"a blank":                   strings.Replace(spell(1, "", ""), `,"startTime`, `, "startTime`, 1),
		"a time as a number":        strings.Replace(spell(1, "", ""), `"1780000000000000009"`, `1780000000000000009`, 1),
		"a kind by name":            spell(1, `"kind":"SERVER",`, ""),
		"an unknown kind":           spell(1, `"kind":6,`, ""),
		"a kept list":               spell(1, "", attrs(attr("a", `"arrayValue":{"values":[{"intValue":"1"}]}`))),
		"a kept double":             spell(1, "", attrs(attr("a", `"doubleValue":1.5`))),
		"an integer as a number":    spell(1, "", attrs(attr("a", `"intValue":7`))),
		"an integer with a zero":    spell(1, "", attrs(attr("a", `"intValue":"007"`))),
		"minus zero":                spell(1, "", attrs(attr("a", `"intValue":"-0"`))),
		"two values":                spell(1, "", attrs(attr("a", `"boolValue":true,"x":1`))),
		"a key with an escape":      spell(1, "", attrs(attr(`\u0061`, text("x")))),
		"a value before its key":    spell(1, "", attrs(`{"value":{"stringValue":"x"},"key":"a"}`)),
		"an unknown field":          spell(1, "", `,"x":1`),
		"dropped links":             spell(1, "", `,"links":[],"droppedLinksCount":1`),
		"a link with a trace state": spell(1, "", `,"links":[{"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"00000000000000bb","traceState":"a=b"}]`),
		"a link with a short id":    spell(1, "", `,"links":[{"traceId":"0af7","spanId":"00000000000000bb"}]`),
		"a parent in base64":        spell(1, `"parentSpanId":"AAAAAAAAAKo=",`, ""),
		"a name before the flags":   spell(1, `"name":"n","flags":1,`, ""),
		"a time from 9 on":          strings.Replace(spell(1, `"name":"n","kind":2,`, ""), "1780000000000000009", "9000000000000000000", 1),
		"a kind behind the last":    spell(1, `"name":"n","kind":6,`, ""),
		"no flags where they stand": spell(1, `"flags":,"name":"n","kind":2,`, ""),
		"19 digits from 9 on":       spell(1, "", `,"events":[{"timeUnixNano":"9000000000000000000","name":"e"}]`),
	} {
		s := strings.Replace(s, `"spanId":"0000000000000001"`, `"spanId":"00000000000000ff"`, 1)
		if !leavesTheFastPath(s) {
			t.Errorf("%s stays on the fast path", what)
		}
		mixed := doc(spell(1, `"name":"before",`, attrs(attr("a", text("x")))), s, spell(2, `"name":"after",`, attrs(attr("a", text("x"))))) + strings.Repeat(" ", 100)
		decodetest.SameOnBothPaths(t, otlpJSONFormat, spanstore.Options{}, mixed)
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
	each := func(m decode.Wire, num uint64, do func([]byte)) {
		for m.Field() {
			if m.Num == num {
				do(m.Bytes())
			} else {
				m.Skip()
			}
		}
	}
	each(decode.NewWire(data), 1, func(resource []byte) {
		each(decode.NewWire(resource), 2, func(scope []byte) {
			each(decode.NewWire(scope), 2, func(span []byte) { spans = append(spans, span) })
		})
	})
	return spans
}

// leavesInProtobuf are those of spansOnTheFastPath that leave it when they are protobuf: counts of
// what was dropped, keys and ids that are not there.
var leavesInProtobuf = []string{"all there is", "an empty key", "rejected"}

func TestSpansOfProtobufOnTheFastPath(t *testing.T) {
	for name, spans := range spansOnTheFastPath {
		if !isUTF8(spans) {
			continue
		}
		data := proto(t, doc(spans...))
		for _, keep := range []spanstore.Options{{}, {Form: decodetest.FormByLetter}} {
			d := decodetest.New(keep, decode.Options{}, "")
			stays := true
			for _, m := range spansOf(data) {
				d.Begin(0, 0)
				stays = protoReader{d}.fastSpan(m) && stays
			}
			if stays == slices.Contains(leavesInProtobuf, name) {
				t.Errorf("%s: on the fast path is %v", name, stays)
			}
			decodetest.SameOnBothPaths(t, decode.Format{Binary: IsMessages, Stream: Messages}, keep, string(data))
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

// onTheFastPath reads spans and fails the test for each that leaves the fast path.
func onTheFastPath(t *testing.T, keep spanstore.Options, spans []string) (drawn, findings string) {
	t.Helper()
	d := decodetest.New(keep, decode.Options{}, "")
	for _, s := range spans {
		d.Window = jsontext.Over([]byte(s+strings.Repeat(" ", 64)), 0)
		d.Begin(0, 0)
		if next, ok := (jsonReader{d}).fastSpan(d.Window.Buf, 0); !ok || next != len(s) {
			t.Errorf("left the fast path at %d: %s", next, s)
		}
		d.Window.Pass(len(s))
		d.Commit()
	}
	return decodetest.Result(d)
}

// leavesTheFastPath reports whether the span is one for the tolerant decoder.
func leavesTheFastPath(span string) bool {
	d := decodetest.New(spanstore.Options{}, decode.Options{}, span+strings.Repeat(" ", 64))
	d.Begin(0, 0)
	_, ok := (jsonReader{d}).fastSpan(d.Window.Buf, 0)
	return !ok
}
