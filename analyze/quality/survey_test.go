package quality

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
)

const ms = time.Millisecond

// A reader surveys what it reads.
type reader struct {
	*Survey
	explain *attribute.Explainer
}

func newSurvey() *reader {
	return &reader{NewSurvey(), attribute.NewExplainer(category.BuiltIn(), nil)}
}

func (r *reader) Add(t *trace.Trace) { r.Look(r.explain.Read(t, attribute.Options{})) }

// surveyed looks at drawn traces, each under a trace id of its own.
func surveyed(t testing.TB, drawings ...string) *Result {
	t.Helper()
	s := newSurvey()
	for i, d := range drawings {
		spans := testkit.Draw(t, d)
		for k := range spans {
			spans[k].Trace = trace.ID{Lo: uint64(i + 1)}
		}
		s.Add(trace.Assemble(spans, trace.Options{}))
	}
	return s.Result()
}

func equal(t *testing.T, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%+v\nwant\n%+v", got, want)
	}
}

func TestACallWithoutTheOtherSideIsCountedByItsEdge(t *testing.T) {
	r := surveyed(t, `
		GET server in=web             ====================
		  POST client in=web            ======              peer.service=pay http.method=POST
		    POST server in=pay           ====
		  POST client in=web failed             ====        peer.service=pay http.method=POST
		  PUT client in=web                         ==      peer.service=bank http.method=PUT
	`)
	equal(t, r.Calls, []Call{
		{Caller: "web", Callee: "pay", Category: category.External, Calls: 2, Unanswered: 1, Failed: 1, Median: 4 * ms, Path: 4 * ms, Known: true},
		{Caller: "web", Callee: "bank", Category: category.External, Calls: 1, Unanswered: 1, Median: 2 * ms, Path: 2 * ms},
	})
	equal(t, r.Asked, 3)
	equal(t, r.Peers, []string{"bank"})
	equal(t, r.Path.Calls, 6*ms)
}

func TestWhomAGatewayPassesRequestsToIsMissedIfItHasNoSpans(t *testing.T) {
	r := surveyed(t, `
		GET server in=edge   ====================     component=proxy upstream_cluster=outbound|80||reports.shop
	`, `
		GET server in=edge   ====================     component=proxy upstream_cluster=outbound|80||cart.shop
		  GET server in=cart  ==================
	`)
	equal(t, r.Calls, []Call{{Caller: "edge", Callee: "reports.shop", Category: category.External, Calls: 1, Unanswered: 1, Median: 20 * ms, Path: 20 * ms}})
	equal(t, r.Peers, []string{"reports.shop"})
}

func TestStoresAndStepsOfACallAreNotMissedAsServices(t *testing.T) {
	r := surveyed(t, `
		GET server in=web             ====================
		  get client in=web             ==                  db.system=redis
		  SELECT client in=web            ==                db.system=postgresql db.statement=SELECT_1
		  send producer in=web              ==              messaging.system=kafka
		  wrapper client in=web                ======       peer.service=pay http.method=GET
		    HTTP_GET client in=web              ====        peer.service=pay http.method=GET
		      GET server in=pay                  ==
	`)
	equal(t, len(r.Calls), 0)
	equal(t, r.Asked, 1)
}

func TestAServerWithoutASpanBelowItIsALeaf(t *testing.T) {
	r := surveyed(t, `
		GET server in=web             ==========
		  call client in=web            =====     peer.service=pay http.method=GET
		    serve server in=pay          ===
	`)
	equal(t, r.Leaves, []Leaf{{"pay", "pay serve", 1, 3 * ms, 3 * ms}})
	equal(t, r.Path, Path{Total: 10 * ms, Leaves: 3 * ms})
}

func TestALeafBelowAHundredthOfThePathIsSummedButNotListed(t *testing.T) {
	r := surveyed(t, `
		GET server in=web   =======================================================================================================
		  tick server in=pay  =
	`)
	equal(t, len(r.Leaves), 0)
	equal(t, r.Path.Leaves, ms)
}

func TestALeafOfExactlyAHundredthIsListed(t *testing.T) {
	for columns, want := range map[int]int{100: 1, 101: 0} {
		r := surveyed(t, "GET server in=web "+strings.Repeat("=", columns)+"\n  tick server in=pay  =")
		equal(t, len(r.Leaves), want)
	}
}

