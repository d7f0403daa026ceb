package analyze

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/bounded"
	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/analyze/spending"
	"github.com/longpole/longpole/analyze/stacks"
	"github.com/longpole/longpole/analyze/structure"
	"github.com/longpole/longpole/analyze/suspects"
	"github.com/longpole/longpole/internal/intern"
	"github.com/longpole/longpole/internal/wire"
	"github.com/longpole/longpole/trace"
)

// An Observation is one request of a journey, as far as its percentiles need it. It holds no
// pointer, so that millions of them cost the garbage collector nothing.
type Observation struct {
	Trace    trace.ID
	Root     trace.SpanID
	Start    trace.Time
	Duration time.Duration
	Weight   quantile.Weight
	// Structure is equal for observations that made the same calls, however often and in
	// whatever order.
	Structure uint64
	Calls     int32  // to elsewhere, in all of the observation
	Retries   int32  // of them, that repeated one that had failed
	Failed    bool   // as the root span's status or its answer says
	Alone     bool   // no other request begins in the trace
	Run       uint16 // that it is of, from 1; 0 where runs are not told apart
	spent     spending.Ref
	slices    int32 // of the collector's table of slices
	waited    int32 // of the collector's table of what requests waited for
	tags      int32 // of the collector's table of sets of tags
	stacks    int32 // of the collector's table of stacks, from 1; 0 where they are not kept
}

// Compare orders observations by duration, and those that tie in a way that does not depend
// on the order of reading.
func (o *Observation) Compare(p *Observation) int {
	if c := cmp.Compare(o.Duration, p.Duration); c != 0 {
		return c
	}
	return cmp.Or(
		o.Trace.Compare(p.Trace),
		cmp.Compare(o.Root, p.Root),
	)
}

// Requests are those of one journey, in order of duration, for whoever compares them with others.
// They must not be changed.
type Requests struct{ p *population }

// RequestsOf returns the requests of a journey; none if no trace has it. The data must have been
// asked for its result: before that, nobody knows which time was a queue.
func (d *Data) RequestsOf(journey *Journey) Requests {
	return Requests{d.population(attribute.Key{Planned: journey.Plan != nil, Journey: journey.Name})}
}

// All returns the requests.
func (r Requests) All() []Observation { return r.p.observations }

// Sample returns their durations.
func (r Requests) Sample() *quantile.Sample { return r.p.sample }

// Spent returns the numbers of the cells that a request spent time on, each once, and the times,
// which sum to its duration. They are valid until the next call.
func (r Requests) Spent(o *Observation) (cells []int32, times []time.Duration) {
	return r.p.cells.spent(o)
}

// Cells returns the cells by their numbers.
func (r Requests) Cells() []Cell { return r.p.cells.All }

// Stacks returns below which calls requests spent their time, if that was kept.
func (r Requests) Stacks() *stacks.Table { return &r.p.data.stacks }

// Stacked returns the places of the table of stacks that a request spent time on, each once, and the times, which
// sum to its duration.
func (r Requests) Stacked(o *Observation) (places []int32, times []time.Duration) {
	return r.p.data.stacks.Of(o.stacks)
}

// JudgedAs returns the cell that one was judged to be, once all requests were known.
func (r Requests) JudgedAs(cell int32) int32 { return r.p.cells.judgedAs(cell) }

// Typical returns the requests in the middle, whose mean a typical one is.
func (r Requests) Typical() []Observation { return r.p.typical() }

// Structures returns what the requests of all journeys did.
func (d *Data) Structures() *structure.Table { return &d.structures }

// Blocks numbers the blocks of time that the requests are in, in their order, from 0 and without
// gaps; length is how long one is.
func (r Requests) Blocks() (number []int, length time.Duration) {
	all := subset{}
	for i := range r.p.observations {
		all.observations = append(all.observations, &r.p.observations[i])
	}
	return all.blocks()
}

// Runs numbers the runs that the requests are of, in their order, from 0 and without gaps, and says how
// many there are: one where runs are not told apart.
func (r Requests) Runs() (number []int, n int) {
	known := map[uint16]int{}
	for i := range r.p.observations {
		known[r.p.observations[i].Run] = 0
	}
	for k, run := range slices.Sorted(maps.Keys(known)) {
		known[run] = k
	}
	for i := range r.p.observations {
		number = append(number, known[r.p.observations[i].Run])
	}
	return number, len(known)
}

// ByRun returns a percentile of each run that has any of the requests.
func (r Requests) ByRun(l quantile.Level) []time.Duration {
	all := r.p.subset("")
	return all.byRun(l)
}

