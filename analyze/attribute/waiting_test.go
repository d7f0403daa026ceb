package attribute_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/critpath"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/budget/match"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
)

// A run is what was read of some traces, judged by all of them.
type run struct {
	paths  []string // of each trace's requests: "operation ms, ..." in order of operation
	async  []string // "operation ms" of what nobody waited for
	turned int      // edges
	judged *attribute.Judgement
}

// ran reads drawings, each so many times, as a run does: once, and once more where all of them
// contradict what single ones were judged by.
func ran(t testing.TB, plan *budget.Plan, drawings map[string]int) *run {
	t.Helper()
	var all [][]trace.Span
	for _, d := range slices.Sorted(maps.Keys(drawings)) {
		for range drawings[d] {
			spans := testkit.Draw(t, d)
			for k := range spans {
				spans[k].Trace = trace.ID{Lo: uint64(len(all) + 1)}
			}
			all = append(all, spans)
		}
	}
	return read(plan, all)
}

func read(plan *budget.Plan, all [][]trace.Span) *run {
	e := attribute.NewPlanExplainer(category.BuiltIn(), plan)
	first := described(e, all, nil)
	j := e.Evidence.Judge()
	first.judged, first.turned = j, len(e.Evidence.Turned(j))
	if !e.Evidence.Contradicts(j) {
		return described(e, all, first)
	}
	e = attribute.NewPlanExplainer(category.BuiltIn(), plan)
	e.Judging(j)
	return described(e, all, first)
}

// described reads all; with a run that was judged, its paths are named by that.
func described(e *attribute.Explainer, all [][]trace.Span, judged *run) *run {
	r := &run{}
	if judged != nil {
		r.judged, r.turned = judged.judged, judged.turned
	}
	for _, spans := range all {
		reading := e.Read(trace.Assemble(slices.Clone(spans), trace.Options{}), attribute.Options{})
		for _, q := range reading.Requests {
			if r.judged != nil {
				r.judged.Named(q.Pieces, reading.Trace)
			}
			r.paths = append(r.paths, spelled(reading, &q))
			for _, o := range reading.Structure(q.Root).OffPath {
				r.async = append(r.async, fmt.Sprintf("%s %d", reading.Operation(o.Span), o.Took.Milliseconds()))
			}
		}
	}
	return r
}

func spelled(r *attribute.Reading, q *attribute.Request) string {
	times := map[string]time.Duration{}
	for _, p := range q.Pieces {
		name := r.Operation(p.Span)
		if slices.Contains([]category.Category{category.Queue, category.Network, category.ColdStart}, p.Category) {
			name += " " + string(p.Category)
		}
		times[name] += p.Duration()
	}
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(times)) {
		parts = append(parts, fmt.Sprintf("%s %d", name, times[name].Milliseconds()))
	}
	return strings.Join(parts, ", ")
}

