package ingest

import (
	"github.com/longpole/longpole/ingest/decode"
	"github.com/longpole/longpole/trace"
)

// TraceID reads a trace id in any spelling that exporters write: 1 to 32 hex digits, or base64.
func TraceID(text string) (trace.ID, bool) { return decode.AnyTraceID([]byte(text)) }

// SpanID reads a span id in any spelling that exporters write: 1 to 16 hex digits, or base64.
func SpanID(text string) (trace.SpanID, bool) { return decode.AnySpanID([]byte(text)) }
