package findings

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/detect"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/reporttest"
	"github.com/longpole/longpole/trace"
)

const (
	quick = `
		GET_/page server in=web   ============
		  POST client in=web       ==========    http.method=POST peer.service=pay`
	again = `
		GET_/page server in=web   ==================================================
		  POST client in=web       ==========                                         http.method=POST peer.service=pay failed
		  POST client in=web                                       ==========         http.method=POST peer.service=pay`
	audited = `
		GET_/sale server in=web   ==============================================
		  POST client in=web       ==========                                     http.method=POST peer.service=pay
		  POST client in=web                 ================================     http.method=POST peer.service=audit`
)

// looked says what is wrong with many quick requests and ten others.
func looked(t testing.TB, plan *budget.Plan, others ...string) *analyze.Result {
	t.Helper()
	var traces [][]trace.Span
	for range 60 {
		traces = append(traces, testkit.Draw(t, quick))
	}
	for _, drawing := range others {
		for range 10 {
			traces = append(traces, testkit.Draw(t, drawing))
		}
	}
	reporttest.Number(traces)
	c := analyze.NewCollector(attribute.NewPlanExplainer(category.BuiltIn(), plan), attribute.Options{Findings: true})
	for i, spans := range traces {
		c.Ledger.Spans += len(spans)
		c.Add(trace.Assemble(reporttest.Later(spans, i), trace.Options{}))
	}
	return c.Data.Result(plan, analyze.Settings{})
}

