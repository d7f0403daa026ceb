package replay

import (
	"strings"

	"github.com/longpole/longpole/trace"
)

// acquired returns when a span had what it waited for, if an event says so: nanoseconds since the request began;
// -1 if none does, or not within the span.
func acquired(t *trace.Trace, o opened, began trace.Time) int64 {
	for _, e := range t.Spans[o.span].Events() {
		if at := e.At.Add(t.Shift(o.span)); IsAcquired(e.Name) && at >= o.start && at < o.end {
			return int64(at - began)
		}
	}
	return -1
}

// IsAcquired reports whether an event is the moment at which a span has got the lock, the connection or the slot
// that it waited for.
func IsAcquired(event string) bool {
	return len(event) < 200 && strings.Contains(strings.ToLower(event), "acquired")
}
