package export

import (
	"encoding/json"
	"fmt"
	"io"
	"iter"

	"github.com/longpole/longpole/trace"
)

// The shape of Jaeger's UI JSON. Jaeger's own Go types of it are internal to its module.
type (
	jaegerTrace struct {
		TraceID   string                   `json:"traceID"`
		Spans     []jaegerSpan             `json:"spans"`
		Processes map[string]jaegerProcess `json:"processes"`
	}
	jaegerSpan struct {
		TraceID    string      `json:"traceID"`
		SpanID     string      `json:"spanID"`
		Operation  string      `json:"operationName"`
		References []jaegerRef `json:"references"`
		StartTime  int64       `json:"startTime"`
		Duration   *int64      `json:"duration,omitempty"` // nil if the span has not ended
		Tags       []jaegerTag `json:"tags"`
		Logs       []jaegerLog `json:"logs"`
		ProcessID  string      `json:"processID"`
		Warnings   []string    `json:"warnings"`
	}
	jaegerRef struct {
		RefType string `json:"refType"`
		TraceID string `json:"traceID"`
		SpanID  string `json:"spanID"`
	}
	jaegerTag struct {
		Key   string `json:"key"`
		Type  string `json:"type"`
		Value any    `json:"value"`
	}
	jaegerLog struct {
		Timestamp int64       `json:"timestamp"`
		Fields    []jaegerTag `json:"fields"`
	}
	jaegerProcess struct {
		ServiceName string      `json:"serviceName"`
		Tags        []jaegerTag `json:"tags"`
	}
)

// Jaeger is the JSON of Jaeger's page.
var Jaeger = Format{
	Name: "jaeger", Extension: "jaeger.json",
	Doc:   "Jaeger UI JSON, as its download and its API give it",
	Loses: []Loss{losesNanos, losesShared, losesRemote, losesNoParent},
	Write: func(w io.Writer, traces iter.Seq[[]trace.Span]) error {
		separator := `{"data":[`
		for spans := range traces {
			text, err := json.Marshal(jaegerOf(spans))
			if err != nil {
				return err
			}
			if _, err := fmt.Fprintf(w, "%s\n%s", separator, text); err != nil {
				return err
			}
			separator = ","
		}
		if separator != "," {
			if _, err := io.WriteString(w, separator); err != nil {
				return err
			}
		}
		_, err := io.WriteString(w, "\n],\"total\":0,\"limit\":0,\"offset\":0,\"errors\":null}\n")
		return err
	},
}

func jaegerOf(spans []trace.Span) jaegerTrace {
	out := jaegerTrace{TraceID: spans[0].Trace.String(), Processes: map[string]jaegerProcess{}}
	var sources []*trace.Signature
	for i := range spans {
		at := 0
		for at < len(sources) && !sameProcess(sources[at], spans[i].Sig) {
			at++
		}
		process := fmt.Sprintf("p%d", at+1)
		if at == len(sources) {
			sources = append(sources, spans[i].Sig)
			out.Processes[process] = jaegerProcessOf(spans[i].Sig)
		}
		out.Spans = append(out.Spans, jaegerSpanOf(&spans[i], process))
	}
	return out
}

func sameProcess(a, b *trace.Signature) bool {
	c := *b
	c.Scope = a.Scope // Jaeger keeps the scope with the span
	return sameSource(a, &c)
}

func jaegerProcessOf(sig *trace.Signature) jaegerProcess {
	return jaegerProcess{ServiceName: sig.Service, Tags: jaegerTags(processAttrs(sig))}
}

// processAttrs returns what is known of the process of sig, its host included.
func processAttrs(sig *trace.Signature) trace.Attrs {
	if sig.Host == "" || hasHost(sig) {
		return sig.Resource
	}
	return append(sig.Resource[:len(sig.Resource):len(sig.Resource)], trace.Attr{Key: "hostname", Value: sig.Host})
}

func jaegerSpanOf(s *trace.Span, process string) jaegerSpan {
	out := jaegerSpan{
		TraceID: s.Trace.String(), SpanID: s.ID.String(), Operation: s.Sig.Name, ProcessID: process,
		StartTime: micros(s.Start), References: []jaegerRef{}, Tags: jaegerTags(jaegerAttrs(s)), Logs: []jaegerLog{},
	}
	if !s.Flags.Has(trace.Unfinished) {
		took := micros(s.End) - micros(s.Start)
		out.Duration = &took
	}
	if s.Parent != 0 {
		ref := "CHILD_OF"
		if s.Flags.Has(trace.FollowsFrom) {
			ref = "FOLLOWS_FROM"
		}
		out.References = append(out.References, jaegerRef{ref, s.Trace.String(), s.Parent.String()})
	}
	for _, l := range s.Links() {
		out.References = append(out.References, jaegerRef{"FOLLOWS_FROM", l.Trace.String(), l.Span.String()})
	}
	if s.Flags.Has(trace.Failed) {
		out.Tags = append(out.Tags, jaegerTag{"error", "bool", true})
	}
	for _, e := range s.Events() {
		out.Logs = append(out.Logs, jaegerLog{micros(e.At), []jaegerTag{{"event", "string", e.Name}}})
	}
	return out
}

// jaegerAttrs returns the attributes of s, and those that Jaeger has for what OpenTelemetry has
// fields for. A span that came from Jaeger has these already.
func jaegerAttrs(s *trace.Span) trace.Attrs {
	var attrs trace.Attrs
	for _, a := range s.Sig.Attrs {
		if a.Key != "error" || !s.Flags.Has(trace.Failed) || a.Value != "true" {
			attrs = append(attrs, a)
		}
	}
	add := func(key, value string) {
		if _, has := attrs.Get(key); !has {
			attrs = append(attrs, trace.Attr{Key: key, Value: value})
		}
	}
	if s.Sig.Kind != trace.Unspecified {
		add("span.kind", s.Sig.Kind.String())
	}
	if s.Sig.Scope != "" {
		add("otel.scope.name", s.Sig.Scope)
	}
	if s.Flags.Has(trace.Sampled) {
		add("w3c.tracestate", "ot=th:"+thresholdText(s.Threshold))
	}
	return attrs
}

func jaegerTags(attrs trace.Attrs) []jaegerTag {
	tags := []jaegerTag{}
	for _, a := range attrs {
		tags = append(tags, jaegerTag{a.Key, "string", a.Value})
	}
	return tags
}
