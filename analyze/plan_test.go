package analyze_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/budget/match"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
)

// plans generates plans over the services and names of testkit.Spans, and now and then none.
func plans(t *rapid.T) *budget.Plan {
	p := &budget.Plan{Slices: budget.DefaultSlices}
	for i := range rapid.IntRange(0, 3).Draw(t, "journeys") {
		j := budget.Journey{Name: fmt.Sprint("journey", i), Root: *matchers(t)}
		for k := range rapid.IntRange(0, 4).Draw(t, "layers") {
			j.Layers = append(j.Layers, layers(t, k))
		}
		j.Target = budget.Target{Rank: 50_000, Limit: time.Duration(rapid.IntRange(1, 400).Draw(t, "target"))}
		for _, text := range []string{"mean < 1ms", "retries.amplification < 1.1", "errors.share < 1%"} {
			a, err := budget.ParseAssertion(text)
			if err != nil {
				t.Fatal(err)
			}
			j.Asserts = append(j.Asserts, a)
		}
		p.Journeys = append(p.Journeys, j)
	}
	if rapid.Bool().Draw(t, "overrule") {
		p.Async = []match.Matcher{*matchers(t)}
	}
	return p
}

func matchers(t *rapid.T) *match.Matcher {
	m := &match.Matcher{Service: match.Globs{rapid.SampledFrom([]match.Glob{"web", "cart", "s*"}).Draw(t, "service")}}
	if rapid.Bool().Draw(t, "named") {
		m.Name = match.Globs{rapid.SampledFrom([]match.Glob{"get", "*t"}).Draw(t, "name")}
	}
	return m
}

func layers(t *rapid.T, i int) budget.Layer {
	l := budget.Layer{Name: fmt.Sprint("layer", i), Budget: time.Duration(i)}
	switch rapid.IntRange(0, 4).Draw(t, "sort") {
	case 0:
		l.Under = matchers(t)
	case 1:
		l.Match = matchers(t)
	case 2:
		l.Categories = []category.Category{category.App, category.Network}
	case 3:
		l.Causes = []category.Cause{category.Retry}
	}
	return l
}

func TestEachOutermostMatchIsOneObservationAndNothingElseIs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		plan, all := plans(t), traces(t)
		want := map[string]int{}
		for _, spans := range all {
			tr := trace.Assemble(slices.Clone(spans), trace.Options{})
			for name, n := range outermost(plan, tr) {
				want[name] += n
			}
		}
		r := collectedWith(plan, all).Result(analyze.Settings{})
		for _, j := range r.Journeys {
			if j.Plan != nil && j.Observations != want[j.Plan.Name] {
				t.Fatalf("%s has %d observations, want %d", j.Name, j.Observations, want[j.Name])
			}
			if j.Plan != nil {
				delete(want, j.Plan.Name)
			}
		}
		if len(want) > 0 {
			t.Fatalf("no observation of %v", want)
		}
	})
}

// outermost counts, by asking every ancestor of every span.
func outermost(plan *budget.Plan, tr *trace.Trace) map[string]int {
	n := map[string]int{}
	for i := range tr.Spans {
		for k := range plan.Journeys {
			j := &plan.Journeys[k]
			inner := false
			for p := tr.Parent(int32(i)); p != trace.None; p = tr.Parent(p) {
				inner = inner || j.Root.Matches(tr.Spans[p].Sig)
			}
			if !inner && j.Root.Matches(tr.Spans[i].Sig) {
				n[j.Name]++
			}
		}
	}
	return n
}

func TestALayerIsOneOfThePlanOrNoneOfIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		plan := plans(t)
		for _, j := range collectedWith(plan, traces(t)).Result(analyze.Settings{}).Journeys {
			if j.Plan == nil || len(j.Plan.Layers) == 0 || !j.Plan.Layers[len(j.Plan.Layers)-1].IsRest() {
				continue
			}
			for _, c := range j.Tail.Slow.Cells {
				if !strings.HasPrefix(c.Cell.Layer, "layer") {
					t.Fatalf("%s: %+v is outside of a plan that has a layer for the rest", j.Name, c.Cell)
				}
			}
		}
	})
}

