package analyze

import (
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/bounded"
	"github.com/longpole/longpole/analyze/cost"
	"github.com/longpole/longpole/analyze/detect"
	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/analyze/spending"
	"github.com/longpole/longpole/analyze/stacks"
	"github.com/longpole/longpole/analyze/structure"
	"github.com/longpole/longpole/analyze/suspects"
	"github.com/longpole/longpole/internal/intern"
	"github.com/longpole/longpole/trace"
)

// A Collector adds up requests into its Data. Collectors that saw different traces of one run
// merge, in any order, into what one collector would have seen.
type Collector struct {
	*Data
	explain *attribute.Explainer
	options attribute.Options
	pool    *bounded.Pool[attribute.Key] // of all collectors of a run
	tries   int                          // to keep less once it has so many observations
	since   int                          // requests that were kept after findings forgot the others

	// What serves one observation after the other:
	cellIndex cellIndex
	tally     spending.Tally
	waiter    suspects.Waiter
	keeps     []bool // by request of a reading
}

// NewCollector returns a collector that asks e what spans are. It must be used by one
// goroutine at a time.
func NewCollector(e *attribute.Explainer, o attribute.Options) *Collector {
	c := &Collector{Data: newData(e), explain: e, options: o, pool: &bounded.Pool[attribute.Key]{}}
	c.limits = o.Limits.OrUsual()
	c.tries = step(c.limits.All)
	e.Tags.Most, e.Values.Most = c.limits.Values, c.limits.Values
	c.weightAttr, c.byOutcome = o.WeightAttr, o.ByOutcome
	if o.Findings {
		c.found = detect.NewSurvey(e.Plan, c.limits)
	}
	if o.Costs {
		c.costs = cost.NewTally()
	}
	return c
}

// Beside lets both collect requests of one run, so that together they keep little more than one would alone. It changes
// no result.
func (c *Collector) Beside(o *Collector) { c.pool = o.pool }

// Add reads a trace and adds its requests. It keeps nothing of t but its signatures.
func (c *Collector) Add(t *trace.Trace) { c.Look(c.explain.Read(t, c.options)) }

// Look adds the requests of a trace that was read.
func (c *Collector) Look(r *attribute.Reading) {
	t := r.Trace
	c.Ledger.Traces++
	for _, n := range t.Notes {
		c.Ledger.Count(n.Code, 1, trace.Example{Trace: t.ID, Span: n.Span, Amount: n.Amount, Offset: -1})
	}
	c.unchosen.Add(r.Unchosen)
	if r.IsLeftOut() {
		return
	}
	c.setApart(r)
	if len(r.Requests)+len(r.Apart) == 0 {
		c.leftOut.add(LeftOut{Traces: 1, Spans: len(t.Spans)})
	}
	var s *attribute.Structure
	c.keeps = intern.Resized(c.keeps, len(r.Requests))
	for i := range r.Requests {
		if i == 0 || r.Requests[i].Root != r.Requests[i-1].Root {
			s = r.Structure(r.Requests[i].Root)
		}
		c.keeps[i] = c.observe(r, &r.Requests[i], s)
	}
	if c.found != nil {
		c.look(r)
	}
	if c.costs != nil {
		c.costs.Look(r)
	}
}

// look shows a trace to those who look for findings, and says which of its requests are kept.
func (c *Collector) look(r *attribute.Reading) {
	if !c.sampled {
		c.found.Look(r)
		return
	}
	for from := 0; from < len(r.Requests); { // one may be a request of several journeys
		to, some := from, false
		for ; to < len(r.Requests) && r.Requests[to].Root == r.Requests[from].Root; to++ {
			some = some || c.keeps[to]
		}
		for ; from < to; from++ {
			c.keeps[from] = some
		}
		if some {
			c.since++
		}
	}
	c.found.LookAt(r, c.keeps)
	if c.since > c.kept/4 {
		c.since = 0
		c.forget()
	}
}

