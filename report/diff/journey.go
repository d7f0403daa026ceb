package diff

import (
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/compare"
	"github.com/longpole/longpole/report/layout"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/unit"
)

// journey tells what changed for one kind of request. The first one is in the answer already.
func (d *Diff) journey(j *compare.Journey, first bool) page.Section {
	s := page.Section{Title: page.Say("Journey ", page.Name(j.Name))}
	s.Say(unit.Of(j.Before.Observations, "request", "requests"), " before, ", unit.Count(j.After.Observations), " after. ", others(j))
	if !first || j.Unequal != "" {
		s.Say(proof(j))
	}
	if j.Was != "" {
		s.Say("Renamed: before, the requests that made the same calls were ", page.Name(j.Was), ".")
	}
	if n := j.Without; n[0]+n[1] > 0 {
		s.Add(page.Line{Text: page.Say(unit.Of(n[0], "run", "runs"), " before and ", unit.Count(n[1]), " after have no such request, and are left out."), Mood: page.Warning})
	}
	s.AddTable(layerTable(j))
	s.Say("same requests slower ", part(j.Headline.Slower, j.Slower), ", other requests ", part(j.Headline.Mix, j.Mix), alone(j))
	for _, line := range calls(j) {
		s.Say(line)
	}
	for i := range j.Slices {
		if line := sliceLine(&j.Slices[i]); line != nil {
			s.Say(line)
		}
	}
	for _, line := range d.next(j) {
		s.Add(page.Line{Text: line})
	}
	return s
}

// part writes a part of a change with its interval.
func part(d time.Duration, i compare.Interval) string {
	if d.Abs() < time.Microsecond && i == (compare.Interval{}) {
		return "0"
	}
	return unit.Signed(d) + " (" + between(i) + ")"
}

// others gives the changes of the other figures: "p50 +1.2 ms, slowest 5 % +110 ms, mean +17 ms".
func others(j *compare.Journey) string {
	text := ""
	for i := range j.Others {
		c := &j.Others[i]
		if text != "" {
			text += ", "
		}
		text += c.Of.String() + " " + unit.Signed(c.Change()) + " (" + unit.Duration(c.Before) + " -> " + unit.Duration(c.After) + ")"
	}
	return text
}

// alone says how many requests found no like ones on the other side.
func alone(j *compare.Journey) string {
	before, after := j.Support[0].Alone, j.Support[1].Alone
	if before+after == 0 {
		return ""
	}
	return "; " + unit.Count(before) + " before and " + unit.Count(after) + " after have no like ones on the other side"
}

// mostLayers is how many layers have a row.
const mostLayers = 6

// layerTable says by layer where the change went; small changes are one row.
func layerTable(j *compare.Journey) *page.Table {
	h := &j.Headline
	scale := unit.ScaleFor(max(h.Before, h.After))
	rows, small := split(h.By(analyze.ByLayer), h.Change())
	if small.n > 0 {
		rows = append(rows, compare.Row{Name: "", Parts: small.Parts})
	}
	parts := [3][]time.Duration{}
	for _, r := range rows {
		parts[0], parts[1] = append(parts[0], r.Before), append(parts[1], r.After)
	}
	before, after := scale.Split(parts[0]), scale.Split(parts[1])
	t := &page.Table{
		Title: page.Say("Where the ", h.Of.String(), " went, in ", scale.Unit()),
		Columns: []page.Column{page.Names("layer"), page.Number("before"), page.Number("after"), page.Number("change"),
			{Bars: true, Drop: 2}, {Head: "mostly", Cut: true, Drop: 1}},
		Total: append([]page.Cell{page.CellOf("total")}, append(page.Words(scale.Text(h.Before), scale.Text(h.After), signed(scale, scale.Round(h.After)-scale.Round(h.Before))), page.Cell{}, page.Cell{})...),
	}
	whole := time.Duration(1)
	for _, r := range rows {
		whole = max(whole, r.Change().Abs())
	}
	for i, r := range rows {
		name := page.CellOf(page.Name(r.Name))
		if r.Name == "" {
			name = page.CellOf(unit.Of(small.n, "smaller change", "smaller changes"))
		}
		bar := page.Cell{Bar: layout.Bar{Whole: int64(whole), Stretches: ink(r.Change())}}
		t.Rows = append(t.Rows, append([]page.Cell{name}, append(page.Words(scale.Digits(before[i]), scale.Digits(after[i]), signed(scale, after[i]-before[i])), bar, mostly(h, r))...))
	}
	return t
}

func ink(d time.Duration) []layout.Stretch {
	if d == 0 {
		return nil
	}
	kind := layout.Full
	if d < 0 {
		kind = layout.Light
	}
	return []layout.Stretch{{To: int64(d.Abs()), Ink: kind}}
}

