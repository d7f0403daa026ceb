package diff_test

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/compare"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/report/diff"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/reporttest"
	"github.com/longpole/longpole/trace"
)

// set collects traces of one side, under ids of that side.
func set(side uint64, traces [][]trace.Span) *analyze.Data {
	c := analyze.NewCollector(attribute.NewExplainer(category.BuiltIn(), nil), attribute.Options{Structures: true})
	for i, spans := range traces {
		for k := range spans {
			spans[k].Trace = trace.ID{Hi: side, Lo: uint64(i + 1)}
		}
		c.Ledger.Spans += len(spans)
		c.Add(trace.Assemble(spans, trace.Options{}))
	}
	c.Ledger.Records = trace.Records{Read: len(traces), Whole: len(traces)}
	return c.Data
}

// checkouts draws requests, one a second, whose payment takes so many milliseconds by turns.
func checkouts(t testing.TB, n int, payments ...int) (all [][]trace.Span) {
	for i := range n {
		all = append(all, reporttest.Later(reporttest.Checkout(t, payments[i%len(payments)], 15), i))
	}
	return all
}

func differing(before, after [][]trace.Span) *diff.Diff {
	return diff.New(compare.Of(set(1, before), set(2, after), nil, compare.Settings{Draws: 200}), diff.Options{})
}

func TestTheFirstLineSaysWhatChangedWhereAndHowSureThatIs(t *testing.T) {
	shop := checkouts(t, 100, 40, 44, 42, 41)
	searches := func(slow int) (all [][]trace.Span) {
		for i := range 40 {
			all = append(all, reporttest.Later(reporttest.Search(t, slow+i%5), i))
		}
		return all
	}
	for _, c := range []struct {
		name          string
		before, after [][]trace.Span
		want          []string
	}{
		{"one place is slower", shop, checkouts(t, 100, 90, 94, 92, 91),
			[]string{"web POST /checkout p95 +50.0 ms (71.0 ms -> 121 ms)", "app, payment (+50.0 ms)", "in the same requests, now slower", "Proven"}},
		{"one place is quicker", checkouts(t, 100, 90, 94, 92, 91), shop,
			[]string{"p95 -50.0 ms (121 ms -> 71.0 ms)", "app, payment (-50.0 ms)", "now quicker", "Proven"}},
		{"nothing is slower", shop, checkouts(t, 100, 41, 40, 44, 42), []string{"No change is proven", "p95 +0 ns"}},
		{"another name", shop, renamed(checkouts(t, 100, 90, 94, 92, 91), "/checkout", "/buy"),
			[]string{"web POST /buy (before: web POST /checkout) p95 +50.0 ms", "app, payment (+50.0 ms)", "Proven"}},
		{"nothing is shared", shop, searches(30), []string{"no journey is on both sides"}},
		{"nothing was before", nil, shop, []string{"Nothing to compare: before, no request can be measured"}},
		{"nothing is after", shop, nil, []string{"Nothing to compare: after, no request can be measured"}},
		{"few requests", checkouts(t, 8, 40), checkouts(t, 8, 90), []string{"p50 +50.0 ms", "Different", "few requests"}},
	} {
		line := differing(c.before, c.after).Answer.String()
		for _, want := range c.want {
			if !strings.Contains(line, want) {
				t.Errorf("%s: %q is not in %s", c.name, want, line)
			}
		}
	}
}

func TestTheSameTracesOnBothSidesHaveNotChanged(t *testing.T) {
	shop := func() *analyze.Data { return set(1, checkouts(t, 60, 40, 44, 90)) }
	d := diff.New(compare.Of(shop(), shop(), nil, compare.Settings{}), diff.Options{})
	if got := d.Answer.String(); got != "Nothing changed: the same traces are on both sides." {
		t.Error(got)
	}
}

// renamed gives the roots of requests another route.
func renamed(all [][]trace.Span, from, to string) [][]trace.Span {
	for _, spans := range all {
		sig := *spans[0].Sig
		sig.Name = strings.ReplaceAll(sig.Name, from, to)
		spans[0].Sig = &sig
	}
	return all
}

func everyPage(t *testing.T) map[string]*diff.Diff {
	slow := checkouts(t, 100, 40, 44, 180, 41)
	for i, spans := range slow[:30] { // as many now ask twice
		again := spans[3]
		again.ID, again.Start, again.End = 99, again.End, again.End.Add(again.Duration())
		spans[0].End = max(spans[0].End, again.End)
		slow[i] = append(spans, again)
	}
	return map[string]*diff.Diff{
		"slower":  differing(append(checkouts(t, 100, 40, 44, 42, 41), reporttest.Later(reporttest.Search(t, 20), 1)), slow),
		"renamed": differing(checkouts(t, 100, 40, 44, 42, 41), renamed(checkouts(t, 100, 90, 94, 92, 91), "/checkout", "/buy")),
		"nothing": differing(nil, nil),
		"same":    differing(checkouts(t, 30, 40, 41), checkouts(t, 30, 41, 40)),
	}
}

