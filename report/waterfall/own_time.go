package waterfall

import (
	"time"

	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/unit"
)

// mostOwn is how many pieces of own time are shown.
const mostOwn = 50

// ownTable lists the span's own time on the path, piece by piece.
func (x *Explanation) ownTable() *page.Table {
	s := unit.ScaleFor(x.s().Duration())
	own := x.wf.own[x.span]
	t := &page.Table{
		Title: page.Say("Its own time on the path, in ", s.Unit()),
		Columns: []page.Column{{Head: "from", Right: true}, {Head: "to", Right: true}, {Head: "took", Right: true},
			{Head: "layer"}, {Head: "category"}, {Head: "decided by", Drop: 1}, {Head: "other side", Cut: true, Drop: 2}},
	}
	times := make([]time.Duration, len(own))
	var sum time.Duration
	for i, at := range own {
		times[i] = x.wf.pieces[at].Duration()
		sum += times[i]
	}
	took := s.Split(times)
	var rest int64
	for i, at := range own {
		if i >= mostOwn {
			rest += took[i]
			continue
		}
		p := x.wf.pieces[at]
		row := page.Words(s.Text(p.From.Sub(x.s().Start)), s.Text(p.To.Sub(x.s().Start)), s.Digits(took[i]), p.Layer, string(p.Category), p.Rule)
		t.Rows = append(t.Rows, append(row, page.Cell{Text: page.Say(page.Name(p.Callee))}))
	}
	if n := len(own) - mostOwn; n > 0 {
		t.Rows = append(t.Rows, page.Words("", "", s.Digits(rest), unit.Count(n)+" more", "", "", ""))
	}
	t.Total = page.Words("total", "", s.Text(sum), "", "", "", "")
	return t
}
