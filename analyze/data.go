package analyze

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/bounded"
	"github.com/longpole/longpole/analyze/cost"
	"github.com/longpole/longpole/analyze/detect"
	"github.com/longpole/longpole/analyze/stacks"
	"github.com/longpole/longpole/analyze/structure"
	"github.com/longpole/longpole/analyze/suspects"
	"github.com/longpole/longpole/analyze/varying"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/internal/intern"
	"github.com/longpole/longpole/internal/wire"
	"github.com/longpole/longpole/trace"
)

// Data is what was collected of many requests: plain values that know neither the spans nor
// who collected them. Data of different traces of one run merge, in any order, into what would
// have been collected of all; those of two runs can be compared, see [Compare].
type Data struct {
	Ledger     trace.Ledger
	by         []budget.SliceBy // what slices holds the values of; the route follows
	properties *attribute.Properties
	cells      cellTable
	slices     intern.Lists // values of all slices and the route, by their numbers
	tagSets    intern.Lists // tags of requests, see attribute.Structure
	offPath    intern.Numbers[asyncKey]
	journeys   map[attribute.Key]*journey
	leftOut    LeftOut
	unchosen   attribute.Unchosen
	evidence   *attribute.Evidence
	structures structure.Table // empty unless the options ask for them
	stacks     stacks.Table    // empty unless the options ask for them
	apart      apartCounts
	byOutcome  bool   // requests were chosen by how they went
	weightAttr string // by which requests are weighed; empty for their thresholds
	waited     suspects.Waited
	suspects   suspects.Finder
	found      *detect.Survey // nil where nobody looks for findings
	costs      *cost.Tally    // nil where nobody asks
	runs       int            // that it is joined from; 0 where they are not told apart

	limits     bounded.Limits // of requests that are kept
	sampled    bool           // some are left out
	kept       int            // of them
	keptTimes  int            // of what is no request
	layerTimes layerTimes
}

func newData(e *attribute.Explainer) *Data {
	d := &Data{by: e.Plan.Slices, properties: e.Properties, evidence: e.Evidence, journeys: map[attribute.Key]*journey{}, apart: apartCounts{}}
	d.suspects = suspects.Finder{Tags: &d.properties.Tags, Sets: &d.tagSets}
	return d
}

func (d *Data) journey(key attribute.Key) *journey {
	j := d.journeys[key]
	if j == nil {
		j = newJourney(d.limits)
		d.journeys[key] = j
	}
	return j
}

// foldVarying gives journeys one name whose names differ only in what varies. What an id looks
// like is not always what ids look like, and only all names of a run show it; so this waits until
// all requests are known. Doing it again changes nothing.
func (d *Data) foldVarying() {
	var keys []attribute.Key
	var names []varying.Name
	for _, key := range slices.SortedFunc(maps.Keys(d.journeys), compareKeys) {
		if !key.Planned {
			keys, names = append(keys, key), append(names, varying.Name{Text: key.Journey, Requests: d.journeys[key].requests()})
		}
	}
	joined := map[string][]attribute.Key{}
	for i, name := range varying.Fold(names) {
		joined[name] = append(joined[name], keys[i])
	}
	for name, keys := range joined {
		d.rename(name, keys)
	}
}

func compareKeys(a, b attribute.Key) int {
	return cmp.Or(attribute.CompareBools(a.Planned, b.Planned), cmp.Compare(a.Journey, b.Journey))
}

// rename joins journeys, which are in order, into one of that name.
func (d *Data) rename(name string, keys []attribute.Key) {
	if len(keys) == 1 && keys[0].Journey == name {
		return
	}
	joined := newJourney(d.limits)
	for _, key := range keys {
		d.absorb(joined, d.journeys[key])
		delete(d.journeys, key)
	}
	if route, found := strings.CutPrefix(name, joined.service+" "); found {
		joined.route, joined.varies = route, true
	}
	d.journeys[attribute.Key{Journey: name}] = joined
}

