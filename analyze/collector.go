package analyze

import (
	"cmp"

	"github.com/longpole/longpole/analyze/critpath"
	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/budget"
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
	slices   numbers[string] // values of all slices and the route, joined by sliceGap
	tagSets  numbers[string] // see tagSet
	journeys map[journeyKey]*journey
	leftOut  LeftOut
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
	incomplete   int // observations of traces that miss a span
	async        map[asyncKey][]quantile.Value
}

// Add takes the observations out of a trace: where journeys of the plan begin, else its roots.
func (c *Collector) Add(t *trace.Trace) {
	c.Ledger.Traces++
	for _, n := range t.Notes {
		c.Ledger.Count(n.Code, 1, trace.Example{Trace: t.ID, Span: n.Span, Amount: n.Amount, Offset: -1})
	}
	found := planned(t, c.explain)
	if len(found) == 0 {
		found = byDefault(t, c.options.KeepIncomplete)
	}
	if len(found) == 0 {
		c.leftOut.add(LeftOut{1, len(t.Spans)})
	}
	for len(found) > 0 {
		same := 1
		for same < len(found) && found[same].root == found[0].root {
			same++
		}
		c.observe(t, found[:same])
		found = found[same:]
	}
}

// observe takes one observation for each of the occurrences, which share a root.
func (c *Collector) observe(t *trace.Trace, at []occurrence) {
	root := at[0].root
	r, s := &t.Spans[root], newSurvey(t, root, c.explain)
	pieces, path := attribute(t, root, c.explain)
	for _, occ := range at {
		j := c.journey(c.keyOf(t, occ))
		o := Observation{
			Trace: t.ID, Root: r.ID, Start: r.Start, Duration: r.Duration(),
			Weight: j.sampling.weigh(t, root, c.options.WeightAttr),
			Cells:  c.cellTimes(t, pieces, newNaming(t, path, c.explain, occ.journey)),
			Failed: r.Flags.Has(trace.Failed), Structure: s.structure,
			Calls: int32(s.calls), Retries: int32(s.retries),
			slices: c.slices.number(joinSlices(s.slices)), tags: c.tagSets.number(c.tagSet(s.tags)),
		}
		j.beganAt(r.Sig.Service, budget.Route(r.Sig))
		j.observations = append(j.observations, o)
		if missesSpans(t, root) {
			j.incomplete++
		}
		c.addOffPath(t, root, j, o.Weight)
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

func (c *Collector) addOffPath(t *trace.Trace, root int32, j *journey, w quantile.Weight) {
	offPath(t, root, c.explain.Overrule, func(span int32, why critpath.Verdict) {
		s := &t.Spans[span]
		k := asyncKey{s.Sig.Service, c.explain.of(s.Sig).operation, why}
		j.async[k] = append(j.async[k], quantile.Value{Time: s.Duration(), Weight: w})
	})
}

// A naming names the layer of a piece.
type naming func(*Piece) string

func newNaming(t *trace.Trace, path *critpath.Path, e *Explainer, journey int) naming {
	if journey == unplanned || len(e.plan.Journeys[journey].Layers) == 0 {
		return func(p *Piece) string { return defaultLayer(p.Category, p.Cause) }
	}
	return newLayering(t, path, e, journey).name
}

func (c *Collector) cellTimes(t *trace.Trace, pieces []Piece, layer naming) []CellTime {
	times := make([]CellTime, 0, len(pieces))
	for i := range pieces {
		p := &pieces[i]
		m := c.explain.of(t.Spans[p.Span].Sig)
		cell := Cell{p.Category, p.Cause, m.service, m.operation, p.Callee, layer(p)}
		times = append(times, CellTime{c.cells.number(cell), p.Duration()})
	}
	return sumCells(times)
}

func (c *Collector) journey(key journeyKey) *journey {
	j := c.journeys[key]
	if j == nil {
		j = &journey{async: map[asyncKey][]quantile.Value{}}
		c.journeys[key] = j
	}
	return j
}
