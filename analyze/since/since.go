package since

import (
	"cmp"
	"slices"
	"time"

	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/analyze/timeline"
	"github.com/longpole/longpole/trace"
)

// A Change is an instant from which requests take longer, or less long, than before it.
type Change struct {
	At            trace.Time // start of the first request after it
	Low, High     trace.Time // hold it with 95 % confidence
	Level         quantile.Level
	Before, After time.Duration // the percentile at Level, between the changes next to it
	Chance        float64       // of so clear a change where there is none
}

// What a change must be, to be told.
const (
	fewest      = 30               // requests on either side
	leastShare  = 20               // the percentile changes by at least 1 in 20,
	leastChange = 5e6              // and by 5 ms
	short       = 10 * time.Minute // below which nothing tells a change from the weather of the machine, so that
	leastShort  = 2                // the percentile must change by 1 in 2
	mostChanges = 5
	surely      = 0.01
)

// Find returns the changes in order of time. Requests are sorted by start.
//
// Two scores are followed over time: the rank of each duration, which a shift of all moves, and
// whether it is above p95, which a few slow ones move. Where the sum of a score, less its mean,
// strays farthest from zero, there it changed, if it. That is held against the same requests with
// their blocks of time in another order, for what happened at about the same time has the weather
// of that time in common.
func Find(requests []timeline.Request, o quantile.Resampling) []Change {
	slices.SortStableFunc(requests, func(a, b timeline.Request) int { return cmp.Compare(a.Start, b.Start) })
	s := newSeries(requests, o)
	s.search(s.warm(), len(requests))
	slices.SortFunc(s.found, func(a, b cut) int { return cmp.Compare(a.at, b.at) })
	return s.changes()
}

// A series is requests in order of start, with the scores that are followed.
type series struct {
	requests []timeline.Request
	quantile.Resampling
	least float64 // share of the percentile that it must change by
	trim  int     // one in so many requests, at either end, in which no change is looked for
	found []cut
}

// A cut is where a series changes: the first request after it.
type cut struct {
	at, low, high int
	level         quantile.Level
	chance        float64
}

func newSeries(requests []timeline.Request, o quantile.Resampling) *series {
	s := &series{requests: requests, Resampling: o, least: 1.0 / leastShare, trim: 50}
	if n := len(requests); n > 0 && requests[n-1].Start.Sub(requests[0].Start) < short {
		s.least = 1.0 / leastShort
	}
	return s
}

// warm returns where the series begins: what starts up is slow in its first twentieth.
func (s *series) warm() int { return len(s.requests) / 20 }

// search looks for the clearest change in a part of the series, and then on either side of it.
func (s *series) search(from, to int) {
	if to-from < 2*fewest || len(s.found) >= mostChanges {
		return
	}
	best := cut{at: -1}
	for _, sc := range scores(s.requests[from:to], max(fewest, (to-from)/s.trim)) {
		at := sc.clearest()
		if at < 0 || !s.matters(from, from+at, to, sc.level) {
			continue
		}
		if chance := min(1, 2*sc.chance(s.Resampling)); chance <= surely && (best.at < 0 || chance < best.chance) {
			low, high := sc.interval(at, s.Resampling)
			best = cut{from + at, from + low, from + high, sc.level, chance}
		}
	}
	if best.at < 0 {
		return
	}
	s.found = append(s.found, best)
	s.search(from, best.at)
	s.search(best.at, to)
}

// matters reports whether a percentile changes by so much that anybody would ask why.
func (s *series) matters(from, at, to int, level quantile.Level) bool {
	if at-from < fewest || to-at < fewest {
		return false
	}
	before, after := s.percentile(from, at, level), s.percentile(at, to, level)
	change := (after - before).Abs()
	return change >= leastChange && float64(change) >= s.least*float64(min(before, after))
}

func (s *series) percentile(from, to int, level quantile.Level) time.Duration {
	values := make([]quantile.Value, 0, to-from)
	for _, r := range s.requests[from:to] {
		values = append(values, quantile.Value{Time: r.Duration, Weight: r.Weight})
	}
	return quantile.NewSample(values).At(level)
}

// changes says of the cuts, in order, what was before and after.
func (s *series) changes() (out []Change) {
	for i, c := range s.found {
		from, to := s.warm(), len(s.requests)
		if i > 0 {
			from = s.found[i-1].at
		}
		if i+1 < len(s.found) {
			to = s.found[i+1].at
		}
		before, after := s.percentile(from, c.at, c.level), s.percentile(c.at, to, c.level)
		low, high := support(s.requests[from:to], c.at-from, (before+after)/2)
		low, high = min(c.low, from+low), max(c.high, from+high)
		out = append(out, Change{
			At: s.requests[c.at].Start, Low: s.requests[max(0, low-1)].Start, High: s.requests[high].Start, Level: c.level,
			Before: before, After: after, Chance: c.chance,
		})
	}
	return out
}
