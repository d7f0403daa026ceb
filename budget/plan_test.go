package budget

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/budget/match"
	"github.com/longpole/longpole/internal/strictyaml"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
)

const plans = "../testdata/plans/"

// The first line of every bad plan is "# want: " and what its error must hold.
func TestBadPlansAreRefusedWithTheirMessage(t *testing.T) {
	names := glob(t, plans+"bad/*.yaml")
	if len(names) < 40 {
		t.Errorf("%d bad plans, want at least 40", len(names))
	}
	for _, name := range names {
		t.Run(filepath.Base(name), func(t *testing.T) {
			data := read(t, name)
			first, _, _ := strings.Cut(string(data), "\n")
			want, ok := strings.CutPrefix(first, "# want: ")
			if !ok || want == "" {
				t.Fatalf("the first line says no message: %q", first)
			}
			_, err := Load("plan.yaml", data, detectable...)
			if err == nil {
				t.Fatal("the plan was taken")
			}
			want = strings.TrimPrefix(want, "0:0: ")
			if !strings.Contains(err.Error(), want) {
				t.Errorf("got  %s\nwant %s", err, want)
			}
		})
	}
}

func TestProblemsNameFileLineAndColumnAndHideNoOther(t *testing.T) {
	_, err := Load("my.yaml", []byte("version: 1\njourneys:\n  a: {root: {servic: x}}\n  b: {root: {service: x}, ownr: y}\n"))
	var ps strictyaml.Problems
	if !errors.As(err, &ps) || len(ps) != 2 {
		t.Fatalf("want two problems, got %v", err)
	}
	want := "my.yaml:3:14: unknown key \"servic\" in root; did you mean \"service\"?\n" +
		"my.yaml:4:27: unknown key \"ownr\" in journey \"b\"; did you mean \"owner\"?"
	if err.Error() != want {
		t.Errorf("got\n%s\nwant\n%s", err, want)
	}
}

func glob(t *testing.T, pattern string) []string {
	t.Helper()
	names, err := filepath.Glob(pattern)
	if err != nil || len(names) == 0 {
		t.Fatalf("%s finds nothing (%v)", pattern, err)
	}
	return names
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestTheCheckoutPlanSaysWhatItsTeamWrote(t *testing.T) {
	p := load(t, plans+"good/checkout.yaml")
	j, err := p.Journey("checkout")
	if err != nil {
		t.Fatal(err)
	}
	if j.Owner != "team-checkout" || j.Target.String() != "p95 < 400ms" || j.Target.Line != 8 {
		t.Errorf("owner %q, target %q at line %d", j.Owner, j.Target, j.Target.Line)
	}
	var sum time.Duration
	var names []string
	for _, l := range j.Layers {
		sum += l.Budget
		names = append(names, l.Name)
	}
	if want := "payment inventory edge database app margin"; strings.Join(names, " ") != want || sum != 400*time.Millisecond {
		t.Errorf("layers %v of %s in all, want %s of 400ms", names, sum, want)
	}
	if l := j.Layers[0]; l.Line != 10 || l.Under == nil || l.IsRest() || !j.Layers[5].IsRest() {
		t.Errorf("payment: %+v", l)
	}
	web := testkit.Signature("web", "POST /checkout", trace.Server, "http.request.method=POST", "http.route=/checkout")
	other := testkit.Signature("web", "GET /checkout", trace.Server, "http.request.method=GET", "http.route=/checkout")
	if got := p.Matching(&web); len(got) != 1 || got[0] != 0 || len(p.Matching(&other)) != 0 {
		t.Errorf("the root matches %v of POST and %v of GET", got, p.Matching(&other))
	}
	if want := []string{"cloud.region", "enduser.id", "service.version", "tenant.id"}; !slices.Equal(p.Keys(), want) {
		t.Errorf("keys %v, want %v", p.Keys(), want)
	}
}

func TestAssertionsAreReadToTheirParts(t *testing.T) {
	for text, want := range map[string]Assertion{
		"p99 < 900ms":                     {Measure: Percentile, Rank: 99_000, Op: Less, Limit: Limit{UnitTime, 900e6}},
		"p99.9<=1.5s":                     {Measure: Percentile, Rank: 99_900, Op: LessEqual, Limit: Limit{UnitTime, 1500e6}},
		"p95{region=eu-*} < 450ms":        {Measure: Percentile, Rank: 95_000, Where: []Slice{{"region", "eu-*"}}, Op: Less, Limit: Limit{UnitTime, 450e6}},
		"payment.p95 < 80ms":              {Measure: Percentile, Rank: 95_000, Layer: "payment", Op: Less, Limit: Limit{UnitTime, 80e6}},
		"p layer.p99.9 < 80ms":            {Measure: Percentile, Rank: 99_900, Layer: "p layer", Op: Less, Limit: Limit{UnitTime, 80e6}},
		"regression(p95) < 5%":            {Measure: Regression, Rank: 95_000, Op: Less, Limit: Limit{UnitShare, 50_000}},
		"regression( payment.p99 ) < .5%": {},
		"regression(db.p50) < 12.5 %":     {Measure: Regression, Rank: 50_000, Layer: "db", Op: Less, Limit: Limit{UnitShare, 125_000}},
		"retries.amplification < 1.2":     {Measure: Amplification, Op: Less, Limit: Limit{UnitRatio, 1_200_000}},
		"errors.share < 0.5%":             {Measure: ErrorShare, Op: Less, Limit: Limit{UnitShare, 5_000}},
		"payment.budget.share < 2%":       {Measure: BlownShare, Layer: "payment", Op: Less, Limit: Limit{UnitShare, 20_000}},
		"payment.mean < 60ms":             {Measure: Mean, Layer: "payment", Op: Less, Limit: Limit{UnitTime, 60e6}},
	} {
		got, err := ParseAssertion(text)
		if want.Measure == "" {
			if err == nil {
				t.Errorf("%q was taken", text)
			}
			continue
		}
		want.Text = text
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q\ngot  %+v (%v)\nwant %+v", text, got, err, want)
		}
	}
}

