package analyze_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
)

// several draws each drawing as a trace of its own.
func several(t *testing.T, drawings ...string) (all [][]trace.Span) {
	for i, d := range drawings {
		spans := testkit.Draw(t, d)
		for k := range spans {
			spans[k].Trace.Lo = uint64(i + 1)
		}
		all = append(all, spans)
	}
	return all
}

func resultOf(t *testing.T, drawings ...string) *analyze.Result {
	t.Helper()
	return collectedWith(nil, several(t, drawings...)).Result(analyze.Settings{})
}

const (
	behind = `
		edge lost          ==========
		  get server in=web  ========`
	cutOff = `
		get lost server    ==========
		  a client in=web   ===
		  b client in=web      ===`
	unending = `
		get server unfinished in=web ======
		  q client db.system=mysql     =====`
)

func TestATraceBehindAnEdgeIsARequestAndOneThatIsCutOffIsNone(t *testing.T) {
	r := resultOf(t, behind, behind, cutOff)
	if r.Observations != 2 || r.Journeys[0].Name != "web get" || r.Journeys[0].Incomplete != 0 || r.LeftOut.Traces != 1 || r.LeftOut.Spans != 2 {
		t.Errorf("%d requests, left out %+v, journeys %+v", r.Observations, r.LeftOut, r.Journeys)
	}
	if n := r.Ledger.Of(trace.BehindEdge); n != 2 {
		t.Errorf("%d begin behind an edge", n)
	}
}

func TestAPlanSeesTheRequestsThatAReportSees(t *testing.T) {
	p := plan(t, "journeys: {get: {root: {service: web, name: get}, target: p95 < 1s}}")
	all := several(t, behind, behind, cutOff, "get server in=web ========", unending)
	free, held := collectedWith(nil, all).Result(analyze.Settings{}), collectedWith(p, all).Result(analyze.Settings{})
	if free.Observations != 3 || held.Verdicts[0].Observations != 3 || held.Observations != 3 {
		t.Errorf("a report sees %d requests, a plan %d of %d", free.Observations, held.Verdicts[0].Observations, held.Observations)
	}
	if free.LeftOut != held.LeftOut {
		t.Errorf("left out are %+v and %+v", free.LeftOut, held.LeftOut)
	}
}

func TestARequestOfUnknownLengthIsInNoPercentile(t *testing.T) {
	r := resultOf(t, "get server in=web ========", unending)
	j := r.Journeys[0]
	if j.Observations != 1 || j.Unfinished != 1 || j.Percentiles[0].Value != 8*time.Millisecond || r.LeftOut.Unfinished != 1 {
		t.Errorf("%d requests, %d unfinished, p50 %v, left out %+v", j.Observations, j.Unfinished, j.Percentiles[0].Value, r.LeftOut)
	}
	if only := resultOf(t, unending); only.Observations != 0 || len(only.Journeys) != 0 || only.LeftOut != (analyze.LeftOut{Unfinished: 1}) {
		t.Errorf("a journey of which nothing was measured: %+v", only)
	}
}

func TestUnfinishedWorkThatNobodyWaitedForHasNoPercentiles(t *testing.T) {
	for word, want := range map[string]int{"": 1, "unfinished": 0} {
		r := resultOf(t, `
			get server in=web     ========
			  mail follows `+word+` |`)
		if got := len(r.Journeys[0].Async); got != want {
			t.Errorf("%q: %d kinds of work that nobody waited for, want %d", word, got, want)
		}
	}
}

// hung is buying of n requests, of which the last few have no end.
func hung(t *testing.T, n, few int) [][]trace.Span {
	all := buying(t, n, 0)
	for _, spans := range all[n-few:] {
		spans[0].End = spans[0].Start
		spans[0].Flags |= trace.Unfinished
	}
	return all
}