// plan reads the journeys and overrules of a plan.
func plan(t testing.TB, text string) *budget.Plan {
	t.Helper()
	p, err := budget.Load("plan.yaml", []byte("version: 1\n"+text))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// wantLayers compares the mean times of the only journey's layers, in ms.
func wantLayers(t *testing.T, p *budget.Plan, drawing string, want ...string) {
	t.Helper()
	r := collectedWith(p, [][]trace.Span{testkit.Draw(t, drawing)}).Result(analyze.Settings{})
	var got []string
	for _, j := range r.Journeys {
		for _, s := range j.Tail.Slow.By(analyze.ByLayer) {
			got = append(got, fmt.Sprintf("%s: %s %d", j.Name, s.Name, s.Time/time.Millisecond))
		}
	}
	if a, b := strings.Join(got, ", "), strings.Join(want, ", "); a != b {
		t.Errorf("layers are\n\t%s\nwant\n\t%s", a, b)
	}
}

const pays = `
	buy client in=shopper         ======================
	  buy server in=web            ===================
	    pay client in=web            ==========
	      pay server in=payment        ======
	        select client in=payment     ==  db.system=mysql
	    select client in=web                    ==  db.system=mysql`

func TestUnderIsTheCallAndEverythingBelowIt(t *testing.T) {
	p := plan(t, `
journeys:
  buy:
    root: {service: web, name: buy}
    layers:
      payment: {under: {service: payment}}
      db:      {category: db}
      rest:    {}`)
	wantLayers(t, p, pays, "buy: payment 10", "buy: rest 7", "buy: db 2")
	wantLayers(t, p, `
		buy server in=web          ==========
		  pay server in=payment      ======
		    check in=fraud            ====
		      select client in=ledger  ==     db.system=mysql`, "buy: payment 6", "buy: rest 4")
}

func TestWhatIsWaitedForInPlaceOfASpanThatEndedIsUnderThatSpanToo(t *testing.T) {
	p := plan(t, `
blocking: [{name: work}]
journeys:
  buy:
    root: {service: web, name: buy}
    layers:
      payment: {under: {service: payment}}
      rest:    {}`)
	wantLayers(t, p, `
		buy server in=web          ==========
		  exec in=payment          =
		    work in=ledger           ======`, "buy: payment 7", "buy: rest 3")
}

// The layer of what waits in front of a callee is known when the run is over, and then it is that of
// the journey in which it waited: calls that are alike in all else differ in it.
func TestAQueueInFrontOfACalleeIsInTheLayerThatItsJourneyHasForQueues(t *testing.T) {
	p := plan(t, `
journeys:
  buy:
    root: {service: web, name: buy}
    layers:
      waiting: {category: queue}
      rest:    {}
  sell:
    root: {service: web, name: sell}
    layers:
      line: {category: queue}
      rest: {}`)
	request := func(name string, before int) []trace.Span {
		call := strings.Repeat("=", before+6)
		return testkit.Draw(t, fmt.Sprintf("%-22s%s\n%-22s%s\n%-22s%s=====",
			name+" server in=web", call, "  get client in=web", call, "    get server in=rec", strings.Repeat(" ", before)))
	}
	for before, want := range map[int]string{20: "buy: rest 7, buy: waiting 19, sell: line 19, sell: rest 7", 17: "buy: rest 23, sell: rest 23"} {
		var all [][]trace.Span
		for i := range 6 {
			all = append(all, numbered(request([]string{"buy", "sell"}[i%2], before), i))
		}
		var got []string
		for _, j := range collectedWith(p, all).Result(analyze.Settings{}).Journeys {
			for _, s := range j.Tail.Slow.By(analyze.ByLayer) {
				if s.Time > 0 {
					got = append(got, fmt.Sprintf("%s: %s %d", j.Name, s.Name, s.Time/time.Millisecond))
				}
			}
		}
		slices.Sort(got)
		if text := strings.Join(got, ", "); text != want {
			t.Errorf("after %d ms: layers are\n\t%s\nwant\n\t%s", before, text, want)
		}
	}
}

// numbered gives the spans of a trace an id of its own.
func numbered(spans []trace.Span, i int) []trace.Span {
	for k := range spans {
		spans[k].Trace = trace.ID{Lo: uint64(i + 1)}
	}
	return spans
}

func TestALayerWithMatchAndUnderAsksForBoth(t *testing.T) {
	p := plan(t, `
journeys:
  buy:
    root: {service: web, name: buy}
    layers: {ledger: {under: {service: payment}, match: {kind: client}}}`)
	wantLayers(t, p, pays, "buy: app 11", "buy: ledger 6", "buy: db 2")
}

func TestTheFirstLayerThatTakesAPieceHasIt(t *testing.T) {
	p := plan(t, `
journeys:
  buy:
    root: {service: web, name: buy}
    layers:
      db:      {category: db}
      payment: {under: {service: payment}}`)
	wantLayers(t, p, pays, "buy: payment 8", "buy: app 7", "buy: db 4")
}

func TestMatchAsksOnlyTheSpanItself(t *testing.T) {
	p := plan(t, `
journeys:
  buy:
    root: {service: web, name: buy}
    layers: {payment: {match: {service: payment}}}`)
	wantLayers(t, p, pays, "buy: app 7", "buy: payment 6", "buy: network 4", "buy: db 2")
}

func TestACallThatNobodyAnsweredHereIsUnderTheServiceThatItNames(t *testing.T) {
	p := plan(t, `
journeys:
  buy:
    root: {service: web}
    layers: {payment: {under: {service: pay*}}}`)
	wantLayers(t, p, `
		buy server in=web   ==========
		  pay client in=web   =====     peer.service=payment`, "buy: app 5", "buy: payment 5")
	wantLayers(t, p, `
		buy server in=web   ==========
		  pay client in=web   =====     peer.service=payment
		    pay server in=b    ===`, "buy: app 8", "buy: network 2")
}

func TestWhatNoLayerTakesIsNotMixedUpWithALayerOfThatName(t *testing.T) {
	p := plan(t, `
journeys:
  buy:
    root: {service: web}
    layers: {app: {category: db}}`)
	wantLayers(t, p, `
		buy server in=web     ==========
		  select client in=web    ==      db.system=mysql`, "buy: other app 8", "buy: app 2")
}

func TestOneTraceMayServeSeveralJourneys(t *testing.T) {
	p := plan(t, `
journeys:
  all: {root: {service: shopper}}
  pay: {root: {service: payment}}`)
	wantLayers(t, p, pays,
		"all: app 11", "all: network 7", "all: db 4",
		"pay: app 4", "pay: db 2")
}

func TestATraceThatNoJourneyMatchesKeepsItsOwnAndIsMarked(t *testing.T) {
	p := plan(t, "journeys: {other: {root: {service: elsewhere}}}")
	r := collectedWith(p, [][]trace.Span{testkit.Draw(t, pays)}).Result(analyze.Settings{})
	if len(r.Journeys) != 1 || r.Journeys[0].Plan != nil || r.Journeys[0].Name != "shopper buy" {
		t.Errorf("journeys are %+v", r.Journeys)
	}
}

func TestAJourneyMayBeginAtAnOrphan(t *testing.T) {
	p := plan(t, "journeys: {buy: {root: {service: web}}}")
	r := collectedWith(p, [][]trace.Span{testkit.Draw(t, `
		gone client lost   =====
		  buy server in=web ===`)}).Result(analyze.Settings{})
	if len(r.Journeys) != 1 || r.Journeys[0].Name != "buy" || r.Journeys[0].Observations != 1 || r.Journeys[0].Incomplete != 0 || r.LeftOut.Traces != 0 {
		t.Errorf("%+v", r)
	}
}

func TestAPlanSaysWhoWaitsForWhom(t *testing.T) {
	p := plan(t, `
journeys: {buy: {root: {service: web}}}
async: {service: audit}
blocking: {service: mail}`)
	wantLayers(t, p, `
		buy server in=web       ==========
		  note server in=audit   ==
		  send consumer in=mail      ======`, "buy: app 10")
	r := collectedWith(p, [][]trace.Span{testkit.Draw(t, `
		buy server in=web       ==========
		  note server in=audit   ==
		  send consumer in=mail      ======`)}).Result(analyze.Settings{})
	places := map[string]time.Duration{}
	for _, s := range r.Journeys[0].Tail.Slow.By(analyze.ByService) {
		places[s.Name] = s.Time
	}
	if places["audit"] != 0 || places["mail"] != 5*time.Millisecond || len(r.Journeys[0].Async) != 1 {
		t.Errorf("places %v, async %+v", places, r.Journeys[0].Async)
	}
}

func TestRetriesAndFansHaveLayersOfTheirOwn(t *testing.T) {
	wantLayers(t, nil, `
		root server    ====================
		  call client   ===                  failed
		  call client       ======
		  ask client                ==
		  ask client                ===
		  ask client                =======`,
		"app root: external 9, app root: fanout 4, app root: retry 4, app root: app 3")
}

func TestAJourneyBeginsAtItsOutermostSpansOnly(t *testing.T) {
	p := plan(t, "journeys: {buy: {root: {service: web, name: buy}}}")
	r := collectedWith(p, [][]trace.Span{testkit.Draw(t, `
		page client in=shopper    ====================
		  buy server in=web        ======
		    cart server in=cart     ====
		      buy server in=web      ==
		  buy server in=web                ========`)}).Result(analyze.Settings{})
	if len(r.Journeys) != 1 || r.Journeys[0].Observations != 2 || r.Journeys[0].Max != 8*time.Millisecond {
		t.Errorf("%+v", r.Journeys)
	}
}
