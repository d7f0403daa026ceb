package report

import (
	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/unit"
)

// mostOthers is how many journeys have a row.
const mostOthers = 20

// otherJourneys gives a row to each journey that is not told in full.
func (r *Report) otherJourneys(journeys []*analyze.Journey) page.Section {
	s := page.Section{Title: page.Say("Other journeys")}
	t := &page.Table{Columns: []page.Column{{Head: "journey", Cut: true}, {Head: "requests", Right: true}}}
	if len(journeys) > 0 {
		for i, p := range journeys[0].Percentiles {
			t.Columns = append(t.Columns, page.Column{Head: p.Level.String(), Right: true, Drop: 5 - min(i, 3)})
		}
	}
	t.Columns = append(t.Columns, page.Column{Head: "slowest", Right: true}, page.Column{Head: "mostly", Cut: true, Drop: 1})
	unbounded := false
	for _, j := range journeys[:min(len(journeys), mostOthers)] {
		t.Rows = append(t.Rows, otherRow(j))
		for _, p := range j.Percentiles {
			unbounded = unbounded || !p.Bounded
		}
	}
	if unbounded {
		t.Notes = append(t.Notes, page.Say("A dash stands for a percentile that too few requests bound."))
	}
	s.AddTable(t)
	countRest(&s, journeys, r.result.Others)
	return s
}

func otherRow(j *analyze.Journey) []page.Cell {
	cells := page.Words(unit.Count(j.Observations))
	for _, p := range j.Percentiles {
		if !p.Bounded {
			cells = append(cells, page.Words("-")...)
			continue
		}
		cells = append(cells, page.Words(unit.Duration(p.Value))...)
	}
	cells = append(cells, page.Words(unit.Duration(j.Max))...)
	return page.RowOf(page.Say(page.Name(j.Name)), append(cells, page.Cell{Text: topLayer(&j.Tail.Typical)}))
}

func topLayer(c *analyze.Composition) page.Phrase {
	shares := c.By(analyze.ByLayer)
	if len(shares) == 0 || c.Total == 0 {
		return page.Say("-")
	}
	return page.Say(page.Name(shares[0].Name), " ", unit.Percent(shares[0].Time, c.Total))
}

// countRest counts what has no row, so that every request is somewhere.
func countRest(s *page.Section, journeys []*analyze.Journey, others analyze.Others) {
	for _, j := range journeys[min(len(journeys), mostOthers):] {
		others.Journeys++
		others.Observations += j.Observations
	}
	if others.Journeys > 0 {
		s.Say("other: ", unit.Of(others.Journeys, "journey", "journeys"), " with ",
			unit.Of(others.Observations, "request", "requests"), ", not shown.")
	}
}

var apartReasons = map[string]string{
	"poll": "poll that received nothing", "connection": "connection", "stream": "stream", "session": "session of an app",
}

// apart lists what is no request: nobody waits for its end, so that its length is no latency.
func apart(all []analyze.Apart) page.Section {
	s := page.Section{Title: page.Say("Apart from requests")}
	s.Say("Polls that received nothing, connections, streams and sessions: nobody waits for their end, so they are in no figure above.")
	s.AddTable(page.RowsOf("", []page.Column{
		page.Names("root"), {Head: "what"}, page.Number("count"), page.Number("p50"), page.Number("longest"),
	}, all, func(a analyze.Apart) []page.Cell {
		return []page.Cell{page.CellOf(page.Name(a.Name)), page.CellOf(apartReasons[a.Why]), page.CellOf(unit.Count(a.Count)), page.CellOf(unit.Duration(a.P50)), page.CellOf(unit.Duration(a.Max))}
	}))
	return s
}
