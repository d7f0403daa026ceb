package page

import (
	"bytes"

	"github.com/longpole/longpole/trace"
)

// A response can say which span it is of in the header Server-Timing, as an entry called traceparent:
//
//	Server-Timing: traceparent;desc="00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
//
// Pages may read it, and SDKs of browsers export it: as attributes of two names (Splunk), or as the header that it is. What
// log records say of it (the raw attribution of web vitals) is not read: docs/browser.md.

// RequestKeys are the attributes in which the spans of a page's loading name the request.
var RequestKeys = []string{linkedTrace, linkedSpan, "http.response.header.server-timing", "http.response.header.server_timing"}

const (
	linkedTrace = "link.traceId"
	linkedSpan  = "link.spanId"
)

// NameRequest takes what an attribute of RequestKeys says of the request that a page was loaded by.
func NameRequest(l *trace.Link, key string, value []byte) {
	switch key {
	case linkedTrace:
		l.Trace, _ = trace.ParseID(string(value))
	case linkedSpan:
		l.Span, _ = trace.ParseSpanID(string(value))
	default:
		if named, ok := inServerTiming(value); ok {
			*l = named
		}
	}
}

// inServerTiming reads the request that a header names, or a list of its values in JSON.
func inServerTiming(text []byte) (l trace.Link, ok bool) {
	_, text, ok = bytes.Cut(text, []byte("traceparent;desc="))
	if !ok {
		return l, false
	}
	return traceparent(bytes.TrimLeft(text, `\"'`))
}

// traceparent reads the value of a header of that name, and of the entry of Server-Timing.
func traceparent(text []byte) (l trace.Link, ok bool) {
	const length = len("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-")
	if len(text) < length || text[2] != '-' || text[35] != '-' || text[52] != '-' {
		return l, false
	}
	id, isTrace := trace.ParseID(string(text[3:35]))
	span, isSpan := trace.ParseSpanID(string(text[36:52]))
	return trace.Link{Trace: id, Span: span}, isTrace && isSpan && !id.IsZero() && span != 0
}
