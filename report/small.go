package report

import (
	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/report/unit"
)

// mostSmall is how many journeys have a row.
const mostSmall = 20

// smallJourneys gives a row to each journey that is not told in full.
func (r *Report) smallJourneys(journeys []*analyze.Journey) Section {
	s := Section{Title: say("Other journeys")}
	t := &Table{Columns: []Column{{Head: "journey", Cut: true}, {Head: "requests", Right: true}}}
	if len(journeys) > 0 {
		for i, p := range journeys[0].Percentiles {
			t.Columns = append(t.Columns, Column{Head: p.Level.String(), Right: true, Drop: 5 - min(i, 3)})
		}
	}
	t.Columns = append(t.Columns, Column{Head: "slowest", Right: true}, Column{Head: "mostly", Cut: true, Drop: 1})
	unbounded := false
	for _, j := range journeys[:min(len(journeys), mostSmall)] {
		t.Rows = append(t.Rows, smallRow(j))
		for _, p := range j.Percentiles {
			unbounded = unbounded || !p.Bounded
		}
	}
	if unbounded {
		t.Notes = append(t.Notes, say("A dash stands for a percentile that too few requests bound."))
	}
	s.table(t)
	s.rest(journeys, r.result.Others)
	return s
}

func smallRow(j *analyze.Journey) []Cell {
	cells := words(unit.Count(j.Observations))
	for _, p := range j.Percentiles {
		if !p.Bounded {
			cells = append(cells, words("-")...)
			continue
		}
		cells = append(cells, words(unit.Duration(p.Value))...)
	}
	cells = append(cells, words(unit.Duration(j.Max))...)
	return after(say(Name(j.Name)), append(cells, Cell{Text: topLayer(&j.Tail.Typical)}))
}

func topLayer(c *analyze.Composition) Phrase {
	shares := c.By(analyze.ByLayer)
	if len(shares) == 0 || c.Total == 0 {
		return say("-")
	}
	return say(Name(shares[0].Name), " ", unit.Percent(shares[0].Time, c.Total))
}

// rest counts what has no row, so that every request is somewhere.
func (s *Section) rest(journeys []*analyze.Journey, others analyze.Others) {
	for _, j := range journeys[min(len(journeys), mostSmall):] {
		others.Journeys++
		others.Observations += j.Observations
	}
	if others.Journeys > 0 {
		s.say("other: ", unit.Of(others.Journeys, "journey", "journeys"), " with ",
			unit.Of(others.Observations, "request", "requests"), ", not shown.")
	}
}
