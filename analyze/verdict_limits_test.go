package analyze_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
)

const msec = time.Millisecond

// lasting makes n requests of that duration, a second apart.
func lasting(n int, d time.Duration) (all [][]trace.Span) {
	sig := &trace.Signature{Service: "web", Name: "buy", Kind: trace.Server}
	for i := range n {
		start := testkit.Epoch.Add(time.Duration(i) * time.Second)
		all = append(all, []trace.Span{{Trace: trace.ID{Lo: uint64(i + 1)}, ID: 1, Sig: sig, Start: start, End: start.Add(d)}})
	}
	return all
}

// ofAnotherRun returns the same requests under other ids.
func ofAnotherRun(all [][]trace.Span) (out [][]trace.Span) {
	for _, spans := range all {
		spans = slices.Clone(spans)
		for k := range spans {
			spans[k].Trace.Hi = 1
		}
		out = append(out, spans)
	}
	return out
}

// stateOf returns the state of what a plan promises in one line, which is its target or an assertion.
func stateOf(t *testing.T, promise string, before, after [][]trace.Span) analyze.State {
	t.Helper()
	p := plan(t, fmt.Sprintf("journeys: {buy: {root: {service: web}, %s}}", promise))
	var baseline *analyze.Data
	if before != nil {
		baseline = collectedWith(p, ofAnotherRun(before)).Data
	}
	return collectedWith(p, after).Against(baseline, p, analyze.Settings{}).Verdicts[0].State
}

func TestARequestFewerThanNeededProvesNothing(t *testing.T) {
	for promise, needed := range map[string]int{
		"target: p95 < 1s": 59, "target: p99 < 1s": 299, "target: p90 < 1s": 29, "assert: [p50 < 1s]": 5,
		"assert: [errors.share < 1%]": 299, "assert: [errors.share < 5%]": 59, "assert: [errors.share < 50%]": 5,
		"assert: [budget.share < 5%], target: p50 < 1s": 59, "assert: [mean < 1s]": 30,
	} {
		few, enough := stateOf(t, promise, nil, lasting(needed-1, msec)), stateOf(t, promise, nil, lasting(needed, msec))
		if few != analyze.Unproven || enough != analyze.OK {
			t.Errorf("%s with %d requests is %v, with %d it is %v", promise, needed-1, few, needed, enough)
		}
	}
}

func TestARegressionNeedsEnoughRequestsOnBothSides(t *testing.T) {
	const promise = "assert: [regression(p95) < 5%]"
	for _, c := range []struct {
		before, after int
		want          analyze.State
	}{{59, 59, analyze.OK}, {58, 59, analyze.Unproven}, {59, 58, analyze.Unproven}} {
		if got := stateOf(t, promise, lasting(c.before, msec), lasting(c.after, msec)); got != c.want {
			t.Errorf("%d before and %d after are %v", c.before, c.after, got)
		}
	}
}

func TestALimitIsHeldToTheNanosecond(t *testing.T) {
	const limit = 100 * msec
	for _, c := range []struct {
		promise             string
		below, exact, above analyze.State
	}{
		{"target: p95 < 100ms", analyze.OK, analyze.Blown, analyze.Blown},
		{"target: p95 <= 100ms", analyze.OK, analyze.OK, analyze.Blown},
		{"assert: [p95 < 100ms]", analyze.OK, analyze.Blown, analyze.Blown},
		{"assert: [p95 <= 100ms]", analyze.OK, analyze.OK, analyze.Blown},
		{"assert: [mean < 100ms]", analyze.OK, analyze.Blown, analyze.Blown},
		{"assert: [mean <= 100ms]", analyze.OK, analyze.OK, analyze.Blown},
		{"target: p95 < 1s, layers: {app: {category: app, budget: 100ms}}", analyze.OK, analyze.OK, analyze.Blown},
		{"target: p95 < 1s, layers: {app: {category: app}}", analyze.OK, analyze.OK, analyze.OK},
		{"target: p95 < 1s, layers: {app: {category: app, budget: 100ms}}, assert: [app.budget.share <= 5%]", analyze.OK, analyze.OK, analyze.Blown},
	} {
		for d, want := range map[time.Duration]analyze.State{limit - 1: c.below, limit: c.exact, limit + 1: c.above} {
			if got := stateOf(t, c.promise, nil, lasting(60, d)); got != want {
				t.Errorf("%s at %d ns is %v, want %v", c.promise, d, got, want)
			}
		}
	}
}

