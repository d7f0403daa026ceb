package doctor

import (
	"fmt"
	"math/bits"
	"time"

	"github.com/longpole/longpole/analyze/quality"
	"github.com/longpole/longpole/report/account"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/unit"
)

// missing says where instrumentation is missing.
func (d *Doctor) missing() page.Section {
	s := page.Section{Title: page.Say("Missing instrumentation")}
	q := d.found
	s.AddTable(page.RowsOf("Calls without a span of the other side", []page.Column{
		page.Names("call"), {Head: "category", Drop: 1}, page.Number("without"), page.Number("of"), {Head: "failed", Right: true, Drop: 2}, page.Number("p50"), page.Number("of path"), {Head: "the other side", Drop: 3},
	}, q.Calls, d.callCells))
	if len(q.Peers) > 0 {
		s.Say("Named as the other side of calls, but never seen: ", page.List(firstNames(q.Peers)), ".")
	}
	s.AddTable(page.RowsOf("Servers without a span below them, of at least 1 % of the path", []page.Column{
		page.Names("operation"), page.Number("spans"), page.Number("p50"), page.Number("of path"),
	}, q.Leaves, func(l quality.Leaf) []page.Cell {
		return []page.Cell{page.CellOf(page.Name(l.Operation)), page.CellOf(unit.Count(l.Count)), page.CellOf(unit.Duration(l.Median)), page.CellOf(unit.Percent(l.Path, q.Path.Total))}
	}))
	s.AddTable(page.RowsOf("Orders that nothing shows", []page.Column{
		page.Names("waited for"), page.Names("or for"), {Head: "in", Cut: true, Drop: 1}, page.Number("requests"), page.Number("a link settles"), {Head: "of", Cut: true},
	}, q.Orders, func(o quality.Order) []page.Cell {
		return []page.Cell{page.CellOf(page.Name(o.Child)), page.CellOf(page.Name(o.Beside)), page.CellOf(page.Name(o.Parent)), page.CellOf(unit.Count(o.Requests)), page.CellOf(unit.Duration(o.Settles)), ofJourney(o)}
	}))
	s.AddTable(page.RowsOf("Database calls that say too little", []page.Column{
		page.Names("call"), page.Number("calls"), page.Number("no system"), page.Number("no statement"),
	}, q.Stores, func(c quality.Store) []page.Cell {
		return []page.Cell{edge(c.Caller, c.Peer), page.CellOf(unit.Count(c.Calls)), page.CellOf(unit.Count(c.NoSystem)), page.CellOf(unit.Count(c.NoStatement))}
	}))
	s.AddTable(page.RowsOf("Pages that say too little", []page.Column{
		page.Names("pages of"), page.Number("loads"), page.Number("no web vitals"), page.Number("no request named"), page.Number("no parts told"), page.Number("hidden timing"),
	}, q.Pages, func(p quality.Page) []page.Cell {
		return []page.Cell{page.CellOf(page.Name(p.Service)), page.CellOf(unit.Count(p.Loads)), page.CellOf(unit.Count(p.NoVitals)), page.CellOf(unit.Count(p.NoRequest)), page.CellOf(unit.Count(p.NoParts)), page.CellOf(unit.Count(p.Hidden))}
	}))
	if len(q.Pages) > 0 {
		s.Say("Web vitals: @opentelemetry/browser-instrumentation, or another SDK of browsers. A request: a meta tag traceparent in the page, or Server-Timing. Parts: the attribution of the web vitals. Timing of other origins: their header Timing-Allow-Origin.")
	}
	s.AddTable(page.RowsOf("Spans whose parent is missing", []page.Column{
		page.Names("operation"), page.Number("spans"), page.Number("traces"), page.Names("parent elsewhere"),
	}, q.Orphans, func(o quality.Orphan) []page.Cell {
		usually := page.CellOf(page.Name(o.Usually))
		if o.Usually == "" {
			usually = page.CellOf("never seen")
		}
		return []page.Cell{page.CellOf(page.Name(o.Operation)), page.CellOf(unit.Count(o.Spans)), page.CellOf(unit.Count(o.Traces)), usually}
	}))
	return s
}

func ofJourney(o quality.Order) page.Cell {
	return page.CellOf(page.Name(o.Journey), ", ", o.Level.String())
}

func (d *Doctor) callCells(c quality.Call) []page.Cell {
	other := "no spans"
	switch {
	case c.Callee == "":
		other = "not named"
	case c.Unanswered < c.Calls:
		other = "answers others"
	case c.Known:
		other = "has spans elsewhere"
	}
	return []page.Cell{
		edge(c.Caller, c.Callee), page.CellOf(string(c.Category)), page.CellOf(unit.Count(c.Unanswered)), page.CellOf(unit.Count(c.Calls)),
		page.CellOf(unit.Count(c.Failed)), page.CellOf(unit.Duration(c.Median)), page.CellOf(unit.Percent(c.Path, d.found.Path.Total)), page.CellOf(other),
	}
}

