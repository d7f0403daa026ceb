package otlpjson_test

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"go.opentelemetry.io/collector/pdata/ptrace"
	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	resourcepb "go.opentelemetry.io/proto/otlp/resource/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	"github.com/longpole/longpole/internal/otlpjson"
)

func TestAnyMessageIsSpelledAsTheCollectorSpellsItByteForByte(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		message := traces(r)
		var ours otlpjson.Line
		ours.Traces(message.ResourceSpans)
		if theirs := collectors(t, message); !bytes.Equal(ours, theirs) {
			r.Fatalf("longpole writes\n%s\nthe collector\n%s", ours, theirs)
		}
	})
}

func TestWhatIsWrittenIsReadAsTheSameMessage(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		message := traces(r)
		var line otlpjson.Line
		line.Traces(message.ResourceSpans)
		var back tracepb.TracesData
		if err := otlpjson.Read(line, &back, 100); err != nil {
			r.Fatalf("%v in %s", err, line)
		}
		var again otlpjson.Line
		again.Traces(back.ResourceSpans)
		if !bytes.Equal(line, again) {
			r.Fatalf("was\n%s\nis\n%s", line, again)
		}
	})
}

func TestIDsAreReadInEverySpellingThatSDKsUse(t *testing.T) {
	for name, span := range map[string]string{
		"hex digits":     `{"traceId":"4bf92f3577b34da6a3ce929d0e0e4736","spanId":"00f067aa0ba902b7"}`,
		"in upper case":  `{"traceId" : "4BF92F3577B34DA6A3CE929D0E0E4736", "spanId":"00F067AA0BA902B7"}`,
		"as base64":      `{"traceId":"S/kvNXezTaajzpKdDg5HNg==","spanId":"APBnqgupArc="}`,
		"in snake case":  `{"trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","span_id":"00f067aa0ba902b7"}`,
		"after a parent": `{"parentSpanId":"","traceId":"4bf92f3577b34da6a3ce929d0e0e4736","spanId":"00f067aa0ba902b7","kind":"SPAN_KIND_UNSPECIFIED","later":[1]}`,
	} {
		document := `{"resourceSpans":[{"scopeSpans":[{"spans":[` + span + `]}]}]}`
		var m tracepb.TracesData
		if err := otlpjson.Read([]byte(document), &m, 100); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var line otlpjson.Line
		line.Traces(m.ResourceSpans)
		if !strings.Contains(string(line), `{"traceId":"4bf92f3577b34da6a3ce929d0e0e4736","spanId":"00f067aa0ba902b7","status":{}}`) {
			t.Errorf("%s: read as %s", name, line)
		}
	}
}

func TestTextThatLooksLikeAnIDStaysText(t *testing.T) {
	digits := "4bf92f3577b34da6a3ce929d0e0e4736"
	for _, name := range []string{digits, `"traceId":"` + digits + `"`, `\`, `\"traceId`, "traceId"} {
		message := &tracepb.TracesData{ResourceSpans: []*tracepb.ResourceSpans{{ScopeSpans: []*tracepb.ScopeSpans{{
			Spans: []*tracepb.Span{{Name: name, TraceState: "traceId", Attributes: []*commonpb.KeyValue{{Key: "traceId", Value: textValue(digits)}}}},
		}}}}}
		var line otlpjson.Line
		line.Traces(message.ResourceSpans)
		var back tracepb.TracesData
		if err := otlpjson.Read(line, &back, 100); err != nil || back.ResourceSpans[0].ScopeSpans[0].Spans[0].Name != name {
			t.Errorf("%q is read as %v (%v)", name, &back, err)
		}
	}
}