func TestACallIsAnsweredByAnySpanOfAnotherService(t *testing.T) {
	r := surveyed(t, `
		GET server in=web             ==========
		  POST client in=web failed     ======    peer.service=pay http.method=POST
		    work in=pay                  ====
	`)
	equal(t, len(r.Calls), 0)
	equal(t, r.Asked, 1)
	equal(t, r.Path.Calls, 0*ms)
}

func TestOfAnEvenNumberTheMedianIsTheLower(t *testing.T) {
	r := surveyed(t, `
		GET server in=web      ====================
		  PUT client in=web      ==                  peer.service=bank http.method=PUT
		  PUT client in=web         ====             peer.service=bank http.method=PUT
	`)
	equal(t, r.Calls[0].Median, 2*ms)
}

func TestAPeerIsKnownByTheServiceThatItsHostIsNamedLike(t *testing.T) {
	r := surveyed(t, `
		GET server in=web             ====================
		  PUT client in=web             ==                   peer.service=pay.shop.svc http.method=PUT
		  PUT client in=web                ==                peer.service=bank.example http.method=PUT
		  PUT client in=web                   ===            peer.service=post http.method=PUT
		    PUT server in=post                 =
		  PUT client in=web                       ==         peer.service=post http.method=PUT
		  PUT client in=web                         ==       peer.service=gate http.method=PUT
		    PUT server in=post                       =
		  PUT client in=web                           ==     peer.service=gate http.method=PUT
		PAY server in=pay             ==
	`)
	equal(t, r.Peers, []string{"bank.example"})
	known := map[string]bool{}
	for _, c := range r.Calls {
		known[c.Callee] = c.Known
	}
	equal(t, known, map[string]bool{"pay.shop.svc": true, "bank.example": false, "post": true, "gate": false})
}

func TestAnOrphansTraceCountsOnceAndItsParentIsTheMostFrequent(t *testing.T) {
	under := func(services ...string) (drawing string) {
		drawing = "GET server in=web ==========\n"
		for _, s := range services {
			drawing += "  call in=" + s + "    ====\n    serve in=pay      ==\n"
		}
		return drawing
	}
	lost := "GET server in=web ==========\n  a lost ====\n    serve in=pay  ==\n  b lost ====\n    serve in=pay  ==\n"
	equal(t, surveyed(t, under("b", "a"), lost).Orphans, []Orphan{{"pay", "pay serve", 2, 1, "a"}})
	equal(t, surveyed(t, under("b", "a", "b"), lost).Orphans, []Orphan{{"pay", "pay serve", 2, 1, "b"}})
}

func TestTimeThatNothingExplainsIsNotCountedTwice(t *testing.T) {
	r := surveyed(t, `
		GET server in=web           ==========
		  serve server in=pay        =====
		    gone lost                 ===
		      work in=pay             ===
	`)
	equal(t, r.Path, Path{Total: 10 * ms, Untraced: 3 * ms, Leaves: 2 * ms})
	equal(t, r.Traces, Traces{Total: 1, Gapped: 1, Spans: 3, Requests: 1})
}

func TestADatabaseCallMaySayNothingOfItsSystem(t *testing.T) {
	r := surveyed(t, `
		GET server in=web             ==========
		  query client in=web           ==        db.name=shop db.statement=SELECT_1
	`)
	equal(t, r.Stores, []Store{{Caller: "web", Peer: "shop", Calls: 1, NoSystem: 1}})
}

func TestTwoClocksAreComparedOnceForEachTraceAndNotByMessages(t *testing.T) {
	r := surveyed(t, `
		GET server in=web host=a         ==============================
		  call client in=web host=a      ==========
		    serve server in=pay host=b                ======
		  call client in=web host=a                ==========
		    serve server in=pay host=b                          ======
		  send producer in=web host=a              ==
		    take consumer in=pay host=b                          ===
	`, `
		GET server in=web host=a         ====================
		  send producer in=web host=a              ==
		    take consumer in=pay host=b                          ===
	`)
	if len(r.Clocks) != 1 || r.Clocks[0].Traces != 1 || r.Clocks[0].Apart != 1 || r.Clocks[0].Least != r.Clocks[0].Most || r.Clocks[0].Median <= 0 {
		t.Errorf("%+v", r.Clocks)
	}
}