func TestWhatTakesExactlyTheLimitDoesNotExceedIt(t *testing.T) {
	p := plan(t, `journeys: {buy: {root: {service: web}, target: p95 < 100ms, layers: {app: {category: app, budget: 50ms}}, assert: ["budget.share < 1%", "app.budget.share < 1%"]}}`)
	for d, want := range map[time.Duration][]int64{
		50 * msec: {0, 0, 0, 0}, 50*msec + 1: {0, 1_000_000, 0, 1_000_000}, 100 * msec: {0, 1_000_000, 0, 1_000_000},
		100*msec + 1: {1_000_000, 1_000_000, 1_000_000, 1_000_000},
	} {
		checks := collectedWith(p, lasting(60, d)).Result(analyze.Settings{}).Verdicts[0].Checks
		got := []int64{checks[0].Exceeded.Share(), checks[1].Exceeded.Share(), checks[2].Value, checks[3].Value}
		if !slices.Equal(got, want) {
			t.Errorf("at %d ns target, budget and their shares are exceeded in %v millionths, want %v", d, got, want)
		}
	}
}

func TestAChangeOfFiveMillisecondsIsARegressionAndANanosecondLessIsNone(t *testing.T) {
	for _, c := range []struct {
		after time.Duration
		want  analyze.State
	}{{45 * msec, analyze.Blown}, {45*msec - 1, analyze.OK}} {
		if got := stateOf(t, "assert: [regression(p95) < 5%]", lasting(60, 40*msec), lasting(60, c.after)); got != c.want {
			t.Errorf("from 40 ms to %d ns is %v, want %v", c.after, got, c.want)
		}
	}
}

func TestAChangeOfExactlyTheLimitBreaksLessThan(t *testing.T) {
	for _, c := range []struct {
		promise string
		after   time.Duration
		want    analyze.State
	}{
		{"regression(p95) < 10%", 110 * msec, analyze.Blown},
		{"regression(p95) < 10%", 110*msec - 200, analyze.OK},
		{"regression(p95) <= 10%", 110 * msec, analyze.OK},
		{"regression(p95) <= 10%", 110*msec + 200, analyze.Blown},
	} {
		if got := stateOf(t, "assert: ["+c.promise+"]", lasting(60, 100*msec), lasting(60, c.after)); got != c.want {
			t.Errorf("%s: from 100 ms to %d ns is %v, want %v", c.promise, c.after, got, c.want)
		}
	}
}

func TestRequestsOfUnequalWeightCountForAVerdictAsFarAsTheyKnow(t *testing.T) {
	p := plan(t, "journeys: {buy: {root: {service: web}, target: p95 < 1s}}")
	weighted := func(n int) analyze.Check {
		all := lasting(n, msec)
		for i := range all {
			all[i][0].Flags, all[i][0].Threshold = trace.Sampled, uint64(i%2)*3<<54 // every other one stands for four
		}
		return collectedWith(p, all).Result(analyze.Settings{}).Verdicts[0].Checks[0]
	}
	// With one of weight 4 added above: p (1-p) (2.5 n + 4)^2 / (8.5 n (1-p)^2 + 16 p^2), 1-p = 4 / (2.5 n + 4)
	if c := weighted(92); c.State != analyze.Unproven || c.Why != "likely kept: none of 92 requests exceeds it, which know as much as 58; 59 would prove it" {
		t.Errorf("92 are %v: %s", c.State, c.Why)
	}
	if c := weighted(94); c.State != analyze.OK {
		t.Errorf("94 are %v: %s", c.State, c.Why)
	}
}

func TestAnEstimateThatKeepsTheLimitIsLikelyKeptUntilItIsProven(t *testing.T) {
	p := plan(t, "journeys: {buy: {root: {service: web}, target: p95 < 100ms}}")
	for n, want := range map[int]analyze.State{180: analyze.Unproven, 181: analyze.OK} {
		all := append(lasting(n-4, 10*msec), lasting(n, 200*msec)[n-4:]...)
		if c := collectedWith(p, all).Result(analyze.Settings{}).Verdicts[0].Checks[0]; c.State != want || c.Exceeding != 4 || c.Needed != 181 {
			t.Errorf("4 of %d: %+v", n, c)
		}
	}
}

