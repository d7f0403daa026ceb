package analyze_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/draft"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
)

// codes are n codes of one length, with digits, that do not look like ids.
func requestsFor(paths ...string) (all [][]trace.Span) {
	for i, path := range paths {
		sig := testkit.Signature("web", "GET", trace.Server, "http.request.method=GET", "url.path="+path)
		all = append(all, []trace.Span{{Trace: trace.ID{Lo: uint64(i + 1)}, ID: 1, Start: 1e18, End: 1e18 + trace.Time(i+1), Sig: &sig}})
	}
	return all
}

func journeyNames(all [][]trace.Span) string {
	var names []string
	for _, j := range collected(all).Result(analyze.Settings{Journeys: 1000}).Journeys {
		names = append(names, fmt.Sprintf("%s %d", strings.TrimPrefix(j.Name, "web GET "), j.Observations))
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

func codes(n int) (out []string) {
	for i := range n {
		out = append(out, fmt.Sprintf("/products/QX%cWYZ%d", 'A'+i, i%3))
	}
	return out
}

func TestNamesDoNotDependOnOrderAndFoldingTwiceChangesNothing(t *testing.T) {
	all := requestsFor(slices.Concat(codes(12), []string{"/products/42", "/by/me"})...)
	want := journeyNames(all)
	for seed := range uint64(5) {
		rand.New(rand.NewPCG(seed, 1)).Shuffle(len(all), func(i, k int) { all[i], all[k] = all[k], all[i] })
		a, b := collected(all[:7]), collected(all[7:])
		a.Merge(b)
		first := a.Result(analyze.Settings{Journeys: 1000})
		again := a.Result(analyze.Settings{Journeys: 1000})
		if got := journeyNames(all); got != want || !reflect.DeepEqual(first.Journeys, again.Journeys) {
			t.Fatalf("seed %d: %s, want %s", seed, got, want)
		}
	}
}

func TestAPlanThatIsDraftedOfAJourneyMeasuresAllOfIt(t *testing.T) {
	all := requestsFor(slices.Repeat(codes(10), 10)...)
	d := draft.Of(collected(all).Result(analyze.Settings{}))
	plan, err := budget.Load("draft", d.YAML())
	if err != nil {
		t.Fatal(err)
	}
	if got := collectedWith(plan, all).Against(nil, plan, analyze.Settings{}); len(got.Journeys) != 1 || got.Journeys[0].Plan == nil || got.Journeys[0].Observations != 100 {
		t.Errorf("%d journeys of the plan\n%s", len(got.Journeys), d.YAML())
	}
}

func TestRequestsToOneEndpointOfGraphQLAreToldApartByTheirOperation(t *testing.T) {
	var all [][]trace.Span
	for _, operation := range []string{"Cart", "Me"} {
		all = drawnTimes(t, all, 60, `
			POST server  ============   http.route=/graphql
			  parse       =
			  work         ==========
			    execute    ==========   graphql.operation.type=query graphql.operation.name=`+operation)
	}
	r := collected(all).Result(analyze.Settings{})
	if len(r.Journeys) != 2 || r.Journeys[0].Name != "app POST /graphql query Cart" || r.Journeys[1].Name != "app POST /graphql query Me" {
		t.Errorf("%+v", r.Journeys)
	}
	if d := draft.Of(r); len(d.Journeys) != 1 || d.Journeys[0].Name != "app POST /graphql" {
		t.Errorf("%s", d.YAML())
	}
}