func signed(s unit.Scale, n int64) string {
	if n > 0 {
		return "+" + s.Digits(n)
	}
	return s.Digits(n)
}

// rest is what several small rows have together.
type rest struct {
	compare.Parts
	n int
}

// split keeps the rows that matter and adds up the others: no sum of them is larger than what it
// hides would be alone.
func split(rows []compare.Row, change time.Duration) (shown []compare.Row, small rest) {
	least := max(change.Abs()/20, 1)
	for i, r := range rows {
		if i < 2 || (i < mostLayers && r.Change().Abs() >= least) {
			shown = append(shown, r)
			continue
		}
		small.n++
		small.Parts = small.Plus(r.Parts)
	}
	return shown, small
}

func mostly(h *compare.Change, r compare.Row) page.Cell {
	if in := mostlyIn(h, r); in != nil {
		return page.CellOf(in)
	}
	return page.Cell{}
}

// mostlyIn names the place that has most of a layer's change; nil if none has.
func mostlyIn(h *compare.Change, r compare.Row) page.Phrase {
	if r.Name == "" || r.Change() == 0 {
		return nil
	}
	var of compare.Change
	for _, c := range h.Cells {
		if c.Cell.Layer == r.Name {
			of.Cells = append(of.Cells, c)
		}
	}
	for _, place := range of.By(analyze.ByPlace) {
		if sameSign(place.Change(), r.Change()) {
			return page.Say(page.Name(place.Name), " ", unit.Signed(place.Change()))
		}
	}
	return nil
}

// mostCalls is how many calls of a kind have a line.
const mostCalls = 5

// calls says what only one side does, and what only one side waits for.
func calls(j *compare.Journey) (lines []page.Phrase) {
	for _, side := range []struct {
		word string
		of   []compare.Call
	}{{"new: ", j.NewCalls}, {"gone: ", j.GoneCalls}} {
		for i, c := range side.of {
			if i == mostCalls {
				lines = append(lines, page.Say("and ", unit.Of(len(side.of)-i, "other", "others"), ", which the json lists"))
				break
			}
			lines = append(lines, page.Say(side.word, what(c.Does.Service, c.Does.Name), ", in ", unit.Count(c.Requests), " of ", unit.Of(c.Of, "request", "requests")))
		}
	}
	for i, r := range j.Rejudged {
		if i == mostCalls {
			break
		}
		word := "now waited for"
		if r.Waited[0] {
			word = "no longer waited for"
		}
		lines = append(lines, page.Say(word, ": ", what(r.Does.Service, r.Does.Name), " (", unit.Count(r.Async[0]), " of ", unit.Count(r.Of[0]), " did not wait before, ",
			unit.Count(r.Async[1]), " of ", unit.Count(r.Of[1]), " after)"))
	}
	return lines
}

// what names an operation, with its service unless that begins the name.
func what(service, name string) page.Phrase {
	if len(name) > len(service) && name[:len(service)] == service {
		return page.Say(page.Name(name))
	}
	return page.Say(page.Name(service), " ", page.Name(name))
}

// mostValues is how many values of a slice are named.
const mostValues = 5

// sliceLine compares the highest percentile that a slice knows on both sides, value by value.
func sliceLine(s *compare.Slice) page.Phrase {
	if len(s.Rows) < 2 {
		return nil
	}
	at := -1
	for i := range s.Rows[0].After {
		if s.Rows[0].After[i].Bounded && s.Rows[0].Before[i].Bounded {
			at = i
		}
	}
	if at < 0 {
		return nil
	}
	line := page.Say("by ", page.Name(s.Name), " ", s.Rows[0].After[at].Level.String())
	for i, r := range s.Rows {
		if i == mostValues {
			return page.Say(line, "; ", unit.Of(len(s.Rows)-i, "other", "others"))
		}
		sep := ": "
		if i > 0 {
			sep = ", "
		}
		value := page.Say("(none)")
		if r.Value != "" {
			value = page.Say(page.Name(r.Value))
		}
		line = page.Say(line, sep, value, " ", unit.Duration(r.Before[at].Value), " -> ", unit.Duration(r.After[at].Value))
	}
	return line
}

// next suggests the command that lays a slow request from after beside one from before.
func (d *Diff) next(j *compare.Journey) []page.Phrase {
	if j.Twin == nil || j.Said == compare.Unproven {
		return nil
	}
	t := j.Twin
	return []page.Phrase{
		page.Say("Look at ", unit.Duration(t.Of.Duration), " after beside ", unit.Duration(t.Duration), " before, ", t.Why, ":"),
		page.Pasted("longpole trace " + idOf(t.Of) + " " + d.options.Input + " --beside " + idOf(t.Exemplar)),
	}
}

// idOf names a request among those of its trace.
func idOf(e analyze.Exemplar) string {
	if e.Alone {
		return e.Trace.String()
	}
	return e.Trace.String() + "/" + e.Root.String()
}
