package doctor

import (
	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/quality"
	"github.com/longpole/longpole/report/page"
)

// A Doctor says what traces are good for: what was read, repaired and left out, what they
// lack, and what that costs the verdicts.
type Doctor struct {
	page.Page // begins with whether they are fit for verdicts, and why
	Fitness   quality.Fitness
	result    *analyze.Result
	found     *quality.Result
}

// New decides what to say of traces that were analysed and surveyed.
func New(res *analyze.Result, found *quality.Result) *Doctor {
	d := &Doctor{Fitness: quality.Assess(res, found), result: res, found: found}
	d.Page = page.Page{
		Title: "longpole doctor", Answer: d.answer(), Chip: chips[d.Fitness.Grade], JSON: func() any { return d.json() },
		Sections: page.Filled(d.read(), d.costs(), d.missing(), d.sampling(), d.clocks(), d.ledger()),
	}
	return d
}

// chips say what verdicts the traces can carry.
var chips = map[quality.Grade]page.Chip{
	quality.Fit:       {Tone: page.Good, Text: "fit"},
	quality.FitInPart: {Tone: page.Doubtful, Text: "fit in part"},
	quality.NotFit:    {Tone: page.Bad, Text: "not fit"},
}