func TestLimitsPrintAsTheyAreWritten(t *testing.T) {
	for want, l := range map[string]Limit{
		"900ms": {UnitTime, 900e6}, "5%": {UnitShare, 50_000}, "12.5%": {UnitShare, 125_000}, "1.2": {UnitRatio, 1_200_000}, "2": {UnitRatio, 2_000_000},
	} {
		if got := l.String(); got != want {
			t.Errorf("%+v prints %q, want %q", l, got, want)
		}
	}
	if got := Rank(99_900).String() + Rank(50_000).String(); got != "p99.9p50" {
		t.Errorf("ranks print %q", got)
	}
}

func TestALayerAsksForCategoryAndCause(t *testing.T) {
	l := Layer{Categories: []category.Category{category.App, category.DB}, Causes: []category.Cause{category.Retry}}
	for _, c := range []struct {
		category category.Category
		cause    category.Cause
		want     bool
	}{{category.App, "retry", true}, {category.DB, "retry", true}, {category.App, "", false}, {category.Cache, "retry", false}} {
		if got := l.Takes(c.category, c.cause); got != c.want {
			t.Errorf("%s %q: %v, want %v", c.category, c.cause, got, c.want)
		}
	}
}

func TestAPlanOverrulesWhoWaitsForWhom(t *testing.T) {
	p := load(t, plans+"good/everything.yaml")
	for service, want := range map[string][2]bool{"audit": {false, true}, "mail-gateway": {true, true}, "web": {false, false}} {
		s := testkit.Signature(service, "x", trace.Internal)
		if blocking, decided := p.Overrule(&s); [2]bool{blocking, decided} != want {
			t.Errorf("%s: %v %v, want %v", service, blocking, decided, want)
		}
	}
}

func TestASpanThatIsBothAsyncAndBlockingIsAsync(t *testing.T) {
	web := []match.Matcher{{Service: match.Globs{"web"}}}
	s := testkit.Signature("web", "x", trace.Internal)
	if blocking, decided := (&Plan{Async: web, Blocking: web}).Overrule(&s); blocking || !decided {
		t.Errorf("blocking %v, decided %v", blocking, decided)
	}
}

