package analyze_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/budget"
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

// payingPlan has three layers of a tenth of a second at most, of which pay is over its budget.
const payingPlan = `
journeys:
  buy:
    root: {service: web}
    target: p95 < 400ms
    layers: {payment: {budget: %s, under: {service: payment}}, network: {budget: %s, category: network}, rest: {budget: %s}}`

func TestAMoveOfBudgetIsNamedWithWhichAPlanWouldHold(t *testing.T) {
	all := buying(t, 300, 8) // payment takes 40 ms, or 180; the rest takes 20
	for _, c := range []struct {
		name                   string
		payment, network, rest string
		want                   []analyze.Move
	}{
		{"nothing is blown", "180ms", "100ms", "120ms", nil},
		{"the target has room", "80ms", "20ms", "150ms", []analyze.Move{{From: "", To: "payment", Time: 100 * msec}}},
		{"a layer has room", "80ms", "10ms", "310ms", []analyze.Move{{From: "rest", To: "payment", Time: 100 * msec}}},
		{"both have some", "80ms", "150ms", "110ms", []analyze.Move{{From: "", To: "payment", Time: 60 * msec}, {From: "network", To: "payment", Time: 40 * msec}}},
		{"a tenth of a millisecond is lacking", "179.95ms", "100ms", "100ms", []analyze.Move{{From: "", To: "payment", Time: 100 * time.Microsecond}}},
		{"none has enough", "80ms", "1ms", "25ms", []analyze.Move{{From: "", To: "payment", Time: 100 * msec}}},
	} {
		p := plan(t, fmt.Sprintf(payingPlan, c.payment, c.network, c.rest))
		v := collectedWith(p, all).Result(analyze.Settings{}).Verdicts[0]
		if !slices.Equal(v.Moves, c.want) {
			t.Errorf("%s: %+v, want %+v", c.name, v.Moves, c.want)
		}
		moved(p, v.Moves)
		if v := collectedWith(p, all).Result(analyze.Settings{}).Verdicts[0]; v.State != analyze.OK {
			t.Errorf("%s: with the moves the plan is %v: %+v", c.name, v.State, v.Checks)
		}
	}
	v := collectedWith(plan(t, fmt.Sprintf(strings.Replace(payingPlan, "400ms", "250ms", 1), "80ms", "10ms", "100ms")), earlier(all, 1, 8, 140*msec)).Result(analyze.Settings{}).Verdicts[0]
	if v.Moves != nil || v.State != analyze.Blown {
		t.Errorf("what is slow at other times than payment has no room: %v %+v", v.State, v.Moves)
	}
}

// earlier has every n-th request, from some on, begin earlier, so that web takes longer.
func earlier(all [][]trace.Span, from, n int, by time.Duration) [][]trace.Span {
	for i := range all {
		if i%n == from {
			all[i][0].Start = all[i][0].Start.Add(-by)
		}
	}
	return all
}

func TestRoomIsGivenAwayOnce(t *testing.T) {
	p := plan(t, `journeys: {buy: {root: {service: web}, target: p95 <= 60ms, layers: {payment: {budget: 20ms, under: {service: payment}},
      network: {budget: 25ms, category: network}, dns: {budget: 5ms, category: dns}, rest: {budget: 10ms}}}}`)
	v := collectedWith(p, buying(t, 300, 0)).Result(analyze.Settings{}).Verdicts[0] // payment takes 40 ms and the rest 20
	want := []analyze.Move{{From: "network", To: "payment", Time: 20 * msec}, {From: "network", To: "rest", Time: 5 * msec}, {From: "dns", To: "rest", Time: 5 * msec}}
	if !slices.Equal(v.Moves, want) {
		t.Errorf("%+v, want %+v of %+v", v.Moves, want, v.Checks)
	}
}

// Two layers are slow in one of 25 requests each: together they break the target, which no budget
// would mend.
func TestNoMoveIsNamedWhereTheTargetIsBlown(t *testing.T) {
	all := earlier(buying(t, 300, 0), 1, 25, 200*msec)
	for i := range all {
		if i%25 == 2 {
			ship := all[i][1]
			ship.ID, ship.Sig = 9, &trace.Signature{Service: "ship", Name: "ship", Kind: trace.Server}
			ship.Start, ship.End = all[i][0].Start.Add(-200*msec), all[i][0].Start
			all[i][0].Start = ship.Start
			all[i] = append(all[i], ship)
		}
	}
	p := plan(t, "journeys: {buy: {root: {service: web}, target: p95 < 150ms, layers: {payment: {budget: 30ms, under: {service: payment}}, ship: {budget: 50ms, under: {service: ship}}, rest: {budget: 60ms}}}}")
	v := collectedWith(p, all).Result(analyze.Settings{}).Verdicts[0]
	if v.Checks[0].State == analyze.OK || v.Checks[1].State != analyze.Blown || v.Moves != nil {
		t.Errorf("%+v of %+v", v.Moves, v.Checks)
	}
}

