package report

import (
	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/unit"
)

// against says what a journey was in the baseline, also where the plan does not ask for it.
func against(c *analyze.Comparison, now int) page.Line {
	switch {
	case c.Baseline == 0:
		return page.Line{Text: page.Say("Against the baseline: it has no such request."), Mood: page.Warning}
	case c.Same > 0:
		return page.Line{Text: page.Say("Against the baseline: ", unit.Count(c.Same), " of ", unit.Of(now, "request", "requests"),
			" are in it, too. The same traces on both sides say nothing of a change."), Mood: page.Warning}
	}
	return page.Line{Text: page.Say("Against the baseline: ", c.Level.String(), " was ", unit.Duration(c.Before), " before (",
		unit.Of(c.Baseline, "request", "requests"), ") and is ", unit.Duration(c.After), " now: ", unit.Signed(c.After-c.Before), growth(c), ".")}
}

// growth is the change as a share of what was.
func growth(c *analyze.Comparison) string {
	if c.Before == 0 {
		return ""
	}
	return ", " + plus(int64(float64(c.After-c.Before)/float64(c.Before)*1e6))
}
