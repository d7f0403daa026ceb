package report

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/analyze/suspects"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/trace"
)

// A result of which no two figures are alike, so that none can stand in another one's place.
func figures() *analyze.Result {
	plan := &budget.Plan{File: "shop.yaml", Journeys: []budget.Journey{{
		Name: "checkout", Line: 3, Target: budget.Target{Rank: 95_000, Limit: 300 * ms, Line: 4},
		Layers: []budget.Layer{{Name: "db", Line: 6, Budget: 70 * ms, Categories: []category.Category{category.DB}}},
	}}}
	j := journeyOf(1000, composed(211, db(40*ms), app(60*ms)), composed(51, db(120*ms), app(85*ms)))
	j.Name, j.Mean, j.Max, j.Plan = "checkout", 111*ms, 999*ms, &plan.Journeys[0]
	p := func(value, low, high time.Duration, bounded bool) quantile.Percentile {
		return quantile.Percentile{Level: quantile.P95, Value: value * ms, Low: low * ms, High: high * ms, Bounded: bounded}
	}
	j.Percentiles = []analyze.Attributed{{Percentile: p(205, 201, 209, true), Composition: composed(31, db(121*ms), app(84*ms))}}
	j.Rows = analyze.Rows{
		Layer:   []analyze.Row{{Name: "db", Present: 870, Percentiles: []quantile.Percentile{p(131, 128, 137, true)}}},
		Service: []analyze.Row{{Name: "shop", Present: 1000, Percentiles: []quantile.Percentile{p(205, 201, 209, true)}}},
		Place:   []analyze.Row{{Name: "shop -> mysql", Present: 869, Percentiles: []quantile.Percentile{p(132, 127, 138, false)}}},
	}
	j.Suspects = []suspects.Suspect{{Tag: attribute.Tag{Service: "shop", Key: "version", Value: "v2"}, Tail: 40, TailOf: 50, Rest: 95, RestOf: 950, P: 0.001, Effect: 71 * ms}}
	v := analyze.Verdict{Journey: &plan.Journeys[0], Observations: 1000, State: analyze.Blown, At: j.Percentiles[0], Tail: j.Tail, Checks: []analyze.Check{
		{Kind: analyze.TargetCheck, Text: "p95 < 300ms", Line: 4, Op: budget.Less, Limit: budget.Limit{Value: int64(300 * ms)},
			Measured: analyze.Measured{Known: true, Value: int64(205 * ms), Low: int64(201 * ms), High: int64(209 * ms), Bounded: true, Level: quantile.P95, Observations: 1000, Needed: 59},
			Exceeded: analyze.Exceeded{Over: 12, Of: 1000}},
		{Kind: analyze.LayerCheck, Text: "db.p95 < 70ms", Line: 6, Layer: "db", State: analyze.Blown, Op: budget.Less, Limit: budget.Limit{Value: int64(70 * ms)},
			Measured: analyze.Measured{Known: true, Value: int64(131 * ms), Low: int64(128 * ms), High: int64(137 * ms), Bounded: true, Level: quantile.P95, Observations: 1000, Needed: 59},
			Exceeded: analyze.Exceeded{Over: 61, Of: 1000}, Extra: 80 * ms},
		{Kind: analyze.AssertCheck, Text: "regression(p95) < 5%", Line: 7, State: analyze.AtRisk, Op: budget.Less, Limit: budget.Limit{Unit: budget.UnitShare, Value: 50_000},
			Measured: analyze.Measured{Known: true, Value: -21_000, Low: -42_000, High: 52_000, Level: quantile.P95, Observations: 1000, Needed: 59},
			Change:   &analyze.Change{Change: quantile.Change{Before: 209 * ms, After: 205 * ms, Change: -21_000, Low: -42_000, High: 52_000}, Baseline: 777}},
		{Kind: analyze.AssertCheck, Text: "p99 < 900ms", Line: 8, State: analyze.Unproven, Why: "too few", Limit: budget.Limit{Value: int64(900 * ms)},
			Measured: analyze.Measured{Observations: 1000, Needed: 1299}},
	}}
	res := resultOf(j)
	res.Plan, res.Verdicts, res.From, res.To = plan, []analyze.Verdict{v}, 1_000, 2_000
	res.LeftOut.Traces, res.LeftOut.Spans = 17, 71
	res.Ledger.Records = trace.Records{Read: 60, Whole: 10, Damaged: 20, Skipped: 30}
	res.Ledger.Spans, res.Ledger.Traces = 5_000, 1_017
	res.Ledger.Count(trace.DuplicateSpan, 3, trace.Example{})
	res.Ledger.Count(trace.ConflictingSpan, 4, trace.Example{})
	res.Ledger.Count(trace.Code{ID: "bad-time", Fate: trace.Rejected}, 5, trace.Example{File: "a.json", Line: 2, Offset: 77})
	return res
}

