package report

import (
	"cmp"
	"slices"
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/blame"
	"github.com/longpole/longpole/report/layout"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/unit"
)

// A typicalVsTail is one name's time in typical and in slow requests, as printed: the columns add
// up to the printed totals, and so does every row.
type typicalVsTail struct {
	name                string
	typical, slow, adds int64
	exact               analyze.Share // what it adds
	mean                [2]time.Duration
}

// typicalVsTails returns the names of a grouping, and their sum: those that add most first, or where
// that is not what there is to say those that take most of a typical request.
func typicalVsTails(j *analyze.Journey, g analyze.Grouping, s unit.Scale) (rows []typicalVsTail, total typicalVsTail) {
	t := &j.Tail
	excess := t.By(g)
	typical, slow := times(t.Typical.By(g)), times(t.Slow.By(g))
	slices.SortStableFunc(excess, func(a, b analyze.Share) int {
		if j.Answer.Subject != blame.Tail {
			return cmp.Or(cmp.Compare(typical[b.Name], typical[a.Name]), cmp.Compare(b.Time, a.Time))
		}
		return cmp.Or(cmp.Compare(b.Time, a.Time), cmp.Compare(slow[b.Name], slow[a.Name]))
	})
	means := [2][]time.Duration{}
	for _, e := range excess {
		means[0] = append(means[0], typical[e.Name])
		means[1] = append(means[1], slow[e.Name])
	}
	typicalDigits, slowDigits := s.Split(means[0]), s.Split(means[1])
	for i, e := range excess {
		c := typicalVsTail{name: e.Name, exact: e, typical: typicalDigits[i], slow: slowDigits[i],
			mean: [2]time.Duration{means[0][i], means[1][i]}}
		c.adds = c.slow - c.typical
		rows = append(rows, c)
		total = total.plus(c)
	}
	return rows, total
}

func (c typicalVsTail) plus(o typicalVsTail) typicalVsTail {
	c.typical += o.typical
	c.slow += o.slow
	c.adds += o.adds
	c.exact.Time += o.exact.Time
	c.mean[0] += o.mean[0]
	c.mean[1] += o.mean[1]
	return c
}

func times(shares []analyze.Share) map[string]time.Duration {
	m := make(map[string]time.Duration, len(shares))
	for _, s := range shares {
		m[s.Name] = s.Time
	}
	return m
}

// cells writes the times of a row.
func (c typicalVsTail) cells(s unit.Scale) []page.Cell {
	return page.Words(s.Digits(c.typical), s.Digits(c.slow), added(s, c.adds))
}

// added writes what slow requests add, with its sign.
func added(s unit.Scale, digits int64) string {
	if digits > 0 {
		return "+" + s.Digits(digits)
	}
	return s.Digits(digits)
}

// bar shows the typical time light and what the slow requests add full.
func (c typicalVsTail) bar(longest time.Duration) page.Cell {
	typical, slow := int64(c.mean[0]), int64(c.mean[1])
	return page.Cell{Bar: layout.Bar{Whole: int64(longest), Stretches: ink(
		layout.Stretch{From: 0, To: min(typical, slow), Ink: layout.Light},
		layout.Stretch{From: typical, To: slow, Ink: layout.Full},
	)}}
}

// ink leaves out stretches of no length.
func ink(stretches ...layout.Stretch) (out []layout.Stretch) {
	for _, s := range stretches {
		if s.From < s.To {
			out = append(out, s)
		}
	}
	return out
}

func longest(rows []typicalVsTail) (d time.Duration) {
	for _, r := range rows {
		d = max(d, r.mean[0], r.mean[1])
	}
	return d
}
