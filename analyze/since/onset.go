package since

import (
	"cmp"
	"slices"
	"time"

	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/analyze/timeline"
)

// Onset returns the instant from which some requests are slow, that is take at least so long, where there was none
// before it for longer than chance leaves out; nil if there is no such instant.
//
//	slow        · · ·     · ·   ·      in so many blocks of time without any, how likely
//	quick   ··························  are those that it begins with all of them without?
//
// Requests that come in bursts, as after a cache was flushed and again, stray too often for [Find].
func Onset(requests []timeline.Request, least time.Duration) *Change {
	slices.SortStableFunc(requests, func(a, b timeline.Request) int { return cmp.Compare(a.Start, b.Start) })
	isSlow := func(r timeline.Request) bool { return r.Duration >= least }
	at := slices.IndexFunc(requests, isSlow)
	if at < fewest || len(requests)-at < fewest {
		return nil
	}
	first, without, all := 0, 0, 0 // blocks: those before it, those without any, and all
	blocks := blocksOf(requests)
	for b := range len(blocks) - 1 {
		all++
		if !slices.ContainsFunc(requests[blocks[b]:blocks[b+1]], isSlow) {
			without++
		}
		if blocks[b+1] <= at {
			first++
		}
	}
	chance := 1.0 // that the first blocks of all orders are among those without any
	for k := range first {
		chance *= float64(without-k) / float64(all-k)
	}
	if chance > surely {
		return nil
	}
	s := newSeries(requests, quantile.Resampling{})
	low, _ := support(requests, at, least)
	return &Change{
		At: requests[at].Start, Low: requests[low-1].Start, High: requests[at].Start, Level: quantile.P95,
		Before: s.percentile(0, at, quantile.P95), After: s.percentile(at, len(requests), quantile.P95), Chance: chance,
	}
}