func TestAPlanHoldsAllThatItsFileSays(t *testing.T) {
	p := load(t, plans+"good/everything.yaml")
	want := match.Matcher{
		Service: match.Globs{"search", "search-*"}, Name: match.Globs{"GET *", "HEAD *"}, Scope: match.Globs{"*otelhttp*"}, Route: match.Globs{"/search"},
		Kinds: []trace.Kind{trace.Server, trace.Consumer},
		Attrs: []match.Attr{{Key: "cloud.region", Values: match.Globs{"eu-*", "us-*"}}, {Key: "http.request.method", Values: match.Globs{"GET"}}},
		Any:   []match.Attr{{Key: "enduser.id", Values: match.Globs{"*"}}, {Key: "tenant.id", Values: match.Globs{"*"}}},
		Not:   &match.Matcher{Attrs: []match.Attr{{Key: "synthetic", Values: match.Globs{"true"}}}},
	}
	holds(t, "root", p.Journeys[0].Root, want)
	holds(t, "target", p.Journeys[0].Target, Target{Rank: 99_900, Limit: 1500 * time.Millisecond, Line: 14, Op: LessEqual})
	holds(t, "layers", p.Journeys[0].Layers, []Layer{
		{Name: "again", Line: 16, Budget: 100 * time.Millisecond, Causes: []category.Cause{category.Retry}},
		{Name: "spread", Line: 17, Causes: []category.Cause{category.FanOut}, Categories: []category.Category{category.App}},
		{Name: "shards", Line: 18, Budget: time.Second, Categories: []category.Category{category.External, category.Network},
			Match: &match.Matcher{Kinds: []trace.Kind{trace.Client}}, Under: &match.Matcher{Service: match.Globs{"shard-?"}}},
		{Name: "rest", Line: 19},
	})
	holds(t, "slices", p.Slices, []SliceBy{{Name: "region", Keys: []string{"cloud.region"}}, {Name: "tenant", Keys: []string{"tenant.id", "enduser.id"}}})
	holds(t, "slices of a plan without", load(t, plans+"good/smallest.yaml").Slices, DefaultSlices)
	holds(t, "offsets", p.Offsets, []Offset{{"db-1", 80 * time.Millisecond}, {"edge-*", -12 * time.Millisecond}})
	holds(t, "async", p.Async, []match.Matcher{{Service: match.Globs{"audit"}}, {Kinds: []trace.Kind{trace.Producer}, Name: match.Globs{"*.log"}}})
	holds(t, "blocking", p.Blocking, []match.Matcher{{Service: match.Globs{"mail-gateway"}}})
}

func holds(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s:\n got %+v\nwant %+v", what, got, want)
	}
}

func TestTheKeysOfAPlanAreThoseThatAnyPartOfItAsksFor(t *testing.T) {
	asks := func(key string) match.Matcher {
		return match.Matcher{Attrs: []match.Attr{{Key: key, Values: match.Globs{"*"}}}}
	}
	own, under, not := asks("d"), asks("e"), asks("c")
	p := Plan{
		Journeys: []Journey{{
			Root:   match.Matcher{Attrs: []match.Attr{{Key: "a", Values: match.Globs{"*"}}}, Any: []match.Attr{{Key: "b", Values: match.Globs{"*"}}}, Not: &not},
			Layers: []Layer{{Match: &own, Under: &under}},
		}},
		Async: []match.Matcher{asks("f")}, Blocking: []match.Matcher{asks("g")},
		Slices: []SliceBy{{Name: "s", Keys: []string{"h", "a"}}},
	}
	if got := strings.Join(p.Keys(), ""); got != "abcdefgh" {
		t.Errorf("keys are %s", got)
	}
}

func TestTheFirstOffsetForAHostCounts(t *testing.T) {
	p := Plan{Offsets: []Offset{{"db-*", 1}, {"db-1", 2}, {"*", 3}}}
	for host, want := range map[string]time.Duration{"db-1": 1, "web": 3, "": 0} {
		if by, known := p.Ahead(host); by != want || known != (host != "") {
			t.Errorf("%q is ahead by %d, known: %v", host, by, known)
		}
	}
}

func TestOnlyALayerWithoutConditionsIsTheRest(t *testing.T) {
	for _, l := range []Layer{{Categories: []category.Category{category.DB}}, {Causes: []category.Cause{category.Retry}}, {Match: &match.Matcher{}}, {Under: &match.Matcher{}}} {
		if l.IsRest() {
			t.Errorf("%+v is", l)
		}
	}
	if l := (Layer{Name: "rest", Budget: 1}); !l.IsRest() {
		t.Error("one with nothing but a budget is not")
	}
}

