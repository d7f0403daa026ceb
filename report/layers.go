package report

import (
	"cmp"
	"slices"
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/report/layout"
	"github.com/longpole/longpole/report/unit"
)

// A contrast is one name's time in typical and in slow requests, as printed: the columns add
// up to the printed totals, and so does every row.
type contrast struct {
	name                string
	typical, slow, adds int64
	exact               analyze.Share // what it adds
	mean                [2]time.Duration
}

// contrasts returns the names of a grouping, those that add most first, and their sum.
func contrasts(t *analyze.Tail, g analyze.Grouping, s unit.Scale) (rows []contrast, total contrast) {
	excess := t.By(g)
	typical, slow := times(t.Typical.By(g)), times(t.Slow.By(g))
	slices.SortStableFunc(excess, func(a, b analyze.Share) int {
		return cmp.Or(cmp.Compare(b.Time, a.Time), cmp.Compare(slow[b.Name], slow[a.Name]))
	})
	means := [2][]time.Duration{}
	for _, e := range excess {
		means[0] = append(means[0], typical[e.Name])
		means[1] = append(means[1], slow[e.Name])
	}
	typicalDigits, slowDigits := s.Split(means[0]), s.Split(means[1])
	for i, e := range excess {
		c := contrast{name: e.Name, exact: e, typical: typicalDigits[i], slow: slowDigits[i],
			mean: [2]time.Duration{means[0][i], means[1][i]}}
		c.adds = c.slow - c.typical
		rows = append(rows, c)
		total = total.plus(c)
	}
	return rows, total
}

func (c contrast) plus(o contrast) contrast {
	c.typical += o.typical
	c.slow += o.slow
	c.adds += o.adds
	c.exact.Time += o.exact.Time
	c.mean[0] += o.mean[0]
	c.mean[1] += o.mean[1]
	return c
}

func times(shares []analyze.Share) map[string]time.Duration {
	m := make(map[string]time.Duration, len(shares))
	for _, s := range shares {
		m[s.Name] = s.Time
	}
	return m
}

// cells writes the times of a row.
func (c contrast) cells(s unit.Scale, share string) []Cell {
	return words(s.Digits(c.typical), s.Digits(c.slow), s.Digits(c.adds), share)
}

// bar shows the typical time light and what the slow requests add full.
func (c contrast) bar(longest time.Duration) Cell {
	typical, slow := int64(c.mean[0]), int64(c.mean[1])
	return Cell{Bar: layout.Bar{Whole: int64(longest), Stretches: ink(
		layout.Stretch{From: 0, To: min(typical, slow), Ink: layout.Light},
		layout.Stretch{From: typical, To: slow, Ink: layout.Full},
	)}}
}

// ink leaves out stretches of no length.
func ink(stretches ...layout.Stretch) (out []layout.Stretch) {
	for _, s := range stretches {
		if s.From < s.To {
			out = append(out, s)
		}
	}
	return out
}

func longest(rows []contrast) (d time.Duration) {
	for _, r := range rows {
		d = max(d, r.mean[0], r.mean[1])
	}
	return d
}

func shares(rows []contrast, whole time.Duration) []string {
	parts := make([]time.Duration, len(rows))
	for i := range rows {
		parts[i] = rows[i].exact.Time
	}
	return unit.Percents(parts, whole)
}