func TestALimitIsBlownByTheFewestRequestsThatProveIt(t *testing.T) {
	for n, k := range map[int]int{2: 2, 5: 2, 10: 3, 20: 4, 39: 6, 100: 11} {
		for above, want := range map[int]analyze.State{k - 1: analyze.AtRisk, k: analyze.Blown} {
			all := append(lasting(n-above, 10*msec), lasting(n, 200*msec)[n-above:]...)
			for _, promise := range []string{"target: p95 < 100ms", "assert: [p95 <= 199ms]", "target: p95 < 1s, layers: {app: {category: app, budget: 100ms}}"} {
				if got := stateOf(t, promise, nil, all); got != want {
					t.Errorf("%s with %d of %d above is %v, want %v", promise, above, n, got, want)
				}
			}
		}
	}
	if got := stateOf(t, "target: p95 < 100ms", nil, lasting(1, time.Minute)); got != analyze.AtRisk {
		t.Errorf("one slow request is %v", got)
	}
}

func TestAMeanIsProvenByItsInterval(t *testing.T) {
	for slow, want := range map[int]analyze.State{0: analyze.OK, 5: analyze.Unproven, 9: analyze.AtRisk, 30: analyze.Blown} {
		all := append(lasting(100-slow, 10*msec), lasting(100, 110*msec)[100-slow:]...)
		if slow == 9 { // spread over the blocks of time
			for i := range slow {
				j := i * 11
				all[j][0].End, all[91+i][0].End = all[j][0].Start.Add(110*msec), all[91+i][0].Start.Add(10*msec)
			}
		}
		if got := stateOf(t, "assert: [mean < 18500us]", nil, all); got != want {
			t.Errorf("with %d of 100 slow the mean is %v, want %v", slow, got, want)
		}
	}
}

func TestAMeanOfFewRequestsIsNotProven(t *testing.T) {
	for promise, want := range map[string]analyze.State{"assert: [mean < 1s]": analyze.Unproven, "assert: [mean < 1ms]": analyze.AtRisk} {
		if got := stateOf(t, promise, nil, lasting(29, 10*msec)); got != want {
			t.Errorf("%s of 29 requests is %v, want %v", promise, got, want)
		}
	}
}

func TestALayerWhoseMatcherNoRequestHasIsUnprovenAndNamed(t *testing.T) {
	for layer, want := range map[string]analyze.State{
		"match: {service: paymnet}": analyze.Unproven, "under: {service: paymnet}": analyze.Unproven,
		"category: db, under: {service: web}": analyze.Unproven, "category: db": analyze.OK, "cause: retry": analyze.OK,
	} {
		p := plan(t, "journeys: {buy: {root: {service: web}, target: p95 < 1s, layers: {pay: {"+layer+", budget: 1ms}}, assert: [pay.p95 < 1s]}}")
		v := collectedWith(p, lasting(100, msec)).Result(analyze.Settings{}).Verdicts[0]
		for _, c := range v.Checks[1:] {
			if c.State != want || c.Unmeasured != (want == analyze.Unproven) || strings.Contains(c.Why, "no request has any of pay") != c.Unmeasured {
				t.Errorf("%s: %s is %v: %s", layer, c.Text, c.State, c.Why)
			}
		}
		if v.Checks[0].State != analyze.OK || v.Unmeasured() {
			t.Errorf("%s: the target is %v", layer, v.Checks[0].State)
		}
	}
}

func TestAmplificationIsNotMeasuredWithoutACall(t *testing.T) {
	p := plan(t, "journeys: {buy: {root: {service: web}, assert: [retries.amplification < 2]}}")
	v := collectedWith(p, lasting(100, msec)).Result(analyze.Settings{}).Verdicts[0]
	if c := v.Checks[0]; c.State != analyze.Unproven || c.Why != "no request made a call" || !v.Unmeasured() {
		t.Errorf("%+v", c)
	}
}

func TestAJourneyWithoutRequestsIsUnprovenThoughItPromisesNothing(t *testing.T) {
	p := plan(t, "journeys: {elsewhere: {root: {service: nobody}}}")
	if v := collectedWith(p, lasting(60, msec)).Result(analyze.Settings{}).Verdicts[0]; v.State != analyze.Unproven || len(v.Checks) > 0 {
		t.Errorf("%+v", v)
	}
}

func TestTheStateOfAJourneyIsTheWorstOfItsChecks(t *testing.T) {
	for _, asserts := range []string{"p50 < 1ms, p50 < 1s", "p50 < 1s, p50 < 1ms"} {
		if got := stateOf(t, "target: p95 < 1s, assert: ["+asserts+"]", nil, lasting(60, 10*msec)); got != analyze.Blown {
			t.Errorf("%s is %v", asserts, got)
		}
	}
}

