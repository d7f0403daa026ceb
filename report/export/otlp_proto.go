package export

import (
	"encoding/binary"
	"io"
	"iter"
	"slices"
	"strconv"

	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	resourcepb "go.opentelemetry.io/proto/otlp/resource/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	"github.com/longpole/longpole/trace"
)

// OTLPProto is OTLP as messages of protobuf.
var OTLPProto = Format{
	Name: "otlp-proto", Extension: "otlp.pb",
	Doc:   "OTLP protobuf, each trace behind its length as 32 bits, as the collector's file exporter writes it",
	Loses: otlpLoses,
	Write: func(w io.Writer, traces iter.Seq[[]trace.Span]) error {
		var b otlpBinary
		for spans := range traces {
			b.framed = append(b.framed[:0], 0, 0, 0, 0)
			for group := range bySource(spans) {
				b.resourceSpans(group)
			}
			if b.err != nil {
				return b.err
			}
			binary.BigEndian.PutUint32(b.framed, uint32(len(b.framed)-4))
			if _, err := w.Write(b.framed); err != nil {
				return err
			}
		}
		return nil
	},
}

var otlpLoses = []Loss{losesFollows, losesShared}

// otlpBinary marshals a trace in parts, as messages of all its spans would take many times the
// memory of what is written. Parts of a message in a row are the message.
type otlpBinary struct {
	messages              otlpMessages
	framed, group, scoped []byte
	err                   error
}

// Numbers of the fields that hold parts.
const (
	resourceSpansField = 1 // of TracesData
	scopeSpansField    = 2 // of ResourceSpans
)

func (b *otlpBinary) resourceSpans(spans []trace.Span) {
	sig := spans[0].Sig
	b.group = b.marshal(b.group[:0], &tracepb.ResourceSpans{Resource: b.messages.resourceOf(sig)})
	b.scoped = b.marshal(b.scoped[:0], &tracepb.ScopeSpans{Scope: b.messages.scopeOf(sig)})
	one := &tracepb.ScopeSpans{Spans: make([]*tracepb.Span, 1)}
	for i := range spans {
		one.Spans[0] = b.messages.spanOf(&spans[i])
		b.scoped = b.marshal(b.scoped, one)
	}
	b.group = appendField(b.group, scopeSpansField, b.scoped)
	b.framed = appendField(b.framed, resourceSpansField, b.group)
}

func (b *otlpBinary) marshal(to []byte, m proto.Message) []byte {
	to, err := proto.MarshalOptions{}.MarshalAppend(to, m)
	if b.err == nil {
		b.err = err
	}
	return to
}

func appendField(to []byte, number protowire.Number, message []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(to, number, protowire.BytesType), message)
}

// bySource yields runs of spans that share a resource and a scope.
func bySource(spans []trace.Span) iter.Seq[[]trace.Span] {
	return func(yield func([]trace.Span) bool) {
		for len(spans) > 0 {
			n := 1
			for n < len(spans) && sameSource(spans[n].Sig, spans[0].Sig) {
				n++
			}
			if !yield(spans[:n]) {
				return
			}
			spans = spans[n:]
		}
	}
}

func sameSource(a, b *trace.Signature) bool {
	return a.Service == b.Service && a.Host == b.Host && a.Scope == b.Scope && slices.Equal(a.Resource, b.Resource)
}

// appendResource appends what is known of the resource of sig, its service and host included.
func appendResource(attrs trace.Attrs, sig *trace.Signature) trace.Attrs {
	if sig.Service != "" {
		attrs = append(attrs, trace.Attr{Key: "service.name", Value: sig.Service})
	}
	for _, a := range sig.Resource {
		attrs = put(attrs, a)
	}
	if sig.Host != "" && !hasHost(sig) {
		attrs = put(attrs, trace.Attr{Key: "host.name", Value: sig.Host})
	}
	return attrs
}

// put replaces the attribute that has the key of a, else appends a.
func put(attrs trace.Attrs, a trace.Attr) trace.Attrs {
	for i := range attrs {
		if attrs[i].Key == a.Key {
			attrs[i].Value = a.Value
			return attrs
		}
	}
	return append(attrs, a)
}

// hasHost reports whether the resource still says where it ran, so that it need not be told.
func hasHost(sig *trace.Signature) bool {
	for _, a := range sig.Resource {
		if a.Value == sig.Host {
			return true
		}
	}
	return false
}