// moved moves budgets of the first journey.
func moved(p *budget.Plan, moves []analyze.Move) {
	for _, m := range moves {
		for i := range p.Journeys[0].Layers {
			l := &p.Journeys[0].Layers[i]
			if l.Name == m.To {
				l.Budget += m.Time
			}
			if l.Name == m.From {
				l.Budget -= m.Time
			}
		}
	}
}

func TestWhatMostOfALayerIsInsideIsNamed(t *testing.T) {
	p := plan(t, "journeys: {buy: {root: {service: web}, target: p95 < 400ms, layers: {payment: {budget: 180ms, under: {service: payment}}, rest: {budget: 30ms}}}}")
	checks := collectedWith(p, earlier(buying(t, 300, 8), 0, 8, 15*msec)).Result(analyze.Settings{}).Verdicts[0].Checks
	if c, want := checks[2], (analyze.Inside{Category: "app", Place: "web", Time: 15 * msec}); c.State != analyze.Blown || c.Most != want {
		t.Errorf("%v, %+v, want %+v", c.State, c.Most, want)
	}
}

func TestRoomIsWhatIsLeftAboveTheBoundOfTheInterval(t *testing.T) {
	p := plan(t, fmt.Sprintf(payingPlan, "80ms", "20ms", "150ms"))
	checks := collectedWith(p, buying(t, 300, 8)).Result(analyze.Settings{}).Verdicts[0].Checks
	for i, want := range []time.Duration{200 * msec, -100 * msec, 20 * msec, 130 * msec} {
		if got, bounded := checks[i].Room(); got != want || !bounded {
			t.Errorf("%s has %v, want %v", checks[i].Text, got, want)
		}
	}
	few := collectedWith(p, buying(t, 58, 8)).Result(analyze.Settings{}).Verdicts[0].Checks
	if _, bounded := few[0].Room(); bounded {
		t.Error("58 requests bound p95")
	}
}

// calling makes n requests of web that wait for stock, some that wait for audit, and some in which
// audit runs on its own.
func calling(t *testing.T, n, audited, aside int) (all [][]trace.Span) {
	for i := range n {
		text := `
			buy server in=web           ====================
			  look client in=web         =                   dns.question.name=shop.example server.address=10.0.0.2
			  ask client in=web           ======             peer.service=stock
			    serve server in=stock      ====
			      select client in=stock    ==               db.system=postgresql server.address=pg-1`
		if i < audited || i >= n-aside {
			text += `
			  tell client in=web                ======       peer.service=audit
			    audit server in=audit            ====`
		}
		spans := testkit.Draw(t, text)
		for k := range spans {
			spans[k].Trace.Lo = uint64(i + 1)
			if i >= n-aside && k >= 5 { // begins when the answer is there
				spans[k].Start, spans[k].End = spans[0].End.Add(time.Millisecond), spans[0].End.Add(9*time.Millisecond)
			}
		}
		all = append(all, spans)
	}
	return all
}

func TestWhatRequestsWaitForAndThePlanDoesNotNameIsNew(t *testing.T) {
	db := analyze.Dependency{Name: "pg-1", Category: "db", Requests: 300}
	audit := analyze.Dependency{Name: "audit", Category: "app", Requests: 3}
	for _, c := range []struct {
		name, may      string
		n, slow, aside int
		want           []analyze.Dependency
		state          analyze.State
	}{
		{"all is named", "stock, db, audit", 300, 3, 0, nil, analyze.OK},
		{"by a glob and a store", "st*, pg-1, audit", 300, 3, 0, nil, analyze.OK},
		{"audit is not", "stock, db", 300, 3, 0, []analyze.Dependency{audit}, analyze.Blown},
		{"two wait for audit", "stock, db", 200, 2, 0, nil, analyze.Unproven},
		{"fewer than 1 in 100 do", "stock, db", 301, 3, 0, nil, analyze.OK},
		{"nobody waits for it", "stock, db", 299, 0, 40, nil, analyze.OK},
		{"too few to be certain", "stock, db", 298, 0, 40, nil, analyze.Unproven},
		{"two are not", "stock", 300, 3, 0, []analyze.Dependency{db, audit}, analyze.Blown},
	} {
		p := plan(t, "journeys: {buy: {root: {service: web}, may_wait_for: ["+c.may+"], assert: [path.new <= 0]}}")
		v := collectedWith(p, calling(t, c.n, c.slow, c.aside)).Result(analyze.Settings{}).Verdicts[0]
		if !slices.Equal(v.New, c.want) || v.State != c.state || v.Checks[0].Value != int64(len(c.want))*1e6 {
			t.Errorf("%s: %v, %+v, want %v, %+v", c.name, v.State, v.New, c.state, c.want)
		}
	}
	one := plan(t, "journeys: {buy: {root: {service: web}, may_wait_for: stock, assert: [path.new <= 1]}}")
	if v := collectedWith(one, calling(t, 300, 0, 0)).Result(analyze.Settings{}).Verdicts[0]; v.State != analyze.OK {
		t.Errorf("one may be new: %v", v.State)
	}
	silent := plan(t, "journeys: {buy: {root: {service: web}, target: p95 < 1s}}")
	if v := collectedWith(silent, calling(t, 300, 3, 0)).Result(analyze.Settings{}).Verdicts[0]; v.New != nil {
		t.Errorf("a plan that does not say: %+v", v.New)
	}
}

