package ingest

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jaegertracing/jaeger-idl/model/v1"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/longpole/longpole/ingest/decode"
)

// What formats say seldom, and damage that exporters make seldom.

// batchOf puts the length of a message before it in four bytes.
func batchOf(message string) string {
	return string(binary.BigEndian.AppendUint32(nil, uint32(len(message)))) + message
}

// delimitedOf puts the length of a message before it as a varint.
func delimitedOf(message string) string {
	return string(binary.AppendUvarint(nil, uint64(len(message)))) + message
}

func TestDamagedProtobufSaysWhereAndKeepsWhatCameBefore(t *testing.T) {
	one := string(proto(t, doc(span(1))))
	zipped := zst(one)
	broken := slices.Clone(zipped)
	broken[len(broken)-1] ^= 0xff
	tooLong := string(binary.AppendUvarint([]byte{0x0a}, 1<<40))
	for _, c := range []struct{ what, format, data, result string }{
		{"a field of another type", "otlp-proto", one + "\x10\x07" + one, "2: "},
		{"a field with the number 0", "otlp-proto", one + "\x02\x00" + one, "1: 1 malformed-message"},
		{"a group without an end", "otlp-proto", one + "\x1b" + one, "1: 1 malformed-message"},
		{"a length over the limit", "otlp-proto", one + tooLong, "1: 1 malformed-message"},
		{"cut in a message", "otlp-proto", one + one[:len(one)/2], "1: 1 cut-at-end"},
		{"damaged inside", "otlp-proto", one + "\x0a\x02\x12\x7f", "1: 1 malformed-message"},
		{"a batch cut in its length", "otlp-batches", batchOf(one) + "\x00\x00", "1: 1 cut-at-end"},
		{"a batch that is cut", "otlp-batches", batchOf(one) + batchOf(one)[:20], "1: 1 cut-at-end"},
		{"a batch over the limit", "otlp-batches", batchOf(one) + "\xff\xff\xff\xff", "1: 1 malformed-message"},
		{"a batch with a bad checksum", "otlp-batches", batchOf(string(broken)) + batchOf(string(zipped)), "1: 1 compression-damaged"},
		{"an empty batch", "otlp-batches", batchOf("") + batchOf(one), "1: "},
		{"a delimited message over the limit", "otlp-delimited", delimitedOf(one) + "\xff\xff\xff\xff\xff\x7f", "1: 1 malformed-message"},
		{"a delimited message that is cut", "otlp-delimited", delimitedOf(one) + delimitedOf(one)[:9], "1: 1 cut-at-end"},
	} {
		s, err := ReadBytes("test", []byte(c.data), Options{Format: c.format})
		if err != nil {
			t.Errorf("%s: %v", c.what, err)
		}
		want(t, c.what, fmt.Sprintf("%d: %s", s.Ledger.Spans, found(&s.Ledger)), c.result)
		balanced(t, s)
	}
}

func TestProtobufThatIsOddIsCountedByItsReason(t *testing.T) {
	for result, change := range map[string]func(s ptrace.Span){
		"1 unknown-span-kind":            func(s ptrace.Span) { s.SetKind(99) },
		"1 bad-time":                     func(s ptrace.Span) { s.SetStartTimestamp(math.MaxUint64) },
		"1 no-start-time":                func(s ptrace.Span) { s.SetStartTimestamp(0) },
		"1 unfinished-span":              func(s ptrace.Span) { s.SetEndTimestamp(0) },
		"1 bad-trace-id":                 func(s ptrace.Span) { s.SetTraceID([16]byte{}) },
		"1 bad-span-id":                  func(s ptrace.Span) { s.SetSpanID([8]byte{}) },
		"1 attributes-dropped-by-source": func(s ptrace.Span) { s.SetDroppedAttributesCount(1) },
		"1 events-dropped-by-source":     func(s ptrace.Span) { s.SetDroppedEventsCount(2) },
		"1 links-dropped-by-source":      func(s ptrace.Span) { s.SetDroppedLinksCount(3) },
	} {
		td, _ := (&ptrace.ProtoUnmarshaler{}).UnmarshalTraces(proto(t, doc(span(1), span(2))))
		change(td.ResourceSpans().At(0).ScopeSpans().At(0).Spans().At(0))
		data, _ := (&ptrace.ProtoMarshaler{}).MarshalTraces(td)
		s := read(t, string(data), Options{Format: "otlp-proto"})
		want(t, result, found(&s.Ledger), result)
		balanced(t, s)
	}
}

