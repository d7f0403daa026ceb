package waterfall

import (
	"bytes"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/reporttest"
	"github.com/longpole/longpole/trace"
)

// waterfallOf is the waterfall of the request at the first root.
func waterfallOf(tr *trace.Trace, e *attribute.Explainer) *Waterfall {
	q, waits := reporttest.Whole(tr, e)
	return New(tr, q, waits, e)
}

func waterfall(t testing.TB, tr *trace.Trace) *Waterfall {
	t.Helper()
	e := attribute.NewExplainer(category.BuiltIn(), nil)
	return waterfallOf(tr, e)
}

func explained(t testing.TB, tr *trace.Trace, id trace.SpanID) *Explanation {
	t.Helper()
	at, ok := tr.Find(id)
	if !ok {
		t.Fatalf("no span %s", id)
	}
	e := attribute.NewExplainer(category.BuiltIn(), nil)
	q, waits := reporttest.Whole(tr, e)
	return Explain(tr, q, waits, at, e)
}

func written(t testing.TB, f page.Format[*page.Page], p *page.Page, s page.Style) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := f.Write(&b, p, s); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func waterfallText(t testing.TB, tr *trace.Trace, s page.Style) string {
	return string(written(t, page.Text, waterfall(t, tr).Page(), s))
}

func explanationText(t testing.TB, tr *trace.Trace, id trace.SpanID) string {
	return string(written(t, page.Text, explained(t, tr, id).Page(), page.Style{}))
}

func TestAWaterfallIsAsItWasAgreed(t *testing.T) {
	for name, tr := range map[string]*trace.Trace{
		"checkout": trace.Assemble(reporttest.Checkout(t, 180, 17), trace.Options{}),
		"search":   trace.Assemble(reporttest.Search(t, 50), trace.Options{}),
		"skewed":   reporttest.Skewed(t),
	} {
		for _, f := range page.Formats {
			testkit.Golden(t, "waterfall-"+name+"."+f.Extension, written(t, f, waterfall(t, tr).Page(), page.Style{Width: 100}))
		}
	}
}

func TestAnExplanationIsAsItWasAgreed(t *testing.T) {
	tr := trace.Assemble(reporttest.Search(t, 50), trace.Options{})
	var all bytes.Buffer
	for id := range trace.SpanID(6) {
		all.WriteString(explanationText(t, tr, id+1) + "\n\n")
	}
	testkit.Golden(t, "explanation-search.txt", all.Bytes())
	for _, f := range []page.Format[*page.Page]{page.JSON, page.Markdown, page.HTML} {
		testkit.Golden(t, "explanation-search."+f.Extension, written(t, f, explained(t, tr, 2).Page(), page.Style{}))
	}
}

func TestTheJSONOfAWaterfallAndOfAnExplanationIsWhatItsSchemaSays(t *testing.T) {
	waterfalls, explanations := reporttest.Published(t, "waterfall"), reporttest.Published(t, "explanation")
	for name, tr := range map[string]*trace.Trace{"skewed": reporttest.Skewed(t), "wide": wide(5_000), "deep": deep(500)} {
		valid(t, name, waterfalls, waterfall(t, tr).Page())
		for i := range tr.Spans[:min(len(tr.Spans), 8)] {
			valid(t, name, explanations, explained(t, tr, tr.Spans[i].ID).Page())
		}
	}
}

func valid(t *testing.T, name string, schema *jsonschema.Schema, p *page.Page) {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(written(t, page.JSON, p, page.Style{})))
	if err == nil {
		err = schema.Validate(value)
	}
	if err != nil {
		t.Errorf("%s: %v", name, err)
	}
}

func TestNoNameActsInAWaterfallOrAnExplanation(t *testing.T) {
	for _, name := range testkit.Some(testkit.HostileNames, 3) {
		spans := reporttest.Checkout(t, 40, 17)
		for i := range spans {
			spans[i].Sig.Service, spans[i].Sig.Name = name, name
		}
		tr := trace.Assemble(spans, trace.Options{})
		for _, f := range page.Formats {
			about := f.Name + " of " + strings.ToValidUTF8(name, "?")
			testkit.Harmless(t, "waterfall as "+about, written(t, f, waterfall(t, tr).Page(), page.Style{}))
			testkit.Harmless(t, "explanation as "+about, written(t, f, explained(t, tr, 4).Page(), page.Style{}))
		}
	}
}
