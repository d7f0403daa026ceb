package report

import (
	"strings"
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/report/layout"
	"github.com/longpole/longpole/report/unit"
)

// budgetTable holds each layer against its budget. The second column adds up to the target's
// percentile; the layers' own percentiles, which budgets are held against, do not.
func budgetTable(v *analyze.Verdict) *Table {
	if v.Journey.Target.IsZero() || v.Observations == 0 {
		return nil
	}
	level := v.At.Level.String()
	t := &Table{
		Title: say("Budget of ", Name(v.Journey.Target.String()), ", in ms"),
		Columns: []Column{
			{Head: "layer", Cut: true}, {Head: "budget", Right: true}, {Head: "of " + level, Right: true},
			{Head: "own " + level, Right: true}, {Head: "exceeded in", Right: true, Drop: 2}, {Head: "adds to the tail", Right: true, Drop: 1},
			{Head: "verdict"}, {Bars: true, Drop: 3},
		},
		Notes: []Phrase{say("of ", level, ": what the requests around ", level, " spent, which adds up; own ", level,
			": of the layer alone over all requests, which the budget is held against; adds: the slowest ", v.Tail.Level.Beyond(), " over typical requests.")},
	}
	rows := budgetRows(v)
	for _, row := range rows {
		t.Rows = append(t.Rows, row.cells(longestOf(rows)))
	}
	t.Total = totalRow(v).cells(1)
	t.Total[len(t.Total)-1] = Cell{}
	return t
}

// A budgetRow is a layer, or the journey as a whole.
type budgetRow struct {
	name      Phrase
	budget    time.Duration
	of, extra time.Duration
	check     *analyze.Check // nil for a layer without a budget
}

func budgetRows(v *analyze.Verdict) []budgetRow {
	of, extra := times(v.At.By(analyze.ByLayer)), times(v.Tail.By(analyze.ByLayer))
	var rows []budgetRow
	for _, l := range v.Journey.Layers {
		rows = append(rows, budgetRow{name: say(Name(l.Name)), budget: l.Budget, of: of[l.Name], extra: extra[l.Name], check: layerCheck(v, l.Name)})
		delete(of, l.Name)
		delete(extra, l.Name)
	}
	for _, s := range v.At.By(analyze.ByLayer) { // those outside of the plan, the largest first
		if _, left := of[s.Name]; left {
			rows = append(rows, budgetRow{name: say(Name(s.Name)), of: s.Time, extra: extra[s.Name]})
		}
	}
	return rows
}

func layerCheck(v *analyze.Verdict, layer string) *analyze.Check {
	for i := range v.Checks {
		if c := &v.Checks[i]; c.Kind == analyze.LayerCheck && c.Layer == layer {
			return c
		}
	}
	return nil
}

func totalRow(v *analyze.Verdict) budgetRow {
	return budgetRow{name: say("total"), budget: v.Journey.Target.Limit, of: v.At.Value, extra: v.Tail.Extra, check: &v.Checks[0]}
}

func (r budgetRow) cells(longest time.Duration) []Cell {
	cells := words("-", inMS(r.of), "-", "-", inMS(r.extra), "-")
	if r.budget > 0 {
		cells[0] = words(strings.TrimSuffix(inMS(r.budget), ".0"))[0]
	}
	if c := r.check; c != nil && c.Known {
		cells[2], cells[3] = words(inMS(time.Duration(c.Value)))[0], words(shareText(c.Exceeded.Share()))[0]
	}
	if c := r.check; c != nil {
		cells[5] = Cell{Text: say(c.State.String()), Mood: stateMoods[c.State]}
	}
	return append(after(r.name, cells), r.bar(longest))
}

// bar shows the budget light and the own percentile full.
func (r budgetRow) bar(longest time.Duration) Cell {
	used := r.of
	if r.check != nil && r.check.Known {
		used = time.Duration(r.check.Value)
	}
	return Cell{Bar: layout.Bar{Whole: int64(longest), Stretches: ink(
		layout.Stretch{From: 0, To: int64(r.budget), Ink: layout.Light},
		layout.Stretch{From: 0, To: int64(used), Ink: layout.Full},
	)}}
}

func longestOf(rows []budgetRow) (d time.Duration) {
	for _, r := range rows {
		d = max(d, r.budget, r.of)
		if r.check != nil && r.check.Known {
			d = max(d, time.Duration(r.check.Value))
		}
	}
	return max(d, 1)
}

var inMilliseconds = unit.Milliseconds(1)

func inMS(d time.Duration) string { return inMilliseconds.Text(d) }
