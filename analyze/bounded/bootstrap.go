package bounded

import (
	"math/rand/v2"
	"slices"
	"time"

	"github.com/longpole/longpole/analyze/quantile"
)

// A Slow is what one of the slowest requests spent, by layer.
type Slow struct {
	Weight quantile.Weight
	Times  []time.Duration
}

// Draws is how often the slowest requests are drawn again.
const Draws = 1000

// beyond is which share of the draws lies beyond each end of an interval: it is to hold the truth in 98 of 100 samples.
const beyond = 100

// TailIntervals returns intervals of the mean time of each layer in the slowest requests of all, where only a sample of
// all is measured: slow are the slowest of the sample, the slowest first, and more of them than are called slow, for in
// another sample others would be; weight is of those that are called so. Each draw takes every request as often as a
// sample drawn from this one would, which is Poisson's for one of many, and of them the slowest of that weight.
func TailIntervals(slow []Slow, weight quantile.Weight, r *rand.Rand) (low, high []time.Duration) {
	if len(slow) == 0 || weight == 0 {
		return nil, nil
	}
	means := make([][]time.Duration, len(slow[0].Times))
	sums := make([]float64, len(means))
	for range Draws {
		clear(sums)
		left := weight.Float()
		for i := 0; i < len(slow) && left > 0; i++ {
			if times := poisson(r); times > 0 {
				w := min(left, float64(times)*slow[i].Weight.Float())
				left -= w
				for k, t := range slow[i].Times {
					sums[k] += float64(w * float64(t))
				}
			}
		}
		if drawn := weight.Float() - left; drawn > 0 {
			for k := range means {
				means[k] = append(means[k], time.Duration(sums[k]/drawn))
			}
		}
	}
	for _, m := range means {
		slices.Sort(m)
		low, high = append(low, m[len(m)/beyond]), append(high, m[len(m)-1-len(m)/beyond])
	}
	return low, high
}

// upTo are the chances that a variable of Poisson's distribution with mean 1 is at most 0, 1, 2 ...
var upTo = []float64{0.36787944117144233, 0.7357588823428847, 0.9196986029286058, 0.9810118431238462, 0.9963401531726563, 0.9994058151824183, 0.9999167588507119, 0.9999897508033253, 0.999998874797402}

func poisson(r *rand.Rand) (n int) {
	for u := r.Float64(); n < len(upTo) && u > upTo[n]; n++ {
	}
	return n
}