// Collectors before 2022 had scopes in field 1000, as libraries.
func TestSpansOfOldCollectorsInProtobufAreRead(t *testing.T) {
	spans := ""
	for m := decode.NewWire(proto(t, doc(span(1), span(2)))); m.Field(); {
		for rs := m.Inner(); rs.Field(); {
			if rs.Num == 2 {
				spans = string(rs.Bytes())
			} else {
				rs.Skip()
			}
		}
	}
	s := read(t, "\x0a"+delimitedOf("\xc2\x3e"+delimitedOf(spans)), Options{Format: "otlp-proto"})
	want(t, "spans", names(s)+found(&s.Ledger), "s1 s2")
}

func TestWhatTheSourceDroppedIsSaidInEveryFormatThatCanSayIt(t *testing.T) {
	const said = "1 attributes-dropped-by-source, 1 events-dropped-by-source, 1 links-dropped-by-source"
	tag := func(key string) string { return `{"key":"otel.dropped_` + key + `_count","type":"int64","value":2},` }
	pbTag := func(key string) string {
		return `{"key":"otel.dropped_` + key + `_count","vType":"INT64","vInt64":"2"},`
	}
	of := func(one func(string) string) string { return one("attributes") + one("events") + one("links") }
	for _, c := range []struct{ file, before, add string }{
		{"otlp-json.json", `"name":"GET"`, `"droppedAttributesCount":1,"droppedEventsCount":2,"droppedLinksCount":3,`},
		{"otlp-json.snake.json", `"name":"GET"`, `"dropped_attributes_count":1,"dropped_events_count":2,"dropped_links_count":3,`},
		{"stdouttrace.jsonl", `"SpanKind":3`, `"DroppedAttributes":1,"DroppedEvents":2,"DroppedLinks":3,`},
		{"jaeger.json", `{"key":"peer.service"`, of(tag)},
		{"jaeger-es.json", `{"key":"peer.service"`, of(tag)},
		{"jaeger-pbjson.json", `{"key":"peer.service"`, of(pbTag)},
		{"zipkin.json", `"peer.service":`, `"otel.dropped_attributes_count":"1","otel.dropped_events_count":"2","otel.dropped_links_count":"3",`},
	} {
		text := string(mustRead(t, "testdata/formats/"+c.file))
		if strings.Count(text, c.before) != 1 {
			t.Fatalf("%s has %s %d times", c.file, c.before, strings.Count(text, c.before))
		}
		s := read(t, strings.Replace(text, c.before, c.add+c.before, 1), Options{})
		want(t, c.file, found(&s.Ledger), said)
	}
}

// What is remembered of resources, to decode each once, must not show.
func TestADamagedResourceIsSaidWhereverItStands(t *testing.T) {
	otlp := strings.Replace(string(mustRead(t, "testdata/formats/otlp-json.json")), `"attributes":[`, `"attributes":[{"value":{"stringValue":"no key"}},`, 1)
	jaeger := strings.Replace(jaegerTrace(1, 2), `"serviceName":"web","tags":[`, `"serviceName":"web","tags":[{"type":"string","value":"no key"}`, 1)
	batch := jaegerBatch(t)
	at := bytes.Index(batch, []byte("\x0a\x03web"))
	batch[at+5] = 0x07 // a field of a wire type that there is none of
	for what, text := range map[string]string{
		"otlp-json":    otlp + "\n" + otlp,
		"jaeger":       jaeger + "\n" + strings.ReplaceAll(jaeger, "00000001", "00000002"),
		"jaeger-proto": string(batch) + string(batch),
	} {
		for _, limit := range []int64{0, 1} {
			s, err := ReadBytes(what, []byte(text), Options{Format: what, MaxMemory: limit})
			if err != nil || s.Ledger.Of(decode.BadAttribute) != 2 {
				t.Errorf("%s, limit %d: %s, %v", what, limit, found(&s.Ledger), err)
			}
			s.Close()
		}
	}
}

