package detect_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/detect"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
)

// A scenario is requests of which slow ones show something. Alike are slow ones that look like it, and
// below falls short of a threshold: neither may be reported as it.
type scenario struct {
	id      string
	typical []string // in turns
	slow    string
	alike   map[string]string
	below   string
	beside  []string // in turns, the others of alike and below, where they are no typical ones
	plan    string   // that the requests are held against
	// How many there are of each, 60 and 10 unless told, and how far apart they begin, a second unless told.
	many, few       int
	apart, together time.Duration
}

// found returns what is wrong with the requests of a scenario, of which slow ones are drawn, one or several in turns.
func (s scenario) found(t testing.TB, workers int, slow string) []*detect.Finding {
	t.Helper()
	return found(t, s.planned(t), workers, s.traces(t, slow))
}

func (s scenario) planned(t testing.TB) *budget.Plan {
	t.Helper()
	if s.plan == "" {
		return nil
	}
	plan, err := budget.Load("plan.yaml", []byte(s.plan), detect.Known()...)
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

// quiet is the scenario with the others that stand beside those which only look alike.
func (s scenario) quiet() scenario {
	if len(s.beside) > 0 {
		s.typical = s.beside
	}
	return s
}

// inTurns draws several that are slow, one after the other.
func inTurns(drawings ...string) string { return strings.Join(drawings, nextDrawing) }

const nextDrawing = "\n~\n"

func (s scenario) traces(t testing.TB, slow string) (all [][]trace.Span) {
	t.Helper()
	turns := strings.Split(slow, nextDrawing)
	many, few, apart, together := or(s.many, 60), or(s.few, 10), or(s.apart, time.Second), or(s.together, time.Second)
	at := time.Duration(0)
	for i := range many {
		all = append(all, moved(testkit.Draw(t, s.typical[i%len(s.typical)]), at))
		at += apart
	}
	for i := range few {
		all = append(all, moved(testkit.Draw(t, turns[i%len(turns)]), at))
		at += together
	}
	for i := range all {
		for k := range all[i] {
			all[i][k].Trace = trace.ID{Hi: 7, Lo: uint64(i + 1)}
		}
	}
	return all
}

func or[T comparable](v, usual T) T {
	var zero T
	if v == zero {
		return usual
	}
	return v
}

func moved(spans []trace.Span, by time.Duration) []trace.Span {
	for i := range spans {
		s := &spans[i]
		s.Start, s.End = s.Start.Add(by), s.End.Add(by)
		for k := range s.Events() {
			s.More.Events[k].At = s.More.Events[k].At.Add(by)
		}
	}
	return spans
}

// found returns what is wrong with traces, which so many collectors share.
func found(t testing.TB, plan *budget.Plan, workers int, traces [][]trace.Span) []*detect.Finding {
	t.Helper()
	o := attribute.Options{Findings: true}
	var all *analyze.Collector
	for w := range workers {
		e := attribute.NewPlanExplainer(category.BuiltIn(), plan)
		c := analyze.NewCollector(e, o)
		for i, spans := range traces {
			if i%workers == w {
				c.Add(trace.Assemble(slices.Clone(spans), trace.Options{}))
			}
		}
		if all == nil {
			all = c
			continue
		}
		all.Merge(c)
	}
	return all.Data.Result(plan, analyze.Settings{}).Findings
}

// ids lists findings with those that they explain.
func ids(all []*detect.Finding) (out []string) {
	for _, f := range all {
		out = append(out, f.ID)
		out = append(out, ids(f.With)...)
	}
	return out
}

// of returns the finding of an id, wherever it stands.
func of(all []*detect.Finding, id string) *detect.Finding {
	for _, f := range all {
		if f.ID == id {
			return f
		}
		if g := of(f.With, id); g != nil {
			return g
		}
	}
	return nil
}

// drawn is a root with children, all of whose bars begin at the same margin.
func drawn(columns int, lines ...string) string {
	b := fmt.Sprintf("%-160s %s\n", "GET_/page server in=web", strings.Repeat("=", columns))
	for _, l := range lines {
		b += l
	}
	return b
}

// row is a span below the root that begins after so many columns.
func row(words string, after, columns int) string { return deep(1, words, after, columns) }

func deep(depth int, words string, after, columns int) string {
	return fmt.Sprintf("%-160s %s%s\n", strings.Repeat("  ", depth)+words, strings.Repeat(" ", after), strings.Repeat("=", columns))
}

// repeat draws rows one after the other.
func repeat(n int, words string, from, step, columns int) (b string) {
	for i := range n {
		b += row(words, from+i*step, columns)
	}
	return b
}

const (
	query  = "select client in=web db.system=mysql db.statement=select_x_from_t peer.service=store"
	get    = "get client in=web db.system=redis peer.service=cache target=k"
	pay    = "POST client in=web http.method=POST peer.service=pay"
	served = "POST server in=pay"
	shard  = "GET client in=web http.method=GET"
)

var scenarios = []scenario{
	{
		id: "LP001", typical: []string{drawn(10, row(query, 1, 2))},
		slow:  drawn(60, repeat(8, query, 1, 5, 5)),
		below: drawn(60, repeat(4, query, 1, 5, 5)),
		alike: map[string]string{
			"attempts after failures": drawn(60, repeat(7, query+" failed", 1, 5, 5), row(query, 36, 5)),
			"calls side by side":      drawn(60, repeat(8, query, 1, 0, 40)),
			"polling":                 drawn(90, repeat(8, query, 1, 10, 2)),
		},
	},
	{
		id: "LP002", typical: []string{drawn(20, row(get, 1, 2))},
		slow: drawn(60, row(get, 1, 20), row(get, 25, 20)),
		alike: map[string]string{
			"another key":          drawn(60, row(get, 1, 20), row(strings.Replace(get, "target=k", "target=m", 1), 25, 20)),
			"a read after a write": drawn(60, row(get, 1, 20), row(strings.Replace(get, "get ", "SET ", 1), 22, 2), row(get, 25, 20)),
		},
		below: drawn(60, row(get, 1, 40)),
	},
	{
		id: "LP003", typical: []string{drawn(50, repeat(3, pay, 1, 12, 12))},
		slow: drawn(70, repeat(5, pay, 1, 12, 12)), beside: []string{drawn(20, row(pay, 1, 12))},
		below: drawn(50, repeat(2, pay, 1, 12, 12)),
		alike: map[string]string{
			"statements of a database": drawn(70, repeat(5, query, 1, 12, 12)),
			"attempts after failures":  drawn(70, repeat(4, pay+" failed", 1, 12, 12), row(pay, 49, 12)),
			"calls side by side":       drawn(70, repeat(5, pay, 1, 2, 50)),
			"more pause than calls":    drawn(150, repeat(5, pay, 1, 30, 12)),
		},
	},
	{
		id: "LP004", typical: []string{drawn(50, row(pay, 1, 12), row(pay, 1, 14), row(pay, 13, 12), row(pay, 15, 12), row(pay, 25, 12), row(pay, 27, 12))},
		slow:   drawn(80, row(pay, 1, 12), row(pay, 1, 14), row(pay, 13, 12), row(pay, 15, 12), row(pay, 25, 12), row(pay, 27, 12)),
		beside: []string{drawn(20, row(pay, 1, 12))},
		below:  drawn(80, row(pay, 1, 12), row(pay, 1, 14), row(pay, 13, 12)),
		alike: map[string]string{
			"calls one by one":               drawn(80, repeat(6, pay, 1, 12, 12)),
			"all of them at once":            drawn(80, repeat(6, pay, 1, 0, 70)),
			"calls that begin when they may": drawn(80, row(pay, 1, 12), row(pay, 1, 14), row(pay, 20, 12), row(pay, 22, 12), row(pay, 40, 12), row(pay, 42, 12)),
		},
	},
	{
		id: "LP005", typical: []string{drawn(20, row(shard+" peer.service=s1", 1, 10), row(shard+" peer.service=s2", 1, 10), row(shard+" peer.service=s3", 1, 10), row(shard+" peer.service=s4", 1, 11))},
		slow: drawn(80, row(shard+" peer.service=s1", 1, 10), row(shard+" peer.service=s2", 1, 10), row(shard+" peer.service=s3", 1, 11), row(shard+" peer.service=s4", 1, 70)),
		alike: map[string]string{
			"all of them slow":  drawn(80, row(shard+" peer.service=s1", 1, 69), row(shard+" peer.service=s2", 1, 70), row(shard+" peer.service=s3", 1, 70), row(shard+" peer.service=s4", 1, 70)),
			"one after another": drawn(80, row(shard+" peer.service=s1", 1, 10), row(shard+" peer.service=s2", 11, 10), row(shard+" peer.service=s3", 21, 10), row(shard+" peer.service=s4", 31, 40)),
		},
		below: drawn(80, row(shard+" peer.service=s1", 1, 10), row(shard+" peer.service=s4", 1, 70)),
	},
	{
		id: "LP006", typical: []string{drawn(20, row(pay, 1, 10))},
		slow: drawn(60, row(pay+" failed", 1, 10), row(pay, 30, 10)),
		alike: map[string]string{
			"a redirect":         drawn(60, row(pay+" http.status_code=302", 1, 10), row(pay, 30, 10)),
			"a demand to log in": drawn(60, row(pay+" failed http.status_code=401", 1, 10), row(pay, 30, 10)),
			"hedged calls":       drawn(60, row(pay+" failed", 1, 39), row(pay, 20, 10)),
			"a failure":          drawn(60, row(pay+" failed", 1, 39)),
		},
	},
	{
		id: "LP007", typical: []string{drawn(20, row(pay, 1, 10))}, apart: 100 * time.Millisecond,
		few: 20, together: 20 * time.Millisecond,
		slow:  drawn(90, row(pay+" failed", 1, 10), row(pay+" failed", 30, 10), row(pay, 60, 10)),
		below: drawn(90, row(pay, 1, 80)),
		alike: map[string]string{
			"calls that do not fail":         drawn(90, row(pay, 1, 10), row(pay, 30, 10), row(pay, 60, 10)),
			"a busy second with few repeats": drawn(90, row(pay+" failed", 1, 10), repeat(5, pay, 12, 12, 10)),
			"hedged calls":                   drawn(90, row(pay+" failed", 1, 40), row(pay+" failed", 20, 40), row(pay, 35, 50)),
		},
	},
	{
		id: "LP008", typical: []string{drawn(20, row(pay, 1, 10))}, few: 12,
		slow:  drawn(90, row(pay+" failed", 1, 10), row(pay+" failed", 30, 10), row(pay, 59, 10)),
		below: inTurns(drawn(90, row(pay+" failed", 1, 10), row(pay, 30, 10)), drawn(90, row(pay, 1, 80)), drawn(90, row(pay, 1, 80))),
		alike: map[string]string{"pauses that grow and differ": inTurns(backedOff(6), backedOff(10), backedOff(15), backedOff(21))},
	},
	{
		id: "LP009", typical: []string{drawn(20, row(pay, 1, 14))},
		slow:  drawn(60, row(pay+" failed", 1, 50)),
		below: inTurns(drawn(60, row(pay+" failed", 1, 50)), drawn(60, row(pay, 1, 50)), drawn(60, row(pay, 1, 50))),
		alike: map[string]string{
			"calls refused at once":  drawn(60, row(pay+" failed", 1, 12)),
			"failures of any length": inTurns(drawn(60, row(pay+" failed", 1, 20)), drawn(60, row(pay+" failed", 1, 30)), drawn(60, row(pay+" failed", 1, 40)), drawn(60, row(pay+" failed", 1, 50))),
			"calls that succeed":     drawn(60, row(pay, 1, 50)),
		},
	},
	{
		id: "LP010", typical: []string{drawn(20, row(pay+" host=h", 1, 8), deep(2, served+" host=g", 2, 6))},
		slow: drawn(60, row(pay+" host=h failed", 1, 40), deep(2, served+" host=g", 2, 90)),
		alike: map[string]string{
			"a failure of the callee": drawn(60, row(pay+" host=h failed", 1, 40), deep(2, served+" host=g failed", 2, 38)),
			"a call that succeeds":    drawn(60, row(pay+" host=h", 1, 40), deep(2, served+" host=g", 2, 90)),
		},
	},
	{
		id: "LP011", typical: []string{"GET_/page server in=web =========="}, few: 30, together: 5 * time.Millisecond,
		slow:   "GET_/page server in=web ======================================================================",
		below:  "GET_/page server in=web ===========",
		beside: []string{"GET_/page server in=web ==========", "GET_/page server in=web ==========", "GET_/page server in=web ==========", "GET_/page server in=web ======================================================================"},
		alike: map[string]string{
			"long requests that merely overlap": "GET_/page server in=web ======================================================================",
		},
	},
	{
		id: "LP012", typical: []string{drawn(20, row("pool.acquire client in=web db.system=postgresql", 1, 1), row(query, 3, 4))},
		slow:   drawn(60, row("pool.acquire client in=web db.system=postgresql", 1, 40), row(query, 42, 4)),
		beside: []string{drawn(20, row(query, 3, 4))},
		alike: map[string]string{
			"dialling while it is asked for": drawn(60, row("http.getconn internal in=web", 1, 40), deep(2, "http.connect internal in=web", 1, 40)),
		},
	},
	{
		id: "LP013", typical: []string{drawn(20, row(pay, 1, 10))}, many: 300, few: 5,
		slow:  drawn(1200, row(pay, 1, 1150)),
		below: drawn(1200, row(pay, 1, 900)),
		alike: map[string]string{"calls that are given up": drawn(1200, row(pay+" failed", 1, 1150))},
	},
	{
		id: "LP014", typical: []string{drawn(50, row("work internal in=web service.instance.id=a", 1, 40)), drawn(50, row("work internal in=web service.instance.id=b", 1, 40))},
		slow: drawn(120, row("work internal in=web service.instance.id=c", 1, 110)),
		alike: map[string]string{
			"no slower than others":     drawn(120, row("work internal in=web service.instance.id=c", 1, 40)),
			"hardly slower than others": drawn(120, row("work internal in=web service.instance.id=c", 1, 50)),
		},
	},
	{
		id: "LP015", typical: []string{drawn(20, row("work internal in=web", 1, 10))},
		slow:  drawn(60, row("Initialization internal in=web faas.coldstart=true", 1, 40), row("work internal in=web", 42, 10)),
		alike: map[string]string{"what a new version takes longer": drawn(60, row("work internal in=web service.version=2", 1, 50))},
	},
	{
		id: "LP016", typical: []string{drawn(20, row(pay+" service.instance.id=a", 1, 10))}, few: 25,
		slow:  drawn(60, row(pay+" service.instance.id=b", 1, 50), deep(2, "http.tls internal in=web service.instance.id=b", 2, 40)),
		alike: map[string]string{"an instance that keeps them": drawn(60, row(pay+" service.instance.id=a", 1, 50), deep(2, "http.tls internal in=web service.instance.id=a", 2, 40))},
	},
	{
		id: "LP017", typical: []string{drawn(20, row(pay, 1, 10))},
		slow:  drawn(60, row(pay, 1, 50), deep(2, "http.dns internal in=web", 2, 40)),
		alike: map[string]string{"a handshake": drawn(60, row(pay, 1, 50), deep(2, "http.tls internal in=web", 2, 40))},
	},
	{
		id: "LP018", typical: []string{drawn(20, row(get, 1, 2))},
		slow: drawn(60, row(get, 1, 2), row(query, 4, 40)),
		alike: map[string]string{
			"a store asked before":        drawn(60, row(query, 1, 40), row(get, 42, 2)),
			"a store as quick as a cache": drawn(60, row(get, 1, 20), row(query, 22, 15)),
		},
	},
	{
		id: "LP019", typical: []string{drawn(20, row(pay, 1, 10))},
		slow:  drawn(60, row(pay, 1, 10), row("POST client in=web http.method=POST peer.service=audit-log", 12, 40)),
		alike: map[string]string{"a callee with a like name": drawn(60, row(pay, 1, 10), row("POST client in=web http.method=POST peer.service=catalogue", 12, 40))},
	},
	{
		id: "LP021", typical: []string{drawn(20, row(pay, 1, 10))},
		slow: drawn(80, row(pay, 1, 10)),
		alike: map[string]string{
			"a span that says what": drawn(80, row(pay, 1, 10), row("work internal in=web", 12, 66)),
		},
		below: drawn(42, row(pay, 1, 26)),
	},
	{
		id: "LP020", typical: []string{drawn(20, row(pay, 1, 10))},
		plan: "version: 1\njourneys: {page: {root: {service: web}, target: p95 < 1s, may_wait_for: [pay, cache]}}",
		slow: drawn(60, row(pay, 1, 10), row(strings.Replace(pay, "=pay", "=tax", 1), 12, 40)),
		alike: map[string]string{
			"a dependency that is allowed":   drawn(60, row(pay, 1, 50)),
			"a kind of work that is allowed": drawn(60, row(pay, 1, 10), row(strings.Replace(get, "=cache", "=shelf", 1), 12, 40)),
			"the service itself":             drawn(60, row(pay, 1, 10), row("count internal in=web", 12, 40)),
			"a lookup":                       drawn(60, row(pay, 1, 50), deep(2, "http.dns internal in=web", 2, 40)),
		},
		below: drawn(60, row(pay, 1, 10), row(strings.Replace(pay, "=pay", "=tax", 1), 12, 40)) + nextDrawing + strings.Repeat(drawn(60, row(pay, 1, 50))+nextDrawing, 3) + drawn(60, row(pay, 1, 50)),
	},
}

// backedOff is a call that is made three times, the last one after twice the pause.
func backedOff(pause int) string {
	return drawn(90+pause, row(pay+" failed", 1, 8), row(pay+" failed", 9+pause, 8), row(pay, 17+3*pause, 8))
}

// onPage is a page load whose parts, in the order of the words, take so many milliseconds each.
func onPage(parts ...part) string {
	lines, at := "", 0
	for _, p := range parts {
		if p.columns > 0 {
			lines += deep(1, p.words+ofPage, at, p.columns)
			at += p.columns
		}
	}
	return fmt.Sprintf("%-160s %s\n", "page internal"+ofPage, strings.Repeat("=", at)) + lines
}

const ofPage = " in=shop-web scope=longpole/page"

type part struct {
	words   string
	columns int
}

func firstByte(columns int) part { return part{"ttfb client url.full=https://shop/", columns} }

func loaded(columns int, more string) part {
	return part{"load_duration_/hero.jpg client url.full=https://img.shop/hero.jpg" + more, columns}
}

func delayed(columns int) part {
	return part{"load_delay_/hero.jpg internal url.full=https://img.shop/hero.jpg", columns}
}

func rendered(columns int) part { return part{"render_delay internal", columns} }

// blocked is a page load whose rendering took 100 ms, so many of which a style sheet took.
func blocked(columns int, more string) string {
	return onPage(firstByte(20), delayed(5), loaded(20, ""), rendered(100)) +
		deep(2, "render_blocked_/site.css internal url.full=https://shop/site.css"+more+ofPage, 45, columns)
}

func clicked(input, processing, presentation int) string {
	return strings.Replace(onPage(part{"input_delay internal", input}, part{"processing internal", processing}, part{"presentation_delay internal", presentation}), "page internal", "click_#buy internal", 1)
}

var (
	usualPage  = onPage(firstByte(20), delayed(5), loaded(20, ""), rendered(10))
	usualClick = clicked(2, 5, 10)
)

func init() {
	scenarios = append(scenarios, []scenario{
		{
			id: "LP022", typical: []string{usualPage}, slow: onPage(firstByte(20), delayed(250), loaded(20, ""), rendered(10)),
			alike: map[string]string{"a late first byte": onPage(firstByte(270), delayed(5), loaded(20, ""), rendered(10))},
			below: onPage(firstByte(20), delayed(199), loaded(20, ""), rendered(10)),
		},
		{
			id: "LP023", typical: []string{usualPage}, slow: blocked(80, ""),
			alike: map[string]string{"rendering that nothing blocks": onPage(firstByte(20), delayed(5), loaded(20, ""), rendered(100))},
			below: blocked(49, ""),
		},
		{
			id: "LP024", typical: []string{usualPage}, slow: onPage(part{firstByte(0).words + " event:redirectEnd=40 event:fetchStart=40", 60}, delayed(5), loaded(20, ""), rendered(10)),
			alike: map[string]string{"a browser that starts": onPage(part{firstByte(0).words + " event:fetchStart=40", 60}, delayed(5), loaded(20, ""), rendered(10))},
			below: onPage(part{firstByte(0).words + " event:redirectEnd=19 event:fetchStart=19", 60}, delayed(5), loaded(20, ""), rendered(10)),
		},
		{
			id: "LP025", typical: []string{usualClick}, slow: clicked(60, 60, 10),
			alike: map[string]string{"a late paint": clicked(2, 5, 130)}, below: clicked(40, 59, 10),
		},
		{
			id: "LP026", typical: []string{usualPage}, slow: blocked(60, " longpole.page.uncompressed=true"),
			alike: map[string]string{"a style sheet that is compressed": blocked(60, "")}, below: blocked(19, " longpole.page.uncompressed=true"),
		},
		{
			id: "LP027", typical: []string{usualPage}, slow: onPage(firstByte(20), delayed(5), loaded(120, " longpole.page.third_party=true"), rendered(10)),
			alike: map[string]string{"a host of the same site": onPage(firstByte(20), delayed(5), loaded(120, ""), rendered(10))},
			below: onPage(firstByte(20), delayed(5), loaded(99, " longpole.page.third_party=true"), rendered(10)),
		},
	}...)
}

func TestEachDetectorFindsWhatItsDrawingShows(t *testing.T) {
	for _, s := range scenarios {
		t.Run(s.id, func(t *testing.T) {
			all := s.found(t, 1, s.slow)
			if of(all, s.id) == nil {
				t.Errorf("not found, but %v", ids(all))
			}
		})
	}
}

func TestNoDetectorTakesOneThingForAnother(t *testing.T) {
	for _, s := range scenarios {
		for name, slow := range s.alike {
			t.Run(s.id+" "+name, func(t *testing.T) {
				if f := of(s.quiet().found(t, 1, slow), s.id); f != nil {
					t.Errorf("%s at %s, +%s, %s", f.Name, f.Place(), f.Stake, f.Level)
				}
			})
		}
	}
}

func TestBelowItsThresholdNothingIsFound(t *testing.T) {
	for _, s := range scenarios {
		if s.below == "" {
			continue
		}
		t.Run(s.id, func(t *testing.T) {
			if f := of(s.quiet().found(t, 1, s.below), s.id); f != nil {
				t.Errorf("%s at %s, +%s, %s", f.Name, f.Place(), f.Stake, f.Level)
			}
		})
	}
}

func TestNothingIsFoundWhereAllRequestsAreAlike(t *testing.T) {
	for _, s := range scenarios {
		if s.id == "LP003" || s.id == "LP004" { // what all of them do
			continue
		}
		t.Run(s.id, func(t *testing.T) {
			if all := s.found(t, 1, s.typical[0]); len(all) > 0 {
				t.Errorf("found %v", ids(all))
			}
		})
	}
}

func TestEveryDetectorHasADrawing(t *testing.T) {
	for _, d := range detect.Detectors {
		at := slices.IndexFunc(scenarios, func(s scenario) bool { return s.id == d.ID })
		if at < 0 || len(scenarios[at].alike) == 0 {
			t.Errorf("%s %s has none, or nothing that only looks like it", d.ID, d.Name)
		}
	}
}

func TestAPlanSetsThresholds(t *testing.T) {
	s := scenarios[0] // eight like calls
	for repeats, want := range map[string]bool{"8": true, "9": false} {
		plan, err := budget.Load("plan.yaml", []byte("version: 1\nfindings: {parameters: {repeated-call: {repeats: "+repeats+"}}}"), detect.Known()...)
		if err != nil {
			t.Fatal(err)
		}
		if got := of(found(t, plan, 1, s.traces(t, s.slow)), s.id) != nil; got != want {
			t.Errorf("from %s repeats on, eight are found: %v", repeats, got)
		}
	}
}
