package findings

import (
	"github.com/longpole/longpole/analyze/cost"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/unit"
)

// costs tells what requests hold of services.
func (f *Findings) costs() page.Section {
	c := f.result.Costs
	if c == nil {
		return page.Section{}
	}
	s := page.Section{Title: page.Say("What services are occupied with, for each 1,000 traces")}
	s.AddTable(page.RowsOf("", []page.Column{
		page.Names("service"), page.Number("entered"), page.Number("occupied"), page.Number("busy"), page.Number("failed"), page.Number("abandoned"),
	}, c.Services(), func(of cost.Service) []page.Cell {
		return append([]page.Cell{page.CellOf(page.Name(of.Name))}, page.Words(unit.Count(of.Spans),
			unit.Duration(c.Per1000(of.Occupied)), unit.Duration(c.Per1000(of.Busy)), unit.Duration(c.Per1000(of.Failed)), unit.Duration(c.Per1000(of.Abandoned)))...)
	}))
	return s
}
