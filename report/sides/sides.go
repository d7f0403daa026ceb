package sides

import (
	"slices"
	"strings"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/blame"
	"github.com/longpole/longpole/analyze/frontend"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/unit"
)

var names = map[frontend.Side]string{frontend.Frontend: "frontend", frontend.Backend: "backend", frontend.Between: "the way between", frontend.Untold: "not told"}

// Of says of a page, or of an interaction with one, whose time it is, the largest share first; nothing of any other journey.
func Of(j *analyze.Journey) page.Phrase {
	typical := &j.Tail.Typical
	if typical.Total <= 0 || !frontend.IsPage(j.Service, typical.Cells) {
		return nil
	}
	cells, whole := typical.Cells, typical.Total
	if j.Answer.Subject == blame.Tail {
		cells, whole = j.Tail.Excess, j.Tail.Extra
	}
	var p page.Phrase
	for _, s := range frontend.Shares(j.Service, cells) {
		if s.Time <= 0 || s.Time*100 < whole {
			continue
		}
		if len(p) > 0 {
			p = page.Say(p, ", ")
		}
		share := unit.Percent(min(s.Time, whole), whole)
		if s.Time >= whole {
			share = "all"
		}
		p = page.Say(p, names[s.Side], " ", share)
	}
	return page.Say(p, ": ")
}

// Resource names the resource that a place of a page's is about, if the place is a step of one: " (/img/hero-{id}.jpg)".
func Resource(j *analyze.Journey, place blame.Place, cells []analyze.CellShare) page.Phrase {
	if !frontend.IsPage(j.Service, cells) {
		return nil
	}
	var most analyze.CellShare
	for _, c := range cells {
		if c.Cell.Place() == place.Name && c.Cell.Layer == place.Layer && c.Time > most.Time {
			most = c
		}
	}
	if most.Cell == nil {
		return nil
	}
	if _, path, found := strings.Cut(j.Route, " "); found && frontend.IsOfDocument(most.Cell) {
		return page.Say(" (of the page ", page.Name(path), ")")
	}
	if frontend.ResourceOf(most.Cell) == "" {
		return nil
	}
	return page.Say(" (", page.Name(frontend.ResourceOf(most.Cell)), ")")
}

// NotJoined says why the servers' own path is not in that of a page.
func NotJoined(j *analyze.Journey) page.Phrase {
	typical := &j.Tail.Typical
	awaits := slices.ContainsFunc(typical.Cells, func(c analyze.CellShare) bool { return c.Time > 0 && frontend.AwaitsServer(c.Cell) })
	if !awaits || !frontend.IsPage(j.Service, typical.Cells) {
		return nil
	}
	return page.Say("; the server's own path is another journey, for the page does not say which request it was loaded by (no meta tag traceparent)")
}