func TestAPercentileIsUnprovenIfMoreThanOneInAHundredHaveNoEnd(t *testing.T) {
	wantStates(t, buyPlan, hung(t, 200, 2),
		"p95 < 210ms: ok", "payment.p95 <= 80ms: ok", "rest.p95 <= 90ms: ok")
	checks := wantStates(t, asserting(`"errors.share < 50%", "mean < 1s"`), hung(t, 200, 3),
		"p95 < 210ms: unproven", "payment.p95 <= 80ms: unproven", "rest.p95 <= 90ms: unproven", "errors.share < 50%: ok", "mean < 1s: unproven")
	if want := "3 of 200 requests have no end, and those that hang are the slow ones"; checks[0].Why != want {
		t.Errorf("why: %s", checks[0].Why)
	}
}

func TestWhatTheRequestsWithAnEndBreakIsBroken(t *testing.T) {
	wantStates(t, strings.NewReplacer("210ms", "50ms", "80ms", "20ms", "90ms", "30ms").Replace(buyPlan), hung(t, 200, 20),
		"p95 < 50ms: blown", "payment.p95 <= 20ms: blown", "rest.p95 <= 30ms: unproven")
}

func TestAJourneyWithoutAnEndMeasuredNothing(t *testing.T) {
	p := plan(t, buyPlan)
	v := collectedWith(p, hung(t, 100, 100)).Result(analyze.Settings{}).Verdicts[0]
	if v.State != analyze.Unproven || v.Observations != 0 || v.Unfinished != 100 {
		t.Errorf("%s, %d measured, %d unfinished", v.State, v.Observations, v.Unfinished)
	}
}

// inUnit is buying whose first few times were written in a unit of so many nanoseconds.
func inUnit(t *testing.T, n, few int, unit trace.Time) [][]trace.Span {
	all := buying(t, n, 0)
	for _, spans := range all[:few] {
		for k := range spans {
			spans[k].Start, spans[k].End = spans[k].Start/unit, spans[k].End/unit
		}
	}
	return all
}

func TestTheUnitOfTimesThatCannotBeIsTold(t *testing.T) {
	for unit, want := range map[trace.Time]analyze.Unit{
		1e3: analyze.Microseconds, 1e6: analyze.Milliseconds, 1e9: analyze.Seconds, 1e5: analyze.UnknownUnit,
	} {
		d := collectedWith(nil, inUnit(t, 100, 100, unit)).Result(analyze.Settings{}).Dates
		if d != (analyze.Dates{Odd: 100, Of: 100, Unit: want}) || !d.Wrong() {
			t.Errorf("written in units of %d ns: %+v", unit, d)
		}
	}
}

func TestNothingIsProvenOfTimesInAnotherUnit(t *testing.T) {
	wantStates(t, buyPlan, inUnit(t, 100, 100, 1e6),
		"p95 < 210ms: unproven", "payment.p95 <= 80ms: unproven", "rest.p95 <= 90ms: unproven")
	wantStates(t, buyPlan, inUnit(t, 100, 5, 1e6),
		"p95 < 210ms: ok", "payment.p95 <= 80ms: ok", "rest.p95 <= 90ms: ok")
	later := buying(t, 100, 0)
	for _, spans := range later {
		for k := range spans {
			spans[k].Start, spans[k].End = spans[k].Start.Add(100*365*24*time.Hour), spans[k].End.Add(100*365*24*time.Hour)
		}
	}
	wantStates(t, buyPlan, later, "p95 < 210ms: unproven", "payment.p95 <= 80ms: unproven", "rest.p95 <= 90ms: unproven")
}

func TestARegressionAgainstTimesInAnotherUnitIsUnproven(t *testing.T) {
	text := "journeys: {buy: {root: {service: web}, assert: [\"regression(p95) < 5%\"]}}"
	checks := wantChanges(t, text, inUnit(t, 100, 100, 1e6), buying(t, 100, 0), "regression(p95) < 5%: unproven")
	if !strings.HasPrefix(checks[0].Why, "of the baseline") {
		t.Errorf("why: %s", checks[0].Why)
	}
}

