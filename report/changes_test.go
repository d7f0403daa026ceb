package report

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/compare"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/reporttest"
	"github.com/longpole/longpole/trace"
)

const gatePlan = `version: 1
journeys:
  checkout:
    root: {service: web, name: POST /checkout}
    target: p95 < 100ms
    assert: ["regression(p95) < 5%"]
`

// gated holds a hundred checkouts, whose payment takes so many milliseconds by turns, against a baseline.
func gated(t *testing.T, before, after []int) *Report {
	t.Helper()
	p, err := budget.Load("shop.yaml", []byte(gatePlan))
	if err != nil {
		t.Fatal(err)
	}
	side := func(id uint64, payments []int) *analyze.Data {
		c := analyze.NewCollector(attribute.NewPlanExplainer(category.BuiltIn(), p), attribute.Options{Structures: true})
		for i := range 100 {
			spans := reporttest.Later(reporttest.Checkout(t, payments[i%len(payments)], 15), i)
			for k := range spans {
				spans[k].Trace = trace.ID{Hi: id, Lo: uint64(i + 1)}
			}
			c.Add(trace.Assemble(spans, trace.Options{}))
		}
		return c.Data
	}
	was, is := side(1, before), side(2, after)
	res := is.Against(was, p, analyze.Settings{Draws: 200})
	return New(res, Options{Gate: true, Changes: compare.Of(was, is, p, compare.Settings{Draws: 200})})
}

func TestAGateSaysWhereAChangeFromTheBaselineWent(t *testing.T) {
	slower := gated(t, []int{40, 44, 42, 41}, []int{90, 94, 92, 91})
	for _, c := range []struct {
		of   *Report
		want []string
	}{
		{slower, []string{
			"Budget blown: checkout: p95 is 121 ms, and its target is 100 ms; app is all of what the slowest 10 % add; +50.0 ms over the baseline: 100 % of it is app, payment (+50.0 ms), in the same requests, now slower",
			"FAIL  checkout p95 121 ms of 100 ms: app, in payment, +50.0 ms over the baseline",
			"is 121 ms now: +50.0 ms, +70 %. 100 % of it is app, payment (+50.0 ms), in the same requests, now slower. Proven",
			"By layer: app +50.0 ms (payment +50.0 ms).",
		}},
		{gated(t, []int{90, 94, 92, 91}, []int{40, 44, 42, 41}), []string{
			"PASS  checkout p95 71.0 ms of 100 ms",
			"-50.0 ms, -41 %. 100 % of it is app, payment (-50.0 ms), in the same requests, now quicker. Proven",
		}},
		{gated(t, append(slices.Repeat([]int{20}, 19), 24), append(slices.Repeat([]int{20}, 18), 24, 60)), []string{"now: +4.00 ms, +8.5 %. Unproven (95 % interval"}},
	} {
		text := strings.Join(strings.Fields(c.of.Answer.String()+" "+string(written(t, text, c.of, page.Style{}))), " ")
		for _, want := range c.want {
			if !strings.Contains(text, strings.Join(strings.Fields(want), " ")) {
				t.Errorf("%q is not in %s", want, text)
			}
		}
	}
	for _, f := range []string{"github", "junit", "sarif"} {
		for _, format := range Formats {
			if format.Name == f && !strings.Contains(string(written(t, format, slower, page.Style{})), "app, payment (+50.0 ms)") {
				t.Errorf("%s does not say where the change went", f)
			}
		}
	}
}

func TestTheJSONOfAGateSaysWhereAChangeWent(t *testing.T) {
	r := gated(t, []int{40, 44, 42, 41}, []int{90, 94, 92, 91})
	var out bytes.Buffer
	if err := page.JSON.Write(&out, &r.Page, page.Style{}); err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(&out)
	if err != nil {
		t.Fatal(err)
	}
	if err := reporttest.Published(t, "report").Validate(value); err != nil {
		t.Error(err)
	}
	v := value.(map[string]any)["verdicts"].([]any)[0].(map[string]any)["baseline"].(map[string]any)
	if v["change"] == nil {
		t.Errorf("no change: %v", v)
	}
}
