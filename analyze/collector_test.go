package analyze_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/budget/match"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
)

// only returns the only journey of what is drawn.
func only(t *testing.T, drawings ...string) analyze.Journey {
	t.Helper()
	var all [][]trace.Span
	for _, d := range drawings {
		all = drawnTimes(t, all, 1, d)
	}
	r := collected(all).Result(analyze.Settings{})
	if len(r.Journeys) != 1 {
		t.Fatalf("%d journeys", len(r.Journeys))
	}
	return r.Journeys[0]
}

func TestWorkBelowWhatNobodyWaitedForIsPartOfIt(t *testing.T) {
	j := only(t, `
		root server   ==========
		  mail         ====       follows
		    note         ==       follows
		      tell       =        follows
		  work             ===`)
	if len(j.Async) != 1 || j.Async[0].Operation != "app mail" || j.Async[0].Count != 1 || j.Async[0].P50 != 4*msec {
		t.Errorf("%+v", j.Async)
	}
}

func TestWorkThatNobodyWaitedForIsInOrderOfItsTimeInAll(t *testing.T) {
	j := only(t, `
		root server   ====================
		  mail         =                    follows
		  mail         =                    follows
		  mail         =                    follows
		  note         ====                 follows
		  audit        =======              follows`)
	var got []string
	for _, a := range j.Async {
		got = append(got, fmt.Sprint(a.Operation, " ", a.Count))
	}
	if want := []string{"app audit 1", "app note 1", "app mail 3"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// amplification measures a drawing that is drawn often enough.
func amplification(t *testing.T, drawing string) int64 {
	t.Helper()
	p := plan(t, "journeys: {buy: {root: {service: app}, assert: [retries.amplification < 9]}}")
	return collectedWith(p, drawnTimes(t, nil, 30, drawing)).Result(analyze.Settings{}).Verdicts[0].Checks[0].Value
}

func TestCallsAreCountedBelowAllSpansAndOnlyCallsAre(t *testing.T) {
	got := amplification(t, `
		root server        ====================
		  work              ==
		  call client        ====                failed peer.service=pay
		  call client             =====          peer.service=pay
		    call server in=pay     ====
		      ask client in=pay     =            peer.service=bank
		      tell client in=pay     =           peer.service=bank`)
	if got != 1_333_333 { // four calls, one of which repeats another
		t.Errorf("%d calls for a million", got)
	}
}

func TestAFailedCallWithoutLengthIsNotRepeatedByItself(t *testing.T) {
	got := amplification(t, `
		root server        ==========
		  call client       |          failed peer.service=pay
		  ask client         ====      peer.service=pay`)
	if got != 1_000_000 {
		t.Errorf("%d calls for a million", got)
	}
}

func TestTheFirstServiceThatSaysItDecidesASlice(t *testing.T) {
	const drawing = `
		root server in=web       ==========
		  call client in=web      ===        cloud.region=nowhere
		    serve server in=cart   =         cloud.region=%s
		  call client in=web         ====
		    serve server in=stock     ==     cloud.region=%s`
	j := only(t, fmt.Sprintf(drawing, "eu", "us"), fmt.Sprintf(drawing, "us", "eu"), fmt.Sprintf(drawing, "us", "eu"))
	if len(j.Slices) != 1 || j.Slices[0].Rows[0].Value != "us" || j.Slices[0].Rows[0].Observations != 2 || j.Slices[0].Rows[1].Value != "eu" {
		t.Errorf("%+v", j.Slices)
	}
}

const rootless = `
	gone server lost ==========
	  a               ====
	    b              ==
	  c                   ==`

func TestATraceWithoutItsRootIsLeftOutUnlessItIsToBeKept(t *testing.T) {
	for _, c := range []struct {
		keep         bool
		observations int
		leftOut      analyze.LeftOut
	}{{false, 0, analyze.LeftOut{Traces: 1, Spans: 3}}, {true, 1, analyze.LeftOut{}}} {
		collector := analyze.NewCollector(explainer(), attribute.Options{KeepIncomplete: c.keep})
		collector.Add(testkit.DrawTrace(t, rootless))
		r := collector.Result(analyze.Settings{})
		if r.Observations != c.observations || r.LeftOut != c.leftOut {
			t.Errorf("keep %v: %d observations, left out %+v", c.keep, r.Observations, r.LeftOut)
		}
		if c.keep && r.Journeys[0].Max != 4*msec {
			t.Errorf("the topmost span lasts 4 ms, not %v", r.Journeys[0].Max)
		}
	}
}

func TestARequestMissesASpanIfAnotherSpanHasLostItsParent(t *testing.T) {
	const whole = "root server ==========\n  work    ===="
	const gapped = "root server ==========\n  gone lost ====\n    work     =="
	if j := only(t, whole, gapped, gapped); j.Incomplete != 2 {
		t.Errorf("%d of 3 requests miss a span, not 2", j.Incomplete)
	}
}

func TestAJourneyOfSeveralServicesIsOfTheFirstByName(t *testing.T) {
	p := plan(t, "journeys: {buy: {root: {name: buy}}}")
	a, b := drawnTimes(t, nil, 1, "buy server in=a =="), drawnTimes(t, nil, 2, "buy server in=b ==")[1:]
	for _, all := range [][][]trace.Span{slices.Concat(a, b), slices.Concat(b, a)} {
		merged := collectedWith(p, all[:1])
		merged.Merge(collectedWith(p, all[1:]))
		for how, c := range map[string]*analyze.Collector{"one collector": collectedWith(p, all), "two": merged} {
			if got := c.Result(analyze.Settings{}).Journeys[0].Service; got != "a" {
				t.Errorf("%s: of %s", how, got)
			}
		}
	}
}

func TestCollectorsThatHaveNothingInCommonMergeIntoOne(t *testing.T) {
	const mine = `
		buy server in=web           ========================  cloud.region=eu tenant.id=1
		  call client in=web         ====                 failed peer.service=pay
		  call client in=web              =====           peer.service=pay
		  mail in=web                    ====             follows`
	const theirs = `
		buy server in=web           ==================    cloud.region=us service.version=2
		  select client in=web        ====                db.system=mysql
		  note in=web                      ====           follows
		  gone lost                         ===
		    work in=cart                    ==`
	left := drawnTimes(t, nil, 6, mine)
	right := drawnTimes(t, left, 40, theirs)[6:]
	right = drawnTimes(t, append(slices.Clone(left), right...), 1, rootless)[6:]
	for i := range right {
		right[i][0].Flags |= trace.Sampled
		right[i][0].Threshold = 1 << 55
	}
	want := counted(collected(slices.Concat(left, right)), 47).Result(analyze.Settings{})
	for name, all := range map[string][2][][]trace.Span{"right into left": {left, right}, "left into right": {right, left}} {
		merged := counted(collected(all[0]), len(all[0]))
		merged.Result(analyze.Settings{}) // which sorts what it has
		merged.Merge(counted(collected(all[1]), len(all[1])))
		if got := merged.Result(analyze.Settings{}); !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\n%+v\nwant\n%+v", name, got, want)
		}
	}
	j := want.Journeys[0]
	if want.LeftOut.Traces != 1 || want.Sampling != analyze.SamplingMixed ||
		j.Incomplete != 40 || len(j.Async) != 2 || len(j.Slices) == 0 || len(j.Suspects) == 0 {
		t.Errorf("the two have too much in common: %+v", want)
	}
}

func TestAPlannedJourneyIsShownHoweverRareAndAllAreInOrderOfTheirTime(t *testing.T) {
	p := &budget.Plan{Journeys: []budget.Journey{{Name: "planned", Root: match.Matcher{Name: match.Globs{"planned"}}}}}
	all := drawnTimes(t, nil, 3, "often server =")
	all = drawnTimes(t, all, 2, "long server ==========")
	all = drawnTimes(t, all, 1, "planned server =")
	all = drawnTimes(t, all, 1, "seldom server ==")
	r := collectedWith(p, all).Result(analyze.Settings{Journeys: 3})
	var got []string
	for _, j := range r.Journeys {
		got = append(got, j.Name)
	}
	if want := []string{"app long", "app often", "planned"}; !slices.Equal(got, want) || r.Others != (analyze.Others{Journeys: 1, Observations: 1}) {
		t.Errorf("%v and %+v, want %v and one other", got, r.Others, want)
	}
}

func TestAPlannedJourneyIsShownBeforeThoseThatLoseMostInTheirTail(t *testing.T) {
	p := &budget.Plan{Journeys: []budget.Journey{{Name: "planned", Root: match.Matcher{Name: match.Globs{"planned"}}}}}
	all := drawnTimes(t, nil, 60, "often server =")
	all = drawnTimes(t, all, 6, "often server ==========")
	all = drawnTimes(t, all, 1, "planned server =")
	r := collectedWith(p, all).Result(analyze.Settings{Journeys: 1})
	if len(r.Journeys) != 1 || r.Journeys[0].Name != "planned" {
		t.Errorf("%d journeys are shown, the first of them %s", len(r.Journeys), r.Journeys[0].Name)
	}
}