func TestDamagedOrDeepJSONIsAnError(t *testing.T) {
	for name, document := range map[string]string{
		"nothing": "", "cut in a string": `{"resourceSpans":[{"schemaUrl":"http`, "cut behind a key": `{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId"`,
		"cut behind an escape": `{"a":"\`, "two documents": `{}{}`,
		"deep": strings.Repeat(`{"resourceSpans":[`, 200), "deep where nobody looks": `{"x":` + strings.Repeat("[", 200) + strings.Repeat("]", 200) + `}`,
	} {
		if err := otlpjson.Read([]byte(document), &tracepb.TracesData{}, 100); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"4bf92f3577b34da6a3ce929d0e0e4736","spanId":"00f067aa0ba902b7","name":"\ud800"}]}]}]}`))
	f.Add([]byte("{\"resourceSpans\":[{\"schemaUrl\":\"\xff\"}]}"))
	f.Fuzz(func(t *testing.T, document []byte) {
		var m tracepb.TracesData
		if otlpjson.Read(document, &m, 100) != nil {
			return
		}
		var line otlpjson.Line
		line.Traces(m.ResourceSpans)
		if bytes.ContainsRune(line, '\n') {
			t.Fatalf("one message takes several lines: %q", line)
		}
		var back tracepb.TracesData
		if err := otlpjson.Read(line, &back, 120); err != nil {
			t.Fatalf("what was written cannot be read: %v in %q", err, line)
		}
	})
}

// collectors returns what the collector's file exporter writes of a message that it received.
func collectors(t *testing.T, message *tracepb.TracesData) []byte {
	t.Helper()
	b, err := proto.Marshal(message)
	if err != nil {
		t.Fatal(err)
	}
	td, err := new(ptrace.ProtoUnmarshaler).UnmarshalTraces(b)
	if err != nil {
		t.Fatal(err)
	}
	line, err := new(ptrace.JSONMarshaler).MarshalTraces(td)
	if err != nil {
		t.Fatal(err)
	}
	return line
}

func traces(r *rapid.T) *tracepb.TracesData {
	return &tracepb.TracesData{ResourceSpans: few(r, func(r *rapid.T) *tracepb.ResourceSpans {
		return &tracepb.ResourceSpans{
			Resource: &resourcepb.Resource{Attributes: attributes(r, 2), DroppedAttributesCount: count(r), EntityRefs: few(r, entity)},
			ScopeSpans: few(r, func(r *rapid.T) *tracepb.ScopeSpans {
				return &tracepb.ScopeSpans{
					Scope:     &commonpb.InstrumentationScope{Name: text(r), Version: text(r), Attributes: attributes(r, 1), DroppedAttributesCount: count(r)},
					Spans:     few(r, span),
					SchemaUrl: text(r),
				}
			}),
			SchemaUrl: text(r),
		}
	})}
}

func entity(r *rapid.T) *commonpb.EntityRef {
	return &commonpb.EntityRef{SchemaUrl: text(r), Type: text(r), IdKeys: few(r, text), DescriptionKeys: few(r, text)}
}

func span(r *rapid.T) *tracepb.Span {
	return &tracepb.Span{
		TraceId: id(r, 16), SpanId: id(r, 8), ParentSpanId: id(r, 8), TraceState: text(r), Flags: count(r), Name: text(r),
		Kind:              tracepb.Span_SpanKind(rapid.Int32Range(0, 5).Draw(r, "kind")),
		StartTimeUnixNano: rapid.Uint64().Draw(r, "start"), EndTimeUnixNano: rapid.Uint64().Draw(r, "end"),
		Attributes: attributes(r, 2), DroppedAttributesCount: count(r),
		Events: few(r, func(r *rapid.T) *tracepb.Span_Event {
			return &tracepb.Span_Event{TimeUnixNano: rapid.Uint64().Draw(r, "at"), Name: text(r), Attributes: attributes(r, 1), DroppedAttributesCount: count(r)}
		}),
		DroppedEventsCount: count(r),
		Links: few(r, func(r *rapid.T) *tracepb.Span_Link {
			return &tracepb.Span_Link{TraceId: id(r, 16), SpanId: id(r, 8), TraceState: text(r), Attributes: attributes(r, 1), DroppedAttributesCount: count(r), Flags: count(r)}
		}),
		DroppedLinksCount: count(r),
		Status:            &tracepb.Status{Message: text(r), Code: tracepb.Status_StatusCode(rapid.Int32Range(0, 2).Draw(r, "code"))},
	}
}

func few[T any](r *rapid.T, one func(*rapid.T) T) []T {
	return rapid.SliceOfN(rapid.Custom(one), 0, 2).Draw(r, "few")
}

func count(r *rapid.T) uint32 {
	return rapid.OneOf(rapid.Just(uint32(0)), rapid.Uint32()).Draw(r, "count")
}

func text(r *rapid.T) string {
	return rapid.OneOf(rapid.Just(""), rapid.StringMatching(`["\\/<>&\x00-\x20\x7f\x{2028}\x{fffd}é]*`)).Draw(r, "text")
}

// id draws an id that says something: of one of zeros the collector says nothing.
func id(r *rapid.T, length int) []byte {
	return rapid.OneOf(rapid.Just([]byte(nil)), rapid.SliceOfN(rapid.ByteRange(1, 255), length, length)).Draw(r, "id")
}

func attributes(r *rapid.T, depth int) []*commonpb.KeyValue {
	return few(r, func(r *rapid.T) *commonpb.KeyValue {
		return &commonpb.KeyValue{Key: text(r), Value: value(r, depth), KeyStrindex: rapid.Int32Range(0, 1).Draw(r, "index")}
	})
}

func textValue(s string) *commonpb.AnyValue {
	return &commonpb.AnyValue{Value: &commonpb.AnyValue_StringValue{StringValue: s}}
}

func value(r *rapid.T, depth int) *commonpb.AnyValue {
	kinds := 7
	if depth > 0 {
		kinds = 9
	}
	switch rapid.IntRange(0, kinds-1).Draw(r, "type") {
	case 0:
		return &commonpb.AnyValue{}
	case 1:
		return textValue(text(r))
	case 2:
		return &commonpb.AnyValue{Value: &commonpb.AnyValue_BoolValue{BoolValue: rapid.Bool().Draw(r, "bool")}}
	case 3:
		return &commonpb.AnyValue{Value: &commonpb.AnyValue_IntValue{IntValue: rapid.Int64().Draw(r, "int")}}
	case 4:
		f := rapid.OneOf(rapid.Float64(), rapid.SampledFrom([]float64{0, 1e-6, 9e-7, 1e21, 1e20, 1e-10, math.NaN(), math.Inf(1), math.Inf(-1)})).Draw(r, "double")
		return &commonpb.AnyValue{Value: &commonpb.AnyValue_DoubleValue{DoubleValue: f}}
	case 5:
		return &commonpb.AnyValue{Value: &commonpb.AnyValue_BytesValue{BytesValue: rapid.SliceOf(rapid.Byte()).Draw(r, "bytes")}}
	case 6:
		return &commonpb.AnyValue{Value: &commonpb.AnyValue_StringValueStrindex{StringValueStrindex: rapid.Int32().Draw(r, "index")}}
	case 7:
		list := few(r, func(r *rapid.T) *commonpb.AnyValue { return value(r, depth-1) })
		return &commonpb.AnyValue{Value: &commonpb.AnyValue_ArrayValue{ArrayValue: &commonpb.ArrayValue{Values: list}}}
	}
	return &commonpb.AnyValue{Value: &commonpb.AnyValue_KvlistValue{KvlistValue: &commonpb.KeyValueList{Values: attributes(r, depth-1)}}}
}
