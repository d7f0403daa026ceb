package analyze_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
)

// requestsFor returns a trace of one span for each path.
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

// many writes n paths that differ in their values.
func many(n int, format string) (paths []string) {
	for i := range n {
		word := ""
		for k := i + 1; k > 0; k /= 5 {
			word += string("aeiou"[k%5]) + "r"
		}
		paths = append(paths, fmt.Sprintf(format, word))
	}
	return paths
}

// codes are n codes of one length, with digits, that do not look like ids.
func codes(n int) (out []string) {
	for i := range n {
		out = append(out, fmt.Sprintf("/products/QX%cWYZ%d", 'A'+i, i%3))
	}
	return out
}

func TestWhatVariesAtOnePositionIsAnIdWhateverItLooksLike(t *testing.T) {
	words := many(20, "/by/%s")
	var both []string
	for i, user := range words {
		both = append(both, many(20, user+"/posts/%s")[i])
	}
	for what, c := range map[string]struct {
		paths []string
		want  string
	}{
		"twenty words that are new":        {many(20, "/by/%s/posts"), "/by/{id}/posts 20"},
		"ten of them came again":           {slices.Concat(words, words[:10]), "/by/{id} 30"},
		"the one that most ask for stays":  {slices.Concat(words, slices.Repeat([]string{"/by/me"}, 21)), "/by/me 21, /by/{id} 20"},
		"one that others ask for as often": {slices.Concat(words, slices.Repeat([]string{"/by/me"}, 20)), "/by/{id} 40"},
		"beside an id a digit is enough":   {[]string{"/products/9SIQT8TOJO", "/products/LS4PSXUNUM", "/products/search"}, "/products/search 1, /products/{id} 2"},
		"a version is none":                {[]string{"/api/42", "/api/v1", "/api/v2"}, "/api/v1 1, /api/v2 1, /api/{id} 1"},
		"ten codes of one length":          {slices.Repeat(codes(10), 3), "/products/{id} 30"},
		"two positions":                    {both, "/by/{id}/posts/{id} 20"},
	} {
		if got := journeyNames(requestsFor(c.paths...)); got != c.want {
			t.Errorf("%s: %s, want %s", what, got, c.want)
		}
	}
}

func TestEndpointsThatComeAgainStayApart(t *testing.T) {
	words := many(20, "/%s/list")
	for what, paths := range map[string][]string{
		"nineteen words": words[:19], "eleven of twenty came again": slices.Concat(words, words[:11]), "nine codes": slices.Repeat(codes(9), 3),
	} {
		distinct := map[string]bool{}
		for _, path := range paths {
			distinct[path] = true
		}
		if got := collected(requestsFor(paths...)).Result(analyze.Settings{Journeys: 100}).Journeys; len(got) != len(distinct) {
			t.Errorf("%s: %d journeys of %d", what, len(got), len(distinct))
		}
	}
}

func TestNamesDoNotDependOnOrderAndFoldingTwiceChangesNothing(t *testing.T) {
	all := requestsFor(slices.Concat(many(40, "/by/%s/posts"), codes(12), many(12, "/%s"), []string{"/products/42", "/by/me"})...)
	want := journeyNames(all)
	for seed := range uint64(5) {
		rand.New(rand.NewPCG(seed, 1)).Shuffle(len(all), func(i, k int) { all[i], all[k] = all[k], all[i] })
		a, b := collected(all[:20]), collected(all[20:])
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
	d := collected(all).Result(analyze.Settings{}).Draft()
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
	if d := r.Draft(); len(d.Journeys) != 1 || d.Journeys[0].Name != "app POST /graphql" {
		t.Errorf("%s", d.YAML())
	}
}