// The root may be asked for by route alone, and then no matcher names its service.
func TestTheServiceThatRequestsBeginAtIsNoDependency(t *testing.T) {
	for _, root := range []string{"{service: w*}", "{name: buy}"} {
		p := plan(t, "journeys: {buy: {root: "+root+", may_wait_for: [stock, db], assert: [path.new <= 0]}}")
		if v := collectedWith(p, calling(t, 300, 0, 0)).Result(analyze.Settings{}).Verdicts[0]; v.State != analyze.OK {
			t.Errorf("%s: %v, %+v", root, v.State, v.New)
		}
	}
}

// What fails is quick.
func TestRequestsThatAllFailSayNothingOfHowLongOneTakes(t *testing.T) {
	p := plan(t, `journeys: {buy: {root: {service: web}, target: p95 < 400ms, layers: {payment: {under: {service: payment}, budget: 80ms}}}}`)
	failing := func(spared int) analyze.Verdict {
		all := buying(t, 100, 0)
		for i := range all[spared:] {
			all[spared+i][0].Flags |= trace.Failed
		}
		return collectedWith(p, all).Result(analyze.Settings{}).Verdicts[0]
	}
	if v := failing(0); !v.Unmeasured() || v.Checks[0].Why != "all 100 requests failed, so nobody knows how long one takes that does not" {
		t.Errorf("all fail: %+v", v.Checks)
	}
	if v := failing(1); v.State != analyze.OK {
		t.Errorf("all but one fail: %+v", v.Checks)
	}
	slow := plan(t, "journeys: {buy: {root: {service: web}, target: p95 < 40ms, assert: [errors.share < 5%]}}")
	all := buying(t, 100, 0)
	for i := range all {
		all[i][0].Flags |= trace.Failed
	}
	if v := collectedWith(slow, all).Result(analyze.Settings{}).Verdicts[0]; v.Checks[0].State != analyze.Blown || v.Checks[1].State != analyze.Blown {
		t.Errorf("what is broken stays so: %+v", v.Checks)
	}
}

func TestRequestsThatTakeNoTimeProveNothing(t *testing.T) {
	p := plan(t, "journeys: {buy: {root: {service: web}, target: p95 < 400ms}}")
	if v := collectedWith(p, lasting(100, 0)).Result(analyze.Settings{}).Verdicts[0]; !v.Unmeasured() || !strings.Contains(v.Checks[0].Why, "none of 100 requests took any time") {
		t.Errorf("%+v", v.Checks)
	}
	if v := collectedWith(p, append(lasting(99, 0), lasting(100, 1)[99])).Result(analyze.Settings{}).Verdicts[0]; v.State != analyze.OK {
		t.Errorf("one takes a nanosecond: %+v", v.Checks)
	}
}

func TestARequestWithoutAValueIsInNoSlice(t *testing.T) {
	all := buying(t, 100, 0)
	for i := range all[:60] {
		all[i][0].Sig.Resource = trace.Attrs{{Key: "cloud.region", Value: "eu-west"}}
	}
	for slice, want := range map[string]int{"cloud.region": 60, "cloud.regio": 0} {
		p := plan(t, `journeys: {buy: {root: {service: web}, assert: ["p95{region=*} < 1s"]}}`+"\nslices: {region: "+slice+"}")
		if v := collectedWith(p, all).Result(analyze.Settings{}).Verdicts[0]; v.Checks[0].Observations != want || v.Unmeasured() != (want == 0) {
			t.Errorf("%s: %+v", slice, v.Checks)
		}
	}
}
