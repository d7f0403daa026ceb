package report

import (
	"slices"
	"testing"
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/blame"
	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/trace"
)

const ms = time.Millisecond

// db is time in a database of the shop.
func db(d time.Duration) analyze.CellShare {
	return cell("db", "", "shop", "mysql", d)
}

func app(d time.Duration) analyze.CellShare { return cell("app", "", "shop", "", d) }

func cell(kind, cause, service, callee string, d time.Duration) analyze.CellShare {
	layer := kind
	if cause != "" {
		layer = cause
	}
	return analyze.CellShare{Time: d, Cell: &analyze.Cell{
		Category: category.Category(kind), Cause: category.Cause(cause), Service: service, Callee: callee, Layer: layer,
		Operation: service + " query",
	}}
}

func composed(n int, cells ...analyze.CellShare) analyze.Composition {
	c := analyze.Composition{Observations: n, Cells: cells}
	for _, s := range cells {
		c.Total += s.Time
	}
	return c
}

// journeyOf is a journey of n requests whose slow ones differ from the typical by cells.
func journeyOf(n int, typical, slow analyze.Composition) analyze.Journey {
	j := analyze.Journey{Name: "web GET /", Observations: n, Requests: float64(n), Effective: float64(n), Mean: typical.Total, Max: slow.Total}
	for _, l := range []quantile.Level{quantile.P50, quantile.P95, quantile.P99} {
		p := quantile.Percentile{Level: l, Value: slow.Total, Low: typical.Total, High: slow.Total, Bounded: n >= quantile.Needed(l)}
		j.Percentiles = append(j.Percentiles, analyze.Attributed{Percentile: p, Composition: slow})
	}
	j.Tail = analyze.Tail{Level: quantile.P95, Wanted: quantile.P99, Slow: slow, Typical: typical, Extra: slow.Total - typical.Total}
	before := map[analyze.Cell]time.Duration{}
	for _, s := range typical.Cells {
		before[*s.Cell] = s.Time
	}
	for _, s := range slow.Cells {
		j.Tail.Excess = append(j.Tail.Excess, analyze.CellShare{Cell: s.Cell, Time: s.Time - before[*s.Cell]})
	}
	j.Answer = blame.Of(blame.Times{
		Requests: n, Typical: analyze.Parts(typical.Cells), Total: typical.Total, Adds: analyze.Parts(j.Tail.Excess), Extra: j.Tail.Extra, Slow: 50, Far: 50,
	})
	return j
}

func resultOf(journeys ...analyze.Journey) *analyze.Result {
	res := &analyze.Result{Ledger: &trace.Ledger{}, Sampling: analyze.SamplingUniform, Journeys: journeys}
	for _, j := range journeys {
		res.Observations += j.Observations
	}
	return res
}