func TestACallThatIsTooFarOffIsNotUnclear(t *testing.T) {
	spans := testkit.Draw(t, "call client in=web host=a ==========\n  serve server in=pay host=b ======")
	spans[1].Start, spans[1].End = spans[1].Start.Add(time.Hour), spans[1].End.Add(time.Hour)
	s := newSurvey()
	s.Add(trace.Assemble(spans, trace.Options{}))
	if r := s.Result(); len(r.Clocks) != 1 || r.Clocks[0].TooLarge != 1 || r.Clocks[0].Unclear != 0 {
		t.Errorf("%+v", r.Clocks)
	}
}

func TestTheHighestThresholdOfATraceCounts(t *testing.T) {
	for _, last := range []uint64{0, 1 << 54} {
		spans := testkit.Draw(t, "GET ===\n  a ==\n  b  =")
		for i, th := range []uint64{0, 1 << 55, last} {
			spans[i].Flags, spans[i].Threshold = trace.Sampled, th
		}
		s := newSurvey()
		s.Add(trace.Assemble(spans, trace.Options{}))
		equal(t, s.Result().Sampled, []Sampled{{Threshold{1 << 55, true}, 1}})
	}
}

func TestADatabaseCallSaysWhatItAskedOrIsCounted(t *testing.T) {
	r := surveyed(t, `
		GET server in=web             ==========
		  SELECT client in=web          ==        db.system=mysql db.name=shop db.statement=SELECT_1
		  query client in=web             ==      db.system=mysql db.name=shop
	`)
	equal(t, r.Stores, []Store{{Caller: "web", Peer: "mysql/shop", Calls: 2, NoStatement: 1}})
}

func TestAnOrphanIsShownWithTheParentThatItHasElsewhere(t *testing.T) {
	r := surveyed(t, `
		GET server in=web             ==========
		  call client in=web            =====
		    serve server in=pay          ===
	`, `
		GET server in=web             ==========
		  call client in=web lost       =====
		    serve server in=pay          ===
		    check in=pay                    =
	`)
	equal(t, r.Orphans, []Orphan{{"pay", "pay check", 1, 1, ""}, {"pay", "pay serve", 1, 1, "web"}})
	equal(t, r.Traces, Traces{Total: 2, Whole: 1, Gapped: 1, Spans: 6, Requests: 2, WholeRequests: 1})
}

func TestATraceWithoutItsRootIsNoRequest(t *testing.T) {
	r := surveyed(t, `
		GET server in=web lost        ==========
		  call client in=web            =====
	`, `
		GET server in=web ==========
		PUT server in=web   ====
	`)
	equal(t, r.Traces, Traces{Total: 2, Whole: 1, Rootless: 1, Spans: 3, RootlessSpans: 1, Requests: 2, WholeRequests: 2})
}

func TestAClockThatIsAheadIsShownWithHowFar(t *testing.T) {
	r := surveyed(t, `
		call client in=web host=a      ==========
		  serve server in=pay host=b               ======
	`)
	// The callee fits from 0 to 4 ms into the call, so its clock is taken to be 10 ms ahead.
	equal(t, r.Clocks, []Clock{{
		Caller: Source{"web", "a"}, Callee: Source{"pay", "b"}, Traces: 1, Apart: 1, Median: 10 * ms, Least: 10 * ms, Most: 10 * ms,
	}})
}

func TestABrowsersClockIsListedOnlyWhereItDisagrees(t *testing.T) {
	const agrees, behind = `
		call client in=page            ==========       telemetry.sdk.language=webjs
		  serve server in=pay host=b    ======
	`, `
		call client in=page            ==========       telemetry.sdk.language=webjs
		  serve server in=pay host=b               ======
	`
	equal(t, surveyed(t, agrees, behind).Clocks, []Clock{{
		Caller: Source{"page", ""}, Callee: Source{"pay", "b"}, Traces: 2, Apart: 1, Median: 10 * ms, Least: 10 * ms, Most: 10 * ms,
	}})
	equal(t, len(surveyed(t, agrees).Clocks), 0)
}

func TestCalleesThatBegunTooLateAreNoClocks(t *testing.T) {
	equal(t, len(surveyed(t, `
		call client in=web host=a failed  ====
		  serve server in=pay host=b            ======
	`).Clocks), 0)
}