func TestTheJSONHoldsEveryFigureUnderItsName(t *testing.T) {
	var doc any
	if err := json.Unmarshal(written(t, jsonFormat, New(figures(), Options{}), page.Style{}), &doc); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]any{
		"spans_read": 5000, "spans_accepted": 4988, "spans_duplicate": 3, "spans_conflicting": 4, "spans_rejected": 5,
		"records_read": 60, "records_whole": 10, "records_damaged": 20, "records_skipped": 30,
		"traces": 1017, "left_out.traces": 17, "left_out.spans": 71, "first_start_ns": 1000, "last_start_ns": 2000,
		"diagnostics.0.code": "bad-time", "diagnostics.0.count": 5, "diagnostics.0.examples.0.line": 2, "diagnostics.0.examples.0.offset": 77,
		"journeys.0.observations": 1000, "journeys.0.mean_ns": 111e6, "journeys.0.max_ns": 999e6,
		"journeys.0.percentiles.0.value_ns": 205e6, "journeys.0.percentiles.0.low_ns": 201e6, "journeys.0.percentiles.0.high_ns": 209e6,
		"journeys.0.percentiles.0.composition.observations": 31, "journeys.0.percentiles.0.composition.by.layer.shares.0.ns": 121e6,
		"journeys.0.tail.typical.observations": 211, "journeys.0.tail.typical.total_ns": 100e6, "journeys.0.tail.typical.by.layer.shares.0.name": "app",
		"journeys.0.tail.slow.observations": 51, "journeys.0.tail.slow.total_ns": 205e6, "journeys.0.tail.slow.by.layer.shares.0.name": "db",
		"journeys.0.tail.slow.by.service.shares.0.name": "shop", "journeys.0.tail.slow.by.place.shares.0.name": "shop -> mysql",
		"journeys.0.tail.excess.total_ns": 105e6, "journeys.0.tail.excess.by.layer.shares.0.ns": 80e6, "journeys.0.tail.excess.by.layer.shares.1.ns": 25e6,
		"journeys.0.rows.layer.0.name": "db", "journeys.0.rows.layer.0.present": 870, "journeys.0.rows.layer.0.percentiles.0.value_ns": 131e6,
		"journeys.0.rows.service.0.name": "shop", "journeys.0.rows.place.0.present": 869, "journeys.0.rows.place.0.percentiles.0.bounded": false,
		"journeys.0.suspects.0.tail": 40, "journeys.0.suspects.0.tail_of": 50, "journeys.0.suspects.0.rest": 95, "journeys.0.suspects.0.rest_of": 950,
		"verdicts.0.checks.1.limit": 70e6, "verdicts.0.checks.1.measured.value": 131e6, "verdicts.0.checks.1.measured.low": 128e6,
		"verdicts.0.checks.1.measured.high": 137e6, "verdicts.0.checks.1.exceeded_millionths": 61_000, "verdicts.0.checks.1.adds_to_tail_ns": 80e6,
		"verdicts.0.checks.1.observations": 1000, "verdicts.0.checks.1.needed": 59, "verdicts.0.checks.1.state": "blown",
		"verdicts.0.checks.2.regression.before_ns": 209e6, "verdicts.0.checks.2.regression.after_ns": 205e6,
		"verdicts.0.checks.2.regression.baseline_observations": 777, "verdicts.0.checks.2.unit": "millionths",
		"verdicts.0.checks.3.why": "too few", "verdicts.0.checks.3.measured": nil,
	} {
		if got := at(doc, path); fmt.Sprint(got) != fmt.Sprint(spelledFloat(want)) {
			t.Errorf("%s is %v, want %v", path, got, want)
		}
	}
}

