package report

import (
	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/unit"
)

// own holds each name's own percentiles, beside the journey's. Levels that too few requests
// bound are left out: a number there would look solid.
type own struct {
	journey *analyze.Journey
	bounded []int // places in Percentiles
	rows    map[string]*analyze.Row
}

func ownPercentiles(j *analyze.Journey, g analyze.Grouping) own {
	o := own{journey: j, rows: map[string]*analyze.Row{}}
	rows := j.Rows.By(g)
	for i := range rows {
		o.rows[rows[i].Name] = &rows[i]
	}
	for i, p := range j.Percentiles {
		if p.Bounded {
			o.bounded = append(o.bounded, i)
		}
	}
	return o
}

func (o own) columns() []page.Column {
	var columns []page.Column
	for i, at := range o.bounded {
		columns = append(columns, page.Column{Head: o.journey.Percentiles[at].Level.String(), Right: true, Drop: 6 - min(i, 3)})
	}
	return append(columns, page.Column{Head: "in", Right: true, Drop: 7})
}

// row returns a name's own percentiles, and in how many requests it occurs.
func (o own) row(name string, s unit.Scale) []page.Cell {
	r := o.rows[name]
	var texts []string
	for _, at := range o.bounded {
		if r == nil {
			texts = append(texts, "-")
			continue
		}
		texts = append(texts, s.Text(r.Percentiles[at].Value))
	}
	if r == nil {
		return page.Words(append(texts, "-")...)
	}
	return page.Words(append(texts, unit.Percent(r.Present, o.journey.Observations))...)
}

func (o own) total(s unit.Scale) []page.Cell {
	var texts []string
	for _, at := range o.bounded {
		texts = append(texts, s.Text(o.journey.Percentiles[at].Value))
	}
	return page.Words(append(texts, "100 %")...)
}
