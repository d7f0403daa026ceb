package export

import (
	"io"
	"iter"
	"time"

	"github.com/jaegertracing/jaeger-idl/model/v1"

	"github.com/longpole/longpole/trace"
)

// JaegerProto is the model of Jaeger as messages of protobuf.
var JaegerProto = Format{
	Name: "jaeger-proto", Extension: "jaeger.pb",
	Doc:   "Jaeger protobuf: model.v1 Batches in a row, which together are one Batch, too",
	Loses: []Loss{losesUnfinished, losesShared, losesRemote, losesNoParent},
	Write: func(w io.Writer, traces iter.Seq[[]trace.Span]) error {
		for spans := range traces {
			message, err := modelBatch(spans).Marshal()
			if err != nil {
				return err
			}
			if _, err := w.Write(message); err != nil {
				return err
			}
		}
		return nil
	},
}

// modelBatch gives each span its process, as batches that are put together have only one.
func modelBatch(spans []trace.Span) *model.Batch {
	batch := &model.Batch{}
	for i := range spans {
		s := modelSpan(&spans[i])
		sig := spans[i].Sig
		s.Process = &model.Process{ServiceName: sig.Service, Tags: modelTags(processAttrs(sig))}
		batch.Spans = append(batch.Spans, s)
	}
	return batch
}

func modelSpan(s *trace.Span) *model.Span {
	out := &model.Span{
		TraceID: modelTraceID(s.Trace), SpanID: model.NewSpanID(uint64(s.ID)), OperationName: s.Sig.Name,
		StartTime: instant(s.Start), Duration: s.Duration(), Tags: modelTags(jaegerAttrs(s)),
	}
	if s.Parent != 0 {
		ref := model.NewChildOfRef(out.TraceID, model.NewSpanID(uint64(s.Parent)))
		if s.Flags.Has(trace.FollowsFrom) {
			ref.RefType = model.FollowsFrom
		}
		out.References = append(out.References, ref)
	}
	for _, l := range s.Links() {
		out.References = append(out.References, model.NewFollowsFromRef(modelTraceID(l.Trace), model.NewSpanID(uint64(l.Span))))
	}
	if s.Flags.Has(trace.Failed) {
		out.Tags = append(out.Tags, model.Bool("error", true))
	}
	for _, e := range s.Events() {
		out.Logs = append(out.Logs, model.Log{Timestamp: instant(e.At), Fields: []model.KeyValue{model.String("event", e.Name)}})
	}
	return out
}

func modelTraceID(id trace.ID) model.TraceID { return model.NewTraceID(id.Hi, id.Lo) }

func instant(t trace.Time) time.Time { return time.Unix(0, int64(t)).UTC() }

func modelTags(attrs trace.Attrs) []model.KeyValue {
	var tags []model.KeyValue
	for _, a := range attrs {
		tags = append(tags, model.String(a.Key, a.Value))
	}
	return tags
}
