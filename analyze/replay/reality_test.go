package replay_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/analyze/replay"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/ingest"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
)

// analysed reads a file, and analyses and records its requests as the command does.
func analysed(t testing.TB, terms []replay.Term, file string) (*analyze.Result, *replay.Run) {
	t.Helper()
	rules := category.BuiltIn().With("cloud.region", "service.instance.id")
	spans, err := ingest.Read(t.Context(), []string{file}, ingest.Options{
		Keep: rules.NeedsAttr, KeepEvent: func(name string) bool { return rules.NeedsEvent(name) || replay.IsAcquired(name) },
	})
	if err != nil {
		t.Fatal(err)
	}
	var all [][]trace.Span
	for tr := range spans.Traces() {
		all = append(all, slices.Clone(tr))
	}
	var judged *attribute.Judgement
	for {
		e := attribute.NewExplainer(rules, nil)
		e.Judging(judged)
		c, r := analyze.NewCollector(e, attribute.Options{}), replay.NewRecorder(terms)
		for _, spans := range all {
			reading := e.Read(trace.Assemble(slices.Clone(spans), trace.Options{}), attribute.Options{})
			c.Look(reading)
			r.Look(reading)
		}
		j := e.Evidence.Judge()
		if judged != nil || !e.Evidence.Contradicts(j) {
			res := c.Result(analyze.Settings{})
			run := r.Run(j)
			run.Journeys(c.Data, res)
			run.FindStations()
			return res, run
		}
		judged = j
	}
}

// A repair was really made, and what it did was recorded.
type repair struct {
	before, after string
	change        string
	journey       string
}

var repairs = []repair{
	{"hotrod/baseline", "hotrod/db-query-delay-100ms", "set db{mysql}=100ms", "frontend GET /dispatch"},
	{"hotrod/baseline", "hotrod/no-db-conn-mutex", "servers mysql lock=1000", "frontend GET /dispatch"},
	{"hotrod/baseline", "hotrod/route-pool-100", "servers route pool=100", "frontend GET /dispatch"},
	{"cures/pool-of-two/fault", "cures/pool-of-two/pool-3", "servers inventory pool=3", "load POST /checkout"},
	{"cures/pool-of-two/fault", "cures/pool-of-two/pool-24", "servers inventory pool=24", "load POST /checkout"},
	{"cures/hidden-queue/fault", "cures/hidden-queue/two-workers", "servers payment worker=2", "load POST /checkout"},
	{"cures/slow-query/fault", "cures/slow-query/query-fixed", "set db{inventory -> postgresql}=typical", "load POST /checkout"},
	{"cures/sync-audit/fault", "cures/sync-audit/audit-async", "remove web -> audit", "load POST /checkout"},
	{"cures/no-timeout/fault", "cures/no-timeout/timeout-170", "timeout web -> recommendations=170ms", "load GET /product/{id}"},
	{"cures/calls-in-turn/fault", "cures/calls-in-turn/calls-together", "parallel web -> inventory,web -> tax", "load POST /checkout"},
	{"cures/slow-shard/fault", "cures/slow-shard/hedged", "hedge search -> shard=20ms", "load GET /search"},
	{"cures/cache-off/fault", "cures/cache-off/cache-on", "cache recommendations -> postgres.shop.test=", "load GET /product/{id}"},
}

// A prediction is what a change was to do to a percentile, and what it did.
type prediction struct {
	replay.Figure
	truth time.Duration
}

func (p *prediction) isInside() bool { return p.Low <= p.truth && p.truth <= p.High }

// off returns how far the prediction is off, in 10,000ths of the truth.
func (p *prediction) off() int64 { return int64(p.After-p.truth) * 10_000 / int64(max(1, p.truth)) }

// width returns how wide the bracket is, in 10,000ths of the prediction.
func (p *prediction) width() int64 { return int64(p.High-p.Low) * 10_000 / int64(max(1, p.After)) }

// predicted asks of a run, and reads the truth off another.
func predicted(t *testing.T, run *replay.Run, cured *analyze.Result, journey string, changes ...string) (p50, p95 prediction) {
	t.Helper()
	a, err := run.Answer(scenario(t, changes...))
	if err != nil {
		t.Fatal(changes, err)
	}
	for i := range a.Journeys {
		if e := &a.Journeys[i]; e.Name == journey {
			return prediction{*e.At(quantile.P50), percentileOf(cured, journey, quantile.P50)}, prediction{*e.At(quantile.P95), percentileOf(cured, journey, quantile.P95)}
		}
	}
	t.Fatalf("%v: %s does not change", changes, journey)
	return
}

func percentileOf(res *analyze.Result, journey string, l quantile.Level) time.Duration {
	for _, j := range res.Journeys {
		for _, p := range j.Percentiles {
			if j.Name == journey && p.Level == l {
				return p.Value
			}
		}
	}
	return 0
}

// middle returns the median of numbers without their signs.
func middle(numbers []int64) int64 {
	var all []int64
	for _, n := range numbers {
		all = append(all, max(n, -n))
	}
	slices.Sort(all)
	return all[len(all)/2]
}

// The limits are those that an answer must hold to be of use: p50 within 5 % in the median, p95 inside of the bracket in
// nine of ten, and brackets at most 25 % wide in the median.
func TestRepairsThatWereMadeDidWhatReplaySaysTheyWould(t *testing.T) {
	dir := "../../testdata/recordings/"
	table := "| recording | the change, as asked | p50, ms: was | predicted | truth | | p95, ms: was | predicted | between | truth | | |\n|---|---|---:|---:|---:|---:|---:|---:|---|---:|---:|---|\n"
	var off, offTail, widths []int64
	inside := 0
	made := testkit.Some(repairs, 5)
	for _, r := range made {
		_, run := analysed(t, nil, dir+r.before+".otlp.jsonl.zst")
		cured, after := analysed(t, nil, dir+r.after+".otlp.jsonl.zst")
		if strings.HasSuffix(r.change, "=") { // the share of calls that the cache really answered
			is, was := after.Calls("recommendations -> postgres.shop.test"), run.Calls("recommendations -> postgres.shop.test")
			r.change += fmt.Sprintf("%d%%", (was-is)*100/was)
		}
		p50, p95 := predicted(t, run, cured, r.journey, r.change)
		off, offTail, widths = append(off, p50.off()), append(offTail, p95.off()), append(widths, p95.width())
		word := "outside"
		if p95.isInside() {
			inside++
			word = "inside"
		}
		table += fmt.Sprintf("| %s | `--%s` | %s | %s | %s | %s | %s | %s | %s to %s | %s | %s | %s |\n", r.after, r.change,
			millis(p50.Before), millis(p50.After), millis(p50.truth), percent(p50.off()), millis(p95.Before), millis(p95.After), millis(p95.Low), millis(p95.High), millis(p95.truth), percent(p95.off()), word)
	}
	table += fmt.Sprintf("\nIn the middle p50 is off by %s and p95 by %s; p95 is inside in %d of %d, and the brackets are %s wide in the middle.\n",
		percent(middle(off)), percent(middle(offTail)), inside, len(made), percent(middle(widths)))
	if middle(off) > 500 || len(made)-inside > max(1, len(made)/10) || middle(widths) > 2500 {
		t.Error(table)
	}
	if testkit.Whole() {
		testkit.Block(t, "../../docs/accuracy.md", "what-if", table)
	}
}

func millis(d time.Duration) string { return fmt.Sprintf("%.1f", float64(d)/1e6) }

func percent(n int64) string { return fmt.Sprintf("%.1f %%", float64(n)/100) }
