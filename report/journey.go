package report

import (
	"math"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/unit"
)

// journey tells one journey in full; the first one says how to read its tables.
func (r *Report) journey(j *analyze.Journey, first bool) page.Section {
	s := page.Section{Title: page.Say("Journey ", page.Name(j.Name), ownerOf(j))}
	s.Say(requests(j), percentiles(j))
	for _, doubt := range append(r.biases(j), doubts(j)...) {
		s.Add(page.Line{Text: doubt, Mood: page.Warning})
	}
	where := layerTable(j, first)
	if v := r.verdictOf(j); v != nil {
		r.verdict(&s, v)
		where.Aside = !v.Journey.Target.IsZero()
	}
	s.AddTable(where)
	if hasTail(j) {
		s.AddTable(placesTable(j, analyze.ByPlace, "places", "place"))
		s.AddTable(placesTable(j, analyze.ByOperation, "operations", "operation"))
	}
	for _, t := range sliceTables(j) {
		s.AddTable(t)
	}
	s.AddTable(suspectTable(j))
	s.AddTable(asyncTable(j))
	r.exemplars(&s, j)
	return s
}

func requests(j *analyze.Journey) string {
	text := unit.Of(j.Observations, "request", "requests")
	if math.Round(j.Requests) > float64(j.Observations) {
		text += " that stand for " + unit.Count(int64(math.Round(j.Requests)))
	}
	if j.Observations == 1 {
		return text + ": " + unit.Duration(j.Max) + "."
	}
	return text + ": mean " + unit.Duration(j.Mean) + ", slowest " + unit.Duration(j.Max) + "."
}

// percentiles gives those that are bounded with their intervals.
func percentiles(j *analyze.Journey) string {
	text := ""
	for _, p := range j.Percentiles {
		if !p.Bounded {
			continue
		}
		if text != "" {
			text += ","
		}
		text += " " + p.Level.String() + " " + unit.Duration(p.Value) +
			" (" + unit.Duration(p.Low) + " to " + unit.Duration(p.High) + ")"
	}
	if text == "" {
		return ""
	}
	return text + ". Ranges hold the true value with 95 % confidence."
}

// doubts says what the figures of a journey do not prove, in words instead of numbers that
// look solid.
func doubts(j *analyze.Journey) []page.Phrase {
	out := unbounded(j)
	if t := j.Tail; hasTail(j) && t.Level < t.Wanted {
		out = append(out, page.Say("The slowest ", t.Wanted.Beyond(), " are too few to compare, so the slowest ",
			t.Level.Beyond(), " (", unit.Of(t.Slow.Observations, "request", "requests"), ") are."))
	}
	if !hasTail(j) && j.Observations > 1 {
		out = append(out, page.Say("Too few requests to tell slow ones from typical ones; what a typical one took is shown."))
	}
	if j.Incomplete > 0 {
		out = append(out, page.Say(unit.Of(j.Incomplete, "request misses", "requests miss"), " a span (",
			unit.Percent(j.Incomplete, j.Observations), "); their times are right, but part of them is untraced."))
	}
	return out
}

// unbounded names the percentiles that too few requests bound, in one sentence.
func unbounded(j *analyze.Journey) []page.Phrase {
	var levels, needed []page.Phrase
	for _, p := range j.Percentiles {
		if !p.Bounded {
			levels = append(levels, page.Say(p.Level.String()))
			needed = append(needed, page.Say(unit.Count(quantile.Needed(p.Level))))
		}
	}
	switch len(levels) {
	case 0:
		return nil
	case 1:
		return []page.Phrase{page.Say(levels[0], " is not bounded: ", known(j), ", and ", needed[0], " are needed.")}
	}
	return []page.Phrase{page.Say(page.List(levels), " are not bounded: ", known(j), ", and ", page.List(needed), " are needed.")}
}

func known(j *analyze.Journey) string {
	if math.Round(j.Effective) < float64(j.Observations) {
		return "the sample knows as much as " + unit.Of(int(j.Effective), "request", "requests")
	}
	return unit.Of(j.Observations, "request was", "requests were") + " seen"
}
