package export

import (
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"net/netip"
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
	IPv4        string `json:"ipv4,omitempty"`
	IPv6        string `json:"ipv6,omitempty"`
}

type zipkinAnnotation struct {
	Timestamp int64  `json:"timestamp"`
	Value     string `json:"value"`
}

// Zipkin is the JSON of Zipkin's second version.
var Zipkin = Format{
	Name: "zipkin", Extension: "zipkin.json",
	Doc:   "Zipkin v2 JSON, a list of lists of spans as its API gives it",
	Loses: []Loss{losesNanos, losesZero, losesInternal, losesScope, losesHost, losesResource, losesLinks, losesFollows, losesRemote, losesSampling},
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
		Timestamp: micros(s.Start), Shared: s.Flags.Has(trace.Shared),
		LocalEndpoint: zipkinEndpointOf(s.Sig),
		Tags:          map[string]string{},
	}
	out.Duration = micros(s.End) - micros(s.Start)
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
	if text := out.Tags["error"]; s.Flags.Has(trace.Failed) && (text == "" || text == "false") {
		out.Tags["error"] = "true"
	}
	for _, e := range s.Events() {
		out.Annotations = append(out.Annotations, zipkinAnnotation{micros(e.At), e.Name})
	}
	return out
}

func zipkinEndpointOf(sig *trace.Signature) *zipkinEndpoint {
	e := &zipkinEndpoint{ServiceName: sig.Service}
	switch ip, err := netip.ParseAddr(sig.Host); {
	case err != nil:
	case ip.Is4():
		e.IPv4 = sig.Host
	default:
		e.IPv6 = sig.Host
	}
	return e
}
