package report

import (
	"slices"
	"strings"
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/blame"
	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/report/account"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/sides"
	"github.com/longpole/longpole/report/unit"
)

// answer is what a reader must know if the first line is all that is read: first what is wrong
// with what was measured.
func answer(res *analyze.Result, c changes) page.Phrase {
	var p page.Phrase
	for _, caveat := range account.Caveats(res) {
		p = page.Say(p, caveat, " ")
	}
	return page.Say(p, finding(res, c), account.FewUnfinished(res))
}

// finding is what was found of the requests that were measured.
func finding(res *analyze.Result, c changes) page.Phrase {
	if len(res.Verdicts) > 0 {
		return verdictAnswer(res, c)
	}
	if len(res.Journeys) == 0 {
		return page.Say("No request could be analysed: ", account.NoRequest(res), ".")
	}
	return journeyAnswer(&res.Journeys[0])
}

// journeyAnswer says of one journey why it is as slow as it is.
func journeyAnswer(j *analyze.Journey) page.Phrase {
	return page.Say(page.Name(j.Name), ": ", howSlow(j), ": ", sides.Of(j), why(j), sinceWhen(j), sides.NotJoined(j), ".")
}

// howSlow gives the highest percentile that is bounded, or the slowest request, and what a typical
// one took.
func howSlow(j *analyze.Journey) string {
	requests := " (" + unit.Of(j.All(), "request", "requests") + ")"
	best := bestPercentile(j)
	typical := ", typical " + unit.Duration(j.Tail.Typical.Total)
	switch {
	case best != nil:
		return best.Level.String() + " " + unit.Duration(best.Value) + typical + requests
	case j.Observations == 1:
		return unit.Duration(j.Max) + requests
	}
	return "at most " + unit.Duration(j.Max) + typical + requests
}

// bestPercentile is the highest percentile that is bounded; nil if none is.
func bestPercentile(j *analyze.Journey) (best *analyze.Attributed) {
	for i := range j.Percentiles {
		if j.Percentiles[i].Bounded && j.Percentiles[i].Level > quantile.P50 {
			best = &j.Percentiles[i]
		}
	}
	return best
}

// why names the few places that hold most of what is worth saying, each with its own share.
func why(j *analyze.Journey) page.Phrase {
	a := &j.Answer
	switch a.Subject {
	case blame.Tail:
		return page.Say(hump(j), held(a, whatSlowAdd(&j.Tail)), doing(j, j.Tail.Excess), who(j))
	case blame.Typical:
		return page.Say(held(a, ofTypical(j)), doing(j, j.Tail.Typical.Cells), beside(j), scattered(j))
	}
	return page.Say("nothing stands out", noPlace(j), beside(j), scattered(j))
}

// hump says how many requests stand apart from the others.
func hump(j *analyze.Journey) string {
	h := j.Tail.Hump
	if h.Requests == 0 {
		return ""
	}
	return unit.Count(h.Requests) + " of " + unit.Count(j.Observations) + " took about " + unit.Duration(h.Median) + "; "
}

// whatSlowAdd names what the slow requests take longer than a typical one.
func whatSlowAdd(t *analyze.Tail) string {
	return "the " + unit.Duration(t.Extra) + " that the " + slowest(t) + " add"
}

// slowest names the slow requests: "slowest 10 %".
func slowest(t *analyze.Tail) string {
	if t.OnlyHump {
		return "slowest " + unit.Count(t.Hump.Requests)
	}
	return "slowest " + t.Level.Beyond()
}

func ofTypical(j *analyze.Journey) string {
	if j.Observations == 1 {
		return "it"
	}
	return "a typical request"
}

// held says how much of something is in the few places that hold most of it.
func held(a *blame.Answer, whole string) page.Phrase {
	if len(a.Places) == 0 {
		return page.Say(part(a.Took, a.Total), " of ", whole, " is ", page.Name(a.Layer), ", spread over ",
			unit.Of(a.Spread, "place", "places"), ", mostly ", page.Name(a.Largest.Name), " (", part(a.Largest.Time, a.Total), ")")
	}
	var parts []page.Phrase
	for i, p := range a.Places {
		share, of := part(p.LayerTime, a.Total), ""
		if p.LayerTime < p.Time/5*4 { // no layer is most of the place
			share = part(p.Time, a.Total)
		}
		if i == 0 {
			of = " of " + whole + " is"
		}
		if p.LayerTime < p.Time/5*4 {
			parts = append(parts, page.Say(share, of, " in ", page.Name(p.Name), " (", page.Name(p.Layer), " ", part(p.LayerTime, a.Total), ")"))
			continue
		}
		parts = append(parts, page.Say(share, of, " ", page.Name(p.Layer), ", in ", page.Name(p.Name)))
	}
	return page.List(parts)
}

