package report

import (
	"cmp"
	"slices"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/unit"
)

// mostExplained is how many journeys a layer is explained for.
const mostExplained = 3

// ExplainLayer says why a layer is to blame: what counts as it, and where its time goes in the journeys
// in which it adds most. It returns nil where no journey has any of it.
func ExplainLayer(res *analyze.Result, layer string, o Options) *page.Page {
	var having []*analyze.Journey
	within := map[*analyze.Journey]analyze.Tail{}
	for i := range res.Journeys {
		j := &res.Journeys[i]
		if t := j.Tail.Within(layer); t.Slow.Total > 0 || t.Typical.Total > 0 {
			having, within[j] = append(having, j), t
		}
	}
	if len(having) == 0 {
		return nil
	}
	slices.SortStableFunc(having, func(a, b *analyze.Journey) int { return cmp.Compare(within[b].Extra, within[a].Extra) })
	r := &Report{result: res, options: o.withDefaults()}
	first := within[having[0]]
	p := &page.Page{Title: "longpole explain", Answer: page.Say(page.Name(layer), ": ", blamed(having[0], &first), ".")}
	for _, j := range having[:min(len(having), mostExplained)] {
		t := within[j]
		p.Sections = append(p.Sections, r.layerOf(j, layer, &t))
	}
	if n := len(having) - mostExplained; n > 0 {
		s := page.Section{}
		s.Say("and in ", unit.Of(n, "other journey", "other journeys"), ": --journeys all of report lists them.")
		p.Sections = append(p.Sections, s)
	}
	p.JSON = func() any { return New(res, o).json() }
	return p
}

// blamed says what a layer takes of a typical request of a journey and what of what slow ones add.
func blamed(j *analyze.Journey, t *analyze.Tail) page.Phrase {
	p := page.Say("of ", page.Name(j.Name), " it takes ", unit.Duration(t.Typical.Total), " of the ", unit.Duration(j.Tail.Typical.Total), " of a typical request")
	if !hasTail(j) || t.Extra <= 0 {
		return page.Say(p, ", and slow ones add nothing to it")
	}
	return page.Say(p, ", and ", part(t.Extra, j.Tail.Extra), " of ", whatSlowAdd(&j.Tail))
}

// layerOf says what counts as a layer in a journey, and where its time goes.
func (r *Report) layerOf(j *analyze.Journey, layer string, t *analyze.Tail) page.Section {
	s := page.Section{Title: page.Say("Journey ", page.Name(j.Name))}
	s.Say("Why: ", blamed(j, t), ".")
	s.Add(page.Line{Text: counts(j.Plan, layer)})
	if v := r.verdictOf(j); v != nil {
		if c := layerCheck(v, layer); c != nil {
			s.Add(page.Line{Text: page.Say(stateHeads1(c.State), sentence(analyze.Ranked{Check: c, Verdict: v}), "."), Mood: stateMoods[c.State]})
		}
	}
	of := analyze.Journey{Name: j.Name, Observations: j.Observations, Tail: *t, Answer: j.Answer, Calls: j.Calls}
	s.AddTable(placesTable(&of, analyze.ByPlace, "places", "place"))
	s.AddTable(operationsTable(&of))
	if kinds := placesTable(&of, byCategory, "kinds of work", "kind of work"); len(kinds.Rows) > 1 {
		s.AddTable(kinds)
	}
	r.exemplars(&s, j)
	return s
}

// counts says what time counts as a layer: by a plan's line, else by the kind of work or the cause.
func counts(plan *budget.Journey, layer string) page.Phrase {
	if plan != nil {
		for i := range plan.Layers {
			if l := &plan.Layers[i]; l.Name == layer {
				return page.Say("What counts as it: line ", unit.Count(l.Line), " of the plan, unless a line above it takes the time first.")
			}
		}
	}
	for _, c := range category.Causes {
		if string(c.Name) == layer {
			return page.Say("What counts as it: time for which ", c.Why, "; explain says so of a span, by the id that trace prints.")
		}
	}
	for _, c := range category.All {
		if string(c.Name) == layer {
			return page.Say("What counts as it: ", c.Doc, "; explain says how a span is told, by the id that trace prints.")
		}
	}
	return nil
}
