package diff

import (
	"cmp"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/compare"
	"github.com/longpole/longpole/report/account"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/unit"
)

// A Diff is a page about what changed.
type Diff struct {
	page.Page
	result  *compare.Result
	options Options
}

// Options are the choices of a page. The zero value is the default.
type Options struct {
	// Input stands for the files of both sets in commands that the page suggests; it must be quoted for
	// a shell. FILES if empty.
	Input string
	// Since is the instant that divides the sets, where it was found in them; nil if it was not.
	Since *compare.When
}

// mostTold is how many journeys are told in full; the others have a row each.
const mostTold = 3

// New decides what to say of a comparison.
func New(res *compare.Result, o Options) *Diff {
	o.Input = cmp.Or(o.Input, "FILES")
	d := &Diff{result: res, options: o}
	d.Page = page.Page{Title: "longpole diff", Answer: d.answer(), Chip: d.chip(), JSON: func() any { return d.json() }}
	told := d.told()
	for i := range told {
		s := d.journey(&res.Journeys[i], i == 0)
		s.Of = i + 1
		d.Sections = append(d.Sections, s)
	}
	d.Sections = append(d.Sections, page.Filled(d.others(len(told)), d.oneSided(), d.provenance())...)
	return d
}

// told returns the journeys that are told in full: those that changed, else the first.
func (d *Diff) told() []compare.Journey {
	all := d.result.Journeys
	n := 0
	for n < min(len(all), mostTold) && all[n].Said == compare.Proven {
		n++
	}
	return all[:min(len(all), max(1, n))]
}

// others lists the journeys that are not told in full.
func (d *Diff) others(told int) page.Section {
	all := d.result.Journeys[told:]
	s := page.Section{}
	if len(all) == 0 {
		return s
	}
	s.Title = page.Say("Other journeys")
	changed := 0
	for i := range all {
		if all[i].Said > compare.Unproven {
			changed++
		}
	}
	if changed == 0 {
		s.Say(unit.Of(len(all), "other journey", "other journeys"), ": no change is proven.")
	}
	s.AddTable(page.RowsOf("", []page.Column{page.Names("journey"), {Head: "of"}, page.Number("before"), page.Number("after"), page.Number("change"), {Head: "95 % interval", Drop: 1}, {Head: "proof"}}, all,
		func(j compare.Journey) []page.Cell {
			h := &j.Headline
			return append([]page.Cell{page.CellOf(named(&j))}, page.Words(h.Of.String(),
				unit.Duration(h.Before), unit.Duration(h.After), unit.Signed(h.Change()), between(j.Interval), j.Said.String())...)
		}))
	return s
}

// between writes an interval of a change.
func between(i compare.Interval) string { return unit.Signed(i.Low) + " to " + unit.Signed(i.High) }

// oneSided names the journeys that only one of the sets has.
func (d *Diff) oneSided() page.Section {
	s := page.Section{Title: page.Say("Journeys on one side only")}
	for _, side := range []struct {
		title string
		of    []*analyze.Journey
	}{{"new", d.result.New}, {"gone", d.result.Gone}} {
		for i, j := range side.of {
			if i == page.MostRows {
				s.Say("and ", unit.Of(len(side.of)-i, "other", "others"), ", which the json lists")
				break
			}
			s.Say(side.title, ": ", page.Name(j.Name), " (", unit.Of(j.Observations, "request", "requests"), ", median ", unit.Duration(median(j)), ")")
		}
	}
	return s
}

// provenance says what both sides rest on.
func (d *Diff) provenance() page.Section {
	s := page.Section{Title: page.Say("What this rests on")}
	for _, side := range []struct {
		name string
		of   *analyze.Result
	}{{"before", d.result.Before}, {"after", d.result.After}} {
		s.Say(side.name, ": ", account.Traces(side.of), " ", account.Spans(side.of.Ledger))
		for _, c := range account.Caveats(side.of) {
			s.Add(page.Line{Text: page.Say(side.name, ": ", c), Mood: page.Warning})
		}
		if side.of.Sampling == analyze.SamplingMixed {
			s.Add(account.Sampling(side.of.Sampling))
		}
		for _, f := range side.of.Ledger.Findings() {
			account.AddFinding(&s, f)
		}
	}
	if d.result.Before.Plan != nil {
		s.Say("Plan: ", page.Name(d.result.Before.Plan.File), ".")
	}
	return s
}
