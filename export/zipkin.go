package export

import (
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/longpole/longpole/trace"
)

// zipkinSpan is a span of Zipkin's v2 JSON.
type zipkinSpan struct {
	TraceID       string             `json:"traceId"`
	ID            string             `json:"id"`
	ParentID      string             `json:"parentId,omitempty"`
	Name          string             `json:"name,omitempty"`
	Kind          string             `json:"kind,omitempty"`
	Timestamp     int64              `json:"timestamp,omitempty"`
	Duration      int64              `json:"duration,omitempty"`
	Shared        bool               `json:"shared,omitempty"`
	LocalEndpoint *zipkinEndpoint    `json:"localEndpoint,omitempty"`
	Annotations   []zipkinAnnotation `json:"annotations,omitempty"`
	Tags          map[string]string  `json:"tags,omitempty"`
}

type zipkinEndpoint struct {
	ServiceName string `json:"serviceName,omitempty"`
}

type zipkinAnnotation struct {
	Timestamp int64  `json:"timestamp"`
	Value     string `json:"value"`
}

var zipkinJSON = Format{
	Name: "zipkin", Extension: "zipkin.json",
	Doc:   "Zipkin v2 JSON, a list of lists of spans as its API gives it",
	Loses: "nanoseconds, hosts, scopes, the kinds \"internal\" and \"unspecified\", links, FOLLOWS_FROM, sampling, spans shorter than 1 µs",
	Write: func(w io.Writer, traces iter.Seq[[]trace.Span]) error {
		separator := "["
		for spans := range traces {
			list := make([]zipkinSpan, len(spans))
			for i := range spans {
				list[i] = zipkinOf(&spans[i])
			}
			text, err := json.Marshal(list)
			if err != nil {
				return err
			}
			if _, err := fmt.Fprintf(w, "%s%s", separator, text); err != nil {
				return err
			}
			separator = ",\n"
		}
		if separator == "[" {
			if _, err := io.WriteString(w, separator); err != nil {
				return err
			}
		}
		_, err := io.WriteString(w, "]\n")
		return err
	},
}

func zipkinOf(s *trace.Span) zipkinSpan {
	out := zipkinSpan{
		TraceID: s.Trace.String(), ID: s.ID.String(), Name: s.Sig.Name,
		Timestamp: int64(s.Start) / 1000, Shared: s.Flags.Has(trace.Shared),
		LocalEndpoint: &zipkinEndpoint{s.Sig.Service},
		Tags:          map[string]string{},
	}
	out.Duration = int64(s.End)/1000 - out.Timestamp
	if s.Parent != 0 {
		out.ParentID = s.Parent.String()
	}
	if s.Sig.Kind > trace.Internal {
		out.Kind = strings.ToUpper(s.Sig.Kind.String())
	}
	for _, attrs := range []trace.Attrs{s.Sig.Resource, s.Sig.Attrs} {
		for _, a := range attrs {
			out.Tags[a.Key] = a.Value
		}
	}
	if s.Flags.Has(trace.Failed) {
		out.Tags["error"] = "true"
	}
	for _, e := range s.Events() {
		out.Annotations = append(out.Annotations, zipkinAnnotation{int64(e.At) / 1000, e.Name})
	}
	return out
}
