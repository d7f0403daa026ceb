package timeline

import (
	"cmp"
	"slices"
	"time"

	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/trace"
)

// A Request is when one began, how long it took, and for how many it stands.
type Request struct {
	Start    trace.Time
	Duration time.Duration
	Weight   quantile.Weight
}

// A Line is bins from an instant on. Its last bin holds the last request.
type Line struct {
	From trace.Time
	Bin  time.Duration
	Bins []Bin
}

// A Bin is the requests that began in it; the percentiles are zero where there are none.
type Bin struct {
	Requests int
	P50, P95 time.Duration
}

// widths are the lengths of a bin, which people can count in.
var widths = []time.Duration{
	time.Microsecond, 10 * time.Microsecond, 100 * time.Microsecond, time.Millisecond, 10 * time.Millisecond, 100 * time.Millisecond,
	200 * time.Millisecond, 500 * time.Millisecond, time.Second, 2 * time.Second, 5 * time.Second, 10 * time.Second, 15 * time.Second,
	30 * time.Second, time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour,
	2 * time.Hour, 6 * time.Hour, 12 * time.Hour, 24 * time.Hour, 7 * 24 * time.Hour, 30 * 24 * time.Hour, 365 * 24 * time.Hour,
}

// Of divides the time from the first to the last request into at most so many bins; none where dates
// are centuries apart. Requests are sorted by start.
func Of(requests []Request, most int) Line {
	if len(requests) == 0 {
		return Line{}
	}
	slices.SortStableFunc(requests, func(a, b Request) int { return cmp.Compare(a.Start, b.Start) })
	first := requests[0].Start
	whole := requests[len(requests)-1].Start.Sub(first)
	at := slices.IndexFunc(widths, func(w time.Duration) bool { return whole/w < time.Duration(most) })
	if whole < 0 || at < 0 {
		return Line{} // dates that cannot be
	}
	line := Line{From: first, Bin: widths[at]}
	for len(requests) > 0 {
		end := line.From.Add(line.Bin * time.Duration(len(line.Bins)+1))
		n := slices.IndexFunc(requests, func(r Request) bool { return r.Start >= end })
		if n < 0 {
			n = len(requests)
		}
		line.Bins = append(line.Bins, binOf(requests[:n]))
		requests = requests[n:]
	}
	return line
}

func binOf(requests []Request) Bin {
	if len(requests) == 0 {
		return Bin{}
	}
	values := make([]quantile.Value, len(requests))
	for i, r := range requests {
		values[i] = quantile.Value{Time: r.Duration, Weight: r.Weight}
	}
	s := quantile.NewSample(values)
	return Bin{len(requests), s.At(quantile.P50), s.At(quantile.P95)}
}