func TestClocksThatAgreeAreNotListed(t *testing.T) {
	equal(t, len(surveyed(t, `
		call client in=web host=a      ==========
		  serve server in=pay host=b     ======
	`).Clocks), 0)
}

func TestThresholdsAreCountedByTrace(t *testing.T) {
	s := newSurvey()
	for _, sampled := range []bool{true, true, false} { // a root that says nothing decides
		spans := testkit.Draw(t, "GET ==\n  work  =")
		spans[1].Flags, spans[1].Threshold = trace.Sampled, 1<<55
		if sampled {
			spans[0].Flags = trace.Sampled
		}
		s.Add(trace.Assemble(spans, trace.Options{}))
	}
	equal(t, s.Result().Sampled, []Sampled{{Threshold{1 << 55, true}, 2}, {Threshold{}, 1}})
}

// Whoever sees which trace, and in which order, the result is the same.
func TestSurveysMergeIntoWhatOneWouldHaveSeen(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		one, left, right := newSurvey(), newSurvey(), newSurvey()
		for i := range rapid.IntRange(1, 6).Draw(r, "traces") {
			spans := testkit.Spans().Draw(r, "spans")
			for k := range spans {
				spans[k].Trace = trace.ID{Lo: uint64(i + 1)}
			}
			side := left
			if rapid.Bool().Draw(r, "right") {
				side = right
			}
			one.Add(trace.Assemble(slices.Clone(spans), trace.Options{}))
			side.Add(trace.Assemble(spans, trace.Options{}))
		}
		right.Merge(left.Survey)
		if got, want := right.Result(), one.Result(); !reflect.DeepEqual(got, want) {
			r.Fatalf("got\n%+v\nwant\n%+v", got, want)
		}
	})
}

func TestSurveysOfDifferentTracesMergeIntoOne(t *testing.T) {
	const mine = `
		GET server in=web             ====================
		  PUT client in=web             ==                   peer.service=pay http.method=PUT
		  SELECT client in=web              ==               db.system=mysql
		  call in=b                            ====
		    serve server in=pay                 ==`
	const theirs = `
		GET server in=shop            ====================
		  PUT client in=shop            ==                   peer.service=bank http.method=PUT
		  call in=a                         ====
		    serve server in=pay              ==
		  gone lost                              ====
		    serve server in=pay                   ==`
	traces := []string{mine, mine, theirs, theirs, theirs}
	want := surveyed(t, traces...)
	for split := range len(traces) {
		into, from := newSurvey(), newSurvey()
		for i, d := range traces {
			spans := testkit.Draw(t, d)
			for k := range spans {
				spans[k].Trace = trace.ID{Lo: uint64(i + 1)}
			}
			if i < split {
				into.Add(trace.Assemble(spans, trace.Options{}))
			} else {
				from.Add(trace.Assemble(spans, trace.Options{}))
			}
		}
		into.Merge(from.Survey)
		equal(t, into.Result(), want)
	}
	equal(t, want.Orphans, []Orphan{{"pay", "pay serve", 3, 3, "a"}})
	equal(t, want.Services, []string{"a", "b", "pay", "shop", "web"})
}

func TestAServerThatARuleTakesForAProxyIsNoLeaf(t *testing.T) {
	r := surveyed(t, `
		GET server in=web             ==========
		  serve server in=nginx         ===`)
	equal(t, len(r.Leaves), 0)
	equal(t, r.Path, Path{Total: 10 * ms})
}

func TestEveryCountIsWithinWhatItIsACountOf(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := newSurvey()
		tr := trace.Assemble(testkit.Spans().Draw(r, "spans"), trace.Options{})
		s.Add(tr)
		res := s.Result()
		latency := time.Duration(0)
		for _, q := range s.explain.Read(tr, attribute.Options{}).Requests {
			latency += q.Duration()
		}
		p := res.Path
		if p.Total != latency || p.Untraced+p.Calls+p.Leaves > p.Total {
			r.Fatalf("%+v of a latency of %s", p, latency)
		}
		unanswered := 0
		for _, c := range res.Calls {
			unanswered += c.Unanswered
			if c.Unanswered > c.Calls || c.Failed > c.Unanswered || c.Path > p.Calls {
				r.Fatalf("%+v", c)
			}
		}
		if unanswered > res.Asked {
			r.Fatalf("%d of %d calls", unanswered, res.Asked)
		}
	})
}