// observe adds a request of a structure, and says whether it is kept.
func (c *Collector) observe(r *attribute.Reading, q *attribute.Request, s *attribute.Structure) (kept bool) {
	span := &r.Trace.Spans[q.Root]
	j := c.journey(q.Key)
	if span.Flags.Has(trace.Unfinished) {
		j.unfinished++
		return false
	}
	o := Observation{
		Trace: r.Trace.ID, Root: span.ID, Start: q.Start, Duration: q.Duration(),
		Weight: j.sampling.weigh(r.Trace, q.Root, c.options.WeightAttr, c.explain.CountsRates()),
		Failed: r.Failed(q.Root), Alone: len(r.Requests) == 1, Structure: c.structure(r, q.Root, s),
		Calls: int32(s.Calls), Retries: int32(s.Retries),
	}
	j.beganAt(r.Service(q.Root), r.Route(q.Root))
	j.rates(span, o.Weight)
	c.spend(r, q.Pieces)
	if kept = c.counts(j, &o); kept {
		c.keep(r, q, s, j, o)
	}
	if missesSpans(r.Trace, q.Root) {
		j.incomplete++
	}
	c.addOffPath(r, s.OffPath, j, o.Weight)
	c.makeRoom(q.Key, j)
	return kept
}

// counts counts a request of a journey of which some are left out, and says whether to keep it.
func (c *Collector) counts(j *journey, o *Observation) bool {
	if j.whole == nil && j.counts == nil {
		return true
	}
	hash := o.hash()
	if j.counts != nil {
		j.counts.Add(hash)
	}
	if j.whole != nil {
		cells, times := c.tally.All()
		c.count(j.whole, o.request(), cells, times)
	}
	return hash <= j.cut
}

// keep keeps a request whose time was spent.
func (c *Collector) keep(r *attribute.Reading, q *attribute.Request, s *attribute.Structure, j *journey, o Observation) {
	o.spent = c.cells.Keep(&c.tally)
	o.waited = c.waited.Number(&c.waiter)
	o.slices, o.tags = c.slices.Number(s.Values), c.tagSets.Number(s.Tags)
	if c.options.Stacks {
		o.stacks = c.stack(r, q)
	}
	j.observations, j.sorted = append(j.observations, o), nil
	c.kept++
}

// structure returns the structure of a request as finely as it is asked for.
func (c *Collector) structure(r *attribute.Reading, root int32, s *attribute.Structure) uint64 {
	switch {
	case !c.options.Structures:
		return s.Hash
	case missesSpans(r.Trace, root):
		return structure.None
	}
	return c.structures.Add(r.Steps(root))
}

// missesSpans reports whether a span below an observation may not have been exported: some
// span of the trace has lost its parent, and it is not the observation's own top.
func missesSpans(t *trace.Trace, root int32) bool {
	return len(t.Orphans) > 1 || (len(t.Orphans) == 1 && t.Orphans[0] != root)
}

func (c *Collector) addOffPath(r *attribute.Reading, spans []attribute.OffPath, j *journey, w quantile.Weight) {
	for _, s := range spans {
		if r.Trace.Spans[s.Span].Flags.Has(trace.Unfinished) {
			continue // how long it took is not known
		}
		a := j.asyncOf(c.offPath.Number(asyncKey{r.Service(s.Span), r.Operation(s.Span), s.Why}))
		c.keptTimes += a.took.Add(timed(r.Trace, s.Span, s.Took, w), c.limits.Journey)
		if s.Lay >= 0 {
			c.keptTimes += a.lay.Add(timed(r.Trace, s.Span, s.Lay, w), c.limits.Journey)
		}
	}
}

// stack keeps below which calls the time of a request was spent.
func (c *Collector) stack(r *attribute.Reading, q *attribute.Request) int32 {
	parent := func(span int32) int32 {
		if span == q.Root {
			return stacks.None
		}
		return r.Trace.Parent(span)
	}
	c.stacks.Start()
	for i := range q.Pieces {
		p := &q.Pieces[i]
		c.stacks.Add(c.stacks.NodeOf(p.Span, parent, r.Operation), c.cellIndex.number(&c.cells, r, p), p.Duration())
	}
	return c.stacks.Keep()
}

// spend adds up what pieces took, by cell, and gathers what was waited for.
func (c *Collector) spend(r *attribute.Reading, pieces []attribute.Piece) {
	c.tally.Start()
	c.waiter.Start()
	for i := range pieces {
		p := &pieces[i]
		cell := c.cellIndex.number(&c.cells, r, p)
		c.tally.AddSpan(cell, p.Duration(), p.Span)
		c.waiter.Add(r, p, cell)
	}
}
