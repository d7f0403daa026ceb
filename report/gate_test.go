package report

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	rendererhtml "github.com/yuin/goldmark/renderer/html"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/reporttest"
	"github.com/longpole/longpole/trace"
)

const shopPlan = `version: 1
journeys:
  checkout:
    owner: team-checkout
    root: {service: web, name: POST /checkout}
    target: p95 < 400ms
    layers:
      payment:  {budget: 80ms, under: {service: payment*}}
      database: {budget: 70ms, category: [db, cache]}
      app:      {budget: 90ms, category: [app, render]}
      margin:   {budget: 60ms}
    assert: [p99 < 900ms, "regression(p95) < 5%", retries.amplification < 1.2, p90 < 100ms]
  search:
    root: {service: web, route: /search}
    target: p99 < 100ms
  refund:
    root: {service: refunds}
    target: p95 < 1s
`

// judged holds traces against a plan, and regressions against the same traces.
func judged(t testing.TB, plan string, traces func() [][]trace.Span) *analyze.Result {
	t.Helper()
	p, err := budget.Load("shop.yaml", []byte(plan))
	if err != nil {
		t.Fatal(err)
	}
	collect := func() *analyze.Collector {
		c := analyze.NewCollector(attribute.NewPlanExplainer(category.BuiltIn(), p), attribute.Options{})
		all := traces()
		reporttest.Number(all)
		for _, spans := range all {
			c.Ledger.Spans += len(spans)
			c.Add(trace.Assemble(spans, trace.Options{}))
		}
		return c
	}
	return collect().Against(collect().Data, p, analyze.Settings{Draws: 200})
}

// payments is a shop in which one payment in eight takes 180 ms.
func payments(t testing.TB) (all [][]trace.Span) {
	for i := range 400 {
		pay := 36 + i%7
		if i%8 == 0 {
			pay = 180
		}
		all = append(all, reporttest.Later(reporttest.Checkout(t, pay, 15+i%5), i))
	}
	for i := range 60 {
		all = append(all, reporttest.Later(reporttest.Search(t, 20+i%40), 10*i))
	}
	return all
}

func judgedShop(t testing.TB) *Report {
	t.Helper()
	res := reporttest.Made("judged shop", func() *analyze.Result {
		return judged(t, shopPlan, func() [][]trace.Span { return payments(t) })
	})
	return New(res, Options{PlanPath: "ci/shop.yaml", Version: "v1.2.3", TraceURL: "https://jaeger.example/trace/{traceID}?uiFind={spanID}"})
}

func TestEveryOutputOfAJudgedShopIsAsItWasAgreed(t *testing.T) {
	r := judgedShop(t)
	for _, f := range Formats {
		testkit.Golden(t, "judged."+f.Extension, written(t, f, r, page.Style{}))
	}
}

func TestAGateSaysWhoFailsAndWhoPassesAndThenNoMoreUnlessAsked(t *testing.T) {
	res := judgedShop(t).result
	short := string(written(t, text, New(res, Options{Gate: true}), page.Style{}))
	testkit.Golden(t, "gate.txt", []byte(short))
	whole := string(written(t, text, New(res, Options{Gate: true, Verbose: true}), page.Style{}))
	for _, want := range []string{"FAIL  checkout p95 209 ms of 400 ms (team-checkout): payment, +", "PASS  search", "NONE  refund"} {
		if strings.Count(short, want) != 1 || strings.Count(whole, want) != 1 {
			t.Errorf("%q is not said once in each of\n%s\nand\n%s", want, short, whole)
		}
	}
	if strings.Contains(short, "The same by place") || !strings.Contains(whole, "The same by place") {
		t.Errorf("the report is not just in the whole of\n%s", short)
	}
	html := string(written(t, htmlFormat, New(res, Options{Gate: true}), page.Style{}))
	if !strings.Contains(html, "The same by place") || strings.Index(html, "FAIL  checkout") > strings.Index(html, "The same by place") {
		t.Error("a page does not say first who fails")
	}
}

