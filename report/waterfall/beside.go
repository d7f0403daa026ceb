package waterfall

import (
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/blame"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/unit"
)

// Beside returns a page with two waterfalls, and where the first took longer than the other.
func (wf *Waterfall) Beside(other *Waterfall) *page.Page {
	mine, theirs := wf.Page(), other.Page()
	first := page.Section{Title: page.Say("Where this one took longer")}
	for _, g := range []analyze.Grouping{analyze.ByLayer, analyze.ByPlace, analyze.ByOperation} {
		first.AddTable(wf.differences(other, g))
	}
	p := &page.Page{Title: "longpole trace", Answer: wf.difference(other), Sections: []page.Section{first}}
	for _, one := range []*page.Page{mine, theirs} {
		s := one.Sections[0]
		s.Title = one.Answer
		p.Sections = append(p.Sections, s)
	}
	p.JSON = func() any {
		out, beside := wf.json(), other.json()
		out.Beside = &beside
		return out
	}
	return p
}

// difference says where most of what one trace took longer was spent.
func (wf *Waterfall) difference(other *Waterfall) page.Phrase {
	p := page.Say("trace ", wf.trace.ID.String(), " took ", unit.Duration(wf.duration()), ", ", other.trace.ID.String(), " ", unit.Duration(other.duration()))
	mine, theirs := wf.layers(), other.layers()
	places := blame.Places(analyze.Parts(mine.Minus(&theirs)))
	more := wf.duration() - other.duration()
	if more <= 0 || len(places) == 0 {
		return page.Say(p, ".")
	}
	return page.Say(p, ": of the ", unit.Duration(more), " more, ", unit.Duration(min(places[0].LayerTime, more)), " is ", page.Name(places[0].Layer), ", in ", page.Name(places[0].Name), ".")
}

// mostDifferences is how many rows tell two traces apart.
const mostDifferences = 8

// differences lays what both took under the names of g side by side, the largest difference first.
func (wf *Waterfall) differences(other *Waterfall, g analyze.Grouping) *page.Table {
	s := unit.ScaleFor(max(wf.duration(), other.duration()))
	mine, theirs := wf.layers(), other.layers()
	had := map[string]time.Duration{}
	for _, share := range theirs.By(g) {
		had[share.Name] = share.Time
	}
	change := analyze.Composition{Cells: mine.Minus(&theirs)}
	t := &page.Table{
		Title:   page.Say("By ", g.Name, ", in ", s.Unit()),
		Columns: []page.Column{page.Names(g.Name), page.Number("this"), page.Number("beside"), page.Number("more")},
	}
	by := change.By(g)
	names, spent := namesOf(by), [2][]time.Duration{}
	for _, c := range by[:min(len(by), mostDifferences)] {
		spent[0], spent[1] = append(spent[0], had[c.Name]+c.Time), append(spent[1], had[c.Name])
	}
	if n := len(by) - len(spent[0]); n > 0 {
		names = append(names, page.Say(unit.Of(n, "other", "others")))
		spent[0], spent[1] = append(spent[0], rest(wf.duration(), spent[0])), append(spent[1], rest(other.duration(), spent[1]))
	}
	this, beside := s.Split(spent[0]), s.Split(spent[1])
	for i := range this {
		t.Rows = append(t.Rows, page.RowOf(names[i], page.Words(s.Digits(this[i]), s.Digits(beside[i]), s.Digits(this[i]-beside[i]))))
	}
	whole := [2]int64{s.Round(wf.duration()), s.Round(other.duration())}
	t.Total = page.RowOf(page.Say("total"), page.Words(s.Digits(whole[0]), s.Digits(whole[1]), s.Digits(whole[0]-whole[1])))
	return t
}

func namesOf(by []analyze.Share) (names []page.Phrase) {
	for _, c := range by[:min(len(by), mostDifferences)] {
		names = append(names, page.Say(page.Name(c.Name)))
	}
	return names
}

// rest is what parts leave of a whole.
func rest(whole time.Duration, parts []time.Duration) time.Duration {
	for _, p := range parts {
		whole -= p
	}
	return whole
}
