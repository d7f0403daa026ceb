package report

import (
	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/blame"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/unit"
)

const (
	// mostOthers is how many journeys have a row, and mostNamed how many that are as expected are named.
	mostOthers = 20
	mostNamed  = 5
)

// otherJourneys gives a row to each journey that is not told at length, and a line to all that are as
// expected.
func (r *Report) otherJourneys(rows, expected []*analyze.Journey) page.Section {
	s := page.Section{Title: page.Say("Other journeys")}
	others := r.result.Others
	if !r.options.Every && len(rows) > mostOthers {
		for _, j := range rows[mostOthers:] {
			others.Journeys++
			others.Observations += j.All()
		}
		rows = rows[:mostOthers]
	}
	s.AddTable(otherTable(rows))
	s.Add(asExpected(expected, &others))
	if others.Journeys > 0 {
		s.Say(unit.Of(others.Journeys, "more", "more"), " with ", unit.Of(others.Observations, "request", "requests"), ": --journeys all, or --journey NAME.")
	}
	return s
}

// asExpected names those of most requests in one line, and counts the others among those not named.
func asExpected(expected []*analyze.Journey, others *analyze.Others) page.Line {
	var names []page.Phrase
	for i, j := range expected {
		if i >= mostNamed {
			others.Journeys++
			others.Observations += j.All()
			continue
		}
		names = append(names, page.Say(page.Name(j.Name), " ", brieflySlow(j), " (", unit.Count(j.All()), ")"))
	}
	if len(names) == 0 {
		return page.Line{}
	}
	return page.Line{Text: page.Say("As expected: ", page.List(names), ".")}
}

// brieflySlow is the highest percentile that is bounded, or the slowest request.
func brieflySlow(j *analyze.Journey) string {
	if best := bestPercentile(j); best != nil {
		return best.Level.String() + " " + unit.Duration(best.Value)
	}
	return "up to " + unit.Duration(j.Max)
}

func otherTable(journeys []*analyze.Journey) *page.Table {
	t := &page.Table{Columns: []page.Column{{Head: "journey", Cut: true}, {Head: "requests", Right: true}}}
	if len(journeys) > 0 {
		for i, p := range journeys[0].Percentiles {
			t.Columns = append(t.Columns, page.Column{Head: p.Level.String(), Right: true, Drop: 5 - min(i, 3)})
		}
	}
	t.Columns = append(t.Columns, page.Column{Head: "slowest", Right: true}, page.Column{Head: "mostly", Cut: true, Drop: 1})
	for _, j := range journeys {
		t.Rows = append(t.Rows, otherRow(j))
	}
	return t
}

func otherRow(j *analyze.Journey) []page.Cell {
	cells := page.Words(unit.Count(j.All()))
	for _, p := range j.Percentiles {
		if !p.Bounded {
			cells = append(cells, page.Words("-")...)
			continue
		}
		cells = append(cells, page.Words(unit.Duration(p.Value))...)
	}
	cells = append(cells, page.Words(unit.Duration(j.Max))...)
	return page.RowOf(page.Say(page.Name(j.Name)), append(cells, page.Cell{Text: mostly(j)}))
}

// mostly names what slow requests add where that is worth it, else where a typical one's time goes.
func mostly(j *analyze.Journey) page.Phrase {
	a := &j.Answer
	if a.Beside != nil {
		a = a.Beside
	}
	sign := ""
	if a.Subject == blame.Tail {
		sign = "+"
	}
	places := a.Places
	switch {
	case len(places) > 0:
	case a.Layer != "":
		return page.Say(page.Name(a.Layer), " ", sign, unit.Duration(a.Took))
	default:
		places = blame.Places(analyze.Parts(j.Tail.Typical.Cells))
	}
	if len(places) == 0 {
		return page.Say("-")
	}
	return page.Say(page.Name(places[0].Layer), ", ", page.Name(places[0].Name), " ", sign, unit.Duration(places[0].LayerTime))
}

var apartReasons = map[string]string{
	"poll": "poll that received nothing", "connection": "connection", "stream": "stream", "session": "session of an app", "vital": "web vital that was sent as a span", "prepared": "page that was prepared before it was asked for",
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
