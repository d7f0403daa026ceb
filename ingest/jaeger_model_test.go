package ingest

import (
	"encoding/base64"
	"strconv"
	"time"

	"github.com/jaegertracing/jaeger-idl/model/v1"

	"github.com/longpole/longpole/trace"
)

func unixTime(t trace.Time) time.Time { return time.Unix(0, int64(t)).UTC() }

// jaegerModel commits a span of Jaeger's model.
func (f *file) jaegerModel(s *model.Span, p *model.Process) {
	f.begin(0, 0)
	d := &f.draft
	d.trace = trace.ID{Hi: s.TraceID.High, Lo: s.TraceID.Low}
	d.id, d.name = trace.SpanID(s.SpanID), []byte(s.OperationName)
	d.start = s.StartTime.UnixNano()
	d.end = d.start + int64(s.Duration)
	for _, kv := range s.Tags {
		f.tag([]byte(kv.Key), modelValue(kv))
	}
	for _, l := range s.Logs {
		f.modelLog(l)
	}
	if p != nil {
		d.res = f.modelProcess(p)
	}
	var refs []jaegerRef
	for _, r := range s.References {
		refs = append(refs, jaegerRef{trace.ID{Hi: r.TraceID.High, Lo: r.TraceID.Low}, trace.SpanID(r.SpanID), r.RefType == model.SpanRefType_FOLLOWS_FROM})
	}
	f.refer(refs, nil)
	f.commit()
}

func (f *file) modelLog(l model.Log) {
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
		f.event(event, nanosOf(l.Timestamp))
	}
}

// nanosOf is a time in nanoseconds; 0 if they cannot count so far.
func nanosOf(t time.Time) int64 {
	if !time.Unix(0, t.UnixNano()).Equal(t) {
		return 0
	}
	return t.UnixNano()
}

func (f *file) modelProcess(p *model.Process) uint32 {
	r := resourceDraft{service: p.ServiceName}
	for _, kv := range p.Tags {
		r.add(f.tables, f.key([]byte(kv.Key)), []byte(kv.Key), modelValue(kv))
	}
	f.resources = append(f.resources, r.resource(f.tables))
	return uint32(len(f.resources) - 1)
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