// Overlap counts the requests that another set has, too.
func (r Requests) Overlap(other Requests) int { return r.p.shared(other.p) }

// A Lister lists properties of a request, each once. A list is valid until the next one.
type Lister func(o *Observation) []attribute.Tag

// Tags returns what lists the properties of all that a request did.
func (r Requests) Tags() Lister {
	d := r.p.data
	each := suspects.EachTag(&d.properties.Tags, &d.tagSets)
	return d.lister(func(o *Observation) []int32 { return each(o.tags) })
}

// WaitedFor returns what lists the properties of what a request waited for in some cells, by their
// numbers.
func (r Requests) WaitedFor(in []bool) Lister {
	d := r.p.data
	each := d.waited.EachTag(&d.properties.Tags, d.cells.asMet(in))
	return d.lister(func(o *Observation) []int32 { return each(o.waited) })
}

// lister lists the tags that have numbers, without those that say what was called.
func (d *Data) lister(numbers func(o *Observation) []int32) Lister {
	var tags []attribute.Tag
	return func(o *Observation) []attribute.Tag {
		tags = tags[:0]
		for _, n := range numbers(o) {
			if tag := d.properties.Tags.All[n]; tag.Key != attribute.Calls && tag.Value != bounded.Other {
				tags = append(tags, tag)
			}
		}
		return tags
	}
}

// leastObservation is how many bytes a request takes at least: one in most columns.
const leastObservation = 20

// codeObservations is the requests of a journey, in columns.
func codeObservations(c *wire.Coder, d *Data, j *journey) {
	n := c.Len(len(j.observations), leastObservation)
	if c.Reading() {
		j.observations = make([]Observation, n)
	}
	all := j.observations
	column := func(code func(o *Observation)) {
		for i := range all {
			code(&all[i])
		}
	}
	var last Observation
	column(func(o *Observation) {
		id := wire.ID{o.Trace.Hi, o.Trace.Lo, uint64(o.Root)}
		c.ID(&id)
		o.Trace, o.Root = trace.ID{Hi: id[0], Lo: id[1]}, trace.SpanID(id[2])
	})
	column(func(o *Observation) {
		more := o.Duration - last.Duration
		if wire.Num(c, &more); more < 0 {
			c.Fail("requests are in no order")
		}
		o.Duration = last.Duration + more
		last.Duration = o.Duration
	})
	column(func(o *Observation) {
		since := o.Start - last.Start
		wire.Num(c, &since)
		o.Start = last.Start + since
		last.Start = o.Start
	})
	column(func(o *Observation) { o.Weight.Code(c) })
	column(func(o *Observation) { wire.Fixed(c, &o.Structure) })
	column(func(o *Observation) { wire.Num(c, &o.Calls) })
	column(func(o *Observation) { wire.Num(c, &o.Retries) })
	column(func(o *Observation) { c.Bool(&o.Failed) })
	column(func(o *Observation) { c.Bool(&o.Alone) })
	codeNumbers(c, d, column)
	d.cells.Store.Code(c, n, len(d.cells.All), func(i int) *spending.Ref { return &all[i].spent })
	if c.Reading() {
		checkObservations(c, d, j)
	}
}

// codeNumbers is where the rest of each request stands in tables.
func codeNumbers(c *wire.Coder, d *Data, column func(func(*Observation))) {
	number := func(v *int32, of int) {
		if wire.Num(c, v); *v < 0 || int(*v) >= of {
			c.Fail("a request has what there is not")
			*v = 0
		}
	}
	column(func(o *Observation) { number(&o.slices, d.slices.Count()) })
	column(func(o *Observation) { number(&o.tags, d.tagSets.Count()) })
	column(func(o *Observation) { number(&o.waited, d.waited.Len()) })
}

// checkObservations refuses requests that no trace can show.
func checkObservations(c *wire.Coder, d *Data, j *journey) {
	all := j.observations
	if j.whole != nil && (j.whole.Requests < len(all) || len(all) == 0) {
		c.Fail("more requests are kept than there are, or none")
		return
	}
	var met intern.Marks
	for i := range all {
		cells, times := d.cells.Of(all[i].spent)
		left := all[i].Duration
		met.Start()
		for k, t := range times {
			left -= t
			if t < 0 || !met.First(cells[k]) {
				c.Fail("time is spent twice, or less than none")
				return
			}
		}
		if all[i].hash() > j.cut {
			c.Fail("a request is kept that was left out")
			return
		}
		if left != 0 {
			c.Fail("what a request spent is not what it took")
			return
		}
	}
}
