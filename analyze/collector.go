package analyze

import (
	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/trace"
)

// Options are the choices of an analysis. The zero value is the default.
type Options struct {
	// KeepIncomplete takes the topmost span of a trace without a root as its root.
	KeepIncomplete bool
	// WeightAttr is an attribute of root spans that says how many requests each stands for. It
	// counts before sampling thresholds do; empty, only those count.
	WeightAttr string
}

// A Collector adds up requests into its Data. Collectors that saw different traces of one run
// merge, in any order, into what one collector would have seen.
type Collector struct {
	*Data
	explain *Explainer
	options Options

	// What serves one observation after the other:
	surveyor surveyor
	finder   cellFinder
	tally    tally
}

// NewCollector returns a collector that asks e what spans are. It must be used by one
// goroutine at a time.
func NewCollector(e *Explainer, o Options) *Collector {
	return &Collector{Data: newData(e), explain: e, options: o}
}

// Add reads a trace and adds its requests. It keeps nothing of t but its signatures.
func (c *Collector) Add(t *trace.Trace) { c.Look(c.explain.Read(t, c.options)) }

// Look adds the requests of a trace that was read.
func (c *Collector) Look(r *Reading) {
	t := r.Trace
	c.Ledger.Traces++
	for _, n := range t.Notes {
		c.Ledger.Count(n.Code, 1, trace.Example{Trace: t.ID, Span: n.Span, Amount: n.Amount, Offset: -1})
	}
	if len(r.Requests) == 0 {
		c.leftOut.add(LeftOut{1, len(t.Spans)})
	}
	for i := range r.Requests {
		if i == 0 || r.Requests[i].Root != r.Requests[i-1].Root {
			c.surveyor.observe(r, r.Requests[i].Root)
		}
		c.observe(r, &r.Requests[i])
	}
}

// observe adds a request whose root was surveyed.
func (c *Collector) observe(r *Reading, q *Request) {
	span, m, s := &r.Trace.Spans[q.Root], r.is[q.Root], &c.surveyor.survey
	j := c.journey(q.key)
	o := Observation{
		Trace: r.Trace.ID, Root: span.ID, Start: span.Start, Duration: span.Duration(),
		Weight: j.sampling.weigh(r.Trace, q.Root, c.options.WeightAttr),
		Failed: span.Flags.Has(trace.Failed), Alone: len(r.Requests) == 1, Structure: s.structure,
		Calls: int32(s.calls), Retries: int32(s.retries),
		spent:  c.spend(r, q.Pieces),
		slices: c.slices.number(s.values), tags: c.tagSets.number(s.tags),
	}
	j.beganAt(m.service, m.root(m.sig).route)
	j.observations, j.sorted = append(j.observations, o), nil
	if missesSpans(r.Trace, q.Root) {
		j.incomplete++
	}
	c.addOffPath(r, s.offPath, j, o.Weight)
}

// missesSpans reports whether a span below an observation may not have been exported: some
// span of the trace has lost its parent, and it is not the observation's own top.
func missesSpans(t *trace.Trace, root int32) bool {
	return len(t.Orphans) > 1 || (len(t.Orphans) == 1 && t.Orphans[0] != root)
}

func (c *Collector) addOffPath(r *Reading, spans []dodged, j *journey, w quantile.Weight) {
	for _, d := range spans {
		m := r.is[d.span]
		kind := c.offPath.number(asyncKey{m.service, m.operation, d.why})
		j.async[kind] = append(j.async[kind], quantile.Value{Time: r.Trace.Spans[d.span].Duration(), Weight: w})
	}
}

// spend keeps what pieces took, by cell.
func (c *Collector) spend(r *Reading, pieces []Piece) spending {
	c.tally.start()
	for i := range pieces {
		p := &pieces[i]
		c.tally.add(c.finder.number(&c.cells, r.is[p.Span], p, p.Layer), p.Duration())
	}
	return c.cells.keep(&c.tally)
}
