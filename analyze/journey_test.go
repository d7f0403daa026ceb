package analyze_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/bounded"
	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
)

// collectedWithin collects traces of which no more requests are kept than limits say.
func collectedWithin(l bounded.Limits, plan *budget.Plan, o attribute.Options, all [][]trace.Span) *analyze.Collector {
	o.Limits = l
	c := analyze.NewCollector(attribute.NewPlanExplainer(category.BuiltIn(), plan), o)
	addTo(c, all)
	return c
}

func addTo(c *analyze.Collector, all [][]trace.Span) {
	for _, spans := range all {
		c.Add(trace.Assemble(slices.Clone(spans), trace.Options{}))
	}
}

// More than the limit is a property of the requests: neither their order nor how they are dealt to workers, nor in which
// order these merge, shows in anything.
func TestWhatIsKeptOfMoreThanTheLimitDependsOnTheRequestsAlone(t *testing.T) {
	outer := t
	rapid.Check(t, func(t *rapid.T) {
		all, plan := append(traces(t), requestsOf(outer, t)...), plans(t)
		l := bounded.Limits{Journey: rapid.IntRange(1, 8).Draw(t, "of a journey"), All: rapid.IntRange(1, 20).Draw(t, "in all"), Values: rapid.IntRange(1, 5).Draw(t, "values")}
		o := attribute.Options{Findings: true, Stacks: true, Limits: l}
		want := counted(collectedWithin(l, plan, o, all), len(all)).Result(analyze.Settings{})
		workers := []*analyze.Collector{}
		dealt := make([][][]trace.Span, rapid.IntRange(1, 4).Draw(t, "workers"))
		for _, spans := range rapid.Permutation(all).Draw(t, "order") {
			w := rapid.IntRange(0, len(dealt)-1).Draw(t, "worker")
			dealt[w] = append(dealt[w], spans)
		}
		for _, part := range dealt {
			c := counted(collectedWithin(l, plan, o, nil), len(part))
			if len(workers) > 0 && rapid.Bool().Draw(t, "knows of the others") {
				c.Beside(workers[0])
			}
			addTo(c, part)
			workers = append(workers, c)
		}
		workers = rapid.Permutation(workers).Draw(t, "merged in order")
		for len(workers) > 1 {
			at := rapid.IntRange(0, len(workers)-2).Draw(t, "merged")
			workers[at].Merge(workers[at+1])
			workers = slices.Delete(workers, at+1, at+2)
		}
		if got := workers[0].Result(analyze.Settings{}); !reflect.DeepEqual(want, got) {
			t.Fatalf("one collector %+v\nmerged %+v", want, got)
		}
	})
}

// requestsOf generates requests of few journeys, to some of which work belongs that nobody waits for.
func requestsOf(draw *testing.T, t *rapid.T) (all [][]trace.Span) {
	for i := range rapid.IntRange(1, 30).Draw(t, "requests") {
		spans := testkit.Draw(draw, fmt.Sprintf(`
			GET_/%c server   ====   tenant.id=t%d service.version=%d
			  load           ===
			  audit              ==`, "abcd"[i%rapid.IntRange(1, 4).Draw(t, "journeys")], rapid.IntRange(1, 9).Draw(t, "tenant"), i%4))
		for k := range spans {
			spans[k].Trace = trace.ID{Hi: 1, Lo: uint64(i + 1)}
		}
		spans[0].End = spans[0].End.Add(time.Duration(i) * time.Millisecond)
		all = append(all, spans)
	}
	return all
}

// skewed returns n requests that take 1 ms and up to n more, of which one in three failed.
func skewed(t *testing.T, n int) (all [][]trace.Span) {
	r := rand.New(rand.NewPCG(1, 1))
	for i := range n {
		spans := testkit.Draw(t, "GET server  ==\n  query client db.system=mysql =")
		for k := range spans {
			spans[k].Trace = trace.ID{Lo: uint64(i + 1)}
		}
		spans[0].End = spans[0].Start.Add(time.Millisecond + time.Duration(r.ExpFloat64()*1e6))
		spans[1].End = spans[1].Start.Add(spans[0].Duration() / 2)
		all = append(all, spans)
	}
	return all
}

