package export

import (
	"encoding/hex"
	"io"
	"iter"
	"strconv"

	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	resourcepb "go.opentelemetry.io/proto/otlp/resource/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"

	"github.com/longpole/longpole/trace"
)

// OTLP is written by hand: protojson writes ids as base64 and enums by name, and OTLP JSON
// has hex digits and numbers.
var OTLP = Format{
	Name: "otlp", Extension: "otlp.jsonl",
	Doc:   "OTLP JSON, one line a trace, as the collector's file exporter writes it",
	Loses: otlpLoses,
	Write: func(w io.Writer, traces iter.Seq[[]trace.Span]) error {
		var messages otlpMessages
		var line otlpLine
		for spans := range traces {
			line = line[:0]
			line.traces(spans, &messages)
			if _, err := w.Write(append(line, '\n')); err != nil {
				return err
			}
		}
		return nil
	},
}

// An otlpLine is OTLP JSON while it is written: fields in the order of the protocol, and of each
// message those that longpole fills. A field that is empty is left out.
type otlpLine []byte

func (l *otlpLine) traces(spans []trace.Span, messages *otlpMessages) {
	l.open('{')
	l.list("resourceSpans")
	for group := range bySource(spans) {
		l.resourceSpans(group, messages)
	}
	l.close(']')
	l.close('}')
}

func (l *otlpLine) resourceSpans(spans []trace.Span, messages *otlpMessages) {
	l.open('{')
	l.resource(messages.resourceOf(spans[0].Sig))
	l.list("scopeSpans")
	l.open('{')
	l.scope(messages.scopeOf(spans[0].Sig))
	l.list("spans")
	for i := range spans {
		l.span(messages.spanOf(&spans[i]))
	}
	l.close(']')
	l.close('}')
	l.close(']')
	l.close('}')
}

func (l *otlpLine) resource(r *resourcepb.Resource) {
	l.object("resource")
	l.attributes(r.Attributes)
	l.close('}')
}

func (l *otlpLine) scope(s *commonpb.InstrumentationScope) {
	l.object("scope")
	l.text("name", s.Name)
	l.close('}')
}

func (l *otlpLine) span(s *tracepb.Span) {
	l.open('{')
	l.id("traceId", s.TraceId)
	l.id("spanId", s.SpanId)
	l.text("traceState", s.TraceState)
	l.id("parentSpanId", s.ParentSpanId)
	l.enum("flags", int32(s.Flags))
	l.text("name", s.Name)
	l.enum("kind", int32(s.Kind))
	l.nanos("startTimeUnixNano", s.StartTimeUnixNano)
	l.nanos("endTimeUnixNano", s.EndTimeUnixNano)
	l.attributes(s.Attributes)
	l.events(s.Events)
	l.links(s.Links)
	l.object("status")
	l.enum("code", int32(s.Status.Code))
	l.close('}')
	l.close('}')
}

func (l *otlpLine) attributes(attributes []*commonpb.KeyValue) {
	if len(attributes) == 0 {
		return
	}
	l.list("attributes")
	for _, a := range attributes {
		l.open('{')
		l.text("key", a.Key)
		l.object("value")
		l.key("stringValue")
		l.quote(a.Value.GetStringValue()) // said even if empty: without it there would be no value
		l.close('}')
		l.close('}')
	}
	l.close(']')
}

func (l *otlpLine) events(events []*tracepb.Span_Event) {
	if len(events) == 0 {
		return
	}
	l.list("events")
	for _, e := range events {
		l.open('{')
		l.nanos("timeUnixNano", e.TimeUnixNano)
		l.text("name", e.Name)
		l.close('}')
	}
	l.close(']')
}

func (l *otlpLine) links(links []*tracepb.Span_Link) {
	if len(links) == 0 {
		return
	}
	l.list("links")
	for _, link := range links {
		l.open('{')
		l.id("traceId", link.TraceId)
		l.id("spanId", link.SpanId)
		l.close('}')
	}
	l.close(']')
}

func (l *otlpLine) id(key string, id []byte) {
	if len(id) == 0 {
		return
	}
	l.key(key)
	*l = append(hex.AppendEncode(append(*l, '"'), id), '"')
}

func (l *otlpLine) enum(key string, n int32) {
	if n == 0 {
		return
	}
	l.key(key)
	*l = strconv.AppendInt(*l, int64(n), 10)
}

// nanos writes 64 bits as a string, as all of them may not fit a reader's float.
func (l *otlpLine) nanos(key string, n uint64) {
	if n == 0 {
		return
	}
	l.key(key)
	*l = append(strconv.AppendUint(append(*l, '"'), n, 10), '"')
}

func (l *otlpLine) text(key, s string) {
	if s == "" {
		return
	}
	l.key(key)
	l.quote(s)
}

// quote escapes what JSON wants escaped and nothing else: all other text stays as it was read.
func (l *otlpLine) quote(s string) {
	*l = append(*l, '"')
	plain := 0
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' {
			*l = append(*l, s[plain:i]...)
			l.escape(c)
			plain = i + 1
		}
	}
	*l = append(append(*l, s[plain:]...), '"')
}

func (l *otlpLine) escape(c byte) {
	switch c {
	case '"', '\\':
		*l = append(*l, '\\', c)
	case '\n':
		*l = append(*l, `\n`...)
	case '\r':
		*l = append(*l, `\r`...)
	case '\t':
		*l = append(*l, `\t`...)
	default:
		*l = hex.AppendEncode(append(*l, `\u00`...), []byte{c})
	}
}

func (l *otlpLine) list(key string) {
	l.key(key)
	l.open('[')
}

func (l *otlpLine) object(key string) {
	l.key(key)
	l.open('{')
}

func (l *otlpLine) key(key string) {
	l.comma()
	*l = append(append(append(*l, '"'), key...), `":`...)
}

func (l *otlpLine) open(bracket byte) {
	l.comma()
	*l = append(*l, bracket)
}

func (l *otlpLine) close(bracket byte) { *l = append(*l, bracket) }

// comma parts two of a list or an object: it stands behind all but what opens one, and a key.
func (l *otlpLine) comma() {
	if n := len(*l); n > 0 && (*l)[n-1] != '{' && (*l)[n-1] != '[' && (*l)[n-1] != ':' {
		*l = append(*l, ',')
	}
}
