package since

import (
	"cmp"
	"slices"
	"time"

	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/analyze/timeline"
	"github.com/longpole/longpole/internal/portable"
	"github.com/longpole/longpole/trace"
)

// A Change is an instant from which requests take longer, or less long, than before it.
type Change struct {
	At            trace.Time // start of the first request after it
	Low, High     trace.Time // hold it with 95 % confidence
	Level         quantile.Level
	Before, After time.Duration // the percentile at Level, between the changes next to it
	Chance        float64       // of so clear a change where there is none
	Mended        *Change       // the next one, where that takes back what this one made slower; nil if it does not
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

// Clearest returns what is told of changes: the clearest one, and of equals the one that most hangs on; nil if there is none. Where that
// is that something was mended, it is told when that had begun.
func Clearest(all []Change) *Change {
	if len(all) == 0 {
		return nil
	}
	best := slices.MinFunc(all, func(a, b Change) int {
		return cmp.Or(cmp.Compare(a.Chance, b.Chance), cmp.Compare((b.After-b.Before).Abs(), (a.After-a.Before).Abs()))
	})
	for i := range all {
		if m := all[i].Mended; m != nil && m.At == best.At {
			best = all[i]
		}
	}
	return &best
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
	at     int
	by     int            // which of the scores tells it
	level  quantile.Level // that changes
	chance float64
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
	best, isBest := s.clearest(from, to)
	if !isBest {
		return
	}
	s.found = append(s.found, best)
	s.search(from, best.at)
	s.search(best.at, to)
}

// clearest returns the clearest change in a part. Where some requests are hit the ranks of all may tell it although half are as quick as
// before, or the tail though it is as slow: such a score speaks where the one that moves with the percentile that changes does not.
func (s *series) clearest(from, to int) (best cut, is bool) {
	own := false // the score that tells best moves with the percentile that changes
	for by, sc := range s.scores(from, to) {
		at := sc.clearest()
		level, matters := s.matters(from, from+at, to, sc.level)
		if at < 0 || !matters || is && own && level != sc.level {
			continue
		}
		chance := min(1, 2*sc.chance(s.Resampling))
		if chance <= surely && (!is || !own && level == sc.level || chance < best.chance) {
			best, is, own = cut{from + at, by, level, chance}, true, level == sc.level
		}
	}
	return best, is
}

// scores returns those of a part.
func (s *series) scores(from, to int) []*score {
	return scores(s.requests[from:to], max(fewest, (to-from)/s.trim))
}

// matters returns the percentile that changes by so much that anybody would ask why, if one does: that which moves with a
// score, else the other.
func (s *series) matters(from, at, to int, by quantile.Level) (quantile.Level, bool) {
	if at-from < fewest || to-at < fewest {
		return 0, false
	}
	other := quantile.P50
	if by == other {
		other = quantile.P95
	}
	for _, level := range []quantile.Level{by, other} {
		before, after := s.percentile(from, at, level), s.percentile(at, to, level)
		if change := (after - before).Abs(); change >= leastChange && float64(change) >= s.least*float64(min(before, after)) {
			return level, true
		}
	}
	return 0, false
}

func (s *series) percentile(from, to int, level quantile.Level) time.Duration {
	values := make([]quantile.Value, 0, to-from)
	for _, r := range s.requests[from:to] {
		values = append(values, quantile.Value{Time: r.Duration, Weight: r.Weight})
	}
	return quantile.NewSample(values).At(level)
}

// changes says of the cuts, in order, what was before and after. Each is judged between the ones next to it, for what
// became slower and quicker again is neither before nor after.
func (s *series) changes() (out []Change) {
	ends := make([]int, 0, len(s.found)+2)
	ends = append(ends, s.warm())
	for _, c := range s.found {
		ends = append(ends, c.at)
	}
	ends = append(ends, len(s.requests))
	for i, c := range s.found {
		out = append(out, s.change(c, ends[i], ends[i+2]))
	}
	for i := range out[:max(0, len(out)-1)] {
		c := &out[i]
		if again := s.percentile(ends[i+2], ends[i+3], c.Level); c.After > c.Before && c.After-again >= (c.After-c.Before)/2 {
			c.Mended = &out[i+1]
		}
	}
	return out
}

// change says what a cut between two others is.
func (s *series) change(c cut, from, to int) Change {
	part := s.requests[from:to]
	before, after := s.percentile(from, c.at, c.level), s.percentile(c.at, to, c.level)
	score := s.scores(from, to)[c.by]
	least := slowest(part, score.trimmed, before, after)
	score = slow(part, least, score)
	low, high := score.interval(max(score.trimmed, score.clearest()), s.Resampling)
	tell := newSides(part, least)
	at := tell.likeliest(low, high)
	near := tell.near(at, portable.Log(lessLikely)*tell.alike(score.blocks, at))
	low, high = min(low, near.first), max(high, near.last)
	return Change{
		At: s.requests[from+at].Start, Low: s.requests[max(0, from+low-1)].Start, High: s.requests[from+high].Start,
		Level: c.level, Before: before, After: after, Chance: c.chance,
	}
}
