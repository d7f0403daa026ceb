package since

import (
	"time"

	"github.com/longpole/longpole/analyze/timeline"
	"github.com/longpole/longpole/internal/portable"
)

// lessLikely is how much less likely than the likeliest instant another one may be, to be left in an interval: at one in
// twenty, of many slow requests of which each comes by chance, the first is seen so late in one of twenty cases.
const lessLikely = 20

// support returns the first and the last request at which a change may have begun that was seen at one of them: those
// where it is hardly less likely, when slow is any request that takes at least so long and each comes by chance.
//
//	slow                    ·  ·   ·· ·  ·
//	quick  ·········································
//	                   |····|              it may have begun before the first that was hit
func support(requests []timeline.Request, at int, least time.Duration) (low, high int) {
	n, all := len(requests), 0
	for _, r := range requests {
		if r.Duration >= least {
			all++
		}
	}
	likely := make([]float64, n) // by the first request after the change
	slow := 0
	for k := range n {
		likely[k] = likelihood(slow, k) + likelihood(all-slow, n-k)
		if requests[k].Duration >= least {
			slow++
		}
	}
	low, high = at, at
	enough := likely[at] - portable.Log(lessLikely)
	for k := range n {
		if k > 0 && likely[k] >= enough {
			low, high = min(low, k), max(high, k)
		}
	}
	return low, high
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