func TestTheFirstLineSaysHowSlowAndWhy(t *testing.T) {
	typical, slow := composed(100, db(40*ms), app(60*ms)), composed(50, db(120*ms), app(80*ms))
	for _, c := range []struct {
		about string
		j     analyze.Journey
		want  string
	}{
		{"enough requests", journeyOf(1000, typical, slow),
			"web GET /: p99 200 ms, typical 100 ms (1,000 requests): 80 % of the 100 ms that the slowest 5 % add is db, in shop -> mysql."},
		{"too few for p99", journeyOf(100, typical, slow),
			"web GET /: p95 200 ms, typical 100 ms (100 requests): 80 % of the 100 ms that the slowest 5 % add is db, in shop -> mysql."},
		{"too few for p95", journeyOf(30, typical, slow),
			"web GET /: at most 200 ms, typical 100 ms (30 requests): 80 % of the 100 ms that the slowest 5 % add is db, in shop -> mysql."},
		{"too few for a tail", journeyOf(5, typical, slow),
			"web GET /: at most 200 ms, typical 100 ms (5 requests): 60 % of a typical request is app, in shop."},
		{"one request", journeyOf(1, typical, typical),
			"web GET /: 100 ms (1 request): 60 % of it is app, in shop."},
		{"slow ones add less than a typical one takes", journeyOf(1000, typical, composed(50, db(120*ms), app(30*ms))),
			"web GET /: p99 150 ms, typical 100 ms (1,000 requests): 60 % of a typical request is app, in shop; all of the 50.0 ms that the slowest 5 % add is db, in shop -> mysql."},
		{"slow ones add next to nothing", journeyOf(1000, typical, composed(50, db(50*ms), app(60*ms))),
			"web GET /: p99 110 ms, typical 100 ms (1,000 requests): 60 % of a typical request is app, in shop."},
		{"a layer that got faster meanwhile", journeyOf(1000, composed(100, db(10*ms), app(40*ms)), composed(50, db(120*ms), app(30*ms))),
			"web GET /: p99 150 ms, typical 50.0 ms (1,000 requests): all of the 100 ms that the slowest 5 % add is db, in shop -> mysql."},
		{"two places", journeyOf(1000, typical, composed(50, db(40*ms), app(60*ms), cell("dns", "", "shop", "bank", 90*ms), cell("cache", "", "shop", "redis", 60*ms))),
			"web GET /: p99 250 ms, typical 100 ms (1,000 requests): 60 % of the 150 ms that the slowest 5 % add is dns, in shop -> bank."},
		{"one layer in two places", journeyOf(1000, typical, composed(50, db(40*ms), app(60*ms), cell("network", "", "shop", "bank", 80*ms), cell("network", "", "shop", "stock", 70*ms))),
			"web GET /: p99 250 ms, typical 100 ms (1,000 requests): 53 % of the 150 ms that the slowest 5 % add is network, in shop -> bank and 47 % network, in shop -> stock."},
		{"one layer in many places", journeyOf(1000, typical, manyPlaces()),
			"web GET /: p99 300 ms, typical 100 ms (1,000 requests): all of the 200 ms that the slowest 5 % add is network, spread over 10 places, mostly shop -> a (10 %)."},
		{"a place of several layers", journeyOf(1000, typical, composed(50, db(40*ms), app(60*ms), cell("dns", "", "shop", "bank", 80*ms), cell("tls", "", "shop", "bank", 70*ms))),
			"web GET /: p99 250 ms, typical 100 ms (1,000 requests): all of the 150 ms that the slowest 5 % add is in shop -> bank (dns 53 %)."},
		{"no difference", journeyOf(1000, typical, typical),
			"web GET /: p99 100 ms, typical 100 ms (1,000 requests): 60 % of a typical request is app, in shop."},
		{"a request of many small parts", journeyOf(1000, manyPlaces(), manyPlaces()),
			"web GET /: p99 300 ms, typical 300 ms (1,000 requests): nothing stands out."},
		{"a long tail in many places", journeyOf(1000, typical, composed(50, db(80*ms), app(120*ms), cell("network", "", "shop", "bank", 70*ms), cell("dns", "", "shop", "stock", 50*ms), cell("tls", "", "shop", "mail", 40*ms))),
			"web GET /: p99 360 ms, typical 100 ms (1,000 requests): 60 % of a typical request is app, in shop; no place holds most of the 260 ms that the slowest 5 % add: the largest part, 27 %, is network, in shop -> bank."},
		{"no time at all", journeyOf(1000, composed(100), composed(50)),
			"web GET /: p99 0 ns, typical 0 ns (1,000 requests): nothing stands out."},
	} {
		t.Run(c.about, func(t *testing.T) {
			if got := answer(resultOf(c.j), nil).String(); got != c.want {
				t.Errorf("said\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

// manyPlaces is a request that is a third what it was typically, and in ten places alike.
func manyPlaces() analyze.Composition {
	cells := []analyze.CellShare{db(40 * ms), app(60 * ms)}
	for i := range 10 {
		cells = append(cells, cell("network", "", "shop", string(rune('a'+i)), 20*ms))
	}
	return composed(50, cells...)
}

func TestRequestsThatStandApartAreCounted(t *testing.T) {
	j := journeyOf(141, composed(30, db(40*ms), app(20*ms)), composed(4, db(40*ms), app(790*ms)))
	j.Tail.Hump, j.Tail.OnlyHump = analyze.Hump{Requests: 4, From: 800 * ms, Median: 830 * ms}, true
	want := "web GET /: p95 830 ms, typical 60.0 ms (141 requests): 4 of 141 took about 830 ms; all of the 770 ms that the slowest 4 add is app, in shop."
	if got := answer(resultOf(j), nil).String(); got != want {
		t.Errorf("said\n%s\nwant\n%s", got, want)
	}
}

func TestACauseIsSplitByTheWorkThatItWasSpentOn(t *testing.T) {
	slow := composed(50, cell("db", "fanout", "shop", "mysql", 35*ms), cell("app", "fanout", "shop", "", 5*ms),
		cell("network", "retry", "shop", "bank", 12*ms), app(60*ms))
	j := journeyOf(1000, composed(100, app(60*ms)), slow)
	got := causes(&j.Tail)
	want := []string{
		"retry 12.0 ms of the slowest 5 %, of which network 12.0 ms",
		"fanout 40.0 ms of the slowest 5 %, of which db 35.0 ms and app 5.00 ms",
	}
	if len(got) != len(want) || got[0].String() != want[0] || got[1].String() != want[1] {
		t.Errorf("said %q, want %q", got, want)
	}
}

func TestRowsThatMatterInEitherColumnAreShownAndTheRestIsSmall(t *testing.T) {
	typical, slow := []analyze.CellShare{cell("db", "", "shop", "ledger", 180*ms)}, []analyze.CellShare{cell("db", "", "shop", "ledger", 180*ms)}
	for i := range 8 {
		callee := "part" + string(rune('a'+i))
		typical = append(typical, cell("external", "", "shop", callee, 4*ms))
		slow = append(slow, cell("external", "", "shop", callee, time.Duration(24-i)*ms))
	}
	for i := range 12 {
		typical = append(typical, cell("app", "", "tiny"+string(rune('a'+i)), "", ms/2))
		slow = append(slow, cell("app", "", "tiny"+string(rune('a'+i)), "", ms/2))
	}
	j := journeyOf(1000, composed(100, typical...), composed(50, slow...))
	table := placesTable(&j, analyze.ByPlace, "places", "place")
	rows := len(table.Rows)
	first, last := cellTexts(table.Rows[0]), cellTexts(table.Rows[rows-1])
	if rows != 10 || first[0] != "shop -> ledger" || first[3] != "0.0" || last[0] != "12 other places" || last[2] != "6.0" {
		t.Errorf("%d rows, the first %q, the last %q", rows, first, last)
	}
}

func TestOfOneRequestWhatIsNoPercentHasNoRow(t *testing.T) {
	one := composed(1, cell("app", "", "web", "", 980*ms), cell("db", "", "web", "shop", 8*ms), cell("cache", "", "web", "redis", 7*ms), cell("network", "", "web", "api", 5*ms))
	table := compositionTable(&one, analyze.ByLayer, "", "layer", "layers")
	var names []string
	for _, row := range table.Rows {
		names = append(names, cellTexts(row)[0])
	}
	if want := []string{"app", "db", "cache", "network"}; !slices.Equal(names, want) {
		t.Errorf("%q have rows, want %q", names, want)
	}
	one = composed(1, cell("app", "", "web", "", 990*ms), cell("db", "", "web", "shop", 5*ms), cell("cache", "", "web", "redis", 3*ms), cell("network", "", "web", "api", 2*ms))
	if table = compositionTable(&one, analyze.ByLayer, "", "layer", "layers"); len(table.Rows) != 3 || cellTexts(table.Rows[2])[0] != "2 other layers" || cellTexts(table.Rows[2])[1] != "5" {
		t.Errorf("rows are %v", table.Rows)
	}
}

func TestDoubtsAreSaidInWords(t *testing.T) {
	typical, slow := composed(100, app(60*ms)), composed(30, app(80*ms))
	weighted := journeyOf(400, typical, slow)
	weighted.Requests, weighted.Effective = 12_000, 250.4
	weighted.Percentiles[2].Bounded = false
	incomplete := journeyOf(400, typical, slow)
	incomplete.Incomplete = 40
	for _, c := range []struct {
		about string
		j     analyze.Journey
		want  string
	}{
		{"missing spans", incomplete, "40 requests miss a span (10 %); their times are right, but part of them is untraced."},
		{"few requests", journeyOf(5, typical, slow), "Too few requests to tell slow ones from typical ones; what a typical one took is shown."},
	} {
		found := false
		for _, d := range doubts(&c.j) {
			found = found || d.String() == c.want
		}
		if !found {
			t.Errorf("%s: %q is not among %q", c.about, c.want, doubts(&c.j))
		}
	}
	want := "p50 80.0 ms (60.0 ms to 80.0 ms) and p95 80.0 ms (60.0 ms to 80.0 ms); p99 needs 299 requests, and the sample knows as much as 250; mean 60.0 ms, slowest 80.0 ms; 400 requests stand for 12,000."
	if got := percentiles(&weighted).Text.String(); got != want {
		t.Errorf("of weighted requests it says\n%s\nwant\n%s", got, want)
	}
}

func TestABarIsLightForTheTypicalAndFullForWhatIsAdded(t *testing.T) {
	for _, c := range []struct {
		typical, slow time.Duration
		want          string
	}{{40, 80, "....####"}, {80, 40, "...."}, {0, 80, "########"}, {0, 0, ""}} {
		row := typicalVsTail{mean: [2]time.Duration{c.typical, c.slow}}
		if got := row.bar(80).Bar.Draw(8, true); got != c.want {
			t.Errorf("%d then %d is drawn %q, want %q", c.typical, c.slow, got, c.want)
		}
	}
}

func TestAListReadsAsASentence(t *testing.T) {
	for want, items := range map[string][]page.Phrase{"": nil, "a": {page.Say("a")}, "a and b": {page.Say("a"), page.Say("b")}, "a, b and c": {page.Say("a"), page.Say("b"), page.Say("c")}} {
		if got := page.List(items).String(); got != want {
			t.Errorf("listed as %q, want %q", got, want)
		}
	}
}

func TestOfManyKindsOfAsynchronousWorkSomeAreShownAndTheRestIsCounted(t *testing.T) {
	j := journeyOf(5, composed(5, app(ms)), composed(1, app(ms)))
	for i := range 12 {
		j.Async = append(j.Async, analyze.Async{Service: "mailer", Operation: "mailer job " + string(rune('a'+i)), Why: "asynchronous", Count: 3, P50: ms, P95: 2 * ms})
	}
	table := asyncTable(&j)
	if len(table.Rows) != mostAsync || len(table.Notes) != 1 || table.Notes[0].String() != "and 7 other operations" {
		t.Errorf("%d rows and the notes %q", len(table.Rows), table.Notes)
	}
	if out := newJourneyJSON(j); len(out.Async) != 12 || out.AsyncMore != 0 {
		t.Errorf("the json lists %d kinds and %d more", len(out.Async), out.AsyncMore)
	}
}

func TestTheCSVAddsUpWhatHasNoRow(t *testing.T) {
	j := journeyOf(1000, composed(100, db(40*ms), app(60*ms)), composed(50, db(120*ms), app(80*ms)))
	j.Rows = analyze.Rows{Layer: []analyze.Row{{Name: "db", Present: 1000, Percentiles: []quantile.Percentile{{}, {}, {}}}}}
	got := string(written(t, csvFormat, New(resultOf(j), Options{}), page.Style{}))
	for _, want := range []string{"web GET /,layer,db,1000,40000000,120000000,80000000,0,0,0", "web GET /,layer,(others),0,60000000,80000000,20000000,,,"} {
		if !containsLine(got, want) {
			t.Errorf("no row %q in\n%s", want, got)
		}
	}
}

func TestAnOperationThatRunsManyTimesIsNamedWithItsNumber(t *testing.T) {
	j := journeyOf(30, composed(7, db(300*ms), app(11*ms)), composed(4, db(300*ms), app(13*ms)))
	j.Calls = []analyze.Calls{{Operation: "shop query", Typical: 1204, Slow: 1250}}
	want := "web GET /: at most 313 ms, typical 311 ms (30 requests): 96 % of a typical request is db, in shop -> mysql (12 x shop query)."
	if got := answer(resultOf(j), nil).String(); got != want {
		t.Errorf("said\n%s\nwant\n%s", got, want)
	}
	for _, c := range []struct {
		typical, slow int
		want          string
	}{{1204, 1204, "12 x"}, {100, 2000, "1 -> 20 x"}, {33, 33, "0.3 x"}, {0, 100, "0 -> 1 x"}, {999, 1049, "10 x"}} {
		if got := runs(analyze.Calls{Typical: c.typical, Slow: c.slow}, true); got != c.want {
			t.Errorf("%d and %d are written %q, want %q", c.typical, c.slow, got, c.want)
		}
	}
}

func TestAnOperationIsNamedWhereItIsMuchOfThePlace(t *testing.T) {
	var many []analyze.CellShare
	for i := range 10 {
		many = append(many, doingOf(string(rune('a'+i)), 10*ms))
	}
	for _, c := range []struct {
		about string
		cells []analyze.CellShare
		want  string
	}{
		{"one of two", []analyze.CellShare{doingOf("render", 70*ms), doingOf("parse", 30*ms)},
			"web GET /: at most 100 ms, typical 100 ms (30 requests): all of a typical request is app, in shop (70 % in render)."},
		{"one of ten alike", many,
			"web GET /: at most 100 ms, typical 100 ms (30 requests): all of a typical request is app, in shop."},
	} {
		t.Run(c.about, func(t *testing.T) {
			typical := composed(7, c.cells...)
			if got := answer(resultOf(journeyOf(30, typical, typical)), nil).String(); got != c.want {
				t.Errorf("said\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

// doingOf is time of the shop's own in an operation.
func doingOf(operation string, d time.Duration) analyze.CellShare {
	c := app(d)
	c.Cell.Operation = operation
	return c
}
