package main

import (
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/longpole/longpole/testdata/bench/model"
)

// jaeger writes what Jaeger's query service answers, all traces in one document.
type jaeger struct {
	*file
	some bool
}

func jaegerJSON(f *file) sink { return &jaeger{file: f} }

// The document, with keys in Jaeger's order.
type (
	jaegerTrace struct {
		TraceID   string                   `json:"traceID"`
		Spans     []jaegerSpan             `json:"spans"`
		Processes map[string]jaegerProcess `json:"processes"`
		Warnings  []string                 `json:"warnings"`
	}
	jaegerSpan struct {
		TraceID       string            `json:"traceID"`
		SpanID        string            `json:"spanID"`
		Flags         int               `json:"flags"`
		OperationName string            `json:"operationName"`
		References    []jaegerReference `json:"references"`
		StartTime     int64             `json:"startTime"` // microseconds
		Duration      int64             `json:"duration"`
		Tags          []jaegerTag       `json:"tags"`
		Logs          []jaegerLog       `json:"logs"`
		ProcessID     string            `json:"processID"`
		Warnings      []string          `json:"warnings"`
	}
	jaegerReference struct {
		RefType string `json:"refType"`
		TraceID string `json:"traceID"`
		SpanID  string `json:"spanID"`
	}
	jaegerLog struct {
		Timestamp int64       `json:"timestamp"`
		Fields    []jaegerTag `json:"fields"`
	}
	jaegerTag struct {
		Key   string `json:"key"`
		Type  string `json:"type"`
		Value any    `json:"value"`
	}
	jaegerProcess struct {
		ServiceName string      `json:"serviceName"`
		Tags        []jaegerTag `json:"tags"`
	}
)

func (*jaeger) batch(*batch) error { return nil }

func (j *jaeger) trace(spans []*model.Span) error {
	text, err := json.Marshal(asJaeger(spans))
	if err != nil {
		return err
	}
	before := `{"data":[`
	if j.some {
		before = ","
	}
	j.some = true
	if _, err := j.WriteString(before); err != nil {
		return err
	}
	_, err = j.Write(text)
	return err
}

func (j *jaeger) close() error {
	if _, err := j.WriteString(`],"total":0,"limit":0,"offset":0,"errors":null}` + "\n"); err != nil {
		return err
	}
	return j.file.close()
}

func asJaeger(spans []*model.Span) *jaegerTrace {
	t := &jaegerTrace{TraceID: hex.EncodeToString(spans[0].Trace[:]), Processes: map[string]jaegerProcess{}}
	processes := map[*model.Pod]string{}
	for _, s := range spans {
		if processes[s.Pod] == "" {
			processes[s.Pod] = fmt.Sprintf("p%d", len(processes)+1)
			t.Processes[processes[s.Pod]] = jaegerProcess{s.Pod.Service, tags(s.Pod.Resource[1:])}
		}
		t.Spans = append(t.Spans, jaegerSpan{
			TraceID: t.TraceID, SpanID: hex.EncodeToString(s.ID[:]), Flags: 1, OperationName: s.Name,
			References: references(s), StartTime: s.Start / 1000, Duration: (s.End - s.Start) / 1000,
			Tags: spanTags(s), Logs: logs(s), ProcessID: processes[s.Pod],
		})
	}
	return t
}

func references(s *model.Span) []jaegerReference {
	refs := []jaegerReference{}
	trace := hex.EncodeToString(s.Trace[:])
	if s.Parent != [8]byte{} {
		refs = append(refs, jaegerReference{"CHILD_OF", trace, hex.EncodeToString(s.Parent[:])})
	}
	if s.Link != nil {
		refs = append(refs, jaegerReference{"FOLLOWS_FROM", trace, hex.EncodeToString(s.Link.ID[:])})
	}
	return refs
}

// spanTags adds as tags what Jaeger's model has no field for.
func spanTags(s *model.Span) []jaegerTag {
	all := append(tags(s.Attrs),
		jaegerTag{"otel.scope.name", "string", s.Scope.Name}, jaegerTag{"otel.scope.version", "string", s.Scope.Version},
		jaegerTag{"span.kind", "string", s.Kind.String()})
	if s.Failed {
		all = append(all, jaegerTag{"otel.status_code", "string", "ERROR"}, jaegerTag{"otel.status_description", "string", s.Message}, jaegerTag{"error", "bool", true})
	}
	return all
}

func logs(s *model.Span) []jaegerLog {
	all := []jaegerLog{}
	for _, e := range s.Events {
		all = append(all, jaegerLog{e.At / 1000, append([]jaegerTag{{"event", "string", e.Name}}, tags(e.Attrs)...)})
	}
	return all
}

func tags(attrs model.Attrs) []jaegerTag {
	all := make([]jaegerTag, 0, len(attrs)+3)
	for _, a := range attrs {
		t := jaegerTag{a.Key, "string", a.Value}
		switch v := a.Value.(type) {
		case int64:
			t.Type = "int64"
		case float64:
			t.Type = "float64"
		case bool:
			t.Type = "bool"
		case []string:
			list, _ := json.Marshal(v) // strings always can be
			t.Value = string(list)
		}
		all = append(all, t)
	}
	return all
}