func edge(caller, callee string) page.Cell {
	return page.CellOf(orQuestion(caller), " -> ", orQuestion(callee))
}

// orQuestion stands in for what has no name.
func orQuestion(name string) page.Phrase {
	if name == "" {
		return page.Say("?")
	}
	return page.Say(page.Name(name))
}

func firstNames(all []string) []page.Phrase {
	var out []page.Phrase
	for _, n := range all[:min(len(all), page.MostRows)] {
		out = append(out, page.Say(page.Name(n)))
	}
	if more := len(all) - page.MostRows; more > 0 {
		out = append(out, page.Say(unit.Of(more, "other", "others")))
	}
	return out
}

// sampling says what the traces say of how they were sampled.
func (d *Doctor) sampling() page.Section {
	s := page.Section{Title: page.Say("Sampling")}
	s.Add(account.Sampling(d.result.Sampling))
	if unknown(d.found) == d.found.Traces.Total {
		return s
	}
	s.AddTable(page.RowsOf("", []page.Column{page.Names("threshold"), page.Number("traces"), page.Number("share"), page.Number("kept of such"), page.Number("each counts for")},
		d.found.Sampled, d.sampledCells))
	return s
}

func (d *Doctor) sampledCells(row quality.Sampled) []page.Cell {
	share := page.CellOf(unit.Percent(row.Traces, d.found.Traces.Total))
	if !row.Known {
		return []page.Cell{page.CellOf("none"), page.CellOf(unit.Count(row.Traces)), share, page.CellOf("unknown"), page.CellOf("1")}
	}
	const all = 1 << 56
	kept := all - min(row.Rejected, all-1)
	return []page.Cell{
		page.CellOf(fmt.Sprintf("%014x", row.Rejected)), page.CellOf(unit.Count(row.Traces)), share,
		page.CellOf(unit.Percent(int64(kept), all)), page.CellOf(hundredths(all, kept)),
	}
}

// hundredths returns part/of with at most two decimals.
func hundredths(part, of uint64) string {
	hi, lo := bits.Mul64(part, 100)
	n, _ := bits.Div64(hi, lo, of)
	if n%100 == 0 {
		return unit.Count(int64(n / 100))
	}
	return fmt.Sprintf("%s.%02d", unit.Count(int64(n/100)), n%100)
}

// clocks says which clocks disagree, by how much.
func (d *Doctor) clocks() page.Section {
	s := page.Section{Title: page.Say("Clocks")}
	s.AddTable(page.RowsOf("", []page.Column{
		page.Names("caller"), page.Names("callee"), page.Number("traces"), page.Number("apart"), page.Number("ahead by p50"), page.Number("least"), page.Number("most"),
		{Head: "unclear", Right: true, Drop: 1}, {Head: "too far", Right: true, Drop: 2},
	}, d.found.Clocks, clockCells))
	if len(s.Items) > 0 {
		s.Add(page.Line{Text: page.Say("apart: traces in which one of the two was moved against the other; ahead by: how far the callee's clock was ahead in these, behind if negative; ",
			"unclear: calls that do not fit although others show that the clocks agree; too far: calls off by more than --max-skew."), Mood: page.Faint})
	}
	return s
}

func clockCells(c quality.Clock) []page.Cell {
	offset := func(d time.Duration) page.Cell {
		if c.Apart == 0 {
			return page.CellOf("-")
		}
		return page.CellOf(unit.Duration(d))
	}
	return []page.Cell{
		source(c.Caller), source(c.Callee), page.CellOf(unit.Count(c.Traces)), page.CellOf(unit.Count(c.Apart)),
		offset(c.Median), offset(c.Least), offset(c.Most), page.CellOf(unit.Count(c.Unclear)), page.CellOf(unit.Count(c.TooLarge)),
	}
}

func source(s quality.Source) page.Cell {
	if s.Host == "" {
		return page.CellOf(orQuestion(s.Service))
	}
	return page.CellOf(orQuestion(s.Service), " on ", page.Name(s.Host))
}

// ledger tells every finding with all examples that were kept.
func (d *Doctor) ledger() page.Section {
	s := page.Section{Title: page.Say("Everything that was found")}
	for _, f := range d.result.Ledger.Findings() {
		examples := f.Examples
		f.Examples = nil
		account.AddFinding(&s, f)
		for _, e := range examples {
			s.Add(page.Line{Text: page.Say("at ", account.Example(e)), Depth: 1, Mood: page.Faint})
		}
		if more := f.Count - len(examples); more > 0 && len(examples) > 0 {
			s.Add(page.Line{Text: page.Say("and ", unit.Count(more), " more"), Depth: 1, Mood: page.Faint})
		}
	}
	return s
}
