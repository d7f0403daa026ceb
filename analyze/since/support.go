package since

import (
	"math"
	"slices"
	"time"

	"github.com/longpole/longpole/analyze/timeline"
	"github.com/longpole/longpole/internal/portable"
)

// lessLikely is how much less likely than the likeliest instant another one may be, to be left in an interval: at one in
// twenty, of many slow requests of which each comes by chance, the first is seen so late in one of twenty cases.
const lessLikely = 20

// A support says where in a part of a series a change may have begun: at the likeliest request, and from the first to the last
// of those where it is hardly less likely, when each slow request comes by chance, more often on one side than on the other.
//
//	slow                    ·  ·   ·· ·  ·
//	quick  ·········································
//	                   |····|              it may have begun before the first that was hit
type support struct{ at, first, last int }

// slowest returns from what duration on a request is slow, such that those before some place and those after it are told apart
// best: one between the percentiles of both, of which the change is, for about other durations a machine's mood may say more.
func slowest(requests []timeline.Request, trimmed int, before, after time.Duration) (least time.Duration) {
	best, every := math.Inf(-1), max(1, len(requests)/mostChecked)
	for _, limit := range limits(requests, min(before, after), max(before, after)) {
		tell := newSides(requests, limit)
		for k := trimmed; k <= len(requests)-trimmed; k += every {
			if l := tell.at(k); l > best {
				best, least = l, limit
			}
		}
	}
	return least
}

// mostLimits is how many durations are tried.
const mostLimits = 20

// limits returns durations above low, up to high: their middle, and those of requests, as many of these between each two.
func limits(requests []timeline.Request, low, high time.Duration) []time.Duration {
	var between []time.Duration
	for _, r := range requests {
		if low < r.Duration && r.Duration <= high {
			between = append(between, r.Duration)
		}
	}
	slices.Sort(between)
	all := []time.Duration{low + (high-low+1)/2}
	for i := range min(mostLimits, len(between)) {
		all = append(all, between[i*len(between)/min(mostLimits, len(between))])
	}
	return all
}

// sides counts the slow requests before each.
type sides struct{ slow []int }

func newSides(requests []timeline.Request, least time.Duration) sides {
	s := sides{make([]int, len(requests)+1)}
	for i, r := range requests {
		s.slow[i+1] = s.slow[i]
		if r.Duration >= least {
			s.slow[i+1]++
		}
	}
	return s
}

// at returns how much likelier it is that these requests and no others are slow if there was a change at k than if there was none.
func (s sides) at(k int) float64 {
	n := len(s.slow) - 1
	return likelihood(s.slow[k], k) + likelihood(s.slow[n]-s.slow[k], n-k) - likelihood(s.slow[n], n)
}

// likeliest returns the likeliest place of those from low to high.
func (s sides) likeliest(low, high int) int {
	best := low
	for k := low; k <= high; k++ {
		if s.at(k) > s.at(best) {
			best = k
		}
	}
	return best
}

// near returns the first and the last place that is less likely by no more than so much.
func (s sides) near(at int, much float64) support {
	out, enough := support{at, at, at}, s.at(at)-much
	for k := 1; k < len(s.slow)-1; k++ {
		if s.at(k) >= enough {
			out.first, out.last = min(out.first, k), max(out.last, k)
		}
	}
	return out
}

// alike returns by how much more the counts of slow requests vary from block to block than those of requests that know nothing of
// each other (Pearson's statistic over its degrees of freedom): so many neighbours say no more than one.
func (s sides) alike(blocks []int, at int) float64 {
	sum, degrees := 0.0, 0
	for _, side := range [][2]int{{0, at}, {at, len(s.slow) - 1}} {
		share := float64(s.slow[side[1]]-s.slow[side[0]]) / float64(side[1]-side[0])
		if share == 0 || share == 1 {
			continue
		}
		degrees--
		for b := range len(blocks) - 1 {
			from, to := max(blocks[b], side[0]), min(blocks[b+1], side[1])
			if from >= to {
				continue
			}
			want := float64(to-from) * share
			off := float64(s.slow[to]-s.slow[from]) - want
			sum += float64(off*off) / (want * (1 - share))
			degrees++
		}
	}
	return max(1, sum/float64(max(1, degrees)))
}

// likelihood is the logarithm of how likely it is that these and no others of n requests are slow, at the share that
// makes it likeliest.
func likelihood(slow, n int) float64 {
	return float64(float64(slow)*logShare(slow, n)) + float64(float64(n-slow)*logShare(n-slow, n))
}

func logShare(k, n int) float64 {
	if k == 0 {
		return 0
	}
	return portable.Log(float64(k) / float64(n))
}
