package analyze

import (
	"cmp"

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

// A Collector adds up traces. Collectors that saw different traces of one run merge, in any
// order, into what one collector would have seen.
type Collector struct {
	Ledger   trace.Ledger
	explain  *Explainer
	options  Options
	cells    cellTable
	slices   lists // values of all slices and the route, by their numbers
	tagSets  lists // see tagGatherer
	offPath  numbers[asyncKey]
	journeys map[journeyKey]*journey
	leftOut  LeftOut

	// What serves one observation after the other:
	surveyor surveyor
	finder   cellFinder
	tally    tally
	found    []occurrence
}

// NewCollector returns a collector that asks e what spans are. It must be used by one
// goroutine at a time.
func NewCollector(e *Explainer, o Options) *Collector {
	return &Collector{explain: e, options: o, journeys: map[journeyKey]*journey{}}
}

// ForgetSignatures saves memory once the signatures of the spans that were added will not
// come again. It changes no result.
func (c *Collector) ForgetSignatures() { c.explain.forgetSignatures() }

// journey is what is kept of one kind of request.
type journey struct {
	observations []Observation
	service      string // of a root; the least of them by name, which rarely is a choice
	route        string
	sampling     samplingCount
	incomplete   int                        // observations of traces that miss a span
	async        map[int32][]quantile.Value // by number of the kind of work
	sorted       *population                // nil once there are more observations
}

// Add takes the observations out of a trace: where journeys of the plan begin, else its roots.
// It keeps nothing of t but its signatures.
func (c *Collector) Add(t *trace.Trace) {
	c.Ledger.Traces++
	for _, n := range t.Notes {
		c.Ledger.Count(n.Code, 1, trace.Example{Trace: t.ID, Span: n.Span, Amount: n.Amount, Offset: -1})
	}
	r := c.explain.reading
	r.begin(t)
	found := r.planned()
	if len(found) == 0 {
		c.found = byDefault(c.found[:0], t, c.options.KeepIncomplete)
		found = c.found
	}
	if len(found) == 0 {
		c.leftOut.add(LeftOut{1, len(t.Spans)})
	}
	for len(found) > 0 {
		same := 1
		for same < len(found) && found[same].root == found[0].root {
			same++
		}
		c.observe(r, found[:same])
		found = found[same:]
	}
}

// observe takes one observation for each of the occurrences, which share a root.
func (c *Collector) observe(r *reading, at []occurrence) {
	root := at[0].root
	span, m := &r.trace.Spans[root], r.is[root]
	s := c.surveyor.observe(r, root)
	pieces := r.attribute(root)
	for _, occ := range at {
		j := c.journey(c.explain.keyOf(m.root(m.sig), occ))
		o := Observation{
			Trace: r.trace.ID, Root: span.ID, Start: span.Start, Duration: span.Duration(),
			Weight: j.sampling.weigh(r.trace, root, c.options.WeightAttr),
			Failed: span.Flags.Has(trace.Failed), Structure: s.structure,
			Calls: int32(s.calls), Retries: int32(s.retries),
			spent:  c.spend(r, pieces, occ.journey),
			slices: c.slices.number(s.values), tags: c.tagSets.number(s.tags),
		}
		j.beganAt(m.service, m.root(m.sig).route)
		j.observations, j.sorted = append(j.observations, o), nil
		if missesSpans(r.trace, root) {
			j.incomplete++
		}
		c.addOffPath(r, s.offPath, j, o.Weight)
	}
}

// beganAt notes the service and the route of a root.
func (j *journey) beganAt(service, route string) {
	if len(j.observations) == 0 || cmp.Or(cmp.Compare(service, j.service), cmp.Compare(route, j.route)) < 0 {
		j.service, j.route = service, route
	}
}

// missesSpans reports whether a span below an observation may not have been exported: some
// span of the trace has lost its parent, and it is not the observation's own top.
func missesSpans(t *trace.Trace, root int32) bool {
	return len(t.Orphans) > 1 || (len(t.Orphans) == 1 && t.Orphans[0] != root)
}

func (c *Collector) addOffPath(r *reading, spans []dodged, j *journey, w quantile.Weight) {
	for _, d := range spans {
		m := r.is[d.span]
		kind := c.offPath.number(asyncKey{m.service, m.operation, d.why})
		j.async[kind] = append(j.async[kind], quantile.Value{Time: r.trace.Spans[d.span].Duration(), Weight: w})
	}
}

// spend keeps what pieces took, by cell. The layers are those of a journey of the plan, if it
// has any.
func (c *Collector) spend(r *reading, pieces []Piece, journey int) spending {
	layered := journey != unplanned && len(c.explain.plan.Journeys[journey].Layers) > 0
	if layered {
		r.layers(journey)
	}
	c.tally.start()
	for i := range pieces {
		p := &pieces[i]
		layer := defaultLayer(p.Category, p.Cause)
		if layered {
			layer = r.layer(p)
		}
		c.tally.add(c.finder.number(&c.cells, r.is[p.Span], p, layer), p.Duration())
	}
	return c.cells.keep(&c.tally)
}

func (c *Collector) journey(key journeyKey) *journey {
	j := c.journeys[key]
	if j == nil {
		j = &journey{async: map[int32][]quantile.Value{}}
		c.journeys[key] = j
	}
	return j
}