// want holds the paths of a run to what they must all be, one text for each kind of drawing.
func (r *run) want(t testing.TB, paths ...string) {
	t.Helper()
	got := slices.Sorted(slices.Values(r.paths))
	if got = slices.Compact(got); !slices.Equal(got, slices.Sorted(slices.Values(paths))) {
		t.Errorf("paths are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(paths, "\n"))
	}
}

const (
	auditWithin = `
		order server     ====================
		  audit           ===============
		  insert           ==========`
	auditLate = `
		order server     ====================
		  audit           ======================
		  insert           ==========`
)

func TestWorkThatOftenOutlivesItsParentIsWaitedForInNoRequest(t *testing.T) {
	// 3 of 60 is 5 %: all of them are judged alike. audit ends where nothing follows it.
	ran(t, nil, map[string]int{auditWithin: 57, auditLate: 3}).want(t, "app insert 10, app order 10")
	// 3 of 61 is less, and so is 2 of any number.
	for _, n := range []map[string]int{{auditWithin: 58, auditLate: 3}, {auditWithin: 5, auditLate: 2}} {
		if r := ran(t, nil, n); r.turned != 0 {
			t.Errorf("%v: an edge was turned", n)
		}
	}
}

func TestWorkThatIsFollowedWasWaitedForWhateverElseOutlivesItsParent(t *testing.T) {
	followed := `
		page server      ====================
		  dns              =======
		  fetch                   =========`
	late := `
		page server      ====================
		  dns              =====================
		  fetch                   =========`
	unfollowed := `
		page server      ====================
		  dns              ====
		  fetch                   =========`
	// dns is followed in 3 of the 12 requests in which it ended in time: one in four, so nobody
	// waits for it.
	ran(t, nil, map[string]int{followed: 3, unfollowed: 9, late: 5}).want(t, "app fetch 9, app page 11")
	// In 4 of 12 it is followed: too often for that, so each request says what it shows.
	ran(t, nil, map[string]int{followed: 4, unfollowed: 8, late: 5}).want(t,
		"app dns 4, app fetch 9, app page 7", "app dns 7, app fetch 9, app page 4", "app fetch 9, app page 11")
}

func TestWhatIsInFlightWhenItsCallerGivesUpWasWaitedForAndIsClipped(t *testing.T) {
	r := ran(t, nil, map[string]int{`
		GET server failed      ==========
		  work                 ==========
		    query client         ================   db.system=mysql`: 20})
	r.want(t, "app query 8, app work 2")
	if len(r.async) > 0 {
		t.Errorf("%v is asynchronous", r.async[0])
	}
}

func TestASiblingOfTheCallThatFailedIsNotWaitedFor(t *testing.T) {
	ran(t, nil, map[string]int{`
		GET server failed      ==========
		  check failed           ========
		  audit                 =================`: 20}).want(t, "app GET 2, app check 8")
}

func TestWhatEndedWithACallerThatFailedWasCutOff(t *testing.T) {
	ran(t, nil, map[string]int{`
		GET server failed      ==========
		  check failed           ========
		  work                 ==========
		    query                ================`: 3}).want(t, "app query 8, app work 2")
}

func TestRequestsThatWereCutOffAreNoEvidence(t *testing.T) {
	cut := `
		GET server failed      ==========
		  query                  ================`
	fine := `
		GET server             ==========
		  query                  =====`
	if r := ran(t, nil, map[string]int{cut: 10, fine: 10}); r.turned != 0 {
		t.Error("timeouts turned an edge")
	}
}

func TestACallThatWasAnsweredLongBeforeItsServerEndedIsOneWay(t *testing.T) {
	r := ran(t, nil, map[string]int{`
		import server in=api        ======
		  post client in=api         ====
		    job server in=jobs        =======================`: 3})
	r.want(t, "api import 2, api post network 1, jobs job 3")
	if len(r.async) != 3 || r.async[0] != "jobs job 20" {
		t.Errorf("asynchronous is %v", r.async)
	}
}

func TestWhatTheReplyOfAMessageWaitedForWasWaitedFor(t *testing.T) {
	asked := `
		ask server in=web           =======================
		  send producer in=web       =
		    work consumer in=jobs       =========
		      send producer in=jobs            =
		        reply consumer in=web             ====`
	ran(t, nil, map[string]int{asked: 2}).want(t, "jobs send 1, jobs work 8, web ask 9, web reply 4, web send 1")
	told := strings.ReplaceAll(asked, "reply consumer in=web", "reply consumer in=mail")
	ran(t, nil, map[string]int{told: 2}).want(t, "web ask 22, web send 1")
}

func TestALinkSaysWhatWasWaitedFor(t *testing.T) {
	spans := testkit.Draw(t, `
		ask server in=web           =======================
		  send producer in=web       =
		    work consumer in=jobs       =========
		  collect in=web                          ====`)
	read(nil, [][]trace.Span{spans}).want(t, "web ask 18, web collect 4, web send 1")
	spans[3].More = &trace.More{Links: []trace.Link{{Trace: spans[2].Trace, Span: spans[2].ID}}}
	read(nil, [][]trace.Span{spans}).want(t, "jobs work 9, web ask 9, web collect 4, web send 1")
}

func TestBlockingWorkBelowASpanThatHasEndedIsTheNearestOneAboves(t *testing.T) {
	deploy := `
		deploy            ====================
		  entrypoint      ====================
		    exec           =
		      work           =================`
	plan := &budget.Plan{Blocking: []match.Matcher{{Name: match.Globs{"work"}}}, Slices: budget.DefaultSlices}
	ran(t, nil, map[string]int{deploy: 1}).want(t, "app entrypoint 19, app exec 1")
	ran(t, plan, map[string]int{deploy: 1}).want(t, "app entrypoint 2, app exec 1, app work 17")
}

func TestARequestWhoseRootEndsBeforeItsWorkLastsUntilThatEnds(t *testing.T) {
	click := `
		click              ===
		  POST client       =================  peer.service=shop`
	quiet := `
		click              ===
		  render            =`
	ran(t, nil, map[string]int{click: 2, quiet: 1}).want(t, "app POST 17, app click 1", "app click 2, app render 1")
	// In half of its requests is not in most; and a server's span is no name of its work.
	ran(t, nil, map[string]int{click: 2, quiet: 2}).want(t, "app click 2, app render 1", "app click 3")
	ran(t, nil, map[string]int{strings.Replace(click, "click ", "click server ", 1): 3}).want(t, "app click 3")
}

func TestARequestEndsWithTheLastByteOfItsAnswer(t *testing.T) {
	r := ran(t, nil, map[string]int{`
		signup server      =========================
		  insert            ===
		  http_send             =                  asgi.event.type=http.response.body
		  mail client            ================  peer.service=mail`: 3})
	r.want(t, "app http send 1, app insert 3, app signup 2")
	if !slices.Equal(r.async[:2], []string{"app signup 19", "app mail 16"}) {
		t.Errorf("asynchronous is %v", r.async)
	}
}

func TestAroundTheSpanOfItsStartAnInvocationIsAtWork(t *testing.T) {
	const cold = `
		fn server             ==============  faas.coldstart=true
		  SELECT client                   ==  db.system=mysql`
	ran(t, nil, map[string]int{cold: 1}).want(t, "app SELECT 2, app fn coldstart 12")
	ran(t, nil, map[string]int{cold + `
		  Initialization        ======`: 1}).want(t, "app Initialization coldstart 6, app SELECT 2, app fn 6")
}

func TestAMirroredCallIsNotWaitedFor(t *testing.T) {
	const call = `
		proxy server      =================
		  call client      ===               http.host=cart
		  call client      ===============   http.host=cart-shadow`
	ran(t, nil, map[string]int{call: 2}).want(t, "app call 3, app proxy 14")
	ran(t, nil, map[string]int{strings.ReplaceAll(call, "-shadow", "-shadowy"): 2}).want(t, "app call 15, app proxy 2")
}

// call draws a call whose callee begins after so many ms and ends one before it.
func call(caller, callee string, before int) string {
	return fmt.Sprintf(`
		get client in=%s   %s
		  get server in=%s %s%s`, caller, strings.Repeat("=", before+6), callee, strings.Repeat(" ", before), "=====")
}

func TestWhatWaitsInFrontOfACalleeIsAQueueInEnoughOfItsCalls(t *testing.T) {
	// 17 ms is 7 x 1 ms + 10 ms: no more than the way may cost. 18 ms are a queue, but for the
	// one that the way there costs as it does back.
	quick, slow := call("web", "rec", 1), call("web", "rec", 18)
	ran(t, nil, map[string]int{call("web", "rec", 17): 3}).want(t, "rec get 5, web get network 18")
	ran(t, nil, map[string]int{quick: 57, slow: 3}).want(t, "rec get 5, web get network 2", "rec get 5, web get network 2, web get queue 17")
	ran(t, nil, map[string]int{quick: 58, slow: 3}).want(t, "rec get 5, web get network 2", "rec get 5, web get network 19")
	ran(t, nil, map[string]int{slow: 2}).want(t, "rec get 5, web get network 19")
}

func TestADelayInFrontOfAllCalleesIsTheCallersWayOut(t *testing.T) {
	queue, both := map[string]int{call("web", "rec", 40): 9, call("web", "cart", 1): 9}, map[string]int{call("web", "rec", 40): 9, call("web", "cart", 22): 9}
	ran(t, nil, queue).want(t, "cart get 5, web get network 2", "rec get 5, web get network 2, web get queue 39")
	ran(t, nil, both).want(t, "cart get 5, web get network 23", "rec get 5, web get network 41")
}

func TestNamesThatAreLookedUpExplainWhatCameBeforeACallee(t *testing.T) {
	looked := `
		get client in=web         ==============================
		  prepare in=web          ======================
		    http.dns client in=web ====================
		  get server in=rec                               =====`
	for _, span := range []string{"http.dns", "http.connect", "http.tls"} {
		d := strings.Replace(looked, "http.dns", span, 1)
		if r := ran(t, nil, map[string]int{d: 9}); strings.Contains(strings.Join(r.paths, " "), "queue") {
			t.Errorf("%s: %s", span, r.paths[0])
		}
	}
	idle := strings.Replace(looked, "http.dns client", "wait", 1)
	if r := ran(t, nil, map[string]int{idle: 9}); !strings.Contains(r.paths[0], "queue") {
		t.Errorf("what is no lookup explains it: %s", r.paths[0])
	}
}

// The table does not depend on the order of traces, nor on who read which of them.
func TestEvidenceIsTheSameInWhateverOrderAndHoweverDealt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var all [][]trace.Span
		for i := range rapid.IntRange(1, 12).Draw(t, "traces") {
			spans := testkit.Spans().Draw(t, "spans")
			for k := range spans {
				spans[k].Trace = trace.ID{Lo: uint64(i + 1)}
			}
			all = append(all, spans)
		}
		one, dealt := attribute.NewExplainer(category.BuiltIn(), nil), []*attribute.Explainer{}
		for range 3 {
			dealt = append(dealt, attribute.NewExplainer(category.BuiltIn(), nil))
		}
		for _, spans := range all {
			one.Read(trace.Assemble(slices.Clone(spans), trace.Options{}), attribute.Options{})
		}
		for _, spans := range rapid.Permutation(all).Draw(t, "order") {
			e := rapid.SampledFrom(dealt).Draw(t, "worker")
			e.Read(trace.Assemble(slices.Clone(spans), trace.Options{}), attribute.Options{})
		}
		dealt[0].Evidence.Merge(dealt[1].Evidence)
		dealt[0].Evidence.Merge(dealt[2].Evidence)
		if a, b := attribute.Spelled(one.Evidence), attribute.Spelled(dealt[0].Evidence); a != b {
			t.Fatalf("one reader:\n%s\nthree:\n%s", a, b)
		}
	})
}

