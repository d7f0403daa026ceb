package report

import (
	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/suspects"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/unit"
)

// sliceTables compares a journey's requests by region, version and so on.
func sliceTables(j *analyze.Journey) []*page.Table {
	var out []*page.Table
	for _, sl := range j.Slices {
		t := &page.Table{Title: page.Say("By ", page.Name(sl.Name)), Columns: []page.Column{{Head: "value", Cut: true}, {Head: "requests", Right: true}}, Aside: true}
		for i, p := range j.Percentiles {
			t.Columns = append(t.Columns, page.Column{Head: p.Level.String(), Right: true, Drop: 4 - min(i, 3)})
		}
		for _, row := range sl.Rows {
			t.Rows = append(t.Rows, sliceRow(row))
		}
		if sl.More.Journeys > 0 {
			t.Notes = append(t.Notes, page.Say(unit.Of(sl.More.Journeys, "other value", "other values"), " with ", unit.Of(sl.More.Observations, "request", "requests"), ", not shown."))
		}
		out = append(out, t)
	}
	return out
}

func sliceRow(row analyze.SliceRow) []page.Cell {
	cells := page.Words(unit.Count(row.Observations))
	for _, p := range row.Percentiles {
		if !p.Bounded {
			cells = append(cells, page.Words("-")...)
			continue
		}
		cells = append(cells, page.Words(unit.Duration(p.Value))...)
	}
	name := page.Say("(none)")
	if row.Value != "" {
		name = page.Say(page.Name(row.Value))
	}
	return page.RowOf(name, cells)
}

// suspectTable lists what slow requests have more often than others. Properties of the same requests
// are in one row, that names all of them.
func suspectTable(j *analyze.Journey) *page.Table {
	t := &page.Table{
		Title: page.Say("What the ", slowest(&j.Tail), " have more often"),
		Columns: []page.Column{
			{Head: "property", Cut: true}, {Head: "slow", Right: true}, {Head: "others", Right: true}, {Head: "worth", Right: true, Drop: 1},
		},
		Aside: true,
	}
	for i := range j.Suspects {
		s := &j.Suspects[i]
		t.Rows = append(t.Rows, page.RowOf(property(s.Tag), page.Words(
			of(s.Tail, s.TailOf), of(s.Rest, s.RestOf), unit.Duration(s.Effect),
		)))
		if len(s.With) > 0 {
			t.Notes = append(t.Notes, page.Say(page.Name(s.Value), " is also ", page.List(properties(s)), "."))
		}
	}
	if len(t.Rows) > 0 {
		t.Notes = append(t.Notes, page.Say("Of requests that can have it", waitedNote(j.Suspects), "; worth: how much quicker the slow ones would be without."))
	}
	return t
}

// who says what explains the tail, with the rate at which others have it.
func who(j *analyze.Journey) page.Phrase {
	s := j.Explained()
	switch {
	case s == nil:
		return nil
	case s.IsCall() && s.Service != s.Value:
		return page.Say("; ", page.Name(s.Service), " calls ", page.Name(s.Value), " in ", of(s.Tail, s.TailOf), " slow ones, and in ", of(s.Rest, s.RestOf), " others")
	case s.IsCall():
		return page.Say("; ", of(s.Tail, s.TailOf), " slow ones call ", page.Name(s.Value), ", ", of(s.Rest, s.RestOf), " others do")
	}
	return page.Say("; ", of(s.Tail, s.TailOf), " slow ones have ", property(s.Tag), ", ", of(s.Rest, s.RestOf), " others do")
}

// waitedNote says what is compared where it is not all that requests did.
func waitedNote(all []suspects.Suspect) page.Phrase {
	for i := range all {
		if all[i].Waited {
			return page.Say(", in what slow ones wait for longest")
		}
	}
	return nil
}

func of(n, all int) string { return unit.Count(n) + " of " + unit.Count(all) }

// property names what requests have.
func property(t attribute.Tag) page.Phrase {
	switch {
	case t.Key == attribute.Calls && t.Service == t.Value:
		return page.Say("calls ", page.Name(t.Value))
	case t.Key == attribute.Calls:
		return page.Say(page.Name(t.Service), " calls ", page.Name(t.Value))
	}
	return page.Say(page.Name(t.Key), " ", page.Name(t.Value), " of ", page.Name(t.Service))
}

// properties names what the same requests have, each value once, and the service where it is another.
func properties(s *suspects.Suspect) (all []page.Phrase) {
	for i, t := range s.With {
		switch {
		case i > 0 && t.Key == s.With[i-1].Key && t.Value == s.With[i-1].Value && t.Key != attribute.Calls:
			all[len(all)-1] = page.Say(all[len(all)-1], " and ", page.Name(t.Service))
		case t.Service == s.Service && t.Key != attribute.Calls:
			all = append(all, page.Say(page.Name(t.Key), " ", page.Name(t.Value)))
		default:
			all = append(all, property(t))
		}
	}
	return all
}
