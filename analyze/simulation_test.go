package analyze_test

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
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
	busy      float64 // so much the logarithm of the machine's speed varies from run to run, on everything
	stages    int     // services that a request calls in turn, each as long on average; 0 for none
	runs      int     // on each side; one set if 0
	factor    float64 // on every duration, or on that of the first stage
	random    *rand.Rand
}

// side is one run, or as many as the world compares.
func (w world) side(plan *budget.Plan, n int) *analyze.Data {
	if w.runs == 0 {
		return w.run(plan, n)
	}
	var runs []*analyze.Data
	for range w.runs {
		runs = append(runs, w.run(plan, n))
	}
	return analyze.OfRuns(runs...)
}

// run is n requests, twenty a minute.
func (w world) run(plan *budget.Plan, n int) *analyze.Data {
	c := analyze.NewCollector(attribute.NewPlanExplainer(category.BuiltIn(), plan), attribute.Options{})
	minute, machine := 0.0, math.Exp(w.busy*w.random.NormFloat64())
	for i := range n {
		if i%20 == 0 && w.clustered {
			minute = 0.25 * w.random.NormFloat64()
		}
		start := testkit.Epoch.Add(time.Duration(i) * 3 * time.Second)
		c.Add(trace.Assemble(w.request(start, machine*math.Exp(minute)), trace.Options{}))
	}
	return c.Data
}

// request takes 100 ms by the median.
func (w world) request(start trace.Time, factor float64) []trace.Span {
	id := trace.ID{Hi: w.random.Uint64(), Lo: w.random.Uint64()}
	took := func(d float64) time.Duration { return time.Duration(factor * d * math.Exp(0.6*w.random.NormFloat64())) }
	root := trace.Span{Trace: id, ID: 1, Start: start, Sig: &trace.Signature{Service: "web", Name: "buy"}}
	if w.stages == 0 {
		root.End = start.Add(took(w.factor * 1e8))
		return []trace.Span{root}
	}
	spans, at := []trace.Span{root}, start
	for k := range w.stages {
		d := took(1e8 / float64(w.stages))
		if k == 0 {
			d = time.Duration(w.factor * float64(d))
		}
		spans = append(spans, trace.Span{Trace: id, ID: trace.SpanID(k + 2), Parent: 1, Start: at, End: at.Add(d), Sig: stages8[k]})
		at = at.Add(d)
	}
	spans[0].End = at
	return spans
}

var stages8 = func() (all [8]*trace.Signature) {
	for i := range all {
		all[i] = &trace.Signature{Service: string(rune('a' + i)), Name: "work"}
	}
	return all
}()

// outcomes count what the gate says of pairs.
type outcomes struct{ blown, different int }

// failures returns how many of pairs of runs the gate stops.
func failures(t testing.TB, w world, slower float64, assert string, n, pairs int) (failed int) {
	return judged(t, w, slower, assert, n, pairs).blown
}

func judged(t testing.TB, w world, slower float64, assert string, n, pairs int) (o outcomes) {
	t.Helper()
	p := plan(t, fmt.Sprintf("journeys: {buy: {root: {service: web}, assert: [%q]}}", assert))
	for i := range pairs {
		w.random = rand.New(rand.NewPCG(uint64(n), uint64(i)))
		w.factor = 1
		before := w.side(p, n)
		w.factor = slower
		v := w.side(p, n).Against(before, p, analyze.Settings{Draws: 1000}).Verdicts[0]
		if v.State == analyze.Blown {
			o.blown++
		}
		if ch := v.Checks[0].Change; ch != nil && ch.Different {
			o.different++
		}
	}
	return o
}