// at follows a path of keys and indices.
func at(doc any, path string) any {
	for key := range strings.SplitSeq(path, ".") {
		switch d := doc.(type) {
		case map[string]any:
			doc = d[key]
		case []any:
			var i int
			if fmt.Sscan(key, &i); i >= len(d) {
				return "not there"
			}
			doc = d[i]
		default:
			return "not there"
		}
	}
	return doc
}

// spelledFloat makes a number what decoding makes of it.
func spelledFloat(v any) any {
	if n, ok := v.(int); ok {
		return float64(n)
	}
	return v
}

func TestTheCSVHoldsEveryFigureInItsColumn(t *testing.T) {
	got := string(written(t, csvFormat, New(figures(), Options{}), page.Style{}))
	for _, want := range []string{
		"journey,grouping,name,requests,typical_ns,slow_ns,excess_ns,p95_ns,budget_ns,exceeded_millionths,verdict,count\n",
		"checkout,total,,1000,100000000,205000000,105000000,205000000,300000000,12000,ok,\n",
		"checkout,layer,db,870,40000000,120000000,80000000,131000000,70000000,61000,blown,\n",
		"checkout,layer,(others),0,60000000,85000000,25000000,,,,,\n",
		"checkout,service,shop,1000,100000000,205000000,105000000,205000000,,,,\n",
		"checkout,place,shop -> mysql,869,40000000,120000000,80000000,132000000,,,,\n",
		",ledger,spans_duplicate,,,,,,,,,3\n", ",ledger,spans_conflicting,,,,,,,,,4\n", ",ledger,traces_left_out,,,,,,,,,17\n", ",ledger,spans_left_out,,,,,,,,,71\n",
	} {
		if !containsLine(got, want) {
			t.Errorf("no row %q in\n%s", want, got)
		}
	}
}

func TestOpenMetricsHoldsEveryFigureInItsUnit(t *testing.T) {
	got := string(written(t, openMetricsFormat, New(figures(), Options{}), page.Style{}))
	for family, want := range map[string]string{
		"longpole_spans":   `{fate="kept"} 4988.0 {fate="duplicate"} 3.0 {fate="conflict"} 4.0 {fate="rejected"} 5.0`,
		"longpole_records": `{fate="whole"} 10.0 {fate="damaged"} 20.0 {fate="skipped"} 30.0`,
		"longpole_findings": `{code="bad-time",fate="rejected"} 5.0 {code="conflicting-span",fate="conflict"} 4.0 ` +
			`{code="duplicate-span",fate="duplicate"} 3.0`,
		"longpole_requests":              `{journey="checkout"} 1000.0`,
		"longpole_latency_seconds":       `{journey="checkout",percentile="p95"} 0.205`,
		"longpole_layer_seconds":         `{journey="checkout",layer="db",percentile="p95"} 0.131`,
		"longpole_budget_seconds":        `{journey="checkout",layer=""} 0.3 {journey="checkout",layer="db"} 0.07`,
		"longpole_budget_exceeded_ratio": `{journey="checkout",layer=""} 0.012 {journey="checkout",layer="db"} 0.061`,
		"longpole_check_state": `{journey="checkout",check="p95 < 300ms"} 0.0 {journey="checkout",check="db.p95 < 70ms"} 3.0 ` +
			`{journey="checkout",check="regression(p95) < 5%"} 2.0 {journey="checkout",check="p99 < 900ms"} 1.0`,
	} {
		var samples []string
		for line := range strings.Lines(got) {
			if rest, ok := strings.CutPrefix(line, family+"{"); ok {
				samples = append(samples, "{"+strings.TrimSpace(rest))
			}
		}
		if all := strings.Join(samples, " "); all != want {
			t.Errorf("%s is\n %s\nwant\n %s", family, all, want)
		}
	}
}

