package quantile

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/longpole/longpole/internal/testkit"
)

var simulate = flag.Bool("simulate", false, "run the long simulations and write their tables into docs/statistics.md")

func writeTable(t *testing.T, name, table string) {
	t.Helper()
	t.Log("\n" + table)
	testkit.WriteBetween(t, filepath.Join(testkit.Root(t), "docs", "statistics.md"), "<!-- "+name+" -->\n", "<!-- end -->", table)
}

// everyOne keeps every request.
func everyOne(bool, *rand.Rand) float64 { return 1 }

// samplings are the ways in which the tables have requests kept, in their order.
var samplings = []struct {
	name string
	keep keeping
}{
	{"all", everyOne},
	{"by chance, 1 in 1 to 8", keepings["by chance"]},
	{"slow ones 1 in 8", keepings["slow ones 1 in 8"]},
	{"quick ones 1 in 8", keepings["quick ones 1 in 8"]},
}

func TestSimulationOfIntervalsInTheDocs(t *testing.T) {
	if !*simulate {
		t.Skip("skipped: takes a minute; make simulate runs it")
	}
	var b strings.Builder
	b.WriteString("| requests are kept | of | p50 | p90 | p95 | p99 |\n|---|---:|---:|---:|---:|---:|\n")
	for _, s := range samplings {
		for _, n := range []int{100, 400, 1500, 6000} {
			fmt.Fprintf(&b, "| %s | %d |", s.name, n)
			for _, l := range []Level{P50, P90, P95, P99} {
				held, printed := coverage(s.keep, n, l, 2000)
				if printed < 200 {
					b.WriteString(" - |")
					continue
				}
				fmt.Fprintf(&b, " %.3f |", float64(held)/float64(printed))
				if printed >= 1000 && held*1000 < printed*925 {
					t.Errorf("%s, %d requests: %d of %d intervals hold %v", s.name, n, held, printed, l)
				}
			}
			b.WriteString("\n")
		}
	}
	writeTable(t, "intervals", b.String())
}

// tells reports whether a sample of n requests shows how it was kept: all of it, or by more than one
// weight. A file says nothing of what it never held.
func tells(values []Value, n int) bool {
	return len(values) == n || slices.ContainsFunc(values, func(v Value) bool { return v.Weight != values[0].Weight })
}

// coverage counts the intervals that are printed, with an upper bound, and those that hold the truth.
func coverage(keep keeping, n int, l Level, draws int) (held, printed int) {
	r := rand.New(rand.NewPCG(uint64(n), uint64(l)))
	for range draws {
		values := weightedRun(n, keep, r)
		if !tells(values, n) {
			continue
		}
		p := NewSample(values).Percentile(l)
		if !p.Bounded {
			continue
		}
		printed++
		if p.Low <= truth(l) && truth(l) <= p.High {
			held++
		}
	}
	return held, printed
}

func TestSimulationOfLimitsInTheDocs(t *testing.T) {
	if !*simulate {
		t.Skip("skipped: takes a minute; make simulate runs it")
	}
	var b strings.Builder
	b.WriteString("| requests are kept | of | p95 at the limit: blown | ok | p99 at the limit: blown | ok | p95 1.25 times the limit: blown | ok |\n|---|---:|---:|---:|---:|---:|---:|---:|\n")
	for _, s := range samplings {
		for _, n := range []int{2, 5, 10, 20, 59, 100, 300, 1000, 3000} {
			fmt.Fprintf(&b, "| %s | %d |", s.name, n)
			for _, c := range []struct {
				level Level
				times float64
			}{{P95, 1}, {P99, 1}, {P95, 1.25}} {
				blown, ok, runs := decided(s.keep, n, c.level, time.Duration(float64(truth(c.level))/c.times), 4000)
				if runs < 400 {
					b.WriteString(" - | - |")
					continue
				}
				fmt.Fprintf(&b, " %.1f %% | %.1f %% |", 100*float64(blown)/float64(runs), 100*float64(ok)/float64(runs))
				if c.times == 1 && blown*1000 > runs*32 { // 2.5 %, and three standard deviations of 4,000 draws
					t.Errorf("%s, %d requests: %v exactly at the limit is blown in %d of %d", s.name, n, c.level, blown, runs)
				}
			}
			b.WriteString("\n")
		}
	}
	writeTable(t, "limits", b.String())
}

// decided counts the samples that prove a limit broken, and kept.
func decided(keep keeping, n int, l Level, limit time.Duration, draws int) (blown, ok, runs int) {
	r := rand.New(rand.NewPCG(uint64(n), uint64(l)))
	for range draws {
		values := weightedRun(n, keep, r)
		if !tells(values, n) {
			continue
		}
		var s Split
		for _, v := range values {
			s.Add(v.Weight, v.Time > limit)
		}
		runs++
		if s.Breaks(l.Above()) {
			blown++
		}
		if s.Keeps(l.Above()) {
			ok++
		}
	}
	return blown, ok, runs
}
