package report

import (
	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/report/unit"
)

var exemplarTexts = map[string]string{
	"tail":    "most like the slow ones",
	"slowest": "the slowest",
	"typical": "most like the typical ones",
}

// exemplars names traces to open, with the command that opens them.
func (r *Report) exemplars(j *analyze.Journey) *Table {
	t := &Table{
		Title:   say("Where to look first"),
		Columns: []Column{{Head: "took", Right: true}, {Drop: 1}, {}},
		Aside:   true,
	}
	for i, e := range j.Exemplars {
		if i > 0 && e.Trace == j.Exemplars[0].Trace && e.Root == j.Exemplars[0].Root {
			continue
		}
		command := say("longpole trace ", e.Trace.String(), " ", Name(r.options.Input))
		t.Rows = append(t.Rows, append(words(unit.Duration(e.Duration), exemplarTexts[e.Why]), Cell{Text: command}))
	}
	return t
}
