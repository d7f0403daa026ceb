package decode

import (
	"github.com/longpole/longpole/ingest/jsontext"
)

// What Jaeger and Zipkin have in common: start and duration in microseconds, and tags that
// carry the facts for which OpenTelemetry has fields.

// A MicroTimes gathers the times of a span, as nanoseconds.
type MicroTimes struct {
	Start, Duration       int64
	HasStart, HasDuration bool
	Ok                    bool
}

// Micros reads microseconds as nanoseconds.
func (t *MicroTimes) Micros(v []byte) int64 {
	if v == nil {
		return 0
	}
	n, ok := jsontext.Decimal(v, 3)
	t.Ok = t.Ok && ok
	return n
}