func TestAnEventOfATimeThatCannotBeCostsNoSpan(t *testing.T) {
	never := strings.NewReplacer("1780000000000100000", "9223372036854775808", "1780000000000100", "9223372036854775", "2026-05-28T20:26:40.000100Z", "3026-05-28T20:26:40Z")
	files, err := filepath.Glob("testdata/formats/*")
	if err != nil {
		t.Fatal(err)
	}
	replaced := 0
	for _, file := range files {
		text := string(mustRead(t, file))
		if never.Replace(text) != text {
			replaced++
		}
		before, after := read(t, text, Options{}), read(t, never.Replace(text), Options{})
		want(t, file, fmt.Sprint(len(all(after)), found(&after.Ledger)), fmt.Sprint(len(all(before)), found(&before.Ledger)))
	}
	if replaced < 20 {
		t.Errorf("only %d of %d files have such an event", replaced, len(files))
	}
}

func TestTheLastNanosecondThatCanBeCountedIsReadFromJaegerProtobuf(t *testing.T) {
	last := time.Unix(0, math.MaxInt64)
	for at, want := range map[time.Time]int{last: 1, last.Add(1): 0} {
		b := model.Batch{Spans: []*model.Span{{
			TraceID: model.TraceID{Low: 1}, SpanID: 1, StartTime: last.Add(-2), Duration: 1, Process: &model.Process{},
			Logs: []model.Log{{Timestamp: at, Fields: []model.KeyValue{model.String("event", "x")}}},
		}}}
		data, err := b.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		spans := all(read(t, string(data), Options{Format: "jaeger-proto"}))
		if len(spans) != 1 || spans[0].End != math.MaxInt64-1 || len(spans[0].Events()) != want {
			t.Errorf("%s: %d events in %+v, want %d", at, len(spans[0].Events()), spans, want)
		}
	}
}

func TestLinksThatPythonPrintsAreRead(t *testing.T) {
	text := strings.Replace(string(mustRead(t, "testdata/formats/python-console.json")), `"links": []`,
		`"links": [{"context": {"trace_id": "0x0af7651916cd43dd8448eb211c80319d", "span_id": "0x00f067aa0ba902b8", "trace_state": "[]"}, "attributes": {}}]`, 1)
	if links := all(read(t, text, Options{}))[0].Links(); fmt.Sprint(links) != "[{0af7651916cd43dd8448eb211c80319d 00f067aa0ba902b8}]" {
		t.Errorf("links are %v", links)
	}
}

func TestOfSeveralValuesOfAnAttributeTheLastCounts(t *testing.T) {
	for value, last := range map[string]string{
		`{"stringValue":"a","intValue":"1"}`:                          "1",
		`{"intValue":"1","stringValue":"a"}`:                          "a",
		`{"arrayValue":{"values":[{"boolValue":true}]},"intValue":2}`: "2",
		`{"stringValue":"a","stringValueStrindex":4}`:                 "",
		`{"type":"string","stringValue":"a"}`:                         "a",
	} {
		s := read(t, doc(span(1, `attributes=[{"key":"k","value":`+value+`}]`)), Options{})
		got, _ := all(s)[0].Sig.Attrs.Get("k")
		want(t, value, got, last)
	}
}

func TestTagsAsFieldsOfElasticsearchAreTags(t *testing.T) {
	s := read(t, `{"traceID":"a","spanID":"b","operationName":"n","startTimeMillis":1,"startTime":1780000000000000,"duration":9,
	 "tag":{"http@method":"GET","span@kind":"server","error":true,"size":7},"process":{"serviceName":"web","tag":{"hostname":"h1"}}}`, Options{})
	want(t, "span", draw(s), `0000000000000000000000000000000a 000000000000000b<0000000000000000 1780000000000000000+9µs web@h1[] server "n" failed error="true" http.method="GET" size="7" span.kind="server" %hostname="h1"`+"\n")
}

