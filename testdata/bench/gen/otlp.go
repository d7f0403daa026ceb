package main

import (
	"encoding/binary"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/longpole/longpole/testdata/bench/model"
)

type otlp struct {
	*file
	marshal func(ptrace.Traces) ([]byte, error)
	frame   func(message []byte) []byte
}

func (otlp) trace([]*model.Span) error { return nil }

func (o otlp) batch(b *batch) error {
	message, err := o.marshal(traces(b))
	if err != nil {
		return err
	}
	_, err = o.Write(o.frame(message))
	return err
}

// otlpJSON is the file exporter's "format: json".
func otlpJSON(f *file) sink {
	return otlp{f, (&ptrace.JSONMarshaler{}).MarshalTraces, func(m []byte) []byte { return append(m, '\n') }}
}

// otlpProto is the file exporter's "format: proto": each message behind its length.
func otlpProto(f *file) sink {
	return otlp{f, (&ptrace.ProtoMarshaler{}).MarshalTraces, func(m []byte) []byte {
		return append(binary.BigEndian.AppendUint32(nil, uint32(len(m))), m...)
	}}
}

func traces(b *batch) ptrace.Traces {
	td := ptrace.NewTraces()
	for _, sent := range b.sent {
		rs := td.ResourceSpans().AppendEmpty()
		rs.SetSchemaUrl("https://opentelemetry.io/schemas/1.37.0")
		put(rs.Resource().Attributes(), sent[0].Pod.Resource)
		for _, scope := range model.Scopes {
			addScope(rs, scope, sent)
		}
	}
	return td
}

// addScope adds the spans that one library made, if there are any.
func addScope(rs ptrace.ResourceSpans, scope *model.Scope, sent []*model.Span) {
	ss := ptrace.NewScopeSpans()
	ss.Scope().SetName(scope.Name)
	ss.Scope().SetVersion(scope.Version)
	for _, s := range sent {
		if s.Scope == scope {
			fill(ss.Spans().AppendEmpty(), s)
		}
	}
	if ss.Spans().Len() > 0 {
		ss.MoveTo(rs.ScopeSpans().AppendEmpty())
	}
}

func fill(o ptrace.Span, s *model.Span) {
	const sampledAndLocal = 0x101
	o.SetTraceID(s.Trace)
	o.SetSpanID(s.ID)
	o.SetParentSpanID(s.Parent)
	o.SetFlags(sampledAndLocal)
	o.SetName(s.Name)
	o.SetKind(ptrace.SpanKind(s.Kind))
	o.SetStartTimestamp(pcommon.Timestamp(s.Start))
	o.SetEndTimestamp(pcommon.Timestamp(s.End))
	put(o.Attributes(), s.Attrs)
	for _, e := range s.Events {
		event := o.Events().AppendEmpty()
		event.SetTimestamp(pcommon.Timestamp(e.At))
		event.SetName(e.Name)
		put(event.Attributes(), e.Attrs)
	}
	if s.Link != nil {
		link := o.Links().AppendEmpty()
		link.SetTraceID(s.Link.Trace)
		link.SetSpanID(s.Link.ID)
	}
	if s.Failed {
		o.Status().SetCode(ptrace.StatusCodeError)
		o.Status().SetMessage(s.Message)
	}
}

func put(to pcommon.Map, attrs model.Attrs) {
	to.EnsureCapacity(len(attrs))
	for _, a := range attrs {
		switch v := a.Value.(type) {
		case string:
			to.PutStr(a.Key, v)
		case int64:
			to.PutInt(a.Key, v)
		case float64:
			to.PutDouble(a.Key, v)
		case bool:
			to.PutBool(a.Key, v)
		case []string:
			list := to.PutEmptySlice(a.Key)
			for _, text := range v {
				list.AppendEmpty().SetStr(text)
			}
		}
	}
}
