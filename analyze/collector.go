package analyze

import (
	"github.com/longpole/longpole/analyze/critpath"
	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/trace"
)

// Options are the choices of an analysis. The zero value is the default.
type Options struct {
	// KeepIncomplete takes the topmost span of a trace without a root as its root.
	KeepIncomplete bool
}

// A Collector adds up traces. Collectors that saw different traces of one run merge, in any
// order, into what one collector would have seen.
type Collector struct {
	Ledger   trace.Ledger
	explain  *Explainer
	options  Options
	cells    cellTable
	journeys map[string]*journey
	sampling samplingCount
	leftOut  LeftOut
}

// NewCollector returns a collector that asks e what spans are. It must be used by one
// goroutine at a time.
func NewCollector(e *Explainer, o Options) *Collector {
	return &Collector{explain: e, options: o, journeys: map[string]*journey{}}
}

// journey is what is kept of one kind of request.
type journey struct {
	observations []Observation
	incomplete   int // observations of traces that miss a span
	async        map[asyncKey][]quantile.Value
}

// Add takes the observations out of a trace: its roots, unless it has none.
func (c *Collector) Add(t *trace.Trace) {
	c.Ledger.Traces++
	for _, n := range t.Notes {
		c.Ledger.Count(n.Code, 1, trace.Example{Trace: t.ID, Span: n.Span, Amount: n.Amount, Offset: -1})
	}
	roots := t.Roots
	if len(roots) == 0 && c.options.KeepIncomplete {
		roots = t.Orphans[:1]
	}
	if len(roots) == 0 {
		c.leftOut.add(LeftOut{1, len(t.Spans)})
	}
	for _, root := range roots {
		c.observe(t, root)
	}
}

func (c *Collector) observe(t *trace.Trace, root int32) {
	r := &t.Spans[root]
	o := Observation{
		Trace: t.ID, Root: r.ID, Start: r.Start, Duration: r.Duration(),
		Weight: c.sampling.weigh(t, root),
		Cells:  c.cellTimes(t, root),
	}
	j := c.journey(budget.JourneyName(r.Sig))
	j.observations = append(j.observations, o)
	if len(t.Orphans) > 0 {
		j.incomplete++
	}
	offPath(t, root, c.explain.Overrule, func(span int32, why critpath.Verdict) {
		s := &t.Spans[span]
		k := asyncKey{s.Sig.Service, c.explain.of(s.Sig).operation, why}
		j.async[k] = append(j.async[k], quantile.Value{Time: s.Duration(), Weight: o.Weight})
	})
}

func (c *Collector) cellTimes(t *trace.Trace, root int32) []CellTime {
	var times []CellTime
	for _, p := range Attribute(t, root, c.explain) {
		times = append(times, CellTime{c.cells.of(c.cellOf(t, p)), p.Duration()})
	}
	return sumCells(times)
}

func (c *Collector) cellOf(t *trace.Trace, p Piece) Cell {
	m := c.explain.of(t.Spans[p.Span].Sig)
	return Cell{p.Category, p.Cause, m.service, m.operation, p.Callee}
}

func (c *Collector) journey(name string) *journey {
	j := c.journeys[name]
	if j == nil {
		j = &journey{async: map[asyncKey][]quantile.Value{}}
		c.journeys[name] = j
	}
	return j
}

// Merge adds what other collected. It takes other's observations over.
func (c *Collector) Merge(other *Collector) {
	c.Ledger.Merge(&other.Ledger)
	c.sampling.merge(&other.sampling)
	c.leftOut.add(other.leftOut)
	number := make([]int32, len(other.cells.cells))
	for i, cell := range other.cells.cells {
		number[i] = c.cells.of(cell)
	}
	for name, theirs := range other.journeys {
		j := c.journey(name)
		for _, o := range theirs.observations {
			for i := range o.Cells {
				o.Cells[i].Cell = number[o.Cells[i].Cell]
			}
			o.Cells = sumCells(o.Cells)
			j.observations = append(j.observations, o)
		}
		j.incomplete += theirs.incomplete
		for k, values := range theirs.async {
			j.async[k] = append(j.async[k], values...)
		}
	}
}