// layerTable says by layer what typical requests took and what slow ones add.
func layerTable(j *analyze.Journey, first bool) *Table {
	if !hasTail(j) {
		return meanTable(j)
	}
	t := &j.Tail
	s := unit.ScaleFor(t.Slow.Total)
	rows, total := contrasts(t, layers, s)
	share, own := shares(rows, t.Extra), ownPercentiles(j, layers)
	table := &Table{
		Title:   say("Where the time goes, in ", s.Unit()),
		Columns: append(contrastColumns(j, "layer"), own.columns()...),
		Total:   after(say("total"), append(total.cells(s, "100 %"), own.total(s)...)),
		Notes:   append(meaning(j, first), causes(t)...),
	}
	table.Columns = append(table.Columns, Column{Head: "", Bars: true, Drop: 2})
	table.Total = append(table.Total, Cell{})
	for i, r := range rows {
		row := append(after(say(Name(r.name)), r.cells(s, share[i])), own.row(r.name, s)...)
		table.Rows = append(table.Rows, append(row, r.bar(longest(rows))))
	}
	table.Rows[0][0], table.Rows[0][3] = table.Rows[0][0].strong(), table.Rows[0][3].strong()
	return table
}

func contrastColumns(j *analyze.Journey, what string) []Column {
	return []Column{
		{Head: what, Cut: true},
		{Head: "typical", Right: true},
		{Head: "slowest " + j.Tail.Level.Beyond(), Right: true},
		{Head: "adds", Right: true},
		{Head: "share", Right: true, Drop: 1},
	}
}

// meaning says what the columns hold; what is the same for all journeys only once.
func meaning(j *analyze.Journey, first bool) []Phrase {
	t := &j.Tail
	out := []Phrase{say("typical: mean of the ", unit.Of(t.Typical.Observations, "request", "requests"), " between p40 and p60; slowest ",
		t.Level.Beyond(), ": mean of the ", unit.Count(t.Slow.Observations), " at or above ", t.Level.String(), ".")}
	if first {
		out = append(out, say("share: of what the slow ones add. A layer's own percentiles are over all requests and do not add up; in: requests that have any of it."))
	}
	return out
}

// causes splits the time of each cause by the kind of work that it was spent on.
func causes(t *analyze.Tail) []Phrase {
	var out []Phrase
	for _, cause := range []analyze.Cause{analyze.Retry, analyze.FanOut} {
		var of analyze.Composition
		for _, c := range t.Slow.Cells {
			if c.Cell.Cause == cause {
				of.Cells = append(of.Cells, c)
				of.Total += c.Time
			}
		}
		if of.Total > 0 {
			out = append(out, say(string(cause), " ", unit.Duration(of.Total), " of the slowest ", t.Level.Beyond(), ", of which ", split(&of)))
		}
	}
	return out
}

func split(c *analyze.Composition) Phrase {
	var parts []Phrase
	for _, s := range c.By(byCategory) {
		parts = append(parts, say(Name(s.Name), " ", unit.Duration(s.Time)))
	}
	return list(parts)
}

var byCategory = analyze.Grouping{Name: "category", Of: func(c analyze.Cell) string { return string(c.Category) }}

// meanTable is for journeys with too few requests to have a tail.
func meanTable(j *analyze.Journey) *Table {
	return compositionTable(&j.Tail.Typical, "Where the time goes, in ")
}

// compositionTable says by layer where the time of a composition went.
func compositionTable(c *analyze.Composition, title string) *Table {
	s := unit.ScaleFor(c.Total)
	by := c.By(layers)
	parts := make([]time.Duration, len(by))
	for i := range by {
		parts[i] = by[i].Time
	}
	digits, share := s.Split(parts), unit.Percents(parts, c.Total)
	table := &Table{
		Title: say(title, s.Unit()),
		Columns: []Column{{Head: "layer", Cut: true}, {Head: "time", Right: true},
			{Head: "share", Right: true, Drop: 1}, {Bars: true, Drop: 2}},
		Total: after(say("total"), append(words(s.Text(c.Total), "100 %"), Cell{})),
	}
	for i, b := range by {
		bar := Cell{Bar: layout.Bar{Whole: int64(by[0].Time), Stretches: ink(layout.Stretch{To: int64(b.Time), Ink: layout.Full})}}
		table.Rows = append(table.Rows, after(say(Name(b.Name)), append(words(s.Digits(digits[i]), share[i]), bar)))
	}
	return table
}
