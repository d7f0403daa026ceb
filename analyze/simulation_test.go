package analyze_test

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
)

var simulate = flag.Bool("simulate", false, "run the long simulation and write its table into docs/statistics.md")

// A world makes runs of a service whose durations are lognormal, as most services' are.
type world struct {
	clustered bool    // requests of one minute have a factor in common
	factor    float64 // on every duration
	random    *rand.Rand
}

// run is n requests, twenty a minute.
func (w world) run(plan *budget.Plan, n int) *analyze.Collector {
	c := analyze.NewCollector(attribute.NewPlanExplainer(category.BuiltIn(), plan), attribute.Options{})
	sig := &trace.Signature{Service: "web", Name: "buy"}
	minute := 0.0
	for i := range n {
		if i%20 == 0 && w.clustered {
			minute = 0.25 * w.random.NormFloat64()
		}
		took := time.Duration(w.factor * 1e8 * math.Exp(0.6*w.random.NormFloat64()+minute))
		start := testkit.Epoch.Add(time.Duration(i) * 3 * time.Second)
		id := trace.ID{Hi: w.random.Uint64(), Lo: w.random.Uint64()}
		c.Add(trace.Assemble([]trace.Span{{Trace: id, ID: 1, Start: start, End: start.Add(took), Sig: sig}}, trace.Options{}))
	}
	return c
}

// failures returns how many of pairs of runs the gate stops.
func failures(t testing.TB, w world, slower float64, assert string, n, pairs int) (failed int) {
	t.Helper()
	p := plan(t, fmt.Sprintf("journeys: {buy: {root: {service: web}, assert: [%q]}}", assert))
	for i := range pairs {
		w.random = rand.New(rand.NewPCG(uint64(n), uint64(i)))
		w.factor = 1
		before := w.run(p, n)
		w.factor = slower
		v := w.run(p, n).Against(before.Data, p, analyze.Settings{Draws: 1000}).Verdicts[0]
		if v.State == analyze.Blown {
			failed++
		}
	}
	return failed
}

func TestSimulatedRunsWithoutAChangeFailAtMostOneTimeInTwenty(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: 200 pairs of runs take too long under -short")
	}
	failed, pairs := 0, 0
	for _, n := range []int{200, 500, 1000, 3000} {
		for _, clustered := range []bool{false, true} {
			of := map[int]int{200: 40, 500: 30, 1000: 20, 3000: 10}[n]
			failed += failures(t, world{clustered: clustered}, 1, "regression(p95) < 5%", n, of)
			pairs += of
		}
	}
	if pairs != 200 || failed > pairs/20 {
		t.Errorf("%d of %d pairs without a change fail", failed, pairs)
	}
}

func TestSimulatedRunsThatAreAQuarterSlowerFailFourTimesInFive(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: 50 pairs of runs take too long under -short")
	}
	if failed := failures(t, world{}, 1.25, "regression(p95) < 5%", 1000, 50); failed < 40 {
		t.Errorf("%d of 50 fail", failed)
	}
}

func TestSimulationInTheDocs(t *testing.T) {
	if !*simulate {
		t.Skip("skipped: takes minutes; make simulate runs it")
	}
	var b strings.Builder
	b.WriteString("| percentile | requests in each run | requests of one minute | no change | 10 % slower | 25 % slower |\n|---|---:|---|---:|---:|---:|\n")
	for _, row := range []struct {
		level     string
		n         int
		clustered bool
	}{
		{"p95", 200, false}, {"p95", 200, true}, {"p95", 500, false}, {"p95", 500, true},
		{"p95", 1000, false}, {"p95", 1000, true}, {"p95", 3000, false}, {"p95", 3000, true},
		{"p99", 1000, false}, {"p99", 1000, true}, {"p99", 3000, false}, {"p99", 3000, true},
	} {
		const pairs = 400
		kind := map[bool]string{false: "independent", true: "alike"}[row.clustered]
		fmt.Fprintf(&b, "| %s | %d | %s |", row.level, row.n, kind)
		for _, slower := range []float64{1, 1.1, 1.25} {
			failed := failures(t, world{clustered: row.clustered}, slower, "regression("+row.level+") < 5%", row.n, pairs)
			fmt.Fprintf(&b, " %.1f %% |", 100*float64(failed)/pairs)
			if slower == 1 && failed > pairs/20 {
				t.Errorf("%+v: %d of %d pairs without a change fail", row, failed, pairs)
			}
		}
		b.WriteString("\n")
	}
	t.Log("\n" + b.String())
	writeBetween(t, filepath.Join(testkit.Root(t), "docs", "statistics.md"), "<!-- simulation -->\n", "<!-- end -->", b.String())
}

// writeBetween puts text between two marks of a file.
func writeBetween(t testing.TB, name, from, to, text string) {
	t.Helper()
	page, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, found := strings.Cut(string(page), from)
	_, tail, closed := strings.Cut(rest, to)
	if !found || !closed {
		t.Fatalf("%s has no %s ... %s", name, strings.TrimSpace(from), to)
	}
	if err := os.WriteFile(name, []byte(head+from+text+to+tail), 0o644); err != nil {
		t.Fatal(err)
	}
}