func TestBudgetsMayAddUpToTheTargetAndNoMore(t *testing.T) {
	for last, fits := range map[string]bool{"100ms": true, "100.000001ms": false} {
		_, err := Load("plan.yaml", []byte("version: 1\njourneys: {a: {root: {service: web}, target: p95 < 400ms, layers: {db: {budget: 300ms, category: db}, app: {budget: "+last+"}}}}"))
		if (err == nil) != fits {
			t.Errorf("300ms and %s of 400ms: %v", last, err)
		}
	}
}

func TestAJourneyHasUpTo64Layers(t *testing.T) {
	for n := MaxLayers; n <= MaxLayers+1; n++ {
		text := "version: 1\njourneys:\n  a:\n    root: {service: web}\n    layers:\n"
		for i := range n {
			text += fmt.Sprintf("      l%d: {category: db}\n", i)
		}
		if _, err := Load("plan.yaml", []byte(text)); (err == nil) != (n == 64) {
			t.Errorf("%d layers: %v", n, err)
		}
	}
}

func TestAnUnknownJourneyNamesTheNearest(t *testing.T) {
	_, err := load(t, plans+"good/checkout.yaml").Journey("chekout")
	if err == nil || !strings.Contains(err.Error(), `did you mean "checkout"?`) {
		t.Errorf("got %v", err)
	}
}

func load(t *testing.T, name string) *Plan {
	t.Helper()
	p, err := Load(name, read(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func FuzzLoadNeverPanicsAndNeverPrintsControls(f *testing.F) {
	for _, pattern := range []string{"good/*.yaml", "bad/*.yaml"} {
		names, _ := filepath.Glob(plans + pattern)
		if len(names) == 0 {
			f.Fatal("no seeds in " + pattern)
		}
		for _, n := range names {
			data, err := os.ReadFile(n)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		_, err := Load("f", data)
		if err != nil && strings.ContainsFunc(err.Error(), func(c rune) bool { return c != '\n' && unicode.IsControl(c) }) {
			t.Errorf("%q", err)
		}
	})
}

// detectable is something that a plan can speak of.
var detectable = []Detectable{{ID: "LP001", Name: "repeated-call", Params: []Parameter{
	{Name: "repeats", Doc: "calls", Default: Limit{UnitRatio, 5e6}}, {Name: "total", Doc: "time", Default: Limit{UnitTime, 1e7}}, {Name: "share", Doc: "part", Default: Limit{UnitShare, 5e4}},
}}}

func TestAPlanSpeaksOfFindingsByTheirNameOrID(t *testing.T) {
	plan, err := Load("plan.yaml", []byte(`version: 1
findings:
  parameters: {LP001: {repeats: 8, total: 20ms, share: 7.5%}}
  acknowledged:
    - {finding: repeated-call, journey: "check*", place: "web -> *", reason: known, until: 2027-01-31}
`), detectable...)
	if err != nil {
		t.Fatal(err)
	}
	f := plan.Findings
	want := []Setting{{"LP001", "repeats", Limit{UnitRatio, 8e6}}, {"LP001", "total", Limit{UnitTime, 2e7}}, {"LP001", "share", Limit{UnitShare, 75_000}}}
	if !slices.Equal(f.Settings, want) {
		t.Errorf("settings %v, want %v", f.Settings, want)
	}
	a := f.Acknowledged[0]
	if a.Finding != "LP001" || a.Line != 5 || a.Until.Format("2006-01-02 15:04") != "2027-02-01 00:00" {
		t.Errorf("%+v", a)
	}
	for _, c := range []struct {
		journey, place string
		want           bool
	}{{"checkout", "web -> pay", true}, {"search", "web -> pay", false}, {"checkout", "pay -> db", false}} {
		if got := a.Covers(c.journey, c.place); got != c.want {
			t.Errorf("covers %s at %s: %v", c.journey, c.place, got)
		}
	}
}

func TestAnAssertionAsksForFindingsOfALevel(t *testing.T) {
	for text, want := range map[string]Level{"findings(likely) <= 0": Likely, "findings(proven) < 2": Proven, "findings( hint ) <= 3": Hint} {
		a, err := ParseAssertion(text)
		if err != nil || a.Measure != FoundOf || a.Level != want {
			t.Errorf("%s: %+v, %v", text, a, err)
		}
	}
	for text, want := range map[string]string{
		"findings(sure) <= 0": `"sure" is no level of findings`, "findings <= 0": "unknown measure", "findings(likely) <= 5%": "no number of findings",
		"findings(likely) <= 0.5": "no number of findings",
	} {
		if _, err := ParseAssertion(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}
