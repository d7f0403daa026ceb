package waterfall

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/reporttest"
	"github.com/longpole/longpole/trace"
)

// wide is a request with n like calls side by side, the last of which is waited for.
func wide(n int) *trace.Trace {
	root := trace.Span{Trace: trace.ID{Lo: 1}, ID: 1, Start: testkit.Epoch, End: testkit.Epoch.Add(time.Second), Sig: &trace.Signature{Service: "web", Name: "root"}}
	call := &trace.Signature{Service: "web", Name: "call"}
	spans := []trace.Span{root}
	for i := range n {
		start := root.Start.Add(time.Duration(i) * time.Microsecond)
		spans = append(spans, trace.Span{Trace: root.Trace, ID: trace.SpanID(i + 2), Parent: 1, Start: start, End: start.Add(100 * time.Millisecond), Sig: call})
	}
	return trace.Assemble(spans, trace.Options{})
}

// deep is a chain of n spans.
func deep(n int) *trace.Trace {
	sig := &trace.Signature{Service: "web", Name: "step"}
	var spans []trace.Span
	for i := range n {
		at := time.Duration(i)
		spans = append(spans, trace.Span{Trace: trace.ID{Lo: 1}, ID: trace.SpanID(i + 1), Parent: trace.SpanID(i),
			Start: testkit.Epoch.Add(at), End: testkit.Epoch.Add(time.Second - at), Sig: sig})
	}
	return trace.Assemble(spans, trace.Options{})
}

func TestARunOfLikeCallsIsOneLine(t *testing.T) {
	got := waterfallText(t, wide(9_999), page.Style{})
	for _, want := range []string{"10,000 spans, of which 2 on the path.", "… 9,997 more like these"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in\n%s", want, got)
		}
	}
	if n := strings.Count(got, "web call"); n != 2 {
		t.Errorf("the call is shown %d times, want the first of the run and the one on the path", n)
	}
}

func TestAWaterfallOfAnyTraceFitsAScreen(t *testing.T) {
	for name, tr := range map[string]*trace.Trace{"deep": deep(50_000), "wide": wide(50_000)} {
		wf := waterfall(t, tr)
		if len(wf.lines) > 2*mostLines+1 {
			t.Errorf("%s: %d lines", name, len(wf.lines))
		}
		if got := count(wf.lines); got != len(tr.Spans) {
			t.Errorf("%s: the lines stand for %d spans of %d", name, got, len(tr.Spans))
		}
		if got := waterfallText(t, tr, page.Style{Width: 80}); strings.Count(got, "\n") > 2*mostLines+30 {
			t.Errorf("%s: %d lines of text", name, strings.Count(got, "\n"))
		}
	}
}

func TestAWaterfallAccountsForEverySpanAndEveryNanosecond(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		tr := trace.Assemble(testkit.Spans().Draw(rt, "spans"), trace.Options{})
		if len(tr.Roots) == 0 {
			return
		}
		e := attribute.NewExplainer(category.BuiltIn(), nil)
		wf := waterfallOf(tr, e)
		var path time.Duration
		for _, l := range wf.lines {
			path += l.path
		}
		if path != wf.duration() {
			rt.Fatalf("the lines hold %d of the path, the root takes %d", path, wf.duration())
		}
		below := len(tr.Spans)
		for _, other := range tr.Roots[1:] {
			below -= count(wf.tree(other, 0))
		}
		if got := count(wf.lines); got != below {
			rt.Fatalf("the lines stand for %d spans of %d", got, below)
		}
		layerTimes := wf.layers()
		var sum time.Duration
		for _, s := range layerTimes.By(analyze.ByLayer) {
			sum += s.Time
		}
		if sum != wf.duration() {
			rt.Fatalf("layers sum to %d", sum)
		}
	})
}

func TestAWaterfallSaysWhatIsOddAboutASpan(t *testing.T) {
	got := waterfallText(t, reporttest.Skewed(t), page.Style{Width: 140})
	for _, want := range []string{"moved +11.0 ms", "cache, failed", "app, async", "db, orphan", "1 span in or below orphans"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in\n%s", want, got)
		}
	}
	gaveUp := testkit.DrawTrace(t, `
		root server in=web                   ====================
		  ask client in=web failed            ======
		    answer server in=index host=b     =================
	`)
	if got := waterfallText(t, gaveUp, page.Style{}); !strings.Contains(got, "caller gave up") {
		t.Errorf("the caller's giving up is missing in\n%s", got)
	}
}

