package since_test

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/longpole/longpole/analyze/since"
	"github.com/longpole/longpole/analyze/timeline"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
)

var simulate = flag.Bool("simulate", false, "run the long simulation and write its table into docs/statistics.md")

// simulatedSeries is how many series a cell of the table is of.
const simulatedSeries = 120

// apart is how far apart requests of a simulated series begin: 300 of them are more than ten minutes, below which only a
// change by half is told.
const apart = 3_000_000_000

// simulated draws a series, in which a change begins in the middle.
func simulated(seed uint64, n int, alike bool, changed func(r *rand.Rand) (factor, added float64)) []timeline.Request {
	kind := func(int, *rand.Rand) float64 { return 1 }
	if alike {
		kind = weather(seed)
	}
	all := series(seed, n, kind)
	r := rand.New(rand.NewPCG(seed, 11))
	for i := range all {
		all[i].Start = trace.Time(i) * apart
		if i >= n/2 {
			factor, added := changed(r)
			all[i].Duration = time.Duration(float64(all[i].Duration)*factor + added)
		}
	}
	return all
}

// found counts the series in which an instant is told, and how many tell one within a twentieth of where it is.
func found(n int, alike bool, changed func(r *rand.Rand) (factor, added float64)) (told, there int) {
	for seed := range uint64(simulatedSeries) {
		changes := since.Find(simulated(seed+1, n, alike, changed), drawing)
		if len(changes) == 0 {
			continue
		}
		told++
		for _, c := range changes {
			if math.Abs(float64(c.At)/apart-float64(n)/2) <= float64(n)/20 {
				there++
				break
			}
		}
	}
	return told, there
}

func TestSimulationOfInstantsInTheDocs(t *testing.T) {
	if !*simulate {
		t.Skip("skipped: takes minutes; make simulate runs it")
	}
	var b strings.Builder
	b.WriteString("| requests of one minute | requests | no change: an instant is told | all 25 % slower: told | in its place | 1 in 20 takes 400 ms more: told | in its place |\n|---|---:|---:|---:|---:|---:|---:|\n")
	share := func(n int) string { return fmt.Sprintf("%.0f %%", 100*float64(n)/simulatedSeries) }
	for _, alike := range []bool{false, true} {
		for _, n := range []int{300, 1000, 3000} {
			none, _ := found(n, alike, func(*rand.Rand) (float64, float64) { return 1, 0 })
			all, allThere := found(n, alike, func(*rand.Rand) (float64, float64) { return 1.25, 0 })
			some, someThere := found(n, alike, func(r *rand.Rand) (float64, float64) {
				if r.IntN(20) == 0 {
					return 1, 400e6
				}
				return 1, 0
			})
			fmt.Fprintf(&b, "| %s | %d | %s | %s | %s | %s | %s |\n", map[bool]string{false: "independent", true: "alike"}[alike], n, share(none), share(all), share(allThere), share(some), share(someThere))
		}
	}
	t.Log("\n" + b.String())
	testkit.WriteBetween(t, "../../docs/statistics.md", "<!-- instants -->\n", "<!-- end -->", b.String())
}
