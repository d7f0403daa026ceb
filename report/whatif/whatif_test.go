package whatif_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/replay"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/reporttest"
	"github.com/longpole/longpole/report/whatif"
	"github.com/longpole/longpole/trace"
)

// shop analyses and records requests.
func shop(t testing.TB, all [][]trace.Span) (*analyze.Result, *replay.Run) {
	t.Helper()
	e := attribute.NewExplainer(category.BuiltIn(), nil)
	c, r := analyze.NewCollector(e, attribute.Options{}), replay.NewRecorder(nil)
	for i, spans := range all {
		for k := range spans {
			spans[k].Trace = trace.ID{Lo: uint64(i + 1)}
		}
		c.Ledger.Spans += len(spans)
		reading := e.Read(trace.Assemble(spans, trace.Options{}), attribute.Options{})
		c.Look(reading)
		r.Look(reading)
	}
	c.Ledger.Records = trace.Records{Read: len(all), Whole: len(all)}
	res, run := c.Result(analyze.Settings{}), r.Run(e.Evidence.Judge())
	run.Journeys(c.Data, res)
	return res, run
}

// checkouts draws requests, one a second, whose payment takes so many milliseconds by turns.
func checkouts(t testing.TB, n int, payments ...int) (all [][]trace.Span) {
	for i := range n {
		all = append(all, reporttest.Later(reporttest.Checkout(t, payments[i%len(payments)], 15), i))
	}
	return all
}

func asked(t testing.TB, all [][]trace.Span, kind replay.Kind, text string) *whatif.WhatIf {
	t.Helper()
	res, run := shop(t, all)
	c, err := replay.ParseChange(kind, text, nil)
	if err != nil {
		t.Fatal(err)
	}
	a, err := run.Answer(&replay.Scenario{Changes: []replay.Change{c}})
	if err != nil {
		t.Fatal(err)
	}
	return whatif.New(res, run, a, whatif.Options{})
}

func tried(t testing.TB, all [][]trace.Span) *whatif.WhatIf {
	t.Helper()
	res, run := shop(t, all)
	quote := func(words ...string) string { return "'" + strings.Join(words, "' '") + "'" }
	return whatif.NewTried(res, run, run.Try(res), whatif.Options{Quote: quote})
}

func TestTheFirstLineIsWhatBecomesOfPercentilesAndOfHowManyRequests(t *testing.T) {
	all := checkouts(t, 100, 40, 40, 40, 40, 140)
	got := asked(t, all, replay.Set, "app{payment}=typical").Answer.String()
	if !strings.Contains(got, ": p50 67.0 ms -> 67.0 ms, p95 167 ms -> 67.0 ms (between 65.7 ms and 68.3 ms); 20 of 100 requests change.") {
		t.Error(got)
	}
	if got := asked(t, all, replay.Set, "app{payment}=1s").Answer.String(); got != "Nothing changes: no request waits for what is changed." {
		t.Error(got)
	}
}

func TestWhatHelpsMostComesFirstAndCanBePasted(t *testing.T) {
	w := tried(t, checkouts(t, 100, 40, 40, 40, 40, 140))
	if got := w.Answer.String(); !strings.Contains(got, "What would help most: --set app{payment}=typical. ") || !strings.Contains(got, "p95 167 ms -> 67.0 ms") {
		t.Error(got)
	}
	var text bytes.Buffer
	if err := page.Text.Write(&text, &w.Page, page.Style{}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(text.String(), "longpole whatif FILES --set 'app{payment}=typical'") {
		t.Error(text.String())
	}
}

func TestTheJSONOfAPageIsWhatItsSchemaSays(t *testing.T) {
	schema := reporttest.Published(t, "whatif")
	all := checkouts(t, 100, 40, 40, 40, 40, 140)
	for name, w := range map[string]*whatif.WhatIf{
		"set": asked(t, all, replay.Set, "app{payment}=typical"), "cache": asked(t, all, replay.Cache, "{*}=50%"), "tried": tried(t, all),
		"nothing": asked(t, all, replay.Set, "app{payment}=1s"), "nobody": tried(t, checkouts(t, 1, 40)),
	} {
		var out bytes.Buffer
		if err := page.JSON.Write(&out, &w.Page, page.Style{}); err != nil {
			t.Fatal(err)
		}
		value, err := jsonschema.UnmarshalJSON(&out)
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(value); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestThePageLooksAsItDid(t *testing.T) {
	for name, w := range map[string]*whatif.WhatIf{"asked": asked(t, checkouts(t, 100, 40, 42, 44, 41, 140), replay.Set, "app{payment}=50%"), "tried": tried(t, checkouts(t, 100, 40, 42, 44, 41, 140))} {
		for ext, format := range map[string]page.Format[*page.Page]{"txt": page.Text, "md": page.Markdown} {
			var out bytes.Buffer
			if err := format.Write(&out, &w.Page, page.Style{}); err != nil {
				t.Fatal(err)
			}
			testkit.Golden(t, name+"."+ext, out.Bytes())
		}
	}
}
