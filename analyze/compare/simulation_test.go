package compare_test

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/compare"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
)

var simulate = flag.Bool("simulate", false, "run the long simulation and write its table into docs/statistics.md")

// A machine makes runs of a shop of eight services that a request calls in turn. Their times are lognormal,
// and each run has a factor of its own on all of them.
type machine struct {
	varies float64 // standard deviation of the logarithm of that factor
	slower float64 // factor on the first service
	random *rand.Rand
}

const (
	stages     = 8
	sigma      = 0.6
	perRun     = 200
	runsASide  = 3
	stageTakes = 100e6 / stages
)

var simulatedPlan = func() *budget.Plan {
	p, err := budget.Load("plan.yaml", []byte("version: 1\njourneys: {buy: {root: {service: web}, assert: [\"regression(p95) < 5%\"]}}\n"))
	if err != nil {
		panic(err)
	}
	return p
}()

func (m machine) side() *analyze.Data {
	var runs []*analyze.Data
	for range runsASide {
		c := analyze.NewCollector(attribute.NewPlanExplainer(category.BuiltIn(), simulatedPlan), attribute.Options{Structures: true})
		factor := math.Exp(m.varies * m.random.NormFloat64())
		for i := range perRun {
			c.Add(trace.Assemble(m.request(testkit.Epoch.Add(time.Duration(i)*3*time.Second), factor), trace.Options{}))
		}
		runs = append(runs, c.Data)
	}
	return analyze.OfRuns(runs...)
}

func (m machine) request(start trace.Time, factor float64) []trace.Span {
	id := trace.ID{Hi: m.random.Uint64(), Lo: m.random.Uint64()}
	spans := []trace.Span{{Trace: id, ID: 1, Start: start, Sig: &buy}}
	at := start
	for k := range stages {
		took := stageTakes * factor * math.Exp(sigma*m.random.NormFloat64())
		if k == 0 {
			took *= m.slower
		}
		end := at.Add(time.Duration(took))
		sig := testkit.Signature(string(rune('a'+k)), "work", trace.Server)
		spans = append(spans, trace.Span{Trace: id, ID: trace.SpanID(k + 2), Parent: 1, Start: at, End: end, Sig: &sig})
		at = end
	}
	spans[0].End = at
	return spans
}

// slowerBy returns the factor on the first service that makes p95 longer by a share.
func slowerBy(share float64) float64 {
	p95 := func(slower float64) float64 {
		random, all := rand.New(rand.NewPCG(7, 7)), make([]float64, 100_000)
		for i := range all {
			for k := range stages {
				took := math.Exp(sigma * random.NormFloat64())
				if k == 0 {
					took *= slower
				}
				all[i] += took
			}
		}
		slices.Sort(all)
		return all[len(all)*95/100]
	}
	healthy, low, high := p95(1), 1.0, 10.0
	for range 20 {
		if mid := (low + high) / 2; p95(mid) < healthy*(1+share) {
			low = mid
		} else {
			high = mid
		}
	}
	return high
}

// alarms counts the pairs of sides that differ by proof, and those in which the gate stops.
func alarms(varies, slower float64, pairs int) (proven, blown int) {
	for i := range pairs {
		m := machine{varies: varies, slower: 1, random: rand.New(rand.NewPCG(uint64(i), uint64(1e6*varies)))}
		before := m.side()
		m.slower = slower
		after := m.side()
		if compare.Of(before, after, simulatedPlan, compare.Settings{}).Journeys[0].Said == compare.Proven {
			proven++
		}
		if after.Against(before, simulatedPlan, analyze.Settings{}).Verdicts[0].State == analyze.Blown {
			blown++
		}
	}
	return proven, blown
}

func TestEqualRunsOfAMachineThatVariesSeldomDiffer(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: 40 pairs of six runs take too long under -short")
	}
	pairs := testkit.Rounds(16, 40)
	if proven, _ := alarms(0.05, 1, pairs); proven*40 > 5*pairs {
		t.Errorf("of %d pairs of three equal runs %d differ", pairs, proven)
	}
	pairs = testkit.Rounds(5, 15)
	if proven, _ := alarms(0.05, slowerBy(0.25), pairs); proven*15 < 11*pairs {
		t.Errorf("of %d pairs of which one side is slower by a quarter only %d differ", pairs, proven)
	}
}

// simulatedPairs are how many a cell of the table is made of, without a change and with one.
var simulatedPairs = map[bool]int{false: 200, true: 60}

func TestSimulationOfRunsInTheDocs(t *testing.T) {
	if !*simulate {
		t.Skip("skipped: takes minutes; make simulate runs it")
	}
	var b strings.Builder
	b.WriteString("| runs vary by | no change: diff `proven` | check `blown` | p95 +10 %: diff | check | p95 +25 %: diff | check |\n|---:|---:|---:|---:|---:|---:|---:|\n")
	for _, varies := range []float64{0, 0.02, 0.05, 0.10} {
		fmt.Fprintf(&b, "| %.0f %% |", 100*varies)
		for _, share := range []float64{0, 0.10, 0.25} {
			slower := 1.0
			if share > 0 {
				slower = slowerBy(share)
			}
			pairs := simulatedPairs[share > 0]
			proven, blown := alarms(varies, slower, pairs)
			fmt.Fprintf(&b, " %.1f %% | %.1f %% |", 100*float64(proven)/float64(pairs), 100*float64(blown)/float64(pairs))
		}
		b.WriteString("\n")
	}
	t.Log("\n" + b.String())
	testkit.WriteBetween(t, "../../docs/statistics.md", "<!-- runs -->\n", "<!-- end -->", b.String())
}
