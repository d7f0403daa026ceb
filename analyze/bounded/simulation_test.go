package bounded

import (
	"cmp"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
)

var simulate = flag.Bool("simulate", false, "run the long simulation of samples, and write its table into docs/scale.md")

// A drawn is a request of a shop: what it spent in its services, between them, and on a database that is slow now and then.
type drawn struct {
	hash   uint64
	layers [3]time.Duration
}

func (d *drawn) took() time.Duration { return d.layers[0] + d.layers[1] + d.layers[2] }

func draw(r *rand.Rand) drawn {
	logNormal := func(median, spread float64) time.Duration {
		return time.Duration(median * 1e6 * math.Exp(spread*r.NormFloat64()))
	}
	d := drawn{r.Uint64(), [3]time.Duration{logNormal(2, .5) + logNormal(3, .6), 2 * logNormal(.5, .4), logNormal(8, .7)}}
	if r.IntN(50) == 0 {
		d.layers[2] += logNormal(150, .3)
	}
	return d
}

var layerNames = [3]string{"app", "network", "db"}

// A simulated run says whether what is told of n requests, of which k are measured, is true of all of them.
type simulated struct {
	off  float64 // the largest difference of a percentile from the exact one, relative
	held [3]bool // by layer: the interval holds its time in the tail
}

func simulateRun(n, k int, seed uint64) (out simulated) {
	r := rand.New(rand.NewPCG(seed, 7))
	var w Whole
	all := make([]drawn, n)
	hashes := make([]uint64, n)
	for i := range all {
		all[i] = draw(r)
		hashes[i] = all[i].hash
		w.Add(&Request{Trace: trace.ID{Lo: all[i].hash}, Duration: all[i].took(), Weight: quantile.One})
		for l, d := range all[i].layers {
			w.AddLayer(layerNames[l], d, quantile.One)
		}
	}
	cut := Cut(hashes, k)
	slices.SortFunc(all, func(a, b drawn) int { return cmp.Compare(a.took(), b.took()) })
	out.off = percentilesOff(w.Sample(), all, (*drawn).took)
	truth := meanOf(all[tailFrom(all):])
	kept := slices.DeleteFunc(slices.Clone(all), func(d drawn) bool { return d.hash > cut })
	from := tailFrom(kept)
	var slow []Slow
	for i := len(kept) - 1; i >= max(0, 2*from-len(kept)-100); i-- {
		slow = append(slow, Slow{quantile.One, kept[i].layers[:]})
	}
	low, high := TailIntervals(slow, quantile.One*quantile.Weight(len(kept)-from), r)
	for l := range truth {
		out.held[l] = low[l] <= truth[l] && truth[l] <= high[l]
		slices.SortFunc(all, func(a, b drawn) int { return cmp.Compare(a.layers[l], b.layers[l]) })
		out.off = max(out.off, percentilesOff(w.SampleOf(layerNames[l]), all, func(d *drawn) time.Duration { return d.layers[l] }))
	}
	return out
}

// tailFrom returns the place of the first request at or above p99.
func tailFrom(all []drawn) int { return (99*len(all)+99)/100 - 1 }

func meanOf(some []drawn) (mean [3]time.Duration) {
	for i := range some {
		for l, d := range some[i].layers {
			mean[l] += d
		}
	}
	for l := range mean {
		mean[l] /= time.Duration(len(some))
	}
	return mean
}

func percentilesOff(s *quantile.Sample, all []drawn, time func(*drawn) time.Duration) (off float64) {
	for _, l := range []quantile.Level{quantile.P50, quantile.P90, quantile.P95, quantile.P99, 9990} {
		exact := time(&all[(len(all)*int(l)+9999)/10000-1])
		off = max(off, math.Abs(float64(s.At(l)-exact))/float64(exact))
	}
	return off
}

// One in a hundred intervals misses on each side; of 100 runs more than 7 misses of a layer would be chance once in 3,000.
func TestSimulationOfWhatASampleSaysOfAllRequests(t *testing.T) {
	n, k, runs, fewest := 50_000, 2_000, testkit.Rounds(10, 20), testkit.Rounds(8, 17)
	if *simulate {
		n, k, runs, fewest = 1_000_000, 20_000, 100, 93
	}
	held, off := [3]int{}, 0.0
	for seed := range runs {
		s := simulateRun(n, k, uint64(seed))
		off = max(off, s.off)
		for l, ok := range s.held {
			if ok {
				held[l]++
			}
		}
	}
	if *simulate {
		testkit.WriteBetween(t, filepath.Join(testkit.Root(t), "docs", "scale.md"), "<!-- sample -->\n", "<!-- end -->", simulatedTable(runs, n, k, off, held))
	}
	t.Logf("%d runs of %d requests of which %d are measured: percentiles are off by at most %.2g; intervals hold %v of %d for %v", runs, n, k, off, held, runs, layerNames)
	if off > 0.001 || slices.Min(held[:]) < fewest {
		t.Errorf("percentiles are off by %.2g, and intervals hold %v of %d for %v", off, held, runs, layerNames)
	}
}

func simulatedTable(runs, n, k int, off float64, held [3]int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "| %d runs of %s requests, of which %s are measured | |\n|---|---:|\n", runs, thousands(n), thousands(k))
	fmt.Fprintf(&b, "| percentiles of the journey and of its layers (p50 to p99.9) are off by at most | %.3f %% |\n", 100*off)
	for l, name := range layerNames {
		fmt.Fprintf(&b, "| the interval holds the time of %s in the tail of all requests | %d of %d |\n", name, held[l], runs)
	}
	return b.String()
}

func thousands(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%s,%03d", thousands(n/1000), n%1000)
}