func TestWhatIsNoRequestIsCountedApart(t *testing.T) {
	for what, drawing := range map[string]string{
		"poll app SQS.ReceiveMessage":  "SQS.ReceiveMessage client ==========",
		"poll app jobs receive":        "jobs_receive consumer messaging.operation=receive messaging.batch.message_count=0 =====",
		"poll app BLPOP":               "BLPOP client db.system=redis ==========",
		"poll app SQS.ReceiveMessage ": "SQS.ReceiveMessage client              ==========\n  POST client http.request.method=POST =========",
		"connection app GET /ws":       "GET_/ws server http.request.method=GET http.route=/ws http.response.status_code=101 ==========",
		"stream app GET /events":       "GET_/events server http.request.method=GET http.route=/events http.response.header.content-type=text/event-stream ==========",
		"session app app session":      "app_session internal ==========\n  click client ==",
		"connection app GET /live":     "edge lost ==========\n  GET_/live server http.request.method=GET http.route=/live network.protocol.name=websocket ==========",
	} {
		r := resultOf(t, drawing)
		if r.Observations != 0 || r.LeftOut != (analyze.LeftOut{}) || len(r.Apart) != 1 {
			t.Errorf("%s: %d requests, left out %+v, apart %+v", what, r.Observations, r.LeftOut, r.Apart)
			continue
		}
		a := r.Apart[0]
		if got := a.Why + " " + a.Name; got != strings.TrimSpace(what) || a.Count != 1 || a.P50 != a.Max || a.Max == 0 {
			t.Errorf("%s: %+v", what, a)
		}
	}
}

func TestWhatLooksAlikeIsARequest(t *testing.T) {
	for what, drawing := range map[string]string{
		"a poll whose message was worked on":     "jobs_receive consumer messaging.operation=receive ==========\n  work internal      =====",
		"a poll that asked a database, too":      "SQS.ReceiveMessage client              ==========\n  SELECT client db.system=mysql          ==",
		"a poll that received three":             "jobs_receive consumer messaging.operation=receive messaging.batch.message_count=3 =====",
		"a message that came with its context":   "publish lost ==========\n  jobs_receive consumer messaging.operation=receive =====",
		"a message that is handled":              "jobs_process consumer messaging.operation=process ==========",
		"an upgrade that was refused":            "GET_/ws server http.response.status_code=400 ==========",
		"a server that is asked for its session": "GET_/session server http.route=/session ==========",
	} {
		if r := resultOf(t, drawing); r.Observations != 1 || len(r.Apart) != 0 {
			t.Errorf("%s: %d requests, apart %+v", what, r.Observations, r.Apart)
		}
	}
	linked := testkit.Draw(t, "jobs_receive consumer messaging.operation=receive ==========")
	linked[0].More = &trace.More{Links: []trace.Link{{Trace: trace.ID{Lo: 9}, Span: 9}}}
	if r := collectedWith(nil, [][]trace.Span{linked}).Result(analyze.Settings{}); r.Observations != 1 {
		t.Errorf("a poll with a link to what it received is apart: %+v", r.Apart)
	}
}

func TestAPlanMayCallAnythingARequest(t *testing.T) {
	p := plan(t, "journeys: {poll: {root: {name: BLPOP}, target: p95 < 1s}}")
	r := collectedWith(p, several(t, "BLPOP client db.system=redis ==========")).Result(analyze.Settings{})
	if r.Verdicts[0].Observations != 1 || len(r.Apart) != 0 {
		t.Errorf("%d requests, apart %+v", r.Verdicts[0].Observations, r.Apart)
	}
}

func TestWhatIsApartOfTwoCollectorsAddsUp(t *testing.T) {
	e := attribute.NewPlanExplainer(category.BuiltIn(), nil)
	a, b := analyze.NewCollector(e, attribute.Options{}), analyze.NewCollector(e, attribute.Options{})
	for i, spans := range several(t, "BLPOP client ==", "BLPOP client ====", "BLPOP client unfinished |", unending, behind) {
		[]*analyze.Collector{a, b}[i%2].Add(trace.Assemble(spans, trace.Options{}))
	}
	a.Merge(b)
	r := a.Result(analyze.Settings{})
	if got := fmt.Sprint(r.Apart, r.LeftOut); got != "[{app BLPOP poll 3 2ms 4ms}] {0 0 1}" {
		t.Errorf("apart and left out are %s", got)
	}
}