// drawnTimes draws a request n times, from the id after last on.
func drawnTimes(t *testing.T, all [][]trace.Span, n int, drawing string) [][]trace.Span {
	t.Helper()
	for range n {
		spans := testkit.Draw(t, drawing)
		for k := range spans {
			spans[k].Trace.Lo = uint64(len(all) + 1)
		}
		all = append(all, spans)
	}
	return all
}

func TestTheExtraOfALayerIsThatOfAllItsCells(t *testing.T) {
	all := drawnTimes(t, nil, 90, `
		buy server in=web        ==========
		  pay client in=web       ====
		    pay server in=payment  ==`)
	all = drawnTimes(t, all, 10, `
		buy server in=web        ====================
		  pay client in=web       ==============
		    pay server in=payment  ======`)
	p := plan(t, "journeys: {buy: {root: {service: web}, target: p95 < 1s, layers: {payment: {under: {service: payment}, budget: 5ms}}}}")
	c := collectedWith(p, all).Result(analyze.Settings{Tail: 9100}).Verdicts[0].Checks[1]
	if c.Extra != 10*msec { // 6 ms on the network, 4 ms of the payment's own
		t.Errorf("the layer adds %v", c.Extra)
	}
}

func TestOfBlownChecksTheOneThatAddsMostComesFirst(t *testing.T) {
	all := drawnTimes(t, nil, 80, `
		buy server in=web  ==========
		  a in=a            =
		  b in=b              =`)
	all = drawnTimes(t, all, 20, `
		buy server in=web  ====================
		  a in=a            ===
		  b in=b                ===========`)
	p := plan(t, `
journeys:
  buy:
    root: {service: web}
    target: p95 < 1s
    layers: {a: {under: {service: a}, budget: 2ms}, b: {under: {service: b}, budget: 2ms}}`)
	var got []string
	for _, c := range collectedWith(p, all).Result(analyze.Settings{}).Ranked() {
		got = append(got, fmt.Sprintf("%s %v %d", c.Layer, c.State, c.Extra/msec))
	}
	if want := []string{"b blown 10", "a blown 2", " ok 0"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// twins returns the exemplars of a blown target: 90 requests are typical, 10 are slow.
func twins(t *testing.T, typical, slow string) (why []string) {
	t.Helper()
	all := drawnTimes(t, drawnTimes(t, nil, 90, typical), 10, slow)
	p := plan(t, "journeys: {buy: {root: {service: web}, target: p95 < 15ms}}")
	for _, e := range collectedWith(p, all).Result(analyze.Settings{}).Verdicts[0].Checks[0].Exemplars {
		why = append(why, fmt.Sprintf("%s %d", e.Why, e.Duration/msec))
	}
	return why
}

func TestTheTwinOfAnOverrunMakesTheSameCallsFromTheSamePlaces(t *testing.T) {
	const typical = `
		buy server in=web       ==========
		  cart server in=cart    ======
		    pay server in=pay     ==`
	for slow, want := range map[string]string{
		`
		buy server in=web       ====================
		  cart server in=cart    ================
		    pay server in=pay     ==
		    pay server in=pay       ==========`: "overrun 20, twin 10", // repeated, but the same
		`
		buy server in=web       ====================
		  cart server in=cart    ======
		  pay server in=pay            ==========`: "overrun 20", // called from elsewhere
		`
		buy server in=web       ====================
		  cart server in=cart    ================
		    pay server in=pay     ==
		    ask server in=ask       ==========`: "overrun 20", // one call more
	} {
		if got := strings.Join(twins(t, typical, slow), ", "); got != want {
			t.Errorf("exemplars are %s, want %s, for%s", got, want, slow)
		}
	}
}

func TestOfEqualOverrunsOfALayerTheLastIsShown(t *testing.T) {
	checks := wantStates(t, buyPlan, buying(t, 300, 8),
		"p95 < 210ms: ok", "payment.p95 <= 80ms: blown", "rest.p95 <= 90ms: ok")
	if got := checks[1].Exemplars[0].Trace.Lo; got != 297 {
		t.Errorf("the overrun is that of trace %d; the last of the slow ones is 297", got)
	}
}

func TestTheOverrunOfALayerIsTheRequestThatWaitedMostForIt(t *testing.T) {
	all := drawnTimes(t, nil, 95, "buy server in=web ===================\n  pay server in=payment =========")
	all = drawnTimes(t, all, 1, "buy server in=web =====================\n  pay server in=payment =========")
	all = drawnTimes(t, all, 4, "buy server in=web ====================\n  pay server in=payment ==============")
	p := plan(t, "journeys: {buy: {root: {service: web}, target: p95 < 1s, layers: {payment: {under: {service: payment}, budget: 1ms}}}}")
	c := collectedWith(p, all).Result(analyze.Settings{}).Verdicts[0].Checks[1]
	if len(c.Exemplars) == 0 || c.Exemplars[0].Duration != 20*msec {
		t.Errorf("%v, exemplars %+v", c.State, c.Exemplars)
	}
}

func TestAMeanIsOfTheRequestsThatTracesStandFor(t *testing.T) {
	all := append(lasting(30, 10*msec), lasting(60, 40*msec)[30:]...)
	for i := range all {
		all[i][0].Flags = trace.Sampled
		if i < 30 {
			all[i][0].Threshold = 3 << 54
		}
	}
	p := plan(t, "journeys: {buy: {root: {service: web}, assert: [mean < 1s]}}")
	c := collectedWith(p, all).Result(analyze.Settings{}).Verdicts[0].Checks[0]
	if c.Value != int64(16*msec) { // (4 x 10 + 40) / 5
		t.Errorf("the mean is %v", time.Duration(c.Value))
	}
}

func TestARegressionIsOfTheSameLayerAndSliceOnBothSides(t *testing.T) {
	run := func(eu, us, payment string) (all [][]trace.Span) {
		for range 60 {
			all = drawnTimes(t, all, 1, "buy server in=web "+us+" cloud.region=us\n  pay server in=payment "+payment)
			all = drawnTimes(t, all, 1, "buy server in=web "+eu+" cloud.region=eu\n  pay server in=payment "+payment)
		}
		return all
	}
	p := plan(t, `
journeys:
  buy:
    root: {service: web}
    layers: {payment: {under: {service: payment}}}
    assert: ["regression(p95){region=eu} < 5%", "regression(payment.p95) < 5%", "regression(p95) < 5%"]
slices: {region: cloud.region}`)
	before := run("==========", "====================", "====")
	after := run("================", "====================", "==========")
	var got []analyze.State
	for _, c := range collectedWith(p, after).Against(collectedWith(p, ofAnotherRun(before)).Data, p, analyze.Settings{}).Verdicts[0].Checks {
		got = append(got, c.State)
	}
	if !slices.Equal(got, []analyze.State{analyze.Blown, analyze.Blown, analyze.OK}) {
		t.Errorf("in the slice, in the layer and as a whole: %v", got)
	}
}

func TestMinutesWithoutRequestsAreNoBlocks(t *testing.T) {
	all := lasting(60, msec)
	for i := range all {
		if i >= 30 {
			all[i][0].Start, all[i][0].End = all[i][0].Start.Add(11*time.Minute), all[i][0].End.Add(11*time.Minute)
		}
	}
	p := plan(t, "journeys: {buy: {root: {service: web}, assert: [regression(p95) < 5%]}}")
	c := collectedWith(p, all).Against(collectedWith(p, ofAnotherRun(all)).Data, p, analyze.Settings{}).Verdicts[0].Checks[0]
	if c.Change.Blocks != [2]int{2, 2} || c.Change.Block != time.Minute {
		t.Errorf("%+v", c.Change)
	}
}

func TestARequestFailedIfItsStatusOrItsAnswerSaysSo(t *testing.T) {
	for key, failing := range map[string]map[string]bool{
		"http.response.status_code": {"200": false, "404": false, "429": false, "499": false, "500": true, "503": true},
		"http.status_code":          {"302": false, "502": true, "none": false},
		"rpc.grpc.status_code":      {"0": false, "5": false, "7": false, "2": true, "4": true, "13": true, "14": true},
		"rpc.response.status_code":  {"OK": false, "NOT_FOUND": false, "UNAVAILABLE": true, "DATA_LOSS": true},
		"grpc.status_code":          {"0": false, "12": true, "15": true},
	} {
		for code, failed := range failing {
			all := lasting(2, msec)
			for i := range all {
				sig := *all[i][0].Sig
				sig.Attrs = trace.Attrs{{Key: key, Value: code}}
				all[i][0].Sig = &sig
			}
			want := map[bool]analyze.State{false: analyze.Unproven, true: analyze.Blown}[failed]
			if got := stateOf(t, "assert: [errors.share < 5%]", nil, all); got != want {
				t.Errorf("%s %s is %v, want %v", key, code, got, want)
			}
		}
	}
}
