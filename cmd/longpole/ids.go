package main

import (
	"cmp"
	"regexp"
	"strings"

	"github.com/longpole/longpole/ingest"
	"github.com/longpole/longpole/trace"
)

// idForms are the texts in which people find ids, besides hex and base64: headers, log lines and consoles.
var idForms = []*regexp.Regexp{
	regexp.MustCompile(`(?i)^(?:traceparent:\s*)?[0-9a-f]{2}-(?P<trace>[0-9a-f]{32})-(?P<span>[0-9a-f]{16})-[0-9a-f]{2}$`), // W3C
	regexp.MustCompile(`(?i)^(?:x-amzn-trace-id:\s*)?(?:root=|self=[^;]*;root=)?1-(?P<trace>[0-9a-f]{8}-[0-9a-f]{24})(?:;parent=(?P<span>[0-9a-f]{16}))?(?:;.*)?$`),
	regexp.MustCompile(`(?i)^\{?(?P<trace>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\}?$`),                // UUID
	regexp.MustCompile(`(?i)^(?:b3:\s*)?(?P<trace>[0-9a-f]{32}|[0-9a-f]{16})-(?P<span>[0-9a-f]{16})(?:-.*)?$`),               // Zipkin
	regexp.MustCompile(`(?i)^(?:uber-trace-id:\s*)?(?P<trace>[0-9a-f]{1,32}):(?P<span>[0-9a-f]{1,16}):[0-9a-f]+:[0-9a-f]+$`), // Jaeger
	regexp.MustCompile(`(?i)^0x(?P<trace>(?P<span>[0-9a-f]+))$`),
}

// idsIn returns the ids of a trace and of a span that stand in text, in hex and dashes; "" for what is in none of idForms.
func idsIn(text string) (traceID, spanID string) {
	for _, form := range idForms {
		if m := form.FindStringSubmatch(text); m != nil {
			traceID = m[form.SubexpIndex("trace")]
			if i := form.SubexpIndex("span"); i > 0 {
				spanID = m[i]
			}
			return strings.ToLower(traceID), strings.ToLower(spanID)
		}
	}
	return "", ""
}

// traceMatcher matches a trace id as people paste it: in any of its spellings, in part from its start, or
// without its leading zeros.
func traceMatcher(text string) func(trace.ID) bool {
	text = unquoted(text)
	opaque := trace.OpaqueID(text)
	found, _ := idsIn(text)
	spelled := cmp.Or(found, text)
	exact, isID := ingest.TraceID(spelled)
	start := strings.ToLower(strings.ReplaceAll(spelled, "-", ""))
	return func(id trace.ID) bool {
		return (isID && id == exact) || id == opaque || strings.HasPrefix(id.String(), start)
	}
}

// spanMatcher matches a span id in any of its spellings, whole or without its leading zeros.
func spanMatcher(text string) func(*trace.Span) bool {
	text = unquoted(text)
	opaque := trace.OpaqueSpanID(text)
	_, found := idsIn(text)
	exact, isID := ingest.SpanID(cmp.Or(found, text))
	return func(s *trace.Span) bool { return (isID && s.ID == exact) || s.ID == opaque }
}

// unquoted is without what is copied along with an id.
func unquoted(text string) string { return strings.Trim(text, " \t\"'") }

// cutIDs cuts TRACE/SPAN. In base64 a slash may be part of either.
func cutIDs(text string, isWhole func(string) bool) (first, second string) {
	if isWhole(text) {
		return text, ""
	}
	for i := range len(text) {
		if text[i] == '/' && isTraceID(text[:i]) && isSpanID(text[i+1:]) {
			return text[:i], text[i+1:]
		}
	}
	first, second, _ = strings.Cut(text, "/")
	return first, second
}

func isTraceID(text string) bool {
	_, ok := ingest.TraceID(text)
	return ok
}

func isSpanID(text string) bool {
	_, ok := ingest.SpanID(text)
	return ok
}