func TestTheJSONIsWhatItsSchemaSays(t *testing.T) {
	schema := reporttest.Published(t, "diff")
	for name, d := range everyPage(t) {
		var out bytes.Buffer
		if err := page.JSON.Write(&out, &d.Page, page.Style{}); err != nil {
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

func TestPagesOfADifferenceLookAsTheyDid(t *testing.T) {
	for name, d := range everyPage(t) {
		for _, f := range diff.Formats {
			if f.Name == "html" || f.Name == "json" {
				continue
			}
			var out bytes.Buffer
			if err := f.Write(&out, d, page.Style{Width: 100}); err != nil {
				t.Fatal(err)
			}
			testkit.Golden(t, name+"."+f.Extension, out.Bytes())
		}
	}
}

// ours are the commands that an output for GitHub is made of.
var ours = regexp.MustCompile("(?m)^::(warning|notice) title=(Slower|Compared|What was read)::")

func TestHostileNamesActOnNoPageOfADifference(t *testing.T) {
	var before, after [][]trace.Span
	for _, name := range testkit.Some(testkit.HostileNames, 3) {
		for side, all := range []*[][]trace.Span{&before, &after} {
			for k := range 25 {
				spans := reporttest.Later(reporttest.Checkout(t, 40+50*side, 15), k)
				for s := range spans {
					sig := *spans[s].Sig
					sig.Service, sig.Name = sig.Service+name, name
					sig.Resource = append(slices.Clone(sig.Resource), trace.Attr{Key: "service.version", Value: name})
					spans[s].Sig = &sig
				}
				*all = append(*all, spans)
			}
		}

	}
	d := differing(before, after)
	for _, f := range diff.Formats {
		var out bytes.Buffer
		if err := f.Write(&out, d, page.Style{}); err != nil {
			t.Fatal(err)
		}
		if f.Name != "html" { // has a test of its own for what acts in a page
			testkit.Harmless(t, f.Name, ours.ReplaceAll(out.Bytes(), nil))
		}
	}
}

func TestAShareOverAHundredIsNotPrinted(t *testing.T) {
	shorter := checkouts(t, 40, 90)
	for i := range shorter { // the query is quicker by 10 ms
		spans := shorter[i]
		for s := range spans {
			if spans[s].Start > spans[0].Start.Add(90*1e6) {
				spans[s].Start, spans[s].End = spans[s].Start.Add(-10*1e6), spans[s].End.Add(-10*1e6)
			}
		}
		spans[3].Start = spans[3].Start.Add(10 * 1e6)
		spans[0].End = spans[0].End.Add(-10 * 1e6)
	}
	line := differing(checkouts(t, 40, 40), shorter).Answer.String()
	if !strings.Contains(line, "+40.0 ms") || !strings.Contains(line, "more than all of it is app, payment (+50.0 ms)") {
		t.Error(line)
	}
}

func TestOnlyWhatIsSlowerForCertainFailsATest(t *testing.T) {
	quick, slow := []int{40, 44, 42, 41}, []int{90, 94, 92, 91}
	for name, c := range map[string]struct {
		before, after [][]trace.Span
		want          string
	}{
		"slower":  {checkouts(t, 100, quick...), checkouts(t, 100, slow...), `tests="1" failures="1" errors="0" skipped="0"`},
		"quicker": {checkouts(t, 100, slow...), checkouts(t, 100, quick...), `tests="1" failures="0" errors="0" skipped="0"`},
		"alike":   {checkouts(t, 100, quick...), checkouts(t, 100, 41, 40, 44, 42), `tests="1" failures="0" errors="0" skipped="0"`},
		"few":     {checkouts(t, 8, 40), checkouts(t, 8, 90), `tests="1" failures="0" errors="0" skipped="0"`},
		"gone":    {append(checkouts(t, 30, 40), reporttest.Search(t, 20)), checkouts(t, 30, 40), `tests="2" failures="0" errors="0" skipped="1"`},
		"nothing": {nil, checkouts(t, 30, 40), `tests="1" failures="0" errors="1" skipped="0"`},
	} {
		for _, f := range diff.Formats {
			var out bytes.Buffer
			if err := f.Write(&out, differing(c.before, c.after), page.Style{}); err != nil {
				t.Fatal(err)
			}
			if f.Name == "junit" && !strings.Contains(out.String(), c.want) {
				t.Errorf("%s: %s is not in %s", name, c.want, out.String())
			}
			if warns := strings.Contains(out.String(), "::warning"); f.Name == "github" && warns != (name == "slower") {
				t.Errorf("%s: %s", name, out.String())
			}
		}
	}
}
