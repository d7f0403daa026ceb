package report

import (
	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/report/unit"
)

// sliceTables compares a journey's requests by region, version and so on.
func sliceTables(j *analyze.Journey) []*Table {
	var out []*Table
	for _, sl := range j.Slices {
		t := &Table{Title: say("By ", Name(sl.Name)), Columns: []Column{{Head: "value", Cut: true}, {Head: "requests", Right: true}}, Aside: true}
		for i, p := range j.Percentiles {
			t.Columns = append(t.Columns, Column{Head: p.Level.String(), Right: true, Drop: 4 - min(i, 3)})
		}
		for _, row := range sl.Rows {
			t.Rows = append(t.Rows, sliceRow(row))
		}
		if sl.More.Journeys > 0 {
			t.Notes = append(t.Notes, say(unit.Of(sl.More.Journeys, "other value", "other values"), " with ", unit.Of(sl.More.Observations, "request", "requests"), ", not shown."))
		}
		out = append(out, t)
	}
	return out
}

func sliceRow(row analyze.SliceRow) []Cell {
	cells := words(unit.Count(row.Observations))
	for _, p := range row.Percentiles {
		if !p.Bounded {
			cells = append(cells, words("-")...)
			continue
		}
		cells = append(cells, words(unit.Duration(p.Value))...)
	}
	name := say("(none)")
	if row.Value != "" {
		name = say(Name(row.Value))
	}
	return after(name, cells)
}

// suspectTable lists what slow requests have more often than others.
func suspectTable(j *analyze.Journey) *Table {
	t := &Table{
		Title:   say("What the slowest ", j.Tail.Level.Beyond(), " have more often"),
		Columns: []Column{{Head: "of", Cut: true}, {Head: "value", Cut: true}, {Head: "slow requests", Right: true}, {Head: "others", Right: true}},
		Notes:   []Phrase{say("By Fisher's exact test, corrected for the number of values that were tried.")},
		Aside:   true,
	}
	for _, s := range j.Suspects {
		name := say(Name(s.Key), " of ", Name(s.Service))
		if len(s.With) > 0 {
			name = say(name, " and ", unit.Of(len(s.With), "other", "others"))
		}
		t.Rows = append(t.Rows, after(name, []Cell{
			{Text: say(Name(s.Value))},
			words(unit.Percent(s.Tail, s.TailOf))[0], words(unit.Percent(s.Rest, s.RestOf))[0],
		}))
	}
	return t
}
