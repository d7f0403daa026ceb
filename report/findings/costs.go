package findings

import (
	"maps"
	"slices"
	"strconv"

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
	s := page.Section{Title: page.Say("What services are occupied with, for each 1,000 traces that enter one")}
	s.AddTable(page.RowsOf("", []page.Column{
		page.Names("service"), page.Number("entered"), page.Number("occupied"), page.Number("busy"), page.Number("failed"), page.Number("abandoned"),
	}, c.Services(), func(of cost.Service) []page.Cell {
		return append([]page.Cell{page.CellOf(page.Name(of.Name))}, page.Words(unit.Count(of.Spans),
			unit.Duration(c.Per1000(of.Occupied)), unit.Duration(c.Per1000(of.Busy)), unit.Duration(c.Per1000(of.Failed)), unit.Duration(c.Per1000(of.Abandoned)))...)
	}))
	s.AddTable(f.journeyCosts(c))
	if line := f.withoutPrice(c); line != nil {
		s.Say(line)
	}
	s.AddTable(amplified(c))
	s.AddTable(skewed(c))
	return s
}

// mostCostRows is how many journeys and calls are told.
const mostCostRows = 8

// journeyCosts tells what each kind of request holds of services, and what that costs where the plan has prices.
func (f *Findings) journeyCosts(c *cost.Tally) *page.Table {
	all := c.Journeys()
	columns := []page.Column{page.Names("journey"), page.Number("requests"), page.Number("occupied"), page.Number("failed"), page.Number("abandoned"), page.Names("most of it in")}
	if f.options.PriceOf != nil {
		columns = append(columns, page.Number("costs"))
	}
	return page.RowsOf("1,000 requests of each journey", columns, all[:min(len(all), mostCostRows)], func(j *cost.Journey) []page.Cell {
		sum, most := j.Sum(), j.Most()
		cells := append(append([]page.Cell{page.CellOf(page.Name(j.Name))},
			page.Words(unit.Count(j.Requests), unit.Duration(sum.Occupied), unit.Duration(sum.Failed), unit.Duration(sum.Abandoned))...),
			page.CellOf(page.Name(most.Name), " ", unit.Duration(most.Occupied)))
		if f.options.PriceOf != nil {
			price, _ := f.price(j)
			cells = append(cells, page.CellOf(strconv.FormatFloat(float64(price)/1e6, 'g', 4, 64)))
		}
		return cells
	})
}

// price is what 1,000 requests of a journey cost, in millionths, and the services of it that have no price.
func (f *Findings) price(j *cost.Journey) (millionths int64, without []string) {
	for _, name := range slices.Sorted(maps.Keys(j.Holds)) {
		p, known := f.options.PriceOf(name, j.Per1000(j.Holds[name].Occupied))
		if millionths += p; !known {
			without = append(without, name)
		}
	}
	return millionths, without
}

// withoutPrice names the services that the plan has no price for, and that cost nothing here.
func (f *Findings) withoutPrice(c *cost.Tally) page.Phrase {
	if f.options.PriceOf == nil {
		return nil
	}
	var names []page.Phrase
	for _, s := range c.Services() {
		if _, known := f.options.PriceOf(s.Name, 0); !known && s.Occupied > 0 && len(names) < mostCostRows {
			names = append(names, page.Say(page.Name(s.Name)))
		}
	}
	if len(names) == 0 {
		return nil
	}
	return page.Say("The plan has no price of ", page.List(names), ", which costs nothing here.")
}

// amplified tells the calls of which a request makes more than one.
func amplified(c *cost.Tally) *page.Table {
	var several []cost.Edge
	for _, e := range c.Edges() {
		if e.Calls > e.Requests && len(several) < mostCostRows {
			several = append(several, e)
		}
	}
	return page.RowsOf("Calls of which a request makes several", []page.Column{
		page.Names("from and to"), page.Number("calls"), page.Number("requests"), page.Number("calls each"), page.Number("failed and repeated"),
	}, several, func(e cost.Edge) []page.Cell {
		hundredths := (e.Calls*100 + e.Requests/2) / e.Requests
		return append([]page.Cell{page.CellOf(page.Name(e.Caller + " -> " + e.Callee))}, page.Words(unit.Count(e.Calls), unit.Count(e.Requests),
			unit.Count(hundredths/100)+"."+twoDigits(int64(hundredths%100)), unit.Count(e.Repeats))...)
	})
}

// skewed tells the instances that are occupied far longer than the others of their service.
func skewed(c *cost.Tally) *page.Table {
	all := c.Skewed()
	return page.RowsOf("Instances with more than their share", []page.Column{
		page.Names("instance"), page.Names("of"), page.Number("instances"), page.Number("requests"), page.Number("occupied"),
	}, all[:min(len(all), mostCostRows)], func(s cost.Share) []page.Cell {
		return append([]page.Cell{page.CellOf(page.Name(s.ID)), page.CellOf(page.Name(s.Service))},
			page.Words(unit.Count(s.Others+1), unit.Percent(s.Spans, s.Of.Spans), unit.Percent(s.Occupied, s.Of.Occupied))...)
	})
}