// otlpMessages makes one message after the other in the same memory: each is valid until the
// next is made.
type otlpMessages struct {
	resource   resourcepb.Resource
	scope      commonpb.InstrumentationScope
	span       tracepb.Span
	known      trace.Attrs      // of the resource
	attributes []*textAttribute // for any message: only those of one stand at a time
}

// A textAttribute is the three messages that an attribute takes.
type textAttribute struct {
	pair  commonpb.KeyValue
	value commonpb.AnyValue
	text  commonpb.AnyValue_StringValue
}

func (m *otlpMessages) resourceOf(sig *trace.Signature) *resourcepb.Resource {
	m.known = appendResource(m.known[:0], sig)
	m.resource.Attributes = m.attributesOf(m.known, m.resource.Attributes[:0])
	return &m.resource
}

func (m *otlpMessages) scopeOf(sig *trace.Signature) *commonpb.InstrumentationScope {
	m.scope.Name = sig.Scope
	return &m.scope
}

func (m *otlpMessages) spanOf(s *trace.Span) *tracepb.Span {
	out := &m.span
	out.TraceId = appendTraceID(out.TraceId[:0], s.Trace)
	out.SpanId = appendSpanID(out.SpanId[:0], s.ID)
	out.ParentSpanId = appendSpanID(out.ParentSpanId[:0], s.Parent)
	out.Name, out.Kind = s.Sig.Name, tracepb.Span_SpanKind(s.Sig.Kind)
	out.StartTimeUnixNano, out.EndTimeUnixNano = uint64(s.Start), uint64(s.End)
	if s.Flags.Has(trace.Unfinished) {
		out.EndTimeUnixNano = 0
	}
	out.Flags = otlpFlags(s.Flags)
	out.Status = statusUnset
	if s.Flags.Has(trace.Failed) {
		out.Status = statusError
	}
	out.TraceState = ""
	if s.Flags.Has(trace.Sampled) {
		out.TraceState = "ot=th:" + thresholdText(s.Threshold)
	}
	out.Attributes = m.attributesOf(s.Sig.Attrs, out.Attributes[:0])
	out.Events, out.Links = out.Events[:0], out.Links[:0]
	for _, e := range s.Events() {
		out.Events = append(out.Events, &tracepb.Span_Event{Name: e.Name, TimeUnixNano: uint64(e.At)})
	}
	for _, l := range s.Links() {
		out.Links = append(out.Links, &tracepb.Span_Link{TraceId: appendTraceID(nil, l.Trace), SpanId: appendSpanID(nil, l.Span)})
	}
	return out
}

// otlpFlags says where the parent is, if that is known.
func otlpFlags(f trace.Flags) uint32 {
	const known, remote = uint32(tracepb.SpanFlags_SPAN_FLAGS_CONTEXT_HAS_IS_REMOTE_MASK), uint32(tracepb.SpanFlags_SPAN_FLAGS_CONTEXT_IS_REMOTE_MASK)
	switch {
	case f.Has(trace.RemoteParent):
		return known | remote
	case f.Has(trace.LocalParent):
		return known
	}
	return 0
}

var (
	statusUnset = &tracepb.Status{}
	statusError = &tracepb.Status{Code: tracepb.Status_STATUS_CODE_ERROR}
)

func (m *otlpMessages) attributesOf(attrs trace.Attrs, out []*commonpb.KeyValue) []*commonpb.KeyValue {
	for i := range attrs {
		if i == len(m.attributes) {
			m.attributes = append(m.attributes, &textAttribute{})
		}
		a := m.attributes[i]
		a.text.StringValue = attrs[i].Value
		a.value.Value = &a.text
		a.pair.Key, a.pair.Value = attrs[i].Key, &a.value
		out = append(out, &a.pair)
	}
	return out
}

// appendTraceID appends the bytes of id, of the zero id none: it is no id.
func appendTraceID(b []byte, id trace.ID) []byte {
	if id.IsZero() {
		return b
	}
	return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(b, id.Hi), id.Lo)
}

func appendSpanID(b []byte, id trace.SpanID) []byte {
	if id == 0 {
		return b
	}
	return binary.BigEndian.AppendUint64(b, uint64(id))
}

// thresholdText spells a threshold as the trace state does: 14 hex digits without those zeros
// at the end that say nothing.
func thresholdText(th uint64) string {
	digits := strconv.FormatUint(1<<56|th, 16)[1:]
	for len(digits) > 1 && digits[len(digits)-1] == '0' {
		digits = digits[:len(digits)-1]
	}
	return digits
}
