package ingest

import (
	"encoding/base64"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jaegertracing/jaeger-idl/model/v1"

	"github.com/longpole/longpole/ingest/decode"
	"github.com/longpole/longpole/ingest/spanstore"
	"github.com/longpole/longpole/trace"
)

func unixTime(t trace.Time) time.Time { return time.Unix(0, int64(t)).UTC() }

// jaegerModel commits a span of Jaeger's model.
func jaegerModel(f *decode.Decoder, s *model.Span, p *model.Process) {
	f.Begin(0, 0)
	d := &f.Draft
	d.Trace = trace.ID{Hi: s.TraceID.High, Lo: s.TraceID.Low}
	d.ID, d.Name = trace.SpanID(s.SpanID), []byte(s.OperationName)
	d.Start = s.StartTime.UnixNano()
	d.End = d.Start + int64(s.Duration)
	for _, kv := range s.Tags {
		f.Tag([]byte(kv.Key), modelValue(kv))
	}
	for _, l := range s.Logs {
		modelLog(f, l)
	}
	if p != nil {
		d.Res = modelProcess(f, p)
	}
	parent := modelParent(s)
	for i, r := range s.References {
		if id := (trace.ID{Hi: r.TraceID.High, Lo: r.TraceID.Low}); i != parent {
			d.Link(trace.Link{Trace: id, Span: trace.SpanID(r.SpanID)})
			continue
		}
		d.Parent = trace.SpanID(r.SpanID)
		if r.RefType == model.SpanRefType_FOLLOWS_FROM {
			d.Flags |= trace.FollowsFrom
		}
	}
	f.Commit()
}

// modelParent returns which reference is the parent: the first child-of of the same trace, else
// the first follows-from of it; -1 if none is.
func modelParent(s *model.Span) int {
	for _, kind := range []model.SpanRefType{model.SpanRefType_CHILD_OF, model.SpanRefType_FOLLOWS_FROM} {
		for i, r := range s.References {
			if r.RefType == kind && r.TraceID == s.TraceID && r.SpanID != 0 {
				return i
			}
		}
	}
	return -1
}

func modelLog(f *decode.Decoder, l model.Log) {
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
		f.Event(event, nanosOf(l.Timestamp))
	}
}

// nanosOf is a time in nanoseconds; 0 if they cannot count so far.
func nanosOf(t time.Time) int64 {
	if !time.Unix(0, t.UnixNano()).Equal(t) {
		return 0
	}
	return t.UnixNano()
}

func modelProcess(f *decode.Decoder, p *model.Process) uint32 {
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
		return decode.FormatDouble(nil, kv.VFloat64)
	case model.ValueType_BINARY:
		return base64.StdEncoding.AppendEncode([]byte{}, kv.VBinary)
	}
	return append([]byte{}, kv.VStr...)
}

func FuzzJaegerProtobufIsWhatJaegerReads(f *testing.F) {
	batch := jaegerBatch(f)
	f.Add(batch)
	f.Fuzz(func(t *testing.T, data []byte) {
		var b model.Batch
		if err := b.Unmarshal(data); err != nil || len(b.Spans) == 0 {
			return
		}
		s, _ := ReadBytes("fuzz", data, Options{Format: "jaeger-proto"})
		if hasDoubts(s) || s.Ledger.Spans != len(b.Spans) || s.Ledger.Total(trace.Rejected) > 0 {
			return
		}
		want(t, "spans", draw(s), drawJaeger(t, &b))
	})
}

// jaegerBatch is the sample trace as Jaeger's own package writes it.
func jaegerBatch(t testing.TB) []byte {
	t.Helper()
	s, err := ReadBytes("seed", mustRead(t, "testdata/formats/jaeger-spans.json"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	b := model.Batch{Process: &model.Process{ServiceName: "default"}}
	for _, sp := range all(s) {
		b.Spans = append(b.Spans, toJaeger(&sp))
	}
	data, err := b.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func toJaeger(sp *trace.Span) *model.Span {
	id := model.TraceID{High: sp.Trace.Hi, Low: sp.Trace.Lo}
	out := &model.Span{
		TraceID: id, SpanID: model.SpanID(sp.ID), OperationName: sp.Sig.Name,
		StartTime: unixTime(sp.Start), Duration: sp.Duration(),
		Process: &model.Process{ServiceName: sp.Sig.Service, Tags: []model.KeyValue{model.String("hostname", sp.Sig.Host)}},
	}
	if sp.Parent != 0 {
		out.References = []model.SpanRef{model.NewChildOfRef(id, model.SpanID(sp.Parent))}
	}
	for _, a := range sp.Sig.Attrs {
		out.Tags = append(out.Tags, model.String(a.Key, a.Value))
	}
	out.Tags = append(out.Tags, model.Bool("b", false), model.Int64("i", -7), model.Float64("f", 0.5), model.Binary("x", []byte{1}))
	for _, e := range sp.Events() {
		out.Logs = append(out.Logs, model.Log{Timestamp: unixTime(e.At), Fields: []model.KeyValue{model.String("event", e.Name)}})
	}
	return out
}

// drawJaeger draws what Jaeger's package decoded, by way of its JSON meaning.
func drawJaeger(t *testing.T, b *model.Batch) string {
	t.Helper()
	f := fileOf(&Options{}, "")
	for _, s := range b.Spans {
		p := s.Process
		if p == nil {
			p = b.Process
		}
		jaegerModel(f, s, p)
	}
	return draw(heap{{shard: f.Shard}}.merge())
}

func TestJaegerProtobufIsReadAsJaegerReadsIt(t *testing.T) {
	data := jaegerBatch(t)
	var b model.Batch
	if err := b.Unmarshal(data); err != nil {
		t.Fatal(err)
	}
	got := draw(read(t, string(data), Options{}))
	want(t, "spans", got, drawJaeger(t, &b))
	if strings.Count(got, "\n") != 3 || !strings.Contains(got, "cache.miss@100000") || !strings.Contains(got, `b="false"`) {
		t.Errorf("spans are\n%s", got)
	}
}
