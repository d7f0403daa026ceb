package analyze_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
)

// buying draws n requests that pay in 40 ms, and every slow-th of them in 180 ms.
func buying(t testing.TB, n, slow int) (all [][]trace.Span) {
	for i := range n {
		pay := 40
		if slow > 0 && i%slow == 0 {
			pay = 180
		}
		spans := testkit.Draw(t, "buy server in=web "+strings.Repeat("=", pay+20)+"\n  pay server in=payment "+strings.Repeat("=", pay))
		for k := range spans {
			spans[k].Trace.Lo = uint64(i + 1)
			at := time.Duration(i) * time.Second
			spans[k].Start, spans[k].End = spans[k].Start.Add(at), spans[k].End.Add(at)
		}
		spans[0].Start = spans[1].Start.Add(-20 * time.Millisecond)
		spans[0].End = spans[1].End
		all = append(all, spans)
	}
	return all
}

const buyPlan = `
journeys:
  buy:
    owner: shop
    root: {service: web}
    target: p95 < 210ms
    layers:
      payment: {budget: 80ms, under: {service: payment}}
      rest:    {budget: 90ms}`

// wantStates compares the checks of the first journey, each as "text: state".
func wantStates(t *testing.T, text string, all [][]trace.Span, want ...string) []analyze.Check {
	t.Helper()
	return wantChanges(t, text, nil, all, want...)
}

func wantChanges(t *testing.T, text string, before, after [][]trace.Span, want ...string) []analyze.Check {
	t.Helper()
	p := plan(t, text)
	var baseline *analyze.Data
	if before != nil {
		baseline = collectedWith(p, ofAnotherRun(before)).Data
	}
	v := collectedWith(p, after).Against(baseline, p, analyze.Settings{}).Verdicts[0]
	var got []string
	for _, c := range v.Checks {
		got = append(got, fmt.Sprintf("%s: %s", c.Text, c.State))
	}
	if a, b := strings.Join(got, "\n\t"), strings.Join(want, "\n\t"); a != b {
		t.Errorf("checks are\n\t%s\nwant\n\t%s", a, b)
	}
	return v.Checks
}

func TestALayerThatNowAndThenTakesTooLongIsBlown(t *testing.T) {
	checks := wantStates(t, buyPlan, buying(t, 300, 8),
		"p95 < 210ms: ok", "payment.p95 <= 80ms: blown", "rest.p95 <= 90ms: ok")
	pay := checks[1]
	if got := pay.Exceeded.Share(); got != 38*1_000_000/300 {
		t.Errorf("exceeded in %d millionths, want 38 of 300", got)
	}
	if pay.Extra != 140*time.Millisecond || pay.Line != 9 || pay.Value != int64(180*time.Millisecond) {
		t.Errorf("%+v", pay)
	}
	if len(pay.Exemplars) != 2 || pay.Exemplars[0].Duration != 200*time.Millisecond || pay.Exemplars[1].Duration != 60*time.Millisecond {
		t.Errorf("exemplars %+v", pay.Exemplars)
	}
}

func TestAnEstimateAboveTheBudgetIsAtRiskUntilItIsProven(t *testing.T) {
	wantStates(t, buyPlan, buying(t, 100, 16),
		"p95 < 210ms: ok", "payment.p95 <= 80ms: at risk", "rest.p95 <= 90ms: ok")
}

func TestTooFewRequestsProveThatALimitIsBrokenButNotThatItIsKept(t *testing.T) {
	checks := wantStates(t, buyPlan, buying(t, 58, 2),
		"p95 < 210ms: unproven", "payment.p95 <= 80ms: blown", "rest.p95 <= 90ms: unproven")
	if checks[0].Why != "likely kept: none of 58 requests exceeds it; 59 would prove it" {
		t.Errorf("why: %s", checks[0].Why)
	}
}

func TestAJourneyThatMatchesNothingIsUnproven(t *testing.T) {
	p := plan(t, "journeys: {elsewhere: {root: {service: nobody}, target: p95 < 1s}}")
	v := collectedWith(p, buying(t, 100, 0)).Result(analyze.Settings{}).Verdicts[0]
	if v.State != analyze.Unproven || v.Observations != 0 || v.Checks[0].Why != "no request was measured" {
		t.Errorf("%+v", v)
	}
}

func asserting(asserts string) string {
	return buyPlan + "\n    assert: [" + asserts + "]\nslices: {region: cloud.region}"
}

func TestAssertionsAreMeasured(t *testing.T) {
	all := buying(t, 400, 8)
	for i := range all {
		for k := range all[i] {
			all[i][k].Sig.Resource = trace.Attrs{{Key: "cloud.region", Value: []string{"eu-west", "us-east"}[i%2]}}
		}
		all[i][0].Flags |= map[bool]trace.Flags{true: trace.Failed}[i%100 == 0]
	}
	checks := wantStates(t, asserting(`"p99 < 200ms", "p99 <= 200ms", "p95{region=us-*} < 100ms", "p95{region=eu-*} < 100ms", "p95{region=asia} < 1s",
      payment.mean < 57ms, payment.p50 < 41ms, errors.share < 0.9%, errors.share < 5%, payment.budget.share < 20%, budget.share < 1%`), all,
		"p95 < 210ms: ok", "payment.p95 <= 80ms: blown", "rest.p95 <= 90ms: ok",
		"p99 < 200ms: blown", "p99 <= 200ms: ok", "p95{region=us-*} < 100ms: ok", "p95{region=eu-*} < 100ms: blown", "p95{region=asia} < 1s: unproven",
		"payment.mean < 57ms: at risk", "payment.p50 < 41ms: ok", "errors.share < 0.9%: at risk", "errors.share < 5%: ok", "payment.budget.share < 20%: ok", "budget.share < 1%: ok")
	if got := checks[7].Why; got != "no request is in this slice" {
		t.Errorf("why: %s", got)
	}
}

