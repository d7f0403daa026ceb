package report

import (
	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/unit"
)

// sliceTables compares a journey's requests by region, version and so on.
func sliceTables(j *analyze.Journey) []*page.Table {
	var out []*page.Table
	for _, sl := range j.Slices {
		t := &page.Table{Title: page.Say("By ", page.Name(sl.Name)), Columns: []page.Column{{Head: "value", Cut: true}, {Head: "requests", Right: true}}, Aside: true}
		for i, p := range j.Percentiles {
			t.Columns = append(t.Columns, page.Column{Head: p.Level.String(), Right: true, Drop: 4 - min(i, 3)})
		}
		for _, row := range sl.Rows {
			t.Rows = append(t.Rows, sliceRow(row))
		}
		if sl.More.Journeys > 0 {
			t.Notes = append(t.Notes, page.Say(unit.Of(sl.More.Journeys, "other value", "other values"), " with ", unit.Of(sl.More.Observations, "request", "requests"), ", not shown."))
		}
		out = append(out, t)
	}
	return out
}

func sliceRow(row analyze.SliceRow) []page.Cell {
	cells := page.Words(unit.Count(row.Observations))
	for _, p := range row.Percentiles {
		if !p.Bounded {
			cells = append(cells, page.Words("-")...)
			continue
		}
		cells = append(cells, page.Words(unit.Duration(p.Value))...)
	}
	name := page.Say("(none)")
	if row.Value != "" {
		name = page.Say(page.Name(row.Value))
	}
	return page.RowOf(name, cells)
}

// suspectTable lists what slow requests have more often than others.
func suspectTable(j *analyze.Journey) *page.Table {
	t := &page.Table{
		Title:   page.Say("What the slowest ", j.Tail.Level.Beyond(), " have more often"),
		Columns: []page.Column{{Head: "of", Cut: true}, {Head: "value", Cut: true}, {Head: "slow requests", Right: true}, {Head: "others", Right: true}},
		Notes:   []page.Phrase{page.Say("By Fisher's exact test, corrected for the number of values that were tried.")},
		Aside:   true,
	}
	for _, s := range j.Suspects {
		name := page.Say(page.Name(s.Key), " of ", page.Name(s.Service))
		if len(s.With) > 0 {
			name = page.Say(name, " and ", unit.Of(len(s.With), "other", "others"))
		}
		t.Rows = append(t.Rows, page.RowOf(name, []page.Cell{
			{Text: page.Say(page.Name(s.Value))},
			page.Words(unit.Percent(s.Tail, s.TailOf))[0], page.Words(unit.Percent(s.Rest, s.RestOf))[0],
		}))
	}
	return t
}
