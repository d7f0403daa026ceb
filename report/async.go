package report

import (
	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/unit"
)

// mostAsync is how many kinds of work off the path are shown.
const mostAsync = 5

// asyncTable lists work that requests start but nobody waits for.
func asyncTable(j *analyze.Journey) *page.Table {
	t := &page.Table{
		Title: page.Say("Work that nobody waits for, in no layer"),
		Columns: []page.Column{{Head: "operation", Cut: true}, {Head: "count", Right: true}, {Head: "p50", Right: true},
			{Head: "p95", Right: true, Drop: 2}, {Head: "lay waiting", Right: true, Drop: 3}, {Head: "why", Drop: 1}},
		Aside: true,
	}
	lay := false
	for i, a := range j.Async {
		if i == mostAsync {
			t.Notes = append(t.Notes, page.Say("and ", unit.Of(len(j.Async)-mostAsync, "other operation", "other operations")))
			break
		}
		waited := ""
		if a.Lay.Count > 0 {
			waited, lay = unit.Duration(a.Lay.P50), true
		}
		cells := page.Words(unit.Count(a.Count), unit.Duration(a.P50), unit.Duration(a.P95), waited, a.Why)
		t.Rows = append(t.Rows, page.RowOf(page.Say(page.Name(a.Operation)), cells))
	}
	if !lay {
		return t.Without(4)
	}
	return t
}
