package report

import (
	"strings"
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/report/layout"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/unit"
)

// budgetTable holds each layer against its budget. The second column adds up to the target's
// percentile; the layers' own percentiles, which budgets are held against, do not.
func budgetTable(v *analyze.Verdict) *page.Table {
	if v.Journey.Target.IsZero() || v.Observations == 0 {
		return nil
	}
	level := v.At.Level.String()
	t := &page.Table{
		Title: page.Say("Budget of ", page.Name(v.Journey.Target.String()), ", in ms"),
		Columns: []page.Column{
			{Head: "layer", Cut: true}, {Head: "budget", Right: true}, {Head: "used", Right: true}, {Head: "over by", Right: true}, {Head: "room", Right: true, Drop: 2},
			{Head: "in", Right: true}, {Head: "of " + level, Right: true, Drop: 2}, {Head: "adds", Right: true, Drop: 1},
			{Head: "verdict"}, {Bars: true, Drop: 3},
		},
		Notes: []page.Phrase{page.Say("used: the layer's own ", level, ", which its budget is held against; room: what is left above the upper bound of that; of ", level, ": what the requests around it spent, which adds up.")},
	}
	t.Notes = append(t.Notes, causes(&v.Tail)...)
	rows := budgetRows(v)
	for _, row := range rows {
		t.Rows = append(t.Rows, row.cells(longestOf(rows)))
	}
	t.Total = totalRow(v).cells(1)
	t.Total[len(t.Total)-1] = page.Cell{}
	return t
}

// A budgetRow is a layer, or the journey as a whole.
type budgetRow struct {
	name      page.Phrase
	budget    time.Duration
	of, extra time.Duration
	check     *analyze.Check // nil for a layer without a budget
}

func budgetRows(v *analyze.Verdict) []budgetRow {
	of, extra := times(v.At.By(analyze.ByLayer)), times(v.Tail.By(analyze.ByLayer))
	var rows []budgetRow
	for _, l := range v.Journey.Layers {
		rows = append(rows, budgetRow{name: page.Say(page.Name(l.Name)), budget: l.Budget, of: of[l.Name], extra: extra[l.Name], check: layerCheck(v, l.Name)})
		delete(of, l.Name)
		delete(extra, l.Name)
	}
	for _, s := range v.At.By(analyze.ByLayer) { // those outside of the plan, the largest first
		if _, left := of[s.Name]; left {
			rows = append(rows, budgetRow{name: page.Say(page.Name(s.Name)), of: s.Time, extra: extra[s.Name]})
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
	return budgetRow{name: page.Say("total"), budget: v.Journey.Target.Limit, of: v.At.Value, extra: v.Tail.Extra, check: &v.Checks[0]}
}

func (r budgetRow) cells(longest time.Duration) []page.Cell {
	cells := page.Words("-", "-", "", "", "-", inMS(r.of), added(inMilliseconds, inMilliseconds.Round(r.extra)), "-")
	if r.budget > 0 {
		cells[0] = page.Words(strings.TrimSuffix(inMS(r.budget), ".0"))[0]
	}
	if c := r.check; c != nil && c.Known {
		used := time.Duration(c.Value)
		cells[1], cells[4] = page.Words(inMS(used))[0], page.Words(unit.Share(c.Exceeded.Share()))[0]
		if over := used - r.budget; over > 0 {
			cells[2] = page.Cell{Text: page.Say(inMS(over)), Mood: stateMoods[c.State]}
		}
		if left, bounded := c.Room(); bounded && left > 0 {
			cells[3] = page.Words(inMS(left))[0]
		}
	}
	if c := r.check; c != nil {
		cells[7] = page.Cell{Text: page.Say(c.State.String()), Mood: stateMoods[c.State]}
	}
	return append(page.RowOf(r.name, cells), r.bar(longest))
}

// bar shows the budget light and the own percentile full.
func (r budgetRow) bar(longest time.Duration) page.Cell {
	used := r.of
	if r.check != nil && r.check.Known {
		used = time.Duration(r.check.Value)
	}
	return page.Cell{Bar: layout.Bar{Whole: int64(longest), Stretches: ink(
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

// assertTable lists the assertions.
func assertTable(v *analyze.Verdict) *page.Table {
	t := &page.Table{
		Title:   page.Say("Assertions"),
		Columns: []page.Column{{Head: "assertion", Cut: true}, {Head: "measured", Right: true}, {Head: "range", Drop: 1}, {Head: "requests", Right: true, Drop: 2}, {Head: "verdict"}},
		Aside:   true,
	}
	for i := range v.Checks {
		c := &v.Checks[i]
		if c.Kind != analyze.AssertCheck {
			continue
		}
		cells := page.Words("-", "-", unit.Count(c.Observations), c.State.String())
		if c.Known {
			cells[0], cells[1] = page.Words(value(c))[0], page.Words(strings.Trim(spread(c), " ()"))[0]
			if c.Change != nil && c.Change.Before == 0 {
				cells[0], cells[1] = page.Words("from 0")[0], page.Cell{}
			} else if c.Change != nil {
				cells[0], cells[1] = page.Words(plus(c.Value))[0], page.Words(plus(c.Low) + " to " + plus(c.High))[0]
			}
		}
		cells[3].Mood = stateMoods[c.State]
		t.Rows = append(t.Rows, page.RowOf(page.Say(page.Name(c.Text)), cells))
		if c.Change != nil {
			t.Notes = append(t.Notes, resampled(c))
		}
	}
	return t
}

func resampled(c *analyze.Check) page.Phrase {
	ch := c.Change
	if ch.ByRun() {
		return page.Say(page.Name(c.Text), ": ", unit.Of(ch.Blocks[0], "run", "runs"), " of ", unit.Of(ch.Baseline, "request", "requests"),
			" in the baseline and ", unit.Of(ch.Blocks[1], "run", "runs"), " now, compared run by run; changes below ", unit.Duration(ch.Least), noise(ch), " are none.")
	}
	return page.Say(page.Name(c.Text), ": ", unit.Of(ch.Baseline, "request", "requests"), " in the baseline; ", unit.Count(ch.Draws),
		" draws of ", unit.Count(ch.Blocks[0]), " and ", unit.Of(ch.Blocks[1], "block", "blocks"), " of ", unit.Duration(ch.Block), ", seed ",
		unit.Count(int64(ch.Seed)), "; changes below ", unit.Duration(ch.Least), noise(ch), " are none.")
}

// noise is what equal runs are known to differ by.
func noise(ch *analyze.Change) string {
	if ch.Noise == 0 {
		return ""
	}
	return " or " + unit.Share(ch.Noise) + ", by which equal runs differ,"
}

// missing names the journeys of the plan that no trace has, or none that ended.
func (r *Report) missing() (page.Section, bool) {
	s := page.Section{Title: page.Say("Journeys of the plan that were not measured")}
	for i := range r.result.Verdicts {
		v := &r.result.Verdicts[i]
		switch {
		case v.Observations > 0:
		case v.Unfinished > 0:
			s.Add(page.Line{Text: page.Say(page.Name(v.Journey.Name), owner(v.Journey), ": nothing was measured, so nothing has passed. None of its ", unit.Of(v.Unfinished, "request", "requests"), " has an end."), Mood: page.Warning})
		default:
			s.Add(page.Line{Text: page.Say(page.Name(v.Journey.Name), owner(v.Journey), ": nothing was measured, so nothing has passed. Check its root in the plan."), Mood: page.Warning})
		}
	}
	return s, len(s.Items) > 0
}
