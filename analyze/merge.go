package analyze

import (
	"cmp"
	"slices"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/bounded"
	"github.com/longpole/longpole/internal/intern"
	"github.com/longpole/longpole/trace"
)

// Merge adds what other collected.
func (c *Collector) Merge(other *Collector) { c.Data.Merge(other.Data) }

// Evidence returns what the requests show together of who waits for whom.
func (d *Data) Evidence() *attribute.Evidence { return d.evidence }

// Account adds what a ledger of reading says.
func (d *Data) Account(l *trace.Ledger) { d.Ledger.Merge(l) }

// Merge adds what other holds, which must have been collected with the same plan.
func (d *Data) Merge(other *Data) {
	d.Ledger.Merge(&other.Ledger)
	d.leftOut.add(other.leftOut)
	d.unchosen.Add(other.unchosen)
	d.evidence.Merge(other.evidence)
	d.structures.Merge(&other.structures)
	if d.found != nil && other.found != nil {
		d.found.Merge(other.found)
	}
	if d.costs != nil && other.costs != nil {
		d.costs.Merge(other.costs)
	}
	for key, theirs := range other.apart {
		d.apart.of(key).add(theirs)
	}
	r := d.renumbering(other)
	stacked := d.stacks.Merge(&other.stacks, r.cells)
	for key, theirs := range other.journeys {
		d.mergeJourney(d.journey(key), other, theirs, &r, stacked)
	}
	d.keepLimits()
}

// mergeJourney adds the requests of a journey of other data.
func (d *Data) mergeJourney(j *journey, other *Data, theirs *journey, r *renumbering, stacked int32) {
	j.beganAt(theirs.service, theirs.route)
	j.vital = max(j.vital, theirs.vital)
	j.shifts.Merge(&theirs.shifts)
	if j.whole != nil || theirs.whole != nil {
		wholeOf(d, j).Merge(wholeOf(other, theirs))
		j.cut = min(j.cut, theirs.cut)
		sift(d, j)
	}
	j.observations, j.sorted = slices.Grow(j.observations, len(theirs.observations)), nil
	for i := range theirs.observations {
		o := theirs.observations[i]
		if j.cut < bounded.All && o.hash() > j.cut {
			continue
		}
		o.spent = d.cells.Copy(&other.cells.Store, o.spent, r.cells)
		if o.stacks > 0 {
			o.stacks += stacked
		}
		o.slices, o.tags, o.waited = r.slices[o.slices], r.tagSets[o.tags], r.waited[o.waited]
		j.observations = append(j.observations, o)
		d.kept++
	}
	j.sampling.add(&theirs.sampling)
	j.incomplete += theirs.incomplete
	j.unfinished += theirs.unfinished
	for k, times := range theirs.async {
		j.asyncOf(r.offPath[k]).merge(times)
	}
}

// A renumbering says which numbers what the tables of some data hold has in those of others.
type renumbering struct{ cells, slices, tagSets, waited, offPath []int32 }

func (d *Data) renumbering(other *Data) renumbering {
	mine, theirs := d.properties, other.properties
	values := mine.Values.Renumber(&theirs.Values)
	cells, tags := d.cells.Renumber(&other.cells.Numbers), mine.Tags.Renumber(&theirs.Tags)
	return renumbering{
		cells:   cells,
		waited:  d.waited.Renumber(&other.waited, cells, tags),
		offPath: d.offPath.Renumber(&other.offPath),
		slices:  d.slices.Renumber(&other.slices, func(list []int32) { intern.Replace(list, values) }),
		tagSets: d.tagSets.Renumber(&other.tagSets, tags.Replace),
	}
}

// MostRuns is how many runs can be told apart.
const MostRuns = 1<<16 - 1

// RunsRead returns how many runs were joined; none where they are not told apart.
func (d *Data) RunsRead() int { return d.runs }

// OfRuns joins what was collected of some runs with the same plan, of one at least, and takes it over.
// It knows which run each request is of.
func OfRuns(runs ...*Data) *Data {
	all := runs[0]
	for i, d := range runs {
		for _, j := range d.journeys {
			for k := range j.observations {
				j.observations[k].Run = uint16(i + 1)
			}
		}
		if i > 0 {
			all.Merge(d)
		}
	}
	all.runs = len(runs)
	return all
}

// Arrange puts what d holds in an order that depends on its requests alone: not on which of them were met first, nor
// on how they were divided. Nobody may collect into it any more.
func (d *Data) Arrange() {
	d.keepLimits()
	m := marked(d)
	tags := d.properties.Tags.Arrange(m.sets)
	r := renumbering{
		cells:   d.cells.Arrange(m.cells, func(a, b Cell) int { return CompareCells(&a, &b) }),
		offPath: d.offPath.Arrange(m.offPath, compareAsyncKeys),
		tagSets: d.tagSets.Arrange(m.tagSets, func(list []int32) []int32 {
			tags.Replace(list)
			return slices.Compact(list)
		}),
	}
	values := d.properties.Values.Arrange()
	r.slices = d.slices.Arrange(m.slices, func(list []int32) []int32 {
		intern.Replace(list, values)
		return list
	})
	r.waited = d.waited.Arrange(m.waited, r.cells, tags, d.properties.Tags.SomeAreOther())
	d.evidence.Arrange()
	for _, j := range d.journeys {
		j.sorted = nil
		for i := range j.observations {
			o := &j.observations[i]
			d.cells.Rearrange(o.spent, r.cells)
			o.slices, o.tags, o.waited = r.slices[o.slices], r.tagSets[o.tags], r.waited[o.waited]
		}
		slices.SortFunc(j.observations, func(a, b Observation) int { return a.Compare(&b) })
		renumbered := map[int32]*async{}
		for kind, times := range j.async {
			renumbered[r.offPath[kind]] = times
		}
		j.async = renumbered
	}
	d.layerTimes = layerTimes{}
	d.cells.forget()
}

// marks say what of the tables of some data its requests refer to. Of cells and values all are of some request, also of
// those that are not kept.
type marks struct{ cells, sets, slices, tagSets, waited, offPath []bool }

func marked(d *Data) marks {
	m := marks{
		make([]bool, len(d.cells.All)), make([]bool, d.properties.Tags.Sets.Count()),
		make([]bool, d.slices.Count()), make([]bool, d.tagSets.Count()), make([]bool, d.waited.Len()), make([]bool, len(d.offPath.All)),
	}
	for i := range m.cells {
		m.cells[i] = true
	}
	for _, j := range d.journeys {
		for i := range j.observations {
			o := &j.observations[i]
			m.slices[o.slices], m.tagSets[o.tags], m.waited[o.waited] = true, true, true
		}
		for kind := range j.async {
			m.offPath[kind] = true
		}
	}
	var list []int32
	for n := range d.tagSets.Count() {
		if list = list[:0]; m.tagSets[n] {
			list = d.tagSets.AppendTo(list, int32(n))
		}
		for _, v := range list {
			if v < 0 {
				m.sets[^v] = true
			}
		}
	}
	d.waited.Mark(m.waited, m.sets)
	return m
}

func compareAsyncKeys(a, b asyncKey) int {
	return cmp.Or(cmp.Compare(a.service, b.service), cmp.Compare(a.operation, b.operation), cmp.Compare(a.why, b.why))
}
