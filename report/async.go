package report

import (
	"slices"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/report/unit"
)

// mostAsync is how many kinds of work off the path are shown.
const mostAsync = 5

// asyncTable lists work that requests start but nobody waits for.
func asyncTable(j *analyze.Journey) *Table {
	t := &Table{
		Title: say("Work that nobody waits for, in no layer"),
		Columns: []Column{{Head: "operation", Cut: true}, {Head: "count", Right: true}, {Head: "p50", Right: true},
			{Head: "p95", Right: true, Drop: 2}, {Head: "lay waiting", Right: true, Drop: 3}, {Head: "why", Drop: 1}},
		Aside: true,
	}
	lay := false
	for i, a := range j.Async {
		if i == mostAsync {
			t.Notes = append(t.Notes, say("and ", unit.Of(len(j.Async)-mostAsync, "other operation", "other operations")))
			break
		}
		waited := ""
		if a.Lay.Count > 0 {
			waited, lay = unit.Duration(a.Lay.P50), true
		}
		cells := words(unit.Count(a.Count), unit.Duration(a.P50), unit.Duration(a.P95), waited, a.Why)
		t.Rows = append(t.Rows, after(say(Name(a.Operation)), cells))
	}
	if !lay {
		return t.without(4)
	}
	return t
}

// without returns the table without a column.
func (t *Table) without(column int) *Table {
	t.Columns = slices.Delete(t.Columns, column, column+1)
	for i := range t.Rows {
		t.Rows[i] = slices.Delete(t.Rows[i], column, column+1)
	}
	return t
}
