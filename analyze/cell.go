package analyze

import (
	"cmp"
	"slices"
	"time"

	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/trace"
)

// A Cell is what time can be blamed on, as finely as a report ever splits it.
type Cell struct {
	Category  budget.Category
	Cause     Cause
	Service   string
	Operation string
	Callee    string // the other side, if the work is an edge between two
	// Layer is the line of a budget that the time belongs to: of the journey's plan, else its
	// cause, else its category.
	Layer string
}

// Place returns where the time was spent: a service, or the edge from a caller to its callee.
func (c Cell) Place() string {
	if c.Callee == "" || c.Callee == c.Service {
		return c.Service
	}
	return c.Service + " -> " + c.Callee
}

// What returns the operation, which names the service that it runs in.
func (c Cell) What() string { return c.Operation }

func compareCells(a, b Cell) int {
	return cmp.Or(
		cmp.Compare(a.Category, b.Category), cmp.Compare(a.Cause, b.Cause),
		cmp.Compare(a.Service, b.Service), cmp.Compare(a.Operation, b.Operation),
		cmp.Compare(a.Callee, b.Callee), cmp.Compare(a.Layer, b.Layer),
	)
}

// A CellTime is how much of one observation was spent on a cell.
type CellTime struct {
	Cell int32
	Time time.Duration
}

// An Observation is one request of a journey, as far as its percentiles need it.
type Observation struct {
	Trace    trace.ID
	Root     trace.SpanID
	Start    trace.Time
	Duration time.Duration
	Weight   quantile.Weight
	Cells    []CellTime // in order of cell; they sum to Duration
	Failed   bool       // the root span's status is an error
	// Structure is equal for observations that made the same calls, however often and in
	// whatever order.
	Structure uint64
	Calls     int32 // to elsewhere, in all of the observation
	Retries   int32 // of them, that repeated one that had failed
	slices    int32 // of the collector's table of slices
	tags      int32 // of the collector's table of sets of tags
}

// Compare orders observations by duration, and those that tie in a way that does not depend
// on the order of reading.
func (o *Observation) Compare(p *Observation) int {
	return cmp.Or(
		cmp.Compare(o.Duration, p.Duration),
		cmp.Compare(o.Trace.Hi, p.Trace.Hi), cmp.Compare(o.Trace.Lo, p.Trace.Lo),
		cmp.Compare(o.Root, p.Root),
	)
}

// cellTable numbers the cells that were met.
type cellTable struct {
	numbers[Cell]
	order []int32 // see sorted
}

// sumCells adds up times of the same cell, in order of cell.
func sumCells(times []CellTime) []CellTime {
	slices.SortFunc(times, func(a, b CellTime) int { return cmp.Compare(a.Cell, b.Cell) })
	out := times[:0]
	for _, t := range times {
		if n := len(out); n > 0 && out[n-1].Cell == t.Cell {
			out[n-1].Time += t.Time
			continue
		}
		out = append(out, t)
	}
	return slices.Clip(out)
}
