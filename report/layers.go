package report

import (
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/blame"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/report/layout"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/unit"
)

// layerTable says by layer what typical requests took and what slow ones add, and in which place
// most of that is.
func layerTable(j *analyze.Journey) *page.Table {
	if !hasTail(j) {
		return CompositionTable(&j.Tail.Typical, "Where the time goes, in ")
	}
	s := unit.ScaleFor(j.Tail.Slow.Total)
	rows, total := typicalVsTails(j, analyze.ByLayer, s)
	shown, others := matter(rows)
	table := &page.Table{
		Title:   page.Say("Where the time goes, in ", s.Unit()),
		Columns: append(typicalVsTailColumns(j, "layer"), page.Column{Head: "░ typical  █ added", Bars: true, Drop: 2}, page.Column{Head: "mostly in", Cut: true, Drop: 1}),
		Total:   page.RowOf(page.Say("total"), append(total.cells(s), page.Cell{}, page.Cell{})),
		Notes:   causes(&j.Tail),
	}
	in := inside(j)
	for _, r := range shown {
		where := page.Cell{Text: in.largest(r.name, s)}
		table.Rows = append(table.Rows, page.RowOf(page.Say(page.Name(r.name)), append(r.cells(s), r.bar(longest(rows)), where)))
	}
	if len(others) > 0 {
		table.Rows = append(table.Rows, page.RowOf(page.Say(unit.Count(len(others)), " small"), append(sum(others).cells(s), sum(others).bar(longest(rows)), page.Cell{})))
	}
	table.Rows[0][0], table.Rows[0][3] = table.Rows[0][0].Strong(), table.Rows[0][3].Strong()
	return table
}

func typicalVsTailColumns(j *analyze.Journey, what string) []page.Column {
	return []page.Column{
		{Head: what, Cut: true},
		{Head: "typical", Right: true},
		{Head: slowest(&j.Tail), Right: true},
		{Head: "adds", Right: true},
	}
}

// layersInside are the places of each layer.
type layersInside map[string][]blame.Part

// inside returns the places of each layer: by what slow requests add there where that is what there
// is to say, else by what a typical one spends.
func inside(j *analyze.Journey) layersInside {
	cells := j.Tail.Typical.Cells
	if j.Answer.Subject == blame.Tail {
		cells = j.Tail.Excess
	}
	in := layersInside{}
	for _, p := range analyze.Parts(cells) {
		in[p.Layer] = append(in[p.Layer], p)
	}
	return in
}

// largest names the place with most of a layer, and its time.
func (in layersInside) largest(layer string, s unit.Scale) page.Phrase {
	places := blame.Places(in[layer])
	if len(places) == 0 || s.Round(places[0].Time) <= 0 {
		return nil
	}
	return page.Say(page.Name(places[0].Name), " ", s.Text(places[0].Time))
}

// causes splits the time of each cause by the kind of work that it was spent on, where that is a
// twentieth of what slow requests take.
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
		if of.Total*20 >= t.Slow.Total && of.Total > 0 {
			out = append(out, page.Say(string(cause.Name), " ", unit.Duration(of.Total), " of the slowest ", t.Level.Beyond(), ", of which ", split(&of)))
		}
	}
	return out
}

// split names the kinds of work, those under a fiftieth together.
func split(c *analyze.Composition) page.Phrase {
	var parts []page.Phrase
	var small time.Duration
	for _, s := range c.By(byCategory) {
		if s.Time*50 < c.Total {
			small += s.Time
			continue
		}
		parts = append(parts, page.Say(page.Name(s.Name), " ", unit.Duration(s.Time)))
	}
	if small > 0 {
		parts = append(parts, page.Say("others ", unit.Duration(small)))
	}
	return page.List(parts)
}

var byCategory = analyze.Grouping{Name: "category", Of: func(c *analyze.Cell) string { return string(c.Category) }}

// CompositionTable says by layer where the time of a composition went.
func CompositionTable(c *analyze.Composition, title string) *page.Table {
	return compositionTable(c, analyze.ByLayer, title, "layer", "layers")
}

// compositionTable says by some names where the time of a composition went.
func compositionTable(c *analyze.Composition, g analyze.Grouping, title, one, many string) *page.Table {
	s := unit.ScaleFor(c.Total)
	rows := compositionRows(c, g, s)
	shown, others := matter(rows)
	if len(others) > 0 {
		rest := sum(others)
		rest.name = ""
		shown = append(shown, rest)
	}
	share := shares(shown, c.Total)
	table := &page.Table{
		Title: page.Say(title, s.Unit()),
		Columns: []page.Column{{Head: one, Cut: true}, {Head: "time", Right: true},
			{Head: "share", Right: true, Drop: 1}, {Bars: true, Drop: 2}},
		Total: page.RowOf(page.Say("total"), append(page.Words(s.Text(c.Total), "100 %"), page.Cell{})),
		Aside: g.Name != analyze.ByLayer.Name,
	}
	for i, r := range shown {
		name := page.Say(page.Name(r.name))
		if i == len(shown)-1 && len(others) > 0 {
			name = restName(len(others), many)
		}
		bar := page.Cell{Bar: layout.Bar{Whole: int64(longest(rows)), Stretches: ink(layout.Stretch{To: int64(r.mean[0]), Ink: layout.Full})}}
		table.Rows = append(table.Rows, page.RowOf(name, append(page.Words(s.Digits(r.typical), share[i]), bar)))
	}
	return table
}

// compositionRows are the names of a composition, those with most time first.
func compositionRows(c *analyze.Composition, g analyze.Grouping, s unit.Scale) []typicalVsTail {
	by := c.By(g)
	times := make([]time.Duration, len(by))
	for i := range by {
		times[i] = by[i].Time
	}
	rows := make([]typicalVsTail, len(by))
	for i, digits := range s.Split(times) {
		rows[i] = typicalVsTail{name: by[i].Name, typical: digits, mean: [2]time.Duration{times[i], 0}}
	}
	return rows
}

func shares(rows []typicalVsTail, whole time.Duration) []string {
	parts := make([]time.Duration, len(rows))
	for i := range rows {
		parts[i] = rows[i].mean[0]
	}
	return unit.Percents(parts, whole)
}