func TestSimulatedRunsWithoutAChangeFailAtMostOneTimeInTwenty(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: 200 pairs of runs take too long under -short")
	}
	failed, pairs := 0, 0
	for _, n := range []int{200, 500, 1000, 3000} {
		for _, clustered := range []bool{false, true} {
			of := map[int]int{200: 40, 500: 30, 1000: 20, 3000: 10}[n] / testkit.Rounds(4, 1)
			failed += failures(t, world{clustered: clustered}, 1, "regression(p95) < 5%", n, of)
			pairs += of
		}
	}
	if pairs < 46 || testkit.Whole() && pairs != 200 || failed > pairs/20 {
		t.Errorf("%d of %d pairs without a change fail", failed, pairs)
	}
}

func TestSimulatedRunsThatAreAQuarterSlowerFailFourTimesInFive(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: 50 pairs of runs take too long under -short")
	}
	pairs := testkit.Rounds(15, 50)
	if failed := failures(t, world{}, 1.25, "regression(p95) < 5%", 1000, pairs); failed*5 < 4*pairs {
		t.Errorf("%d of %d fail", failed, pairs)
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
		kind := map[bool]string{false: "independent", true: "alike"}[row.clustered]
		fmt.Fprintf(&b, "| %s | %d | %s |", row.level, row.n, kind)
		for _, slower := range []float64{1, 1.1, 1.25} {
			failed := failures(t, world{clustered: row.clustered}, slower, "regression("+row.level+") < 5%", row.n, simulated)
			fmt.Fprintf(&b, " %.1f %% |", 100*float64(failed)/simulated)
			if slower == 1 && failed > simulated/20 {
				t.Errorf("%+v: %d of %d pairs without a change fail", row, failed, simulated)
			}
		}
		b.WriteString("\n")
	}
	writeTable(t, "simulation", b.String())
}

// simulated is how many pairs of runs a cell of a table is made of.
const simulated = 100

// busyPairs are fewer, for each is of many spans.
const busyPairs = 60

func writeTable(t *testing.T, name, table string) {
	t.Helper()
	t.Log("\n" + table)
	testkit.WriteBetween(t, filepath.Join(testkit.Root(t), "docs", "statistics.md"), "<!-- "+name+" -->\n", "<!-- end -->", table)
}

// busyMachine is a shop of eight services whose machine is not always as quick.
var busyMachine = world{stages: 8, busy: 0.15}

func TestABusyMachineIsSeldomTakenForARegression(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: 60 pairs of runs take too long under -short")
	}
	one := judged(t, busyMachine, 1, "regression(p95) < 5%", 200, 40)
	three := busyMachine
	three.runs = 3
	each := judged(t, three, 1, "regression(p95) < 5%", 100, 20)
	if one.blown > 2 || one.different < 5 || each.blown > 2 {
		t.Errorf("of 40 pairs %d are blown and %d different; of 20 pairs of three runs %d are blown", one.blown, one.different, each.blown)
	}
}

func TestSimulationOfABusyMachineInTheDocs(t *testing.T) {
	if !*simulate {
		t.Skip("skipped: takes minutes; make simulate runs it")
	}
	var b strings.Builder
	b.WriteString("| runs on each side | machine | no change: blown | different | one stage three times as long: blown | different |\n|---:|---|---:|---:|---:|---:|\n")
	for _, row := range []struct {
		runs int
		busy float64
	}{{0, 0}, {0, 0.15}, {3, 0}, {3, 0.15}, {5, 0.15}} {
		w := world{stages: 8, busy: row.busy, runs: row.runs}
		fmt.Fprintf(&b, "| %d | %s |", max(1, row.runs), map[bool]string{false: "always as quick", true: "varies by 15 %"}[row.busy > 0])
		for _, slower := range []float64{1, 3} {
			o := judged(t, w, slower, "regression(p95) < 5%", 200, busyPairs)
			fmt.Fprintf(&b, " %.1f %% | %.1f %% |", 100*float64(o.blown)/busyPairs, 100*float64(o.different)/busyPairs)
			if slower == 1 && o.blown > busyPairs/12 {
				t.Errorf("%+v: %d of %d pairs without a change are blown", row, o.blown, busyPairs)
			}
		}
		b.WriteString("\n")
	}
	writeTable(t, "machine", b.String())
}