func TestFiguresOfAllRequestsAreThoseOfAllWhereFewAreMeasured(t *testing.T) {
	all := skewed(t, 3000)
	exact := collected(all).Result(analyze.Settings{}).Journeys[0]
	some := collectedWithin(bounded.Limits{Journey: 200, All: 1000}, nil, attribute.Options{}, all).Result(analyze.Settings{}).Journeys[0]
	if some.Observations != 200 || some.All() != 3000 || !some.IsSampled() || exact.IsSampled() {
		t.Fatalf("%d of %d are measured", some.Observations, some.All())
	}
	if some.Mean != exact.Mean || some.Max != exact.Max || some.Requests != exact.Requests || some.Effective != exact.Effective || some.Exemplars[1] != exact.Exemplars[1] {
		t.Errorf("mean %v, slowest %v, %v requests; want %v, %v and %v", some.Mean, some.Max, some.Requests, exact.Mean, exact.Max, exact.Requests)
	}
	for i, p := range exact.Percentiles {
		wantDigits(t, p.Level.String(), some.Percentiles[i].Percentile, p.Percentile)
	}
	for i, row := range exact.Rows.Layer {
		for k, p := range row.Percentiles {
			wantDigits(t, row.Name+" "+p.Level.String(), some.Rows.Layer[i].Percentiles[k], p)
		}
	}
}

// wantDigits wants a percentile with its interval to be another one, in its first three digits.
func wantDigits(t *testing.T, what string, got, want quantile.Percentile) {
	t.Helper()
	for _, pair := range [][2]time.Duration{{got.Value, want.Value}, {got.Low, want.Low}, {got.High, want.High}} {
		if off := (pair[0] - pair[1]).Abs(); off > max(pair[1]/1000, 64) {
			t.Errorf("%s is %v, of all requests %v", what, pair[0], pair[1])
		}
	}
}

func TestAsManyAsTheLimitAreAllMeasured(t *testing.T) {
	all := skewed(t, 50)
	want := collected(all).Result(analyze.Settings{})
	got := collectedWithin(bounded.Limits{Journey: 50, All: 50}, nil, attribute.Options{}, all).Result(analyze.Settings{})
	if !reflect.DeepEqual(want, got) {
		t.Error("they are not what is measured without a limit")
	}
	if one := collectedWithin(bounded.Limits{Journey: 49, All: 50}, nil, attribute.Options{}, all).Result(analyze.Settings{}).Journeys[0]; one.Observations != 49 {
		t.Errorf("%d are measured, with a limit of 49", one.Observations)
	}
}

func TestJourneysByTheThousandShareTheLimitAndNoneIsCutForABusyOne(t *testing.T) {
	var all [][]trace.Span
	for i := range 400 {
		spans := testkit.Draw(t, fmt.Sprintf("GET_/%c%c server =", 'a'+max(0, i-350)%25, 'a'+i%2*max(0, i-350)/25))
		spans[0].Trace.Lo = uint64(i + 1)
		all = append(all, spans)
	}
	res := collectedWithin(bounded.Limits{Journey: 300, All: 100}, nil, attribute.Options{}, all).Result(analyze.Settings{})
	kept := 0
	for _, j := range res.Journeys {
		if kept += j.Observations; j.All() < 20 && j.IsSampled() {
			t.Errorf("of %d requests of %s %d are measured", j.All(), j.Name, j.Observations)
		}
	}
	if res.Observations != 400 || kept > 100 || kept < 80 {
		t.Errorf("%d of %d requests are measured", kept, res.Observations)
	}
}

func TestValuesBeyondTheLimitAreOneRowThatIsTheLastAndNoSuspect(t *testing.T) {
	var all [][]trace.Span
	for i := range 300 {
		spans := testkit.Draw(t, fmt.Sprintf("GET server  ==  tenant.id=t%d", i%30))
		spans[0].Trace.Lo = uint64(i + 1)
		if i%30 < 20 {
			spans[0].End = spans[0].End.Add(time.Second)
		}
		all = append(all, spans)
	}
	j := collectedWithin(bounded.Limits{Values: 4}, nil, attribute.Options{}, all).Result(analyze.Settings{}).Journeys[0]
	at := slices.IndexFunc(j.Slices, func(s analyze.Slice) bool { return s.Name == "tenant" })
	if at < 0 || len(j.Slices[at].Rows) != 5 || j.Slices[at].Rows[4].Value != bounded.Other || j.Slices[at].Rows[4].Observations != 260 {
		t.Fatalf("slices are %+v", j.Slices)
	}
	for _, s := range j.Suspects {
		if s.Value == bounded.Other {
			t.Errorf("%+v is a suspect", s)
		}
	}
}