func TestPercentilesThatTooFewRequestsBoundAreInNoMetric(t *testing.T) {
	res := figures()
	res.Journeys[0].Percentiles[0].Bounded = false
	if got := string(written(t, openMetricsFormat, New(res, Options{}), page.Style{})); strings.Contains(got, "longpole_latency_seconds{") {
		t.Errorf("one is in\n%s", got)
	}
}

func TestEveryTableHoldsEveryFigureInItsColumn(t *testing.T) {
	res := figures()
	j, v := &res.Journeys[0], &res.Verdicts[0]
	j.Rows.Layer = append(j.Rows.Layer, analyze.Row{Name: "app", Present: 1000, Percentiles: j.Rows.Service[0].Percentiles})
	for what, c := range map[string]struct {
		table *page.Table
		want  string
	}{
		"layers":           {layerTable(j), "db | 40.0 | 120.0 | +80.0 | shop -> mysql 80.0 ; app | 60.0 | 85.0 | +25.0 | shop 25.0 ; total | 100.0 | 205.0 | +105.0 | "},
		"places":           {placesTable(j, analyze.ByPlace, "places", "place"), "shop -> mysql | 40.0 | 120.0 | +80.0 ; shop | 60.0 | 85.0 | +25.0 ; total | 100.0 | 205.0 | +105.0"},
		"typical requests": {CompositionTable(&j.Tail.Typical, "Where the time goes, in "), "app | 60.0 | 60 % ; db | 40.0 | 40 % ; total | 100.0 | 100 %"},
		"budget":           {budgetTable(v), "db | 70 | 131.0 | 61.0 |  | 6.1 % | 121.0 | +80.0 | blown ; app | - | - |  |  | - | 84.0 | +25.0 | - ; total | 300 | 205.0 |  | 91.0 | 1.2 % | 205.0 | +105.0 | ok"},
		"suspects":         {suspectTable(j), "version v2 of shop | 40 of 50 | 95 of 950 | 71.0 ms"},
	} {
		if got := cellsOf(c.table); got != c.want {
			t.Errorf("the table of %s is\n %s\nwant\n %s", what, got, c.want)
		}
	}
}

// cellsOf is the text of a table without its bars.
func cellsOf(t *page.Table) string {
	var rows []string
	for _, row := range append(t.Rows, t.Total) {
		var cells []string
		for i, text := range cellTexts(row) {
			if !t.Columns[i].Bars {
				cells = append(cells, text)
			}
		}
		rows = append(rows, strings.Join(cells, " | "))
	}
	return strings.TrimSuffix(strings.Join(rows, " ; "), " ; ")
}

func TestTheSentencesOfChecksHoldTheirFigures(t *testing.T) {
	v := &figures().Verdicts[0]
	for i, want := range []string{
		"p95 < 300ms: it is 205 ms (201 ms to 209 ms)",
		"db exceeded its 70 ms in 6.1 % of requests; it is 76 % of what the slowest 5 % add",
		"p95 went from 209 ms to 205 ms, -2.1 % (between -4.2 % and +5.2 %)",
		"p99 < 900ms: too few",
	} {
		if got := sentence(analyze.Ranked{Check: &v.Checks[i], Verdict: v}).String(); got != want {
			t.Errorf("said %q, want %q", got, want)
		}
	}
	if got := amount(budget.UnitRatio, 1_234_567); got != "1.23" {
		t.Errorf("a ratio is %s", got)
	}
}

