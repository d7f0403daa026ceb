package report

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
)

// collected analyses drawn traces, each under a trace id of its own.
func collected(t testing.TB, traces ...[]trace.Span) *analyze.Result {
	t.Helper()
	number(traces)
	return analysed(traces)
}

func number(traces [][]trace.Span) {
	for i, spans := range traces {
		for k := range spans {
			spans[k].Trace = trace.ID{Hi: 0xfeed, Lo: uint64(i + 1)}
		}
	}
}

func analysed(traces [][]trace.Span) *analyze.Result {
	c := analyze.NewCollector(attribute.NewExplainer(category.BuiltIn(), nil), attribute.Options{})
	for _, spans := range traces {
		c.Ledger.Spans += len(spans)
		c.Add(trace.Assemble(spans, trace.Options{}))
	}
	c.Ledger.Records = trace.Records{Read: 1204, Whole: 1201, Damaged: 2, Skipped: 1}
	c.Ledger.Files = []trace.FileCount{{Name: "shop.otlp.json", Format: "otlp-json", Bytes: 1_234_567, Spans: c.Ledger.Spans}}
	return c.Result(analyze.Settings{})
}

// checkout draws a request whose payment and query take that many milliseconds.
func checkout(t testing.TB, payment, query int) []trace.Span {
	return drawn(t,
		span{"POST_/checkout server in=web", 0, payment + query + 12},
		span{"  pay client in=web", 1, payment + 2},
		span{"    POST_/pay server in=payment", 2, payment},
		span{"  insert client in=web db.system=postgresql db.name=orders", payment + 4, query},
		span{"  mail producer in=web messaging.destination.name=mails", payment + query + 5, 1},
		span{"    send consumer in=mailer", payment + query + 9, 19},
	)
}

// search draws a request that asks a cache twice, as the first attempt fails, and then waits
// for eight shards, one of them slow.
func search(t testing.TB, slow int) []trace.Span {
	spans := []span{
		{"GET_/search server in=web http.route=/search", 0, slow + 32},
		{"  cache client failed in=web db.system=redis", 1, 4},
		{"  cache client in=web db.system=redis", 10, 4},
	}
	for i := range 8 {
		width := 10
		if i == 3 {
			width = slow
		}
		spans = append(spans, span{"  query client in=web db.system=elasticsearch", 20, width})
	}
	return drawn(t, spans...)
}

// A span is drawn from a column on.
type span struct {
	words       string
	from, width int
}

func drawn(t testing.TB, spans ...span) []trace.Span {
	var b strings.Builder
	for _, s := range spans {
		fmt.Fprintf(&b, "%-70s%s%s\n", s.words, strings.Repeat(" ", s.from), strings.Repeat("=", s.width))
	}
	return testkit.Draw(t, b.String())
}

// shop is what a small shop did: most checkouts pay in 40 ms, some in 180.
func shop(t testing.TB) *analyze.Result {
	return made("shop", func() *analyze.Result { return collected(t, shopTraces(t)...) })
}

// made makes a result once for all tests, which must not change it: most of them look at the
// same few from different sides.
func made(name string, result func() *analyze.Result) *analyze.Result {
	if madeResults[name] == nil {
		madeResults[name] = result()
	}
	return madeResults[name]
}

var madeResults = map[string]*analyze.Result{}

func shopTraces(t testing.TB) [][]trace.Span {
	r := rand.New(rand.NewPCG(1, 2))
	var traces [][]trace.Span
	for i := range 400 {
		payment := 35 + r.IntN(10)
		if i%15 == 0 {
			payment = 180
		}
		traces = append(traces, later(checkout(t, payment, 15+r.IntN(6)), i))
	}
	for i := range 60 {
		traces = append(traces, later(search(t, 20+r.IntN(40)), 10*i))
	}
	for i := range 3 {
		traces = append(traces, later(testkit.Draw(t, "health server in=web =="), i))
	}
	return append(traces, testkit.Draw(t, `
		GET_/search server lost in=web   ==========
		  query client in=web db.system=elasticsearch  ===
		  query client in=web db.system=elasticsearch     ===
	`))
}

func later(spans []trace.Span, seconds int) []trace.Span {
	for i := range spans {
		spans[i].Start = spans[i].Start.Add(time.Duration(seconds) * time.Second)
		spans[i].End = spans[i].End.Add(time.Duration(seconds) * time.Second)
	}
	return spans
}

// whole is the request at the first root.
func whole(t *trace.Trace, e *attribute.Explainer) *attribute.Request {
	q := e.WholeOf(t, t.Roots[0])
	return &q
}
