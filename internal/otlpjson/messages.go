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
	l.entities(r.GetEntityRefs())
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
	l.events(s.GetEvents())
	l.number("droppedEventsCount", int64(s.GetDroppedEventsCount()))
	l.links(s.GetLinks())
	l.number("droppedLinksCount", int64(s.GetDroppedLinksCount()))
	l.object("status")
	l.text("message", s.GetStatus().GetMessage())
	l.number("code", int64(s.GetStatus().GetCode()))
	l.close('}')
	l.close('}')
}

func (l *Line) events(events []*tracepb.Span_Event) {
	if len(events) == 0 {
		return
	}
	l.list("events")
	for _, e := range events {
		l.open('{')
		l.nanos("timeUnixNano", e.GetTimeUnixNano())
		l.text("name", e.GetName())
		l.attributes(e.GetAttributes())
		l.number("droppedAttributesCount", int64(e.GetDroppedAttributesCount()))
		l.close('}')
	}
	l.close(']')
}

func (l *Line) links(links []*tracepb.Span_Link) {
	if len(links) == 0 {
		return
	}
	l.list("links")
	for _, link := range links {
		l.open('{')
		l.id("traceId", link.GetTraceId())
		l.id("spanId", link.GetSpanId())
		l.text("traceState", link.GetTraceState())
		l.attributes(link.GetAttributes())
		l.number("droppedAttributesCount", int64(link.GetDroppedAttributesCount()))
		l.number("flags", int64(link.GetFlags()))
		l.close('}')
	}
	l.close(']')
}

func (l *Line) entities(entities []*commonpb.EntityRef) {
	if len(entities) == 0 {
		return
	}
	l.list("entityRefs")
	for _, e := range entities {
		l.open('{')
		l.text("schemaUrl", e.GetSchemaUrl())
		l.text("type", e.GetType())
		l.texts("idKeys", e.GetIdKeys())
		l.texts("descriptionKeys", e.GetDescriptionKeys())
		l.close('}')
	}
	l.close(']')
}

func (l *Line) attributes(attributes []*commonpb.KeyValue) {
	if len(attributes) == 0 {
		return
	}
	l.list("attributes")
	l.pairs(attributes)
}

// pairs writes the members of a list, and its end.
func (l *Line) pairs(pairs []*commonpb.KeyValue) {
	for _, p := range pairs {
		l.open('{')
		l.text("key", p.GetKey())
		l.object("value")
		l.value(p.GetValue())
		l.number("keyStrindex", int64(p.GetKeyStrindex()))
		l.close('}')
	}
	l.close(']')
}

// value writes the rest of an object that was opened for it. Values are said even if empty: without
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
		l.array(v.ArrayValue.GetValues())
	case *commonpb.AnyValue_KvlistValue:
		l.object("kvlistValue")
		if pairs := v.KvlistValue.GetValues(); len(pairs) > 0 {
			l.list("values")
			l.pairs(pairs)
		}
		l.close('}')
	}
	l.close('}')
}

func (l *Line) array(values []*commonpb.AnyValue) {
	l.object("arrayValue")
	if len(values) > 0 {
		l.list("values")
		for _, v := range values {
			l.open('{')
			l.value(v)
		}
		l.close(']')
	}
	l.close('}')
}
