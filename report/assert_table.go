package report

import (
	"strings"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/report/unit"
)

// assertTable lists the assertions.
func assertTable(v *analyze.Verdict) *Table {
	t := &Table{
		Title:   say("Assertions"),
		Columns: []Column{{Head: "assertion", Cut: true}, {Head: "measured", Right: true}, {Head: "range", Drop: 1}, {Head: "requests", Right: true, Drop: 2}, {Head: "verdict"}},
		Aside:   true,
	}
	for i := range v.Checks {
		c := &v.Checks[i]
		if c.Kind != analyze.AssertCheck {
			continue
		}
		cells := words("-", "-", unit.Count(c.Observations), c.State.String())
		if c.Known {
			cells[0], cells[1] = words(value(c))[0], words(strings.Trim(spread(c), " ()"))[0]
			if c.Change != nil && c.Change.Before == 0 {
				cells[0], cells[1] = words("from 0")[0], Cell{}
			} else if c.Change != nil {
				cells[0], cells[1] = words(plus(c.Value))[0], words(plus(c.Low) + " to " + plus(c.High))[0]
			}
		}
		cells[3].Mood = stateMoods[c.State]
		t.Rows = append(t.Rows, after(say(Name(c.Text)), cells))
		if c.Change != nil {
			t.Notes = append(t.Notes, resampled(c))
		}
	}
	return t
}

func resampled(c *analyze.Check) Phrase {
	ch := c.Change
	return say(Name(c.Text), ": ", unit.Of(ch.Baseline, "request", "requests"), " in the baseline; ", unit.Count(ch.Draws),
		" draws of ", unit.Count(ch.Blocks[0]), " and ", unit.Of(ch.Blocks[1], "block", "blocks"), " of ", unit.Duration(ch.Block), ", seed ",
		unit.Count(int64(ch.Seed)), "; changes below ", unit.Duration(ch.Least), " are none.")
}

// missing names the journeys of the plan that no trace has, or none that ended.
func (r *Report) missing() (Section, bool) {
	s := Section{Title: say("Journeys of the plan that were not measured")}
	for i := range r.result.Verdicts {
		v := &r.result.Verdicts[i]
		switch {
		case v.Observations > 0:
		case v.Unfinished > 0:
			s.add(Line{Text: say(Name(v.Journey.Name), owner(v.Journey), ": nothing was measured, so nothing has passed. None of its ", unit.Of(v.Unfinished, "request", "requests"), " has an end."), Mood: Warning})
		default:
			s.add(Line{Text: say(Name(v.Journey.Name), owner(v.Journey), ": nothing was measured, so nothing has passed. Check its root in the plan."), Mood: Warning})
		}
	}
	return s, len(s.Items) > 0
}