// For a given table, a span that it judges asynchronous changes nothing on the path.
func TestAnotherSpanOfAnAsynchronousEdgeChangesNothing(t *testing.T) {
	judged := ran(t, nil, map[string]int{auditWithin: 20, auditLate: 20}).judged
	drawn := testkit.Draw(t, auditWithin)
	rapid.Check(t, func(t *rapid.T) {
		spans := slices.Clone(drawn)
		e := attribute.NewExplainer(category.BuiltIn(), nil)
		e.Judging(judged)
		want := described(e, [][]trace.Span{spans}, nil).paths
		more := spans[1]
		more.ID = 99
		more.Start = spans[0].Start.Add(time.Duration(rapid.IntRange(0, 20).Draw(t, "start")) * time.Millisecond)
		more.End = more.Start.Add(time.Duration(rapid.IntRange(0, 30).Draw(t, "took")) * time.Millisecond)
		if got := described(e, [][]trace.Span{append(spans, more)}, nil).paths; !slices.Equal(got, want) {
			t.Fatalf("%v, without it %v", got, want)
		}
	})
}

func TestEveryWaitIsEitherWaitedForOrNot(t *testing.T) {
	for w := critpath.Blocking; w <= critpath.AfterReturn; w++ {
		if w.IsWaitedFor() && w.IsAsync() {
			t.Errorf("%v is both", w)
		}
	}
}