func written(t testing.TB, f page.Format[*Findings], p *Findings) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := f.Write(&b, p, page.Style{}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestEveryOutputOfFindingsIsAsItWasAgreed(t *testing.T) {
	p := New(looked(t, nil, again, audited), Options{Version: "v1"})
	for _, f := range Formats {
		testkit.Golden(t, "findings."+f.Extension, written(t, f, p))
	}
}

func TestEveryDetectorIsExplainedAsItWasAgreed(t *testing.T) {
	var all bytes.Buffer
	all.Write(written(t, Formats[0], List()))
	for _, d := range detect.Detectors {
		all.WriteString("\n")
		all.Write(written(t, Formats[0], Explain(d)))
	}
	testkit.Golden(t, "explained.txt", all.Bytes())
}

func TestTheFirstLineSaysWhatIsWorstOrThatNothingIs(t *testing.T) {
	for _, c := range []struct {
		others []string
		want   string
	}{
		{nil, "Nothing is found to be wrong: 21 detectors looked at 60 requests of 1 journey."},
		{[]string{again}, "web GET /page: retry, web -> pay, +32.0 ms in the tail, proven."},
		{[]string{audited}, "Nothing is found to be wrong for certain. A hint: web GET /sale: could-be-async, web -> audit, 32.0 ms of each request, slow or not."},
	} {
		if got := New(looked(t, nil, c.others...), Options{}).Answer.String(); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}

func TestTheJSONOfFindingsIsWhatItsSchemaSays(t *testing.T) {
	schema := reporttest.Published(t, "findings")
	hostile := looked(t, nil, strings.ReplaceAll(again, "peer.service=pay", "peer.service=\x1b[2J<script>\u202e"))
	for name, res := range map[string]*analyze.Result{
		"something": looked(t, nil, again, audited), "nothing": looked(t, nil), "replayed": replayed(looked(t, nil, again, audited)), "hostile": hostile, "known": looked(t, known(t), again),
		"every diagnosis": reporttest.Diagnosed(t),
	} {
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(written(t, Formats[2], New(res, Options{}))))
		if err == nil {
			err = schema.Validate(value)
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNoNameActsInWhatFindingsSay(t *testing.T) {
	for _, name := range testkit.Some(testkit.HostileNames, 3) {
		res := looked(t, nil, again, audited)
		for _, f := range res.Findings {
			f.Journey, f.Service, f.Callee, f.Operation, f.Other = name, name, name, name, name
			f.Figures = append(f.Figures, detect.Figure{Name: "backoff", Unit: detect.Text, Text: name})
		}
		p := New(res, Options{})
		for _, f := range Formats {
			testkit.Harmless(t, f.Name, written(t, f, p))
		}
	}
}

// known is a plan that knows the retry until the drawings are a day old.
func known(t testing.TB) *budget.Plan {
	t.Helper()
	day := time.Unix(0, int64(testkit.Epoch)).UTC().Format(time.DateOnly)
	plan, err := budget.Load("plan.yaml", []byte("version: 1\nfindings: {acknowledged: [{finding: retry, place: \"web -> *\", reason: pay is being mended, until: "+day+"}]}"), detect.Known()...)
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

// replayed notes of the findings, in turn, what a replay says, and why there is none.
func replayed(res *analyze.Result) *analyze.Result {
	for i, f := range res.Findings {
		if i%2 == 1 {
			f.NotReplayed("no station is found there")
			continue
		}
		f.Replayed(detect.Replay{Changes: []string{"--set retry{web -> pay}=0"}, Before: 50 * time.Millisecond, After: 12 * time.Millisecond}, 30*time.Millisecond, 0, 38*time.Millisecond)
	}
	return res
}

func TestAFindingSaysWhatAReplayIsWithoutIt(t *testing.T) {
	res := replayed(looked(t, nil, again, audited))
	text := string(written(t, Formats[0], New(res, Options{Input: "a.json", Quote: func(words ...string) string { return "'" + words[0] + "'" }})))
	for _, want := range []string{
		"+30.0 ms in the tail", "replayed without it, p95 50.0 ms -> 12.0 ms:", "longpole whatif a.json --set 'retry{web -> pay}=0'",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in\n%s", want, text)
		}
	}
}

func TestAFindingThatCouldNotBeReplayedSaysThatItIsABound(t *testing.T) {
	res := looked(t, nil, again)
	stake := res.Findings[0].Stake
	res.Findings[0].NotReplayed("no station is found there")
	text := string(written(t, Formats[0], New(res, Options{})))
	if !strings.Contains(text, "not replayed, so it adds that much at most: no station is found there") || res.Findings[0].Stake != stake {
		t.Error(text)
	}
}

func TestWhatIsAcknowledgedIsToldAside(t *testing.T) {
	p := New(looked(t, known(t), again), Options{})
	if got := p.Answer.String(); !strings.HasPrefix(got, "Nothing is found") {
		t.Error(got)
	}
	if text := string(written(t, Formats[0], p)); !strings.Contains(text, "pay is being mended") {
		t.Errorf("the reason is not told:\n%s", text)
	}
	past := *known(t)
	past.Findings.Acknowledged[0].Until = past.Findings.Acknowledged[0].Until.AddDate(0, 0, -1)
	if got := New(looked(t, &past, again), Options{}).Answer.String(); !strings.Contains(got, "retry, web -> pay") {
		t.Errorf("what was known until yesterday: %s", got)
	}
}

func TestAReportTellsTheFirstFindings(t *testing.T) {
	s := Section(looked(t, nil, again, audited), "x.json")
	if len(s.Items) != 4 || !strings.Contains(s.Items[2].Line.Text.String(), "1 other, remedies and exemplars: longpole findings x.json") ||
		!strings.Contains(s.Items[3].Line.Text.String(), "longpole whatif x.json") {
		t.Errorf("%d items: %s", len(s.Items), s.Items[len(s.Items)-1].Line.Text.String())
	}
	if s := Section(looked(t, nil, audited), "x.json"); len(s.Items) > 0 {
		t.Error("a hint alone is told in the report")
	}
}

func TestWhatRequestsCostIsToldByThePricesOfThePlan(t *testing.T) {
	c := analyze.NewCollector(attribute.NewPlanExplainer(category.BuiltIn(), nil), attribute.Options{Findings: true, Costs: true})
	var traces [][]trace.Span
	for range 10 {
		traces = append(traces, testkit.Draw(t, quick+"\n\t\t    POST server in=pay        ========"))
	}
	reporttest.Number(traces)
	for i, spans := range traces {
		c.Ledger.Spans += len(spans)
		c.Add(trace.Assemble(reporttest.Later(spans, i), trace.Options{}))
	}
	prices, err := budget.Load("plan.yaml", []byte("version: 1\nprices: {web: 3.6}"), detect.Known()...)
	if err != nil {
		t.Fatal(err)
	}
	f := New(c.Data.Result(nil, analyze.Settings{}), Options{PriceOf: prices.PriceOf})
	text := string(written(t, Formats[0], f))
	for _, want := range []string{"1,000 requests of each journey", "costs", "0.012", "The plan has no price of pay"} { // 12 s of web
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in\n%s", want, text)
		}
	}
	schema := reporttest.Published(t, "findings")
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(written(t, Formats[2], f)))
	if err == nil {
		err = schema.Validate(value)
	}
	if err != nil {
		t.Error(err)
	}
}
