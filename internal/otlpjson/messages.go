package otlpjson

import (
	"strconv"

	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	resourcepb "go.opentelemetry.io/proto/otlp/resource/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
)

// Traces writes a message whole.
func (l *Line) Traces(resources []*tracepb.ResourceSpans) {
	l.Begin()
	for _, r := range resources {
		l.BeginResource(r.GetResource())
		for _, s := range r.GetScopeSpans() {
			l.BeginScope(s.GetScope())
			for _, span := range s.GetSpans() {
				l.Span(span)
			}
			l.EndScope(s.GetSchemaUrl())
		}
		l.EndResource(r.GetSchemaUrl())
	}
	l.End()
}

// Begin, BeginResource and BeginScope open what spans stand in; what is opened last is ended first.
func (l *Line) Begin() {
	*l = append(*l, '{')
	l.list("resourceSpans")
}

// End closes the message.
func (l *Line) End() {
	l.endList("resourceSpans")
	l.close('}')
}

// BeginResource opens the spans of a resource.
func (l *Line) BeginResource(r *resourcepb.Resource) {
	l.open('{')
	l.object("resource")
	l.attributes(r.GetAttributes())
	l.number("droppedAttributesCount", int64(r.GetDroppedAttributesCount()))
	members(l, "entityRefs", r.GetEntityRefs(), l.entity)
	l.close('}')
	l.list("scopeSpans")
}

// EndResource closes the spans of a resource; schema is the address of its conventions, or empty.
func (l *Line) EndResource(schema string) { l.end("scopeSpans", schema) }

// BeginScope opens the spans of one library.
func (l *Line) BeginScope(s *commonpb.InstrumentationScope) {
	l.open('{')
	l.object("scope")
	l.text("name", s.GetName())
	l.text("version", s.GetVersion())
	l.attributes(s.GetAttributes())
	l.number("droppedAttributesCount", int64(s.GetDroppedAttributesCount()))
	l.close('}')
	l.list("spans")
}

// EndScope closes the spans of one library; schema is the address of its conventions, or empty.
func (l *Line) EndScope(schema string) { l.end("spans", schema) }

func (l *Line) end(list, schema string) {
	l.endList(list)
	l.text("schemaUrl", schema)
	l.close('}')
}

// Span writes a span of the scope that was begun last.
func (l *Line) Span(s *tracepb.Span) {
	l.open('{')
	l.id("traceId", s.GetTraceId())
	l.id("spanId", s.GetSpanId())
	l.text("traceState", s.GetTraceState())
	l.id("parentSpanId", s.GetParentSpanId())
	l.number("flags", int64(s.GetFlags()))
	l.text("name", s.GetName())
	l.number("kind", int64(s.GetKind()))
	l.nanos("startTimeUnixNano", s.GetStartTimeUnixNano())
	l.nanos("endTimeUnixNano", s.GetEndTimeUnixNano())
	l.attributes(s.GetAttributes())
	l.number("droppedAttributesCount", int64(s.GetDroppedAttributesCount()))
	members(l, "events", s.GetEvents(), l.event)
	l.number("droppedEventsCount", int64(s.GetDroppedEventsCount()))
	members(l, "links", s.GetLinks(), l.link)
	l.number("droppedLinksCount", int64(s.GetDroppedLinksCount()))
	l.object("status")
	l.text("message", s.GetStatus().GetMessage())
	l.number("code", int64(s.GetStatus().GetCode()))
	l.close('}')
	l.close('}')
}

// members writes a list of objects, unless there are none.
func members[T any](l *Line, name string, of []T, write func(T)) {
	if len(of) == 0 {
		return
	}
	l.list(name)
	for _, m := range of {
		l.open('{')
		write(m)
		l.close('}')
	}
	l.close(']')
}

func (l *Line) event(e *tracepb.Span_Event) {
	l.nanos("timeUnixNano", e.GetTimeUnixNano())
	l.text("name", e.GetName())
	l.attributes(e.GetAttributes())
	l.number("droppedAttributesCount", int64(e.GetDroppedAttributesCount()))
}

func (l *Line) link(s *tracepb.Span_Link) {
	l.id("traceId", s.GetTraceId())
	l.id("spanId", s.GetSpanId())
	l.text("traceState", s.GetTraceState())
	l.attributes(s.GetAttributes())
	l.number("droppedAttributesCount", int64(s.GetDroppedAttributesCount()))
	l.number("flags", int64(s.GetFlags()))
}

func (l *Line) entity(e *commonpb.EntityRef) {
	l.text("schemaUrl", e.GetSchemaUrl())
	l.text("type", e.GetType())
	l.texts("idKeys", e.GetIdKeys())
	l.texts("descriptionKeys", e.GetDescriptionKeys())
}

func (l *Line) attributes(attributes []*commonpb.KeyValue) {
	members(l, "attributes", attributes, l.pair)
}

func (l *Line) pair(p *commonpb.KeyValue) {
	l.text("key", p.GetKey())
	l.object("value")
	l.value(p.GetValue())
	l.close('}')
	l.number("keyStrindex", int64(p.GetKeyStrindex()))
}

// value writes what stands in an object for a value. Values are said even if empty: without
// them there would be none. It calls itself for lists, as deep as whoever made the message let it be.
func (l *Line) value(v *commonpb.AnyValue) {
	switch v := v.GetValue().(type) {
	case *commonpb.AnyValue_StringValue:
		l.key("stringValue")
		l.quote(v.StringValue)
	case *commonpb.AnyValue_BoolValue:
		l.boolean("boolValue", v.BoolValue)
	case *commonpb.AnyValue_IntValue:
		l.integer("intValue", v.IntValue)
	case *commonpb.AnyValue_DoubleValue:
		l.double("doubleValue", v.DoubleValue)
	case *commonpb.AnyValue_BytesValue:
		l.bytes("bytesValue", v.BytesValue)
	case *commonpb.AnyValue_StringValueStrindex:
		l.key("stringValueStrindex")
		*l = strconv.AppendInt(*l, int64(v.StringValueStrindex), 10)
	case *commonpb.AnyValue_ArrayValue:
		l.object("arrayValue")
		members(l, "values", v.ArrayValue.GetValues(), l.value)
		l.close('}')
	case *commonpb.AnyValue_KvlistValue:
		l.object("kvlistValue")
		members(l, "values", v.KvlistValue.GetValues(), l.pair)
		l.close('}')
	}
}
