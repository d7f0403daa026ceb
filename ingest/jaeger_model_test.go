package ingest

import (
	"encoding/base64"
	"strconv"
	"time"

	"github.com/jaegertracing/jaeger-idl/model/v1"

	"github.com/longpole/longpole/ingest/spanstore"
	"github.com/longpole/longpole/trace"
)

func unixTime(t trace.Time) time.Time { return time.Unix(0, int64(t)).UTC() }

// jaegerModel commits a span of Jaeger's model.
func jaegerModel(f *decoder, s *model.Span, p *model.Process) {
	f.begin(0, 0)
	d := &f.draft
	d.Trace = trace.ID{Hi: s.TraceID.High, Lo: s.TraceID.Low}
	d.ID, d.Name = trace.SpanID(s.SpanID), []byte(s.OperationName)
	d.Start = s.StartTime.UnixNano()
	d.End = d.Start + int64(s.Duration)
	for _, kv := range s.Tags {
		f.tag([]byte(kv.Key), modelValue(kv))
	}
	for _, l := range s.Logs {
		modelLog(f, l)
	}
	if p != nil {
		d.Res = modelProcess(f, p)
	}
	var refs []jaegerRef
	for _, r := range s.References {
		refs = append(refs, jaegerRef{trace.ID{Hi: r.TraceID.High, Lo: r.TraceID.Low}, trace.SpanID(r.SpanID), r.RefType == model.SpanRefType_FOLLOWS_FROM})
	}
	refer(d, refs, nil)
	f.commit()
}

func modelLog(f *decoder, l model.Log) {
	var event, message []byte
	for _, kv := range l.Fields {
		switch kv.Key {
		case "event":
			event = modelValue(kv)
		case "message":
			message = modelValue(kv)
		}
	}
	if event == nil {
		event = message
	}
	if event != nil {
		f.event(event, l.Timestamp.UnixNano())
	}
}

func modelProcess(f *decoder, p *model.Process) uint32 {
	r := spanstore.ResourceDraft{Service: p.ServiceName}
	for _, kv := range p.Tags {
		r.Add(f.Interner, f.Interner.Key([]byte(kv.Key)), []byte(kv.Key), modelValue(kv))
	}
	return f.Interner.AddResource(r.Resource(f.Interner))
}

func modelValue(kv model.KeyValue) []byte {
	switch kv.VType {
	case model.ValueType_BOOL:
		return strconv.AppendBool(nil, kv.VBool)
	case model.ValueType_INT64:
		return strconv.AppendInt(nil, kv.VInt64, 10)
	case model.ValueType_FLOAT64:
		return formatDouble(nil, kv.VFloat64)
	case model.ValueType_BINARY:
		return base64.StdEncoding.AppendEncode([]byte{}, kv.VBinary)
	}
	return append([]byte{}, kv.VStr...)
}