// NewData returns data of no request, of a plan that may be nil, for [Code] to fill.
func NewData(rules *category.Rules, plan *budget.Plan, o attribute.Options) *Data {
	return NewCollector(attribute.NewPlanExplainer(rules, plan), o).Data
}

// Code is what was collected, which is arranged, but for the ledger. What is read into data that is not empty replaces it.
func Code(c *wire.Coder, d *Data) {
	wire.Counts(c, &d.leftOut.Traces, &d.leftOut.Spans, &d.leftOut.Unfinished)
	d.unchosen.Code(c)
	codeTables(c, d)
	wire.Map(c, &d.journeys, compareKeys, func(k *attribute.Key) {
		c.Bool(&k.Planned)
		wire.Text(c, &k.Journey)
	}, func(j **journey) {
		if c.Reading() {
			*j = newJourney(d.limits)
		}
		codeJourney(c, d, *j)
	})
	wire.Map(c, (*map[apartKey]*apartCount)(&d.apart), compareApart, func(k *apartKey) {
		wire.Text(c, &k.name)
		wire.Text(c, &k.why)
	}, func(a **apartCount) {
		if c.Reading() {
			*a = &apartCount{}
		}
		wire.Counts(c, &(*a).count)
		(*a).took.Code(c)
	})
	d.evidence.Code(c)
	d.structures.Code(c)
	if c.Reading() {
		keptAll(d)
	}
	found, costs := d.found != nil, d.costs != nil
	c.Bool(&found)
	c.Bool(&costs)
	if found != (d.found != nil) || costs != (d.costs != nil) {
		c.Fail("it was collected for other answers")
		return
	}
	if found {
		d.found.Code(c)
	}
	if costs {
		d.costs.Code(c)
	}
}

// keptAll counts what is kept.
func keptAll(d *Data) {
	for _, j := range d.journeys {
		d.kept += len(j.observations)
	}
	for _, t := range timesOf(d) {
		d.keptTimes += len(t.Kept)
	}
}

// Without forgets what findings and costs were collected, where an answer is not to have them.
func Without(d *Data, findings, costs bool) {
	if findings {
		d.found = nil
	}
	if costs {
		d.costs = nil
	}
}

// codeTables is what requests refer to by numbers.
func codeTables(c *wire.Coder, d *Data) {
	d.cells.code(c)
	d.properties.Code(c)
	d.slices.Code(c, func(_ int32, i int, v int32) bool {
		return i <= len(d.by) && v >= 0 && int(v) < len(d.properties.Values.All)
	})
	for n := range d.slices.Count() {
		if d.slices.Len(int32(n)) != len(d.by)+1 {
			c.Fail("a request has too few values")
			return
		}
	}
	d.tagSets.Code(c, func(_ int32, _ int, v int32) bool { return d.properties.Tags.Has(v) })
	d.waited.Code(c, len(d.cells.All), &d.properties.Tags)
	d.offPath.Code(c, func(k *asyncKey) { k.code(c) })
}

// codeWhole is what is known of all requests, where not all are kept.
func codeWhole(c *wire.Coder, j *journey) {
	some := j.whole != nil
	if c.Bool(&some); !some {
		return
	}
	if c.Reading() {
		j.whole = &bounded.Whole{}
	}
	wire.Fixed(c, &j.cut)
	j.whole.Code(c)
}

func codeJourney(c *wire.Coder, d *Data, j *journey) {
	wire.Text(c, &j.service)
	wire.Text(c, &j.route)
	wire.Text(c, &j.vital)
	j.shifts.Code(c)
	j.sampling.code(c)
	wire.Counts(c, &j.incomplete, &j.unfinished)
	wire.Map(c, &j.async, cmp.Compare[int32], func(kind *int32) {
		if wire.Num(c, kind); *kind < 0 || int(*kind) >= len(d.offPath.All) {
			c.Fail("work is of no kind")
		}
	}, func(a **async) {
		if c.Reading() {
			*a = &async{}
		}
		(*a).took.Code(c)
		(*a).lay.Code(c)
	})
	codeWhole(c, j)
	codeObservations(c, d, j)
}
