package report

import (
	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/unit"
)

// most is how many places or operations are shown.
const most = 6

// placesTable says in which places, or in which operations, slow requests spend what they add. The
// rest is one row, so that the rows add up.
func placesTable(j *analyze.Journey, g analyze.Grouping, many, one string) *page.Table {
	t := &j.Tail
	s := unit.ScaleFor(t.Slow.Total)
	rows, total := typicalVsTails(t, g, s)
	shown := rows
	if len(rows) > most+1 {
		shown = append(rows[:most:most], rest(rows[most:]))
	}
	share := shares(shown, t.Extra)
	table := &page.Table{
		Title:   page.Say("The same by ", one, ", in ", s.Unit()),
		Columns: typicalVsTailColumns(j, one),
		Total:   page.RowOf(page.Say("total"), total.cells(s, "100 %")),
		Aside:   true,
	}
	for i, r := range shown {
		name := page.Say(page.Name(r.name))
		if len(shown) < len(rows) && i == most {
			name = page.Say(unit.Count(len(rows)-most), " other ", many)
		}
		table.Rows = append(table.Rows, page.RowOf(name, r.cells(s, share[i])))
	}
	return table
}

func rest(rows []typicalVsTail) (all typicalVsTail) {
	for _, r := range rows {
		all = all.plus(r)
	}
	return all
}
