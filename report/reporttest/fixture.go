package reporttest

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/critpath"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/report/account"
	"github.com/longpole/longpole/trace"
)

// Collected analyses drawn traces, each under a trace id of its own.
func Collected(t testing.TB, traces ...[]trace.Span) *analyze.Result {
	t.Helper()
	Number(traces)
	return Analysed(traces)
}

// Number gives each trace an id of its own.
func Number(traces [][]trace.Span) {
	for i, spans := range traces {
		for k := range spans {
			spans[k].Trace = trace.ID{Hi: 0xfeed, Lo: uint64(i + 1)}
		}
	}
}

// Analysed analyses traces that have their ids.
func Analysed(traces [][]trace.Span) *analyze.Result {
	c := analyze.NewCollector(attribute.NewExplainer(category.BuiltIn(), nil), attribute.Options{})
	for _, spans := range traces {
		c.Ledger.Spans += len(spans)
		c.Add(trace.Assemble(spans, trace.Options{}))
	}
	c.Ledger.Records = trace.Records{Read: 1204, Whole: 1201, Damaged: 2, Skipped: 1}
	c.Ledger.Files = []trace.FileCount{{Name: "shop.otlp.json", Format: "otlp-json", Bytes: 1_234_567, Spans: c.Ledger.Spans}}
	return c.Result(analyze.Settings{})
}

// Checkout draws a request whose payment and query take that many milliseconds.
func Checkout(t testing.TB, payment, query int) []trace.Span {
	return Drawn(t,
		Span{"POST_/checkout server in=web", 0, payment + query + 12},
		Span{"  pay client in=web", 1, payment + 2},
		Span{"    POST_/pay server in=payment", 2, payment},
		Span{"  insert client in=web db.system=postgresql db.name=orders", payment + 4, query},
		Span{"  mail producer in=web messaging.destination.name=mails", payment + query + 5, 1},
		Span{"    send consumer in=mailer", payment + query + 9, 19},
	)
}

// Search draws a request that asks a cache twice, as the first attempt fails, and then waits
// for eight shards, one of them slow.
func Search(t testing.TB, slow int) []trace.Span {
	spans := []Span{
		{"GET_/search server in=web http.route=/search", 0, slow + 32},
		{"  cache client failed in=web db.system=redis", 1, 4},
		{"  cache client in=web db.system=redis", 10, 4},
	}
	for i := range 8 {
		width := 10
		if i == 3 {
			width = slow
		}
		spans = append(spans, Span{"  query client in=web db.system=elasticsearch", 20, width})
	}
	return Drawn(t, spans...)
}

// A Span is drawn from a column on.
type Span struct {
	Words       string
	From, Width int
}

// Drawn draws spans.
func Drawn(t testing.TB, spans ...Span) []trace.Span {
	var b strings.Builder
	for _, s := range spans {
		fmt.Fprintf(&b, "%-70s%s%s\n", s.Words, strings.Repeat(" ", s.From), strings.Repeat("=", s.Width))
	}
	return testkit.Draw(t, b.String())
}

// Shop is what a small shop did: most checkouts pay in 40 ms, some in 180.
func Shop(t testing.TB) *analyze.Result {
	return Made("shop", func() *analyze.Result { return Collected(t, ShopTraces(t)...) })
}

// Made makes a result once for all tests, which must not change it: most of them look at the
// same few from different sides.
func Made(name string, result func() *analyze.Result) *analyze.Result {
	if madeResults[name] == nil {
		madeResults[name] = result()
	}
	return madeResults[name]
}

var madeResults = map[string]*analyze.Result{}

// ShopTraces are the traces of the shop.
func ShopTraces(t testing.TB) [][]trace.Span {
	r := rand.New(rand.NewPCG(1, 2))
	var traces [][]trace.Span
	for i := range 400 {
		payment := 35 + r.IntN(10)
		if i%15 == 0 {
			payment = 180
		}
		traces = append(traces, Later(Checkout(t, payment, 15+r.IntN(6)), i))
	}
	for i := range 60 {
		traces = append(traces, Later(Search(t, 20+r.IntN(40)), 10*i))
	}
	for i := range 3 {
		traces = append(traces, Later(testkit.Draw(t, "health server in=web =="), i))
	}
	return append(traces, testkit.Draw(t, `
		GET_/search server lost in=web   ==========
		  query client in=web db.system=elasticsearch  ===
		  query client in=web db.system=elasticsearch     ===
	`))
}

// Later moves spans by seconds.
func Later(spans []trace.Span, seconds int) []trace.Span {
	for i := range spans {
		spans[i].Start = spans[i].Start.Add(time.Duration(seconds) * time.Second)
		spans[i].End = spans[i].End.Add(time.Duration(seconds) * time.Second)
	}
	return spans
}

// Whole is the request at the first root, with who waited for whom.
func Whole(t *trace.Trace, e *attribute.Explainer) (*attribute.Request, []critpath.Wait) {
	r := e.Read(t, attribute.Options{})
	q := r.Requests[0].Clone()
	return &q, slices.Clone(r.Waits())
}

// Published is a schema of the manual.
func Published(t testing.TB, name string) *jsonschema.Schema {
	t.Helper()
	schema, err := jsonschema.NewCompiler().Compile(filepath.Join(testkit.Root(t), "docs", "schema", name+".v1.json"))
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// Diagnosed has a finding of every fate, with examples of every shape.
func Diagnosed(t testing.TB) *analyze.Result {
	res := Collected(t, Checkout(t, 40, 17), SkewedSpans(t))
	for fate := range trace.Rejected + 1 {
		code := trace.Code{ID: "bad-" + account.Fates[fate], What: "bad things", Do: "mend them", Fate: fate}
		res.Ledger.Spans += 2
		res.Ledger.Count(code, 2, trace.Example{File: "a.json", Line: 3, Offset: 17, Text: "what stood there"})
		res.Ledger.Count(code, 1, trace.Example{File: "b.json", Offset: -1, Trace: trace.ID{Lo: 1}, Span: 2, Amount: 5})
	}
	return res
}

// Skewed is a trace with everything that a waterfall can say of a span.
func Skewed(t testing.TB) *trace.Trace {
	return trace.Assemble(SkewedSpans(t), trace.Options{})
}

const skewedDrawing = `
		GET_/search server in=web host=a          ==============================
		  ask client in=web host=a                 ==========================
		    ask server in=index host=b   ========================
		  lookup client failed in=web db.system=redis  ==
		  lost server lost in=web                    =====
		    query client in=web db.system=mysql       ===
		  log follows in=web                               =====================
	`

// SkewedSpans are the spans of Skewed.
func SkewedSpans(t testing.TB) []trace.Span { return testkit.Draw(t, skewedDrawing) }
