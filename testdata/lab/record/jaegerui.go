package record

import (
	"encoding/base64"
	"fmt"

	"github.com/jaegertracing/jaeger-idl/model/v1"
)

// The JSON of Jaeger's UI. Its Go types cannot be imported, so that only the
// last step, from the protobuf model to these, is the lab's own.
type uiTrace struct {
	TraceID   string               `json:"traceID"`
	Spans     []uiSpan             `json:"spans"`
	Processes map[string]uiProcess `json:"processes"`
	Warnings  []string             `json:"warnings"`
}

type uiSpan struct {
	TraceID       string   `json:"traceID"`
	SpanID        string   `json:"spanID"`
	OperationName string   `json:"operationName"`
	References    []uiRef  `json:"references"`
	StartTime     int64    `json:"startTime"`
	Duration      int64    `json:"duration"`
	Tags          []uiTag  `json:"tags"`
	Logs          []uiLog  `json:"logs"`
	ProcessID     string   `json:"processID"`
	Warnings      []string `json:"warnings"`
}

type uiRef struct {
	RefType string `json:"refType"`
	TraceID string `json:"traceID"`
	SpanID  string `json:"spanID"`
}

type uiTag struct {
	Key   string `json:"key"`
	Type  string `json:"type"`
	Value any    `json:"value"`
}

type uiLog struct {
	Timestamp int64   `json:"timestamp"`
	Fields    []uiTag `json:"fields"`
}

type uiProcess struct {
	ServiceName string  `json:"serviceName"`
	Tags        []uiTag `json:"tags"`
}

// jaegerUI is the answer of /api/traces: every trace of the batches, in the
// order in which they are first met.
func jaegerUI(batches []*model.Batch) map[string]any {
	var order []*uiTrace
	traces := map[string]*uiTrace{}
	for i, b := range batches {
		for _, s := range b.Spans {
			id := s.TraceID.String()
			if traces[id] == nil {
				traces[id] = &uiTrace{TraceID: id, Processes: map[string]uiProcess{}}
				order = append(order, traces[id])
			}
			process := fmt.Sprintf("p%d", i+1)
			traces[id].Spans = append(traces[id].Spans, span(s, process))
			traces[id].Processes[process] = uiProcess{b.Process.ServiceName, tags(b.Process.Tags)}
		}
	}
	return map[string]any{"data": order, "total": 0, "limit": 0, "offset": 0, "errors": nil}
}

func span(s *model.Span, process string) uiSpan {
	out := uiSpan{
		TraceID: s.TraceID.String(), SpanID: s.SpanID.String(), OperationName: s.OperationName, ProcessID: process,
		StartTime: s.StartTime.UnixMicro(), Duration: s.Duration.Microseconds(), Tags: tags(s.Tags),
		References: []uiRef{}, Logs: []uiLog{},
	}
	for _, r := range s.References {
		out.References = append(out.References, uiRef{r.RefType.String(), r.TraceID.String(), r.SpanID.String()})
	}
	for _, l := range s.Logs {
		out.Logs = append(out.Logs, uiLog{l.Timestamp.UnixMicro(), tags(l.Fields)})
	}
	return out
}

func tags(list []model.KeyValue) []uiTag {
	out := []uiTag{}
	for _, kv := range list {
		out = append(out, tag(kv))
	}
	return out
}

func tag(kv model.KeyValue) uiTag {
	switch kv.VType {
	case model.ValueType_BOOL:
		return uiTag{kv.Key, "bool", kv.VBool}
	case model.ValueType_INT64:
		return uiTag{kv.Key, "int64", kv.VInt64}
	case model.ValueType_FLOAT64:
		return uiTag{kv.Key, "float64", kv.VFloat64}
	case model.ValueType_BINARY:
		return uiTag{kv.Key, "binary", base64.StdEncoding.EncodeToString(kv.VBinary)}
	}
	return uiTag{kv.Key, "string", kv.VStr}
}