func TestTheRestOfPlacesAddsUpWhatIsNotShown(t *testing.T) {
	var typical, slow []analyze.CellShare
	for i := range most + 3 {
		name := "s" + string(rune('a'+i))
		typical = append(typical, cell("app", "", name, "", 10*ms))
		slow = append(slow, cell("app", "", name, "", time.Duration(100-i)*ms))
	}
	j := journeyOf(1000, composed(100, typical...), composed(50, slow...))
	table := placesTable(&j, analyze.ByPlace, "places", "place")
	if got := strings.Join(cellTexts(table.Rows[most]), " | "); got != "3 other places | 30 | 252 | +222" {
		t.Errorf("the rest is %q", got)
	}
}

func TestAPercentileThatIsNotBoundedIsADash(t *testing.T) {
	j := &figures().Journeys[0]
	j.Percentiles[0].Bounded = false
	if got := strings.Join(cellTexts(otherRow(j)), " | "); got != "checkout | 1,000 | - | 999 ms | db, shop -> mysql +80.0 ms" {
		t.Errorf("the row is %q", got)
	}
	row := analyze.SliceRow{Value: "eu", Observations: 7, Percentiles: j.Rows.Place[0].Percentiles}
	if got := strings.Join(cellTexts(sliceRow(row)), " | "); got != "eu | 7 | -" {
		t.Errorf("the row of the slice is %q", got)
	}
}

func TestTheFirstLineCountsTheOtherChecksInTheSameState(t *testing.T) {
	res := figures()
	if got := verdictAnswer(res, nil).String(); !strings.HasSuffix(got, " of what the slowest 5 % add.") {
		t.Errorf("of one that is blown it says %q", got)
	}
	res.Verdicts[0].Checks[0].State = analyze.Blown
	if got := verdictAnswer(res, nil).String(); !strings.HasSuffix(got, "; 1 other check is blown.") {
		t.Errorf("of two that are blown it says %q", got)
	}
}

func TestEveryStateHasItsOwnPlaceInAGate(t *testing.T) {
	res := figures()
	res.Verdicts = append(res.Verdicts, analyze.Verdict{Journey: res.Verdicts[0].Journey, Observations: 9, Checks: res.Verdicts[0].Checks[:2]})
	r := New(res, Options{})
	junit := string(written(t, junitFormat, r, page.Style{}))
	for text, times := range map[string]int{
		`<testsuites name="longpole" tests="6" failures="2" errors="0" time="0.672">`: 1, ` tests="4" failures="1" errors="0" skipped="1"`: 1, ` tests="2" failures="1" errors="0" skipped="0"`: 1,
		`<skipped message="p99 &lt; 900ms: too few"`: 1, `type="blown"`: 2, "<system-out>ok: ": 2, "<system-out>at risk: ": 1,
	} {
		if n := strings.Count(junit, text); n != times {
			t.Errorf("junit has %q %d times, want %d in\n%s", text, n, times, junit)
		}
	}
	for level, state := range map[string]string{"error": "blown", "warning": "at risk", "note": "unproven"} {
		var doc any
		if err := json.Unmarshal(written(t, sarifFormat, r, page.Style{}), &doc); err != nil {
			t.Fatal(err)
		}
		for _, result := range at(doc, "runs.0.results").([]any) {
			if at(result, "properties.state") == state && at(result, "level") != level {
				t.Errorf("what is %s is at level %v in sarif, want %s", state, at(result, "level"), level)
			}
		}
	}
}

func TestAJourneyHasTheVerdictOfItsOwnPlan(t *testing.T) {
	r := New(figures(), Options{})
	other := analyze.Journey{Plan: &budget.Journey{Name: "other"}}
	if r.verdictOf(&r.result.Journeys[0]) != &r.result.Verdicts[0] || r.verdictOf(&other) != nil || r.verdictOf(&analyze.Journey{}) != nil {
		t.Error("a journey has the verdict of another")
	}
}
