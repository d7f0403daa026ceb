package report

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/unit"
)

const (
	// usual is how many names have a row, and most how many at most if the rest is large.
	usual, most = 6, 15
	// least is the share of a column, in hundredths, below which a name is part of the rest.
	least = 1
)

// placesTable says in which places, or in which operations, requests spend their time, and what
// slow ones add. The rest is one row, so that the rows add up.
func placesTable(j *analyze.Journey, g analyze.Grouping, many, one string) *page.Table {
	if !hasTail(j) {
		return compositionTable(&j.Tail.Typical, g, "The same by "+one+", in ", one, many)
	}
	s := unit.ScaleFor(j.Tail.Slow.Total)
	rows, total := typicalVsTails(j, g, s)
	rows, others := matter(rows)
	table := &page.Table{
		Title:   page.Say("The same by ", one, ", in ", s.Unit()),
		Columns: typicalVsTailColumns(j, one),
		Total:   page.RowOf(page.Say("total"), total.cells(s)),
		Aside:   true,
	}
	for _, r := range rows {
		table.Rows = append(table.Rows, page.RowOf(page.Say(page.Name(r.name)), r.cells(s)))
	}
	if len(others) > 0 {
		table.Rows = append(table.Rows, page.RowOf(restName(len(others), many), sum(others).cells(s)))
	}
	return table
}

func restName(n int, many string) page.Phrase {
	return page.Say(unit.Count(n), " other ", many)
}

// operationsTable is placesTable by operation, with how often each runs in a request where any runs
// more than once.
func operationsTable(j *analyze.Journey) *page.Table {
	t := placesTable(j, analyze.ByOperation, "operations", "operation")
	calls, many := map[string]analyze.Calls{}, false
	for _, c := range j.Calls {
		calls[c.Operation] = c
	}
	column := make([]page.Cell, len(t.Rows))
	for i, row := range t.Rows {
		c, known := calls[row[0].Text.String()]
		if text := runs(c, hasTail(j)); known && text != "" {
			column[i], many = page.CellOf(text), many || text != "1 x"
		}
	}
	if !many {
		return t
	}
	t.Columns = slices.Insert(t.Columns, 1, page.Column{Head: "runs", Right: true, Drop: 3})
	for i := range t.Rows {
		t.Rows[i] = slices.Insert(t.Rows[i], 1, column[i])
	}
	t.Total = slices.Insert(t.Total, 1, page.Cell{})
	return t
}

// runs says how often an operation runs: "12 x", or "1 -> 20 x" from typical to slow requests.
func runs(c analyze.Calls, tail bool) string {
	typical, slow := hundredths(c.Typical), hundredths(c.Slow)
	if !tail || typical == slow {
		return typical + " x"
	}
	return typical + " -> " + slow + " x"
}

// hundredths writes a mean: whole from ten on and where it is, else with one decimal.
func hundredths(n int) string {
	if tenths := (n + 5) / 10; tenths < 100 && tenths%10 != 0 {
		return fmt.Sprintf("%d.%d", tenths/10, tenths%10)
	}
	return unit.Count((n + 50) / 100)
}

// matter keeps the rows that hold most of either column, in their order. What is left is together
// no more than the smallest of them, unless that takes too many rows. Where nothing is compared, the second column is
// empty, and what would be 0 % of the first has no row.
func matter(rows []typicalVsTail) (shown, others []typicalVsTail) {
	whole := sum(rows).mean
	order := make([]int, len(rows))
	for i := range rows {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(rows[b].larger(), rows[a].larger()) })

	left := whole
	keep := map[int]bool{}
	for k, i := range order {
		r := rows[i]
		small := r.mean[0]*100 < whole[0]*least && r.mean[1]*100 < whole[1]*least || whole[1] == 0 && r.mean[0]*200 < whole[0]
		if k >= most || small || k >= usual && max(left[0], left[1]) <= rows[order[k-1]].larger() {
			break
		}
		keep[i] = true
		left[0], left[1] = left[0]-r.mean[0], left[1]-r.mean[1]
	}
	if len(rows) == len(keep)+1 { // a row for one other is a row for that one
		return rows, nil
	}
	for i, r := range rows {
		if keep[i] {
			shown = append(shown, r)
		} else {
			others = append(others, r)
		}
	}
	return shown, others
}

// larger returns the time of the column in which a row has more.
func (c typicalVsTail) larger() time.Duration { return max(c.mean[0], c.mean[1]) }

func sum(rows []typicalVsTail) (all typicalVsTail) {
	for _, r := range rows {
		all = all.plus(r)
	}
	return all
}
