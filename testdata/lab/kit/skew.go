package kit

import (
	"context"
	"time"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// skewed is an exporter whose host's clock is ahead by the given time: every
// timestamp leaves the process later than it was, and nothing else changes.
func skewed(next sdktrace.SpanExporter, by time.Duration) sdktrace.SpanExporter {
	if by == 0 {
		return next
	}
	return wrongClock{next, by}
}

type wrongClock struct {
	sdktrace.SpanExporter
	by time.Duration
}

func (w wrongClock) ExportSpans(ctx context.Context, spans []sdktrace.ReadOnlySpan) error {
	moved := make([]sdktrace.ReadOnlySpan, len(spans))
	for i, s := range spans {
		moved[i] = movedSpan{s, w.by}
	}
	return w.SpanExporter.ExportSpans(ctx, moved)
}

type movedSpan struct {
	sdktrace.ReadOnlySpan
	by time.Duration
}

func (m movedSpan) StartTime() time.Time { return m.ReadOnlySpan.StartTime().Add(m.by) }
func (m movedSpan) EndTime() time.Time   { return m.ReadOnlySpan.EndTime().Add(m.by) }

func (m movedSpan) Events() []sdktrace.Event {
	events := append([]sdktrace.Event(nil), m.ReadOnlySpan.Events()...)
	for i := range events {
		events[i].Time = events[i].Time.Add(m.by)
	}
	return events
}