func TestTimesOfJaegersProtobufAsJSONAreChecked(t *testing.T) {
	of := func(start, duration string) string {
		return `{"spans":[{"traceId":"AAAAAAAAAAAAAAAAAAAACg==","spanId":"AAAAAAAAAAs=","operationName":"n","startTime":"` + start + `","duration":"` + duration + `","process":{"serviceName":"web"}}]}`
	}
	for _, c := range [][3]string{
		{"2026-05-28T20:26:40.000000001Z", "1.5ms", "1780000000000000001+1.5ms "},
		{"2026-05-28T22:26:40.000000001+02:00", "1h", "1780000000000000001+1h0m0s "},
		{"0001-01-01T00:00:00Z", "1ms", "1 no-start-time"},
		{"1969-12-31T23:59:59Z", "1ms", "1 bad-time"},
		{"2263-01-01T00:00:00Z", "1ms", "1 bad-time"},
		{"yesterday", "1ms", "1 bad-time"},
		{"2026-05-28T20:26:40Z", "short", "1 bad-time"},
	} {
		s, _ := ReadBytes("test", []byte(of(c[0], c[1])), Options{})
		got := found(&s.Ledger)
		for _, sp := range all(s) {
			got = fmt.Sprintf("%d+%s %s", sp.Start, sp.Duration(), got)
		}
		want(t, c[0]+" "+c[1], got, c[2])
	}
}

// One span of Zipkin v1 holds what both sides of a call say.
func TestASharedSpanOfZipkinV1BecomesTwo(t *testing.T) {
	moment := func(at int, value, service string) string {
		return fmt.Sprintf(`{"timestamp":17800000000000%02d,"value":"%s","endpoint":{"serviceName":"%s"}}`, at, value, service)
	}
	of := func(moments ...string) string {
		return `[{"traceId":"a","id":"b","parentId":"c","name":"get","annotations":[` + strings.Join(moments, ",") + `],"binaryAnnotations":[{"key":"http.path","value":"/a"}]}]`
	}
	const id = "0000000000000000000000000000000a 000000000000000b<000000000000000c 17800000000000"
	for _, c := range []struct {
		what, text, want string
	}{
		{"both sides", of(moment(0, "cs", "web"), moment(10, "sr", "cart"), moment(20, "ss", "cart"), moment(30, "cr", "web")),
			id + "00000+30µs web@[] client \"get\" http.path=\"/a\"\n" + id + "10000+10µs cart@[] server \"get\" shared http.path=\"/a\"\n"},
		{"both sides of one service", of(moment(0, "cs", "web"), moment(10, "sr", "web"), moment(20, "ss", "web"), moment(30, "cr", "web")),
			id + "00000+30µs web@[] client \"get\" http.path=\"/a\"\n"},
		{"the server's side", of(moment(10, "sr", "cart"), moment(20, "ss", "cart")), id + "10000+10µs cart@[] server \"get\" http.path=\"/a\"\n"},
		{"a message", of(moment(10, "mr", "cart")), id + "10000+0s cart@[] consumer \"get\" unfinished http.path=\"/a\"\n"},
		{"neither", of(moment(10, "cache.miss", "cart")), ""},
	} {
		s, _ := ReadBytes("test", []byte(c.text), Options{Format: "zipkin-v1"})
		want(t, c.what, draw(s), c.want)
	}
}

func TestWhatIsNoSpanInAListLosesOnlyItself(t *testing.T) {
	zipkin := func(id int) string {
		return fmt.Sprintf(`{"traceId":"a","id":"%d","name":"s%d","timestamp":1780000000000000,"duration":9}`, id, id)
	}
	jaeger := func(id int) string {
		return fmt.Sprintf(`{"traceID":"a","spanID":"%d","operationName":"s%d","startTime":1780000000000000,"duration":9}`, id, id)
	}
	plain := func(id int) string { return span(id) }
	for format, c := range map[string]struct {
		of          func(id int) string
		open, close string
	}{
		"zipkin": {zipkin, "[", "]"}, "zipkin-v1": {zipkin, "[[", "]]"}, "jaeger": {jaeger, `{"data":[{"spans":[`, `]}]}`},
		"jaeger-spans": {jaeger, "[", "]"}, "otlp-spans": {plain, "[", "]"}, "otlp-json": {plain, `{"scopeSpans":[{"spans":[`, `]}]}`},
	} {
		for _, odd := range []string{"7", "null", `"text"`, "true"} {
			s := read(t, c.open+c.of(1)+","+odd+","+c.of(2)+c.close, Options{Format: format})
			want(t, format+" with "+odd, names(s)+": "+found(&s.Ledger), "s1 s2: 1 malformed-span")
			balanced(t, s)
		}
	}
}