func TestOtherRootsOfATraceAreMentioned(t *testing.T) {
	tr := testkit.DrawTrace(t, `
		one server in=web  =====
		two server in=web      =====
	`)
	if got := waterfallText(t, tr, page.Style{}); !strings.Contains(got, "The trace has 2 roots; this is what is below span 0000000000000001.") {
		t.Errorf("drawn:\n%s", got)
	}
}

func TestTheJSONOfAWaterfallHoldsThePathInPieces(t *testing.T) {
	tr := trace.Assemble(reporttest.Search(t, 50), trace.Options{})
	var out waterfallJSON
	if err := json.Unmarshal(written(t, page.JSON, waterfall(t, tr).Page(), page.Style{}), &out); err != nil {
		t.Fatal(err)
	}
	at := time.Duration(0)
	for _, p := range out.Path {
		if p.From != at {
			t.Fatalf("a piece begins at %d, the one before it ends at %d", p.From, at)
		}
		at = p.To
	}
	if at != out.Duration || out.PathMore != 0 {
		t.Errorf("the path ends at %d of %d", at, out.Duration)
	}
}

func TestAnExplanationNamesTheRuleTheVerdictAndTheRival(t *testing.T) {
	for _, c := range []struct {
		about   string
		drawing string
		span    trace.SpanID
		want    []string
	}{
		{"the root", `root server in=web ====`, 1, []string{"rule app/server: kind is server", "It is the root"}},
		{"a call that another outlasted", `
			root in=web                      ==========
			  a client in=web db.system=mysql ===
			  b client in=web db.system=mysql =====
		`, 2, []string{`db.system is "mysql"`, "not on the critical path", "ran beside web b (0000000000000003), which ended 2.00 ms later"}},
		{"the call that outlasted it", `
			root in=web                      ==========
			  a client in=web db.system=mysql ===
			  b client in=web db.system=mysql =====
		`, 3, []string{"It ended last of the 2 siblings that ran at the same time."}},
		{"work that nobody waits for", `
			root in=web    ==========
			  log follows     ===
			    deep           =
		`, 3, []string{"The span above it, app log (0000000000000002), is asynchronous: tied to its parent by FOLLOWS_FROM only."}},
		{"something without length", `
			root in=web    ==========
			  tick            |
		`, 2, []string{"It has no length"}},
		{"an orphan", `
			root in=web    ==========
			  gone lost     =====
			    left         ===
		`, 3, []string{"a span between them is missing", "[missing-parent]"}},
		{"a clock that is off", `
			root client in=web host=a      ==========
			  serve server in=shop host=b              ====
		`, 2, []string{"Its clock was off: it was moved by -9.00 ms", "[clock-skew]"}},
		{"a call whose other side was recorded", `
			root client in=web host=a      ==========
			  serve server in=shop host=a   ====
		`, 1, []string{"The other side was recorded, so its own time around it is network."}},
	} {
		t.Run(c.about, func(t *testing.T) {
			got := explanationText(t, testkit.DrawTrace(t, c.drawing), c.span)
			for _, want := range c.want {
				if !strings.Contains(strings.Join(strings.Fields(got), " "), want) {
					t.Errorf("%q is missing in\n%s", want, got)
				}
			}
		})
	}
}

func TestAnExplanationOfALongSpanIsBounded(t *testing.T) {
	var b strings.Builder
	fmt.Fprintf(&b, "%-30s%s\n", "root in=web", strings.Repeat("=", 401))
	for i := range 200 {
		fmt.Fprintf(&b, "%-30s%s=\n", "  call client in=web", strings.Repeat(" ", 2*i+1))
	}
	tr := testkit.DrawTrace(t, b.String())
	got := explanationText(t, tr, 1)
	if !strings.Contains(got, "151 more") || strings.Count(got, "\n") > mostOwn+20 {
		t.Errorf("explained as\n%s", got)
	}
	if got := explanationText(t, deep(20_000), 10_000); !strings.Contains(got, "on the critical path") {
		t.Errorf("explained as\n%s", got)
	}
}
