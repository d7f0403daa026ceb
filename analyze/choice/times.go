package choice

import (
	"fmt"
	"strconv"
	"time"

	"github.com/longpole/longpole/trace"
)

// layouts of times, in UTC where they name no zone; the first is what a report prints.
var layouts = []string{
	"2006-01-02 15:04:05.999999999Z07:00", time.RFC3339Nano, "2006-01-02T15:04Z07:00", "2006-01-02 15:04Z07:00",
	"2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999", "2006-01-02T15:04", "2006-01-02 15:04", "2006-01-02",
}

// units are what numbers of so many digits count since 1970, in nanoseconds: seconds, as most tools
// write them, to nanoseconds, as exports do.
var units = map[int]int64{10: 1e9, 13: 1e6, 16: 1e3, 19: 1}

// The times that nanoseconds since 1970 can hold in 64 bits.
var first, last = time.Unix(0, -1<<63), time.Unix(0, 1<<63-1)

// parseTime reads an instant: a date and a time, a date, or a number since 1970. Nothing gives nil.
func parseTime(text string) (*trace.Time, error) {
	if text == "" {
		return nil, nil
	}
	for _, layout := range layouts {
		if t, err := time.Parse(layout, text); err == nil {
			return instant(t, text)
		}
	}
	n, err := strconv.ParseInt(text, 10, 64)
	unit, known := units[len(text)]
	if err != nil || !known {
		return nil, notATime(text)
	}
	at := trace.Time(n * unit)
	return &at, nil
}

func instant(t time.Time, text string) (*trace.Time, error) {
	if t.Before(first) || t.After(last) {
		return nil, notATime(text)
	}
	at := trace.Time(t.UnixNano())
	return &at, nil
}

func notATime(text string) error {
	return &Error{What: fmt.Sprintf("%q is no date and time", text), Hint: "2026-11-26T22:41:41Z, '2026-11-26 22:41' (UTC), 2026-11-26, or seconds since 1970"}
}
