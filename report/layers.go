package report

import (
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/report/layout"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/unit"
)

// layerTable says by layer what typical requests took and what slow ones add.
func layerTable(j *analyze.Journey, first bool) *page.Table {
	if !hasTail(j) {
		return meanTable(j)
	}
	t := &j.Tail
	s := unit.ScaleFor(t.Slow.Total)
	rows, total := typicalVsTails(t, analyze.ByLayer, s)
	share, own := shares(rows, t.Extra), percentilesOf(j, analyze.ByLayer)
	table := &page.Table{
		Title:   page.Say("Where the time goes, in ", s.Unit()),
		Columns: append(typicalVsTailColumns(j, "layer"), own.columns()...),
		Total:   page.RowOf(page.Say("total"), append(total.cells(s, "100 %"), own.total(s)...)),
		Notes:   append(meaning(j, first), causes(t)...),
	}
	table.Columns = append(table.Columns, page.Column{Head: "", Bars: true, Drop: 2})
	table.Total = append(table.Total, page.Cell{})
	for i, r := range rows {
		row := append(page.RowOf(page.Say(page.Name(r.name)), r.cells(s, share[i])), own.row(r.name, s)...)
		table.Rows = append(table.Rows, append(row, r.bar(longest(rows))))
	}
	table.Rows[0][0], table.Rows[0][3] = table.Rows[0][0].Strong(), table.Rows[0][3].Strong()
	return table
}

func typicalVsTailColumns(j *analyze.Journey, what string) []page.Column {
	return []page.Column{
		{Head: what, Cut: true},
		{Head: "typical", Right: true},
		{Head: "slowest " + j.Tail.Level.Beyond(), Right: true},
		{Head: "adds", Right: true},
		{Head: "share", Right: true, Drop: 1},
	}
}

// meaning says what the columns hold; what is the same for all journeys only once.
func meaning(j *analyze.Journey, first bool) []page.Phrase {
	t := &j.Tail
	out := []page.Phrase{page.Say("typical: mean of the ", unit.Of(t.Typical.Observations, "request", "requests"), " between p40 and p60; slowest ",
		t.Level.Beyond(), ": mean of the ", unit.Count(t.Slow.Observations), " at or above ", t.Level.String(), ".")}
	if first {
		out = append(out, page.Say("share: of what the slow ones add. A layer's own percentiles are over all requests and do not add up; in: requests that have any of it."))
	}
	return out
}

// causes splits the time of each cause by the kind of work that it was spent on.
func causes(t *analyze.Tail) []page.Phrase {
	var out []page.Phrase
	for _, cause := range category.Causes {
		var of analyze.Composition
		for _, c := range t.Slow.Cells {
			if c.Cell.Cause == cause.Name {
				of.Cells = append(of.Cells, c)
				of.Total += c.Time
			}
		}
		if of.Total > 0 {
			out = append(out, page.Say(string(cause.Name), " ", unit.Duration(of.Total), " of the slowest ", t.Level.Beyond(), ", of which ", split(&of)))
		}
	}
	return out
}

func split(c *analyze.Composition) page.Phrase {
	var parts []page.Phrase
	for _, s := range c.By(byCategory) {
		parts = append(parts, page.Say(page.Name(s.Name), " ", unit.Duration(s.Time)))
	}
	return page.List(parts)
}

var byCategory = analyze.Grouping{Name: "category", Of: func(c *analyze.Cell) string { return string(c.Category) }}

// meanTable is for journeys with too few requests to have a tail.
func meanTable(j *analyze.Journey) *page.Table {
	return CompositionTable(&j.Tail.Typical, "Where the time goes, in ")
}

// CompositionTable says by layer where the time of a composition went.
func CompositionTable(c *analyze.Composition, title string) *page.Table {
	s := unit.ScaleFor(c.Total)
	by := c.By(analyze.ByLayer)
	parts := make([]time.Duration, len(by))
	for i := range by {
		parts[i] = by[i].Time
	}
	digits, share := s.Split(parts), unit.Percents(parts, c.Total)
	table := &page.Table{
		Title: page.Say(title, s.Unit()),
		Columns: []page.Column{{Head: "layer", Cut: true}, {Head: "time", Right: true},
			{Head: "share", Right: true, Drop: 1}, {Bars: true, Drop: 2}},
		Total: page.RowOf(page.Say("total"), append(page.Words(s.Text(c.Total), "100 %"), page.Cell{})),
	}
	for i, b := range by {
		bar := page.Cell{Bar: layout.Bar{Whole: int64(by[0].Time), Stretches: ink(layout.Stretch{To: int64(b.Time), Ink: layout.Full})}}
		table.Rows = append(table.Rows, page.RowOf(page.Say(page.Name(b.Name)), append(page.Words(s.Digits(digits[i]), share[i]), bar)))
	}
	return table
}

// layerPercentiles holds each name's own percentiles, beside the journey's. Levels that too few requests
// bound are left out: a number there would look solid.
type layerPercentiles struct {
	journey *analyze.Journey
	bounded []int // places in Percentiles
	rows    map[string]*analyze.Row
}

func percentilesOf(j *analyze.Journey, g analyze.Grouping) layerPercentiles {
	o := layerPercentiles{journey: j, rows: map[string]*analyze.Row{}}
	rows := j.Rows.By(g)
	for i := range rows {
		o.rows[rows[i].Name] = &rows[i]
	}
	for i, p := range j.Percentiles {
		if p.Bounded {
			o.bounded = append(o.bounded, i)
		}
	}
	return o
}

func (o layerPercentiles) columns() []page.Column {
	var columns []page.Column
	for i, at := range o.bounded {
		columns = append(columns, page.Column{Head: o.journey.Percentiles[at].Level.String(), Right: true, Drop: 6 - min(i, 3)})
	}
	return append(columns, page.Column{Head: "in", Right: true, Drop: 7})
}

// row returns a name's own percentiles, and in how many requests it occurs.
func (o layerPercentiles) row(name string, s unit.Scale) []page.Cell {
	r := o.rows[name]
	var texts []string
	for _, at := range o.bounded {
		if r == nil {
			texts = append(texts, "-")
			continue
		}
		texts = append(texts, s.Text(r.Percentiles[at].Value))
	}
	if r == nil {
		return page.Words(append(texts, "-")...)
	}
	return page.Words(append(texts, unit.Percent(r.Present, o.journey.Observations))...)
}

func (o layerPercentiles) total(s unit.Scale) []page.Cell {
	var texts []string
	for _, at := range o.bounded {
		texts = append(texts, s.Text(o.journey.Percentiles[at].Value))
	}
	return page.Words(append(texts, "100 %")...)
}
