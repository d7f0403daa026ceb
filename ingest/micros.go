package ingest

import (
	"github.com/longpole/longpole/ingest/jsontext"
)

// What Jaeger and Zipkin have in common: start and duration in microseconds, and tags that
// carry the facts for which OpenTelemetry has fields.

// A microTimes gathers the times of a span, as nanoseconds.
type microTimes struct {
	start, duration       int64
	hasStart, hasDuration bool
	ok                    bool
}

// micros reads microseconds as nanoseconds.
func (t *microTimes) micros(v []byte) int64 {
	if v == nil {
		return 0
	}
	n, ok := jsontext.Decimal(v, 3)
	t.ok = t.ok && ok
	return n
}
