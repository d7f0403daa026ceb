package report

import (
	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/report/unit"
)

var exemplarTexts = map[string]string{
	"tail":    "most like the slow ones",
	"slowest": "the slowest",
	"typical": "most like the typical ones",
	"overrun": "the largest overrun",
	"twin":    "a typical one that made the same calls",
}

// exemplars names traces to open, with the command that opens them.
func (r *Report) exemplars(s *Section, j *analyze.Journey) {
	if len(j.Exemplars) == 0 {
		return
	}
	s.add(Line{Text: say("Where to look first:"), Mood: Strong})
	for i, e := range j.Exemplars {
		if i > 0 && e.Trace == j.Exemplars[0].Trace && e.Root == j.Exemplars[0].Root {
			continue
		}
		why := exemplarTexts[e.Why]
		if j.Observations == 1 {
			why = "the only one"
		}
		s.add(Line{Text: say(unit.Duration(e.Duration), ", ", why, ": ", r.open(e)), Depth: 1})
	}
}
