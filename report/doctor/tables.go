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

// mostRows is how many rows of a kind are told; the others are counted.
const mostRows = 15

// rowsOf makes a table of the first rows of a list, and says how many more there are.
func rowsOf[Row any](title string, columns []page.Column, list []Row, cells func(Row) []page.Cell) *page.Table {
	t := &page.Table{Columns: columns}
	if title != "" {
		t.Title = page.Say(title)
	}
	for _, row := range list[:min(len(list), mostRows)] {
		t.Rows = append(t.Rows, cells(row))
	}
	if more := len(list) - mostRows; more > 0 {
		t.Notes = append(t.Notes, page.Say("and ", unit.Of(more, "other", "others"), ", which the json lists"))
	}
	return t
}

func numeric(head string) page.Column { return page.Column{Head: head, Right: true} }

func nameColumn(head string) page.Column { return page.Column{Head: head, Cut: true} }

func cellOf(parts ...any) page.Cell { return page.Cell{Text: page.Say(parts...)} }

// missing says where instrumentation is missing.
func (d *Doctor) missing() page.Section {
	s := page.Section{Title: page.Say("Missing instrumentation")}
	q := d.found
	s.AddTable(rowsOf("Calls without a span of the other side", []page.Column{
		nameColumn("call"), {Head: "category", Drop: 1}, numeric("without"), numeric("of"), {Head: "failed", Right: true, Drop: 2}, numeric("p50"), numeric("of path"), {Head: "the other side", Drop: 3},
	}, q.Calls, d.callCells))
	if len(q.Peers) > 0 {
		s.Say("Named as the other side of calls, but never seen: ", page.List(firstNames(q.Peers)), ".")
	}
	s.AddTable(rowsOf("Servers without a span below them, of at least 1 % of the path", []page.Column{
		nameColumn("operation"), numeric("spans"), numeric("p50"), numeric("of path"),
	}, q.Leaves, func(l quality.Leaf) []page.Cell {
		return []page.Cell{cellOf(page.Name(l.Operation)), cellOf(unit.Count(l.Count)), cellOf(unit.Duration(l.Median)), cellOf(unit.Percent(l.Path, q.Path.Total))}
	}))
	s.AddTable(rowsOf("Database calls that say too little", []page.Column{
		nameColumn("call"), numeric("calls"), numeric("no system"), numeric("no statement"),
	}, q.Stores, func(c quality.Store) []page.Cell {
		return []page.Cell{edge(c.Caller, c.Peer), cellOf(unit.Count(c.Calls)), cellOf(unit.Count(c.NoSystem)), cellOf(unit.Count(c.NoStatement))}
	}))
	s.AddTable(rowsOf("Spans whose parent is missing", []page.Column{
		nameColumn("operation"), numeric("spans"), numeric("traces"), nameColumn("parent elsewhere"),
	}, q.Orphans, func(o quality.Orphan) []page.Cell {
		usually := cellOf(page.Name(o.Usually))
		if o.Usually == "" {
			usually = cellOf("never seen")
		}
		return []page.Cell{cellOf(page.Name(o.Operation)), cellOf(unit.Count(o.Spans)), cellOf(unit.Count(o.Traces)), usually}
	}))
	return s
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
		edge(c.Caller, c.Callee), cellOf(string(c.Category)), cellOf(unit.Count(c.Unanswered)), cellOf(unit.Count(c.Calls)),
		cellOf(unit.Count(c.Failed)), cellOf(unit.Duration(c.Median)), cellOf(unit.Percent(c.Path, d.found.Path.Total)), cellOf(other),
	}
}

func edge(caller, callee string) page.Cell {
	return cellOf(orQuestion(caller), " -> ", orQuestion(callee))
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
	for _, n := range all[:min(len(all), mostRows)] {
		out = append(out, page.Say(page.Name(n)))
	}
	if more := len(all) - mostRows; more > 0 {
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
	s.AddTable(rowsOf("", []page.Column{nameColumn("threshold"), numeric("traces"), numeric("share"), numeric("kept of such"), numeric("each counts for")},
		d.found.Sampled, d.sampledCells))
	return s
}

func (d *Doctor) sampledCells(row quality.Sampled) []page.Cell {
	share := cellOf(unit.Percent(row.Traces, d.found.Traces.Total))
	if !row.Known {
		return []page.Cell{cellOf("none"), cellOf(unit.Count(row.Traces)), share, cellOf("unknown"), cellOf("1")}
	}
	const all = 1 << 56
	kept := all - min(row.Rejected, all-1)
	return []page.Cell{
		cellOf(fmt.Sprintf("%014x", row.Rejected)), cellOf(unit.Count(row.Traces)), share,
		cellOf(unit.Percent(int64(kept), all)), cellOf(hundredths(all, kept)),
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
	s.AddTable(rowsOf("", []page.Column{
		nameColumn("caller"), nameColumn("callee"), numeric("traces"), numeric("apart"), numeric("ahead by p50"), numeric("least"), numeric("most"),
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
			return cellOf("-")
		}
		return cellOf(unit.Duration(d))
	}
	return []page.Cell{
		source(c.Caller), source(c.Callee), cellOf(unit.Count(c.Traces)), cellOf(unit.Count(c.Apart)),
		offset(c.Median), offset(c.Least), offset(c.Most), cellOf(unit.Count(c.Unclear)), cellOf(unit.Count(c.TooLarge)),
	}
}

func source(s quality.Source) page.Cell {
	if s.Host == "" {
		return cellOf(orQuestion(s.Service))
	}
	return cellOf(orQuestion(s.Service), " on ", page.Name(s.Host))
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