// doing names the operation behind the one place that is named, where it says more than that: it runs
// several times in a request, or the place is all there is. One among many like it says nothing.
func doing(j *analyze.Journey, cells []analyze.CellShare) page.Phrase {
	if len(j.Answer.Places) != 1 {
		return nil
	}
	place := &j.Answer.Places[0]
	if resource := sides.Resource(j, *place, cells); resource != nil {
		return resource
	}
	inside := analyze.Composition{}
	for _, c := range cells {
		if c.Cell.Place() == place.Name && c.Cell.Layer == place.Layer {
			inside.Cells = append(inside.Cells, c)
		}
	}
	by := inside.By(analyze.ByOperation)
	if len(by) == 0 {
		return nil
	}
	n := runsOf(j, by[0].Name)
	switch {
	case n >= 300 && by[0].Time >= place.LayerTime/5*4:
		return page.Say(" (", hundredths(n), " x ", page.Name(by[0].Name), ")")
	case len(by) > 1 && place.LayerTime >= j.Answer.Total/20*19 && by[0].Time >= place.LayerTime/4 && inside.Cells[0].Cell.Callee == "":
		return page.Say(" (", part(by[0].Time, j.Answer.Total), " in ", page.Name(by[0].Name), ")")
	}
	return nil
}

// runsOf is how often an operation runs in a request that the answer is about, in hundredths.
func runsOf(j *analyze.Journey, operation string) int {
	for _, c := range j.Calls {
		if c.Operation == operation {
			if j.Answer.Subject == blame.Tail {
				return c.Slow
			}
			return c.Typical
		}
	}
	return 0
}

// noPlace says what there is to say where no few places hold most.
func noPlace(j *analyze.Journey) page.Phrase {
	a := &j.Answer
	if a.Largest == nil {
		return nil
	}
	return page.Say(": ", held(&blame.Answer{Total: a.Total, Places: []blame.Place{*a.Largest}}, ofTypical(j)))
}

// beside says what the slow requests add where that is less than a typical one takes.
func beside(j *analyze.Journey) page.Phrase {
	if j.Answer.Beside == nil {
		return nil
	}
	return page.Say("; ", hump(j), held(j.Answer.Beside, whatSlowAdd(&j.Tail)), who(j))
}

// scattered says where the largest part of a long tail is that no few places hold most of.
func scattered(j *analyze.Journey) page.Phrase {
	most := j.Answer.Most
	if most == nil {
		return nil
	}
	return page.Say("; no place holds most of ", whatSlowAdd(&j.Tail), ": the largest part, ", part(most.LayerTime, j.Tail.Extra), ", is ",
		page.Name(most.Layer), ", in ", page.Name(most.Name))
}

// part is a share in a sentence: what is more than all, for something else is less, is all.
func part(of, whole time.Duration) string {
	if of >= whole && whole > 0 {
		return "all"
	}
	return unit.Percent(of, whole)
}

// Mostly says of one request where most of its time went.
func Mostly(c *analyze.Composition, of string) page.Phrase {
	all := blame.Places(analyze.Parts(c.Cells))
	if len(all) == 0 || c.Total == 0 {
		return page.Say("Nothing took any time")
	}
	return held(&blame.Answer{Total: c.Total, Places: all[:1]}, of)
}

// hasTail reports whether there are enough requests to tell slow ones from typical ones, and
// a difference between them.
func hasTail(j *analyze.Journey) bool { return j.Observations >= fewest && j.Tail.Extra > 0 }

// chips say how a plan is kept.
var chips = [...]page.Chip{
	analyze.OK:       {Tone: page.Good, Text: "within budget"},
	analyze.Unproven: {Tone: page.Doubtful, Text: "unproven"},
	analyze.AtRisk:   {Tone: page.Doubtful, Text: "at risk"},
	analyze.Blown:    {Tone: page.Bad, Text: "budget blown"},
}

// chip says how the journey of the plan that is worst off keeps it; nothing without a plan.
func chip(res *analyze.Result) page.Chip {
	if len(res.Verdicts) == 0 {
		return page.Chip{}
	}
	worst := slices.MaxFunc(res.Verdicts, func(a, b analyze.Verdict) int { return int(a.State) - int(b.State) })
	return chips[worst.State]
}

// windowTitle names what a window shows: the journey that the answer is about, the day, and the files.
func windowTitle(res *analyze.Result) string {
	parts := []string{"longpole report"}
	if len(res.Journeys) > 0 {
		parts = append(parts, page.ForTerminal(res.Journeys[0].Name), time.Unix(0, int64(res.From)).UTC().Format(time.DateOnly))
	}
	if files := res.Ledger.Files; len(files) == 1 {
		parts = append(parts, page.ForTerminal(files[0].Name))
	} else if len(files) > 1 {
		parts = append(parts, unit.Of(len(files), "file", "files"))
	}
	return strings.Join(parts, " · ")
}