func TestRetriesAreCountedPerCallThatWasNeeded(t *testing.T) {
	var all [][]trace.Span
	for i := range 40 {
		spans := testkit.Draw(t, `
			buy server in=web     ===============
			  pay client in=web     ====            failed peer.service=pay
			  pay client in=web           =====     peer.service=pay
			  ask client in=web                ===  peer.service=stock`)
		for k := range spans {
			spans[k].Trace.Lo = uint64(i + 1)
		}
		all = append(all, spans)
	}
	checks := wantStates(t, asserting("retries.amplification < 1.2, retries.amplification <= 1.5"), all,
		"p95 < 210ms: unproven", "payment.p95 <= 80ms: unproven", "rest.p95 <= 90ms: unproven",
		"retries.amplification < 1.2: blown", "retries.amplification <= 1.5: ok")
	if checks[3].Value != 1_500_000 {
		t.Errorf("three calls for two: %d", checks[3].Value)
	}
}

func TestARegressionNeedsABaseline(t *testing.T) {
	checks := wantStates(t, asserting("regression(p95) < 5%"), buying(t, 100, 0),
		"p95 < 210ms: ok", "payment.p95 <= 80ms: ok", "rest.p95 <= 90ms: ok", "regression(p95) < 5%: unproven")
	if !strings.Contains(checks[3].Why, "--baseline") {
		t.Errorf("why: %s", checks[3].Why)
	}
}

func TestARegressionIsHeldAgainstTheBaselineLayerByLayer(t *testing.T) {
	checks := wantChanges(t, asserting("regression(p95) < 5%, regression(rest.p95) < 5%, regression(payment.p50) < 5%"), buying(t, 200, 0), buying(t, 200, 8),
		"p95 < 210ms: ok", "payment.p95 <= 80ms: blown", "rest.p95 <= 90ms: ok",
		"regression(p95) < 5%: blown", "regression(rest.p95) < 5%: ok", "regression(payment.p50) < 5%: ok")
	if ch := checks[3].Change; ch.Before != 60*time.Millisecond || ch.After != 200*time.Millisecond || ch.Blocks != [2]int{20, 20} || ch.Baseline != 200 {
		t.Errorf("%+v", ch)
	}
}

func TestAChangeOfLessThanFiveMillisecondsIsNoRegression(t *testing.T) {
	after := buying(t, 200, 0)
	for i := range after {
		after[i][0].End = after[i][0].End.Add(4 * time.Millisecond)
	}
	wantChanges(t, asserting("regression(p95) < 5%"), buying(t, 200, 0), after,
		"p95 < 210ms: ok", "payment.p95 <= 80ms: ok", "rest.p95 <= 90ms: ok", "regression(p95) < 5%: ok")
}

func TestLayersAtTheTargetSumToItWhateverThePlan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := plans(t)
		for i := range p.Journeys {
			p.Journeys[i].Target.Rank, p.Journeys[i].Target.Limit = 95_000, time.Millisecond
		}
		for _, v := range collectedWith(p, traces(t)).Result(analyze.Settings{Draws: 20}).Verdicts {
			if v.Observations > 0 && (sumOf(v.At.By(analyze.ByLayer)) != v.At.Value || v.At.Level != quantile.P95) {
				t.Fatalf("%+v", v.At)
			}
		}
	})
}

func TestChecksAreRankedByStateThenByWhatTheyAdd(t *testing.T) {
	r := collectedWith(plan(t, buyPlan), buying(t, 300, 8)).Result(analyze.Settings{})
	ranked := r.Ranked()
	if len(ranked) != 3 || ranked[0].Layer != "payment" || ranked[0].Verdict.Journey.Owner != "shop" {
		t.Errorf("%+v", ranked)
	}
}

func TestStartsAtBothEndsOfTimeMakeBlocksAllTheSame(t *testing.T) {
	all := buying(t, 70, 0)
	all[0][0].Start, all[0][0].End = -1<<63, -1<<63+trace.Time(time.Second)
	all[1][0].Start, all[1][0].End = 1<<63-1-trace.Time(time.Second), 1<<63-1
	r := rand.New(rand.NewPCG(1, 1))
	r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	p := plan(t, asserting("regression(p95) < 5%, mean < 1s"))
	v := collectedWith(p, all).Against(collectedWith(p, ofAnotherRun(buying(t, 70, 0))).Data, p, analyze.Settings{Draws: 20}).Verdicts[0]
	if len(v.Checks) != 5 {
		t.Errorf("%+v", v)
	}
}