func TestTheFirstLineNamesTheLayerThatBlewItsBudget(t *testing.T) {
	const want = "Budget blown: checkout (team-checkout): payment exceeded its 80 ms in 13 % of requests; it is 100 % of what the slowest 10 % add"
	if got := judgedShop(t).Answer.String(); !strings.HasPrefix(got, want) {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestWithinBudgetTheFirstLineSaysSo(t *testing.T) {
	res := judged(t, "version: 1\njourneys: {search: {root: {service: web, route: /search}, target: p95 < 200ms}}", func() [][]trace.Span { return reporttest.ShopTraces(t) })
	if got := New(res, Options{}).Answer.String(); got != "Within budget: search p95 89.0 ms of 200 ms." {
		t.Errorf("got %s", got)
	}
}

// verdictReports are what every validator gets: a shop, one with hostile names, one with
// nothing. They are made once, for nothing changes a report.
func verdictReports(t testing.TB) map[string]*Report {
	madeReports.Do(func() { allReports = makeReports(t) })
	return allReports
}

var (
	madeReports sync.Once
	allReports  map[string]*Report
)

func makeReports(t testing.TB) map[string]*Report {
	all := map[string]*Report{"shop": judgedShop(t)}
	for i, name := range testkit.Some(testkit.HostileNames, 3) {
		text := fmt.Sprintf("version: 1\njourneys: {'hostile %d ::error::x': {owner: \"%%0A]]>,:\", root: {kind: [server, client, internal]}, target: p95 < 1ms, layers: {'[pay]&|`x': {budget: 1ms, under: {service: payment}}}, assert: [p50 < 1ms, p99.9 < 2ms]}}", i)
		res := judged(t, text, func() [][]trace.Span { return hostileTraces(t, name) })
		res.Ledger.Count(trace.Code{ID: "bad", What: "bad things"}, 1, trace.Example{File: name, Text: name, Offset: -1})
		all[fmt.Sprintf("hostile %d", i)] = New(res, Options{PlanPath: "a plan,with:odd%name.yaml", Strict: true})
	}
	all["nothing"] = New(judged(t, shopPlan, func() [][]trace.Span { return nil }), Options{PlanPath: "shop.yaml"})
	return all
}

// hostileTraces are checkouts of which every text is name.
func hostileTraces(t testing.TB, name string) (all [][]trace.Span) {
	spans := reporttest.Checkout(t, 40, 17)
	for i := range spans {
		spans[i].Sig.Name = name
		spans[i].Sig.Resource = trace.Attrs{{Key: "cloud.region", Value: name}}
	}
	spans[0].Sig.Service = name
	for range 60 {
		all = append(all, slices.Clone(spans))
	}
	return all
}

func TestJUnitIsWhatJenkinsReads(t *testing.T) {
	lint, err := exec.LookPath("xmllint")
	if err != nil {
		t.Skip("skipped: xmllint (libxml2-utils) is not installed")
	}
	args := []string{"--noout", "--nonet", "--schema", "testdata/schemas/junit-10.xsd"}
	dir := t.TempDir()
	for name, r := range verdictReports(t) {
		file := filepath.Join(dir, name+".xml")
		if err := os.WriteFile(file, written(t, junitFormat, r, page.Style{}), 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, file)
	}
	if out, err := exec.Command(lint, args...).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

func validate(t *testing.T, schema string, f Format) {
	t.Helper()
	s, err := jsonschema.NewCompiler().Compile(filepath.Join("testdata", "schemas", schema))
	if err != nil {
		t.Fatal(err)
	}
	for name, r := range verdictReports(t) {
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(written(t, f, r, page.Style{})))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := s.Validate(value); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSARIFIsWhatItsSchemaSays(t *testing.T) { validate(t, "sarif-2.1.0.json", sarifFormat) }

func TestGitLabGetsTheFieldsThatItReads(t *testing.T) {
	validate(t, "gitlab-codequality.json", gitlabFormat)
}

func TestTheJSONOfAGateIsWhatItsSchemaSays(t *testing.T) {
	schema := reporttest.Published(t, "report")
	for name, r := range verdictReports(t) {
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(written(t, jsonFormat, r, page.Style{})))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(value); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestOpenMetricsParses(t *testing.T) {
	parsed := map[string]bool{} // the parser is slow, and hostile reports differ in what this format has no place for
	for name, r := range verdictReports(t) {
		text := written(t, openMetricsFormat, r, page.Style{})
		if same := strings.ReplaceAll(string(text), name, "hostile"); !parsed[same] {
			parsed[same] = true
			parses(t, name, r, text)
		}
	}
	if len(parsed) != 3 {
		t.Errorf("%d different documents, want a shop, nothing, and one hostile", len(parsed))
	}
}

func parses(t *testing.T, name string, r *Report, text []byte) {
	t.Helper()
	families := decoded(t, name, text)
	if len(families) == 0 && r.result.Observations > 0 {
		t.Errorf("%s: no metric", name)
	}
	if !bytes.HasSuffix(text, []byte("\n# EOF\n")) {
		t.Errorf("%s does not end with # EOF", name)
	}
	seen := map[string]bool{}
	for _, line := range strings.Split(string(text), "\n") {
		series, _, _ := strings.Cut(line, "} ")
		if strings.HasPrefix(line, "longpole_") && seen[series] {
			t.Errorf("%s: %s stands twice", name, series)
		}
		seen[series] = true
	}
}

func TestOpenMetricsHoldsEveryName(t *testing.T) {
	var all []analyze.Journey
	for _, name := range testkit.Some(testkit.HostileNames, 3) {
		all = append(all, analyze.Journey{Name: name, Observations: 1})
	}
	r := New(resultOf(all...), Options{})
	text := written(t, openMetricsFormat, r, page.Style{})
	parses(t, "names", r, text)
	var got, want []string
	for _, f := range decoded(t, "names", text) {
		for _, m := range f.Metric {
			if f.GetName() == "longpole_requests" {
				got = append(got, m.Label[0].GetValue())
			}
		}
	}
	for _, name := range testkit.Some(testkit.HostileNames, 3) {
		want = append(want, page.ForTerminal(name))
	}
	if !slices.Equal(got, want) {
		t.Errorf("journeys are %q, want %q", got, want)
	}
}

func decoded(t *testing.T, name string, text []byte) (all []*dto.MetricFamily) {
	t.Helper()
	d := expfmt.NewDecoder(bytes.NewReader(text), expfmt.NewFormat(expfmt.TypeOpenMetrics))
	for {
		var f dto.MetricFamily
		err := d.Decode(&f)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatalf("%s: %v\n%s", name, err, text)
		}
		all = append(all, &f)
	}
}

func TestOpenMetricsHoldsThePercentilesInSeconds(t *testing.T) {
	for _, f := range decoded(t, "shop", written(t, openMetricsFormat, judgedShop(t), page.Style{})) {
		if f.GetName() == "longpole_budget_seconds" {
			for _, m := range f.Metric {
				if m.Label[0].GetValue() == "checkout" && m.Label[1].GetValue() == "payment" && m.Gauge.GetValue() == 0.08 {
					return
				}
			}
		}
	}
	t.Error("the budget of payment is not 0.08 seconds")
}

var folded = regexp.MustCompile(`(?s)<details>.*?</details>`)

func TestMarkdownShowsOneTableForEachJourney(t *testing.T) {
	for name, r := range verdictReports(t) {
		var html bytes.Buffer
		md := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(rendererhtml.WithUnsafe()))
		if err := md.Convert(written(t, markdown, r, page.Style{}), &html); err != nil {
			t.Fatal(err)
		}
		for _, section := range strings.Split(html.String(), "<h3")[1:] {
			shown := folded.ReplaceAllString(section, "")
			if n := strings.Count(shown, "<table>"); strings.Contains(section, ">Journey ") && n != 1 {
				t.Errorf("%s: %d tables in\n%s", name, n, section)
			}
		}
	}
}

// many is a plan whose checks fail so often.
func many(n int) string {
	var b strings.Builder
	b.WriteString("version: 1\njourneys:\n  checkout:\n    root: {service: web, name: POST /checkout}\n    assert:\n")
	for i := range n {
		fmt.Fprintf(&b, "      - p95 < %dms\n", i+1)
	}
	return b.String()
}

func TestGitHubGetsTenAnnotationsAndTheCountOfTheRest(t *testing.T) {
	res := judged(t, many(13), func() [][]trace.Span { return reporttest.ShopTraces(t) })
	lines := strings.Split(strings.TrimSpace(string(written(t, githubFormat, New(res, Options{PlanPath: "longpole.yaml"}), page.Style{}))), "\n")
	if len(lines) != 11 || !strings.HasPrefix(lines[10], "::notice title=What was read::") {
		t.Fatalf("annotations are %q, want ten and the account of what was read", lines)
	}
	if want := "::error file=longpole.yaml,line=6,title=checkout%3A p95 < 1ms::checkout blown: p95 < 1ms: it is 2"; !strings.HasPrefix(lines[0], want) {
		t.Errorf("the first is %s", lines[0])
	}
	if want := " (and 3 checks that fail more)"; !strings.HasSuffix(lines[9], want) {
		t.Errorf("the last is %s", lines[9])
	}
}

func TestGitHubGetsNineUnprovenChecksAndTheAccountOfWhatWasRead(t *testing.T) {
	res := judged(t, many(13), func() [][]trace.Span { return nil })
	res.Verdicts[0].Observations = 1 // without any, they are errors
	for i := range res.Verdicts[0].Checks {
		res.Verdicts[0].Checks[i].Unmeasured = false
	}
	lines := strings.Split(strings.TrimSpace(string(written(t, githubFormat, New(res, Options{PlanPath: "longpole.yaml"}), page.Style{}))), "\n")
	if n := len(lines); n != 10 || !strings.HasSuffix(lines[8], " (and 4 checks that are unproven more)") {
		t.Errorf("%d notices: %q", n, lines)
	}
	const want = "::notice title=What was read::0 spans read = 0 accepted + 0 exact duplicates + 0 conflicts + 0 rejected.%0A0 records read = 0 whole + 0 damaged + 0 skipped."
	if got := lines[len(lines)-1]; got != want {
		t.Errorf("the last is %s", got)
	}
}

func TestNoNameMakesAnAnnotationOfItsOwn(t *testing.T) {
	for name, r := range verdictReports(t) {
		for line := range strings.Lines(string(written(t, githubFormat, r, page.Style{}))) {
			properties, message, ok := strings.Cut(strings.TrimPrefix(line, "::"), "::")
			account := properties == "notice title=What was read"
			if !strings.HasPrefix(line, "::") || !ok || strings.Count(properties, ",") != 2 && !account || strings.Contains(strings.TrimSuffix(message, "\n"), "\n") {
				t.Errorf("%s: %q", name, line)
			}
		}
	}
}

func TestAFingerprintDoesNotDependOnWhatWasMeasured(t *testing.T) {
	slower := judged(t, shopPlan, func() [][]trace.Span {
		all := reporttest.ShopTraces(t)
		for i := range all {
			all[i][0].End = all[i][0].End.Add(5_000_000_000)
		}
		return all
	})
	before := map[string]bool{}
	for _, c := range judgedShop(t).result.Ranked() {
		before[fingerprint(c)] = true
	}
	for _, c := range slower.Ranked() {
		if !before[fingerprint(c)] {
			t.Errorf("%s has another fingerprint", c.Text)
		}
		delete(before, fingerprint(c))
	}
	if len(before) > 0 {
		t.Errorf("%d fingerprints are shared", len(before))
	}
}

func TestOnlyAStrictGateFailsWhatIsAtRisk(t *testing.T) {
	r := judgedShop(t)
	if r.fails(analyze.AtRisk) || !r.fails(analyze.Blown) || r.fails(analyze.Unproven) {
		t.Error("a gate fails what is blown, and only that")
	}
	r.options.Strict = true
	if !r.fails(analyze.AtRisk) || r.fails(analyze.Unproven) {
		t.Error("a strict gate fails what is at risk")
	}
}

func TestATemplateOfLinksMustLeadToATrace(t *testing.T) {
	for template, ok := range map[string]bool{
		"https://jaeger/trace/{traceID}": true, "http://h:16686/trace/{traceID}?uiFind={spanID}": true,
		"javascript:alert('{traceID}')": false, "https://jaeger/": false, "/trace/{traceID}": false, "": false,
	} {
		if err := CheckTraceURL(template); (err == nil) != ok {
			t.Errorf("%q: %v", template, err)
		}
	}
}

func TestGitLabTakesNoPathFromTheRoot(t *testing.T) {
	r := New(judged(t, shopPlan, func() [][]trace.Span { return nil }), Options{PlanPath: "/tmp/shop.yaml"})
	if out := string(written(t, gitlabFormat, r, page.Style{})); !strings.Contains(out, `"path": "tmp/shop.yaml"`) {
		t.Errorf("the plan stands nowhere: %s", out)
	}
}

func TestWhatNobodyLookedAtIsAnErrorForPipelines(t *testing.T) {
	res := judged(t, many(2), func() [][]trace.Span { return nil })
	r := New(res, Options{PlanPath: "longpole.yaml"})
	if xml := string(written(t, junitFormat, r, page.Style{})); strings.Count(xml, "<error message=") != 2 || !strings.Contains(xml, `errors="2"`) || strings.Contains(xml, "<skipped") {
		t.Errorf("%s", xml)
	}
	if lines := string(written(t, githubFormat, r, page.Style{})); strings.Count(lines, "::error ") != 2 {
		t.Errorf("%s", lines)
	}
}
