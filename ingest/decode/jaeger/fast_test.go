package jaeger

import (
	"fmt"
	"strings"
	"testing"

	"github.com/longpole/longpole/ingest/decode"
	"github.com/longpole/longpole/ingest/decode/decodetest"
	"github.com/longpole/longpole/ingest/jsontext"
	"github.com/longpole/longpole/ingest/spanstore"
)

// Spans that must be read on a fast path, and must say the same there as on the tolerant one.
// Those of one test are read one after the other, so that a key can be predicted.

var jaegerFormat = decode.Format{Value: IsJSON, Decode: JSON}

// spell spells a span as Jaeger's API does.
func spell(id int, name, references, tags, logs string) string {
	return fmt.Sprintf(`{"traceID":"0af7651916cd43dd8448eb211c80319c","spanID":"%016x","flags":1,"operationName":"%s","references":[%s],"startTime":1780000000000000,"duration":9,"tags":[%s],"logs":[%s],"processID":"p1","warnings":null}`,
		id, name, references, tags, logs)
}

func tag(key, kind, value string) string {
	return fmt.Sprintf(`{"key":"%s","type":"%s","value":%s}`, key, kind, value)
}

func doc(spans ...string) string {
	return `{"data":[{"traceID":"a","spans":[` + strings.Join(spans, ",") + `],"processes":{"p1":{"serviceName":"web","tags":[]}}}]}`
}

var spansOnTheFastPath = map[string][]string{
	"the least":        {spell(1, "", "", "", "")},
	"a parent":         {spell(1, "n", `{"refType":"CHILD_OF","traceID":"0AF7651916CD43DD8448EB211C80319C","spanID":"aa"}`, "", "")},
	"short ids":        {strings.Replace(spell(1, "n", "", "", ""), "0af7651916cd43dd8448eb211c80319c", "af7", 1)},
	"without warnings": {strings.Replace(spell(1, "n", "", "", ""), `,"warnings":null`, "", 1), strings.Replace(spell(2, "n", "", "", ""), `"flags":1,`, "", 1)},
	"escapes":          {spell(1, `GET \"\u00e9\\`, "", tag("a", "string", `"\"\\"`)+","+tag("b", "string", `"\ud800"`), "")},
	"values of a type": {spell(1, "n", "", tag("a", "int64", "7")+","+tag("b", "bool", "true")+","+tag("c", "bool", "false")+","+tag("d", "string", `""`), "")},
	"tags with a role": {spell(1, "n", "", tag("span.kind", "string", `"server"`)+","+tag("error", "bool", "true")+","+tag("otel.scope.name", "string", `"l\u0069b"`)+","+tag("w3c.tracestate", "string", `"ot=th:8"`), ""), spell(2, "n", "", tag("otel.status_code", "string", `"ERROR"`)+","+tag("span.kind", "string", `"odd"`), "")},
	"tags in two orders": {spell(1, "n", "", tag("a", "string", `"1"`)+","+tag("b", "string", `"2"`), ""), spell(2, "n", "", tag("b", "string", `"1"`)+","+tag("a", "string", `"2"`), ""),
		spell(3, "n", "", tag("bc", "string", `"1"`)+","+tag("a", "int64", `2`), ""), spell(4, "n", "", tag("bd", "string", `"1"`), "")},
	"values beyond 256 bytes": {spell(1, "n", "", tag("a", "string", `"`+strings.Repeat("x", 255)+`é"`), "")},
	"logs": {spell(1, "n", "", "", `{"timestamp":1780000000000004,"fields":[]},{"timestamp":1780000000000004,"fields":[`+tag("event", "string", `"e\n"`)+`]},{"timestamp":1780000000000005,"fields":[`+
		tag("message", "string", `"m"`)+","+tag("level", "float64", "1.5")+`]},{"timestamp":1780000000000006,"fields":[`+tag("message", "string", `"m"`)+","+tag("event", "string", `"f"`)+`]},{"timestamp":1780000000000007,"fields":[`+
		tag("event", "string", `"g"`)+","+tag("message", "string", `"m"`)+`]},{"timestamp":1780000000000008,"fields":[`+tag("event", "string", `""`)+","+tag("x", "bool", "true")+`]}`)},
}

func TestSpansOnTheFastPath(t *testing.T) {
	for name, spans := range spansOnTheFastPath {
		t.Run(name, func(t *testing.T) {
			for _, keep := range []spanstore.Options{{}, {Form: decodetest.FormByLetter}, {Keep: func(key string) bool { return key == "a" }}} {
				drawn, _ := onTheFastPath(t, keep, spans)
				tolerant, _ := decodetest.Read(jaegerFormat, keep, true, doc(spans...))
				web := strings.NewReplacer(" web@", " unknown_service@", ` %jaeger=""`, "")
				decodetest.Want(t, "spans", drawn, web.Replace(tolerant))
				decodetest.SameOnBothPaths(t, jaegerFormat, keep, doc(spans...)+strings.Repeat(" ", 100))
			}
		})
	}
}

func TestSpansThatTheFastPathLeavesAreReadByTheTolerantOne(t *testing.T) {
	for what, s := range map[string]string{
		"a link":                  spell(9, "n", `{"refType":"FOLLOWS_FROM","traceID":"0af7651916cd43dd8448eb211c80319c","spanID":"aa"}`, "", ""),
		"a parent of another":     spell(9, "n", `{"refType":"CHILD_OF","traceID":"ff","spanID":"aa"}`, "", ""),
		"two references":          spell(9, "n", `{"refType":"CHILD_OF","traceID":"0af7651916cd43dd8448eb211c80319c","spanID":"aa"},{"refType":"FOLLOWS_FROM","traceID":"ff","spanID":"aa"}`, "", ""),
		"a warning":               strings.Replace(spell(9, "n", "", "", ""), "null", `["clock skew"]`, 1),
		"a kept double":           spell(9, "n", "", tag("a", "float64", "1.5"), ""),
		"an integer as text":      spell(9, "n", "", tag("a", "int64", `"7"`), ""),
		"a negative integer":      spell(9, "n", "", tag("a", "int64", `-7`), ""),
		"binary":                  spell(9, "n", "", tag("a", "binary", `"AQI="`), ""),
		"an id that is a name":    strings.Replace(spell(9, "n", "", "", ""), `0000000000000009`, "my span", 1),
		"a start beyond our time": strings.Replace(spell(9, "n", "", "", ""), "1780000000000000", "9780000000000000", 1),
		"a duration with a point": strings.Replace(spell(9, "n", "", "", ""), `"duration":9`, `"duration":9.5`, 1),
	} {
		if !leavesTheFastPath(s) {
			t.Errorf("%s stays on the fast path", what)
		}
		mixed := doc(spell(1, "before", "", tag("a", "string", `"x"`), ""), s, spell(2, "after", "", tag("a", "string", `"x"`), "")) + strings.Repeat(" ", 100)
		decodetest.SameOnBothPaths(t, jaegerFormat, spanstore.Options{}, mixed)
	}
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
