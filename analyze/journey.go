package analyze

import (
	"cmp"
	"strings"
	"time"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/bounded"
	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/analyze/vitals"
	"github.com/longpole/longpole/internal/intern"
	"github.com/longpole/longpole/trace"
	"github.com/longpole/longpole/trace/page"
)

// journey is what is kept of one kind of request: all of them, or those with hashes up to cut and what is known of the
// whole.
type journey struct {
	observations []Observation
	cut          uint64         // bounded.All while all are kept
	whole        *bounded.Whole // nil then
	service      string         // of a root; the least of them by name, which rarely is a choice
	route        string
	varies       bool // it is known by all names of the run only
	sampling     samplingCount
	incomplete   int              // observations of traces that miss a span
	unfinished   int              // requests that are no observations, for nobody knows how long they took
	async        map[int32]*async // by number of the kind of work
	sorted       *population      // nil once there are more observations
	vital        string           // that the requests are measured by, of pages and interactions, or vitals.Event; empty for others
	shifts       vitals.Shifts    // of the layouts of pages

	// While requests are collected:
	tries  int             // to keep less once it has so many observations
	told   int             // requests that the pool knows of
	counts *bounded.Counts // of all collectors; nil while few are kept here
}

func newJourney(l bounded.Limits) *journey {
	return &journey{cut: bounded.All, async: map[int32]*async{}, tries: l.Journey / 8}
}

// beganAt notes the service and the route of a root.
func (j *journey) beganAt(service, route string) {
	if j.requests() == 0 || cmp.Or(cmp.Compare(service, j.service), cmp.Compare(route, j.route)) < 0 {
		j.service, j.route = service, route
	}
}

// rates notes what rates a page, or an interaction with one, beside its time.
func (j *journey) rates(root *trace.Span, w quantile.Weight) {
	switch {
	case strings.HasPrefix(root.Sig.Scope, "@opentelemetry/instrumentation-user-interaction"):
		j.vital = max(j.vital, vitals.Event)
		return
	case root.Sig.Scope != page.Scope:
		return
	case root.Sig.Name == page.Root:
		j.vital = max(j.vital, vitals.LCP)
	default:
		j.vital = max(j.vital, vitals.INP)
	}
	if hundredths, ok := page.ShiftOf(root); ok {
		j.shifts.Add(hundredths, w)
	}
}

// rated rates the requests of a journey by the vitals that are known of them.
func (p *population) rated(j *journey) (out []vitals.Rated) {
	if j.vital == "" || j.vital == vitals.Event || p.all.Len() == 0 {
		return nil
	}
	out = append(out, vitals.OfTimes(j.vital, p.all, j.requests()))
	if r, ok := j.shifts.Rated(); ok {
		out = append(out, r)
	}
	return out
}

// requests returns how many there are.
func (j *journey) requests() int {
	if j.whole != nil {
		return j.whole.Requests
	}
	return len(j.observations)
}

// sampledFrom returns how many requests there are if not all are kept, else 0.
func (j *journey) sampledFrom() int {
	if j.whole == nil {
		return 0
	}
	return j.whole.Requests
}

// weight returns what all requests weigh.
func (j *journey) weight() (all quantile.Weight) {
	if j.whole != nil {
		return j.whole.Weight
	}
	for i := range j.observations {
		all += j.observations[i].Weight
	}
	return all
}

// total returns how long all requests took together.
func (j *journey) total() (s quantile.Sum) {
	if j.whole != nil {
		return j.whole.Durations
	}
	for i := range j.observations {
		s.Add(j.observations[i].Weight, j.observations[i].Duration)
	}
	return s
}

// span returns when the first and the last of the requests began, of which there must be one.
func (j *journey) span() (from, to trace.Time) {
	if j.whole != nil {
		return j.whole.First, j.whole.Last
	}
	from, to = j.observations[0].Start, j.observations[0].Start
	for i := range j.observations {
		from, to = min(from, j.observations[i].Start), max(to, j.observations[i].Start)
	}
	return from, to
}

// hash decides whether an observation is kept.
func (o *Observation) hash() uint64 { return bounded.Hash(o.Trace, o.Root) }

func (o *Observation) request() *bounded.Request {
	return &bounded.Request{Trace: o.Trace, Root: o.Root, Start: o.Start, Duration: o.Duration, Weight: o.Weight, Failed: o.Failed, Alone: o.Alone}
}

// wholeOf counts all requests, of which none was left out yet, so that some can be.
func wholeOf(d *Data, j *journey) *bounded.Whole {
	if j.whole != nil {
		return j.whole
	}
	j.whole = &bounded.Whole{}
	for i := range j.observations {
		o := &j.observations[i]
		cells, times := d.cells.Of(o.spent)
		d.count(j.whole, o.request(), cells, times)
	}
	return j.whole
}

// count counts a request, and what it spent on cells.
func (d *Data) count(w *bounded.Whole, r *bounded.Request, cells []int32, times []time.Duration) {
	w.Add(r)
	for i, layer := range d.layerTimes.of(&d.cells, cells, times) {
		if layer > 0 {
			w.AddLayer(d.layerTimes.layers.All[i], layer, r.Weight)
		}
	}
}

// leaveOut leaves out the observations with hashes above cut.
func leaveOut(d *Data, j *journey, cut uint64) {
	if cut >= j.cut {
		return
	}
	wholeOf(d, j)
	j.cut, d.sampled = cut, true
	sift(d, j)
}

// sift drops the observations above the cut, and gives back their memory.
func sift(d *Data, j *journey) {
	before := len(j.observations)
	kept := j.observations[:0]
	for i := range j.observations {
		o := &j.observations[i]
		if o.hash() > j.cut {
			d.cells.Drop(o.spent)
			d.stacks.Drop(o.stacks)
			continue
		}
		kept = append(kept, *o)
	}
	j.observations, j.sorted = kept, nil
	d.kept -= before - len(kept)
}

// keepAtMost leaves out all but the n observations with the least hashes, if there are more requests.
func keepAtMost(d *Data, j *journey, n int) {
	if j.requests() <= n || len(j.observations) < n {
		return
	}
	hashes := make([]uint64, len(j.observations))
	for i := range j.observations {
		hashes[i] = j.observations[i].hash()
	}
	leaveOut(d, j, bounded.Cut(hashes, n))
}

// keepLimits leaves out what the limits do not let be kept of each journey. What is left depends on nothing but which
// requests there were.
func (d *Data) keepLimits() {
	d.properties.Tags.KeepMost()
	d.properties.Values.KeepMost()
	n := fairOf(d)
	for _, j := range d.journeys {
		keepAtMost(d, j, n)
	}
	keepTimes(d)
	tidy(d)
	d.forget()
}

// keepTimes does the same for times that are no requests.
func keepTimes(d *Data) {
	all := timesOf(d)
	counts := make([]int, len(all))
	for i, t := range all {
		counts[i] = t.Count
	}
	n := d.limits.Fair(counts)
	for _, t := range all {
		d.keptTimes -= t.KeepAtMost(n)
	}
}

func timesOf(d *Data) (all []*bounded.Times) {
	for _, j := range d.journeys {
		for _, a := range j.async {
			all = append(all, &a.took, &a.lay)
		}
	}
	for _, a := range d.apart {
		all = append(all, &a.took)
	}
	return all
}

// fairOf returns how many requests of each journey may be kept.
func fairOf(d *Data) int {
	counts := make([]int, 0, len(d.journeys))
	for _, j := range d.journeys {
		counts = append(counts, j.requests())
	}
	return d.limits.Fair(counts)
}

// makeRoom leaves out requests while they are collected, so that little more are kept than may be in the end.
func (c *Collector) makeRoom(key attribute.Key, j *journey) {
	if len(j.observations) >= j.tries {
		if j.counts == nil {
			j.counts = c.pool.Of(key)
			for i := range j.observations {
				j.counts.Add(j.observations[i].hash())
			}
		}
		leaveOut(c.Data, j, j.counts.Cut(c.limits.Journey))
		tidy(c.Data)
		j.tries = len(j.observations) + step(c.limits.Journey)
	}
	if c.kept+c.keptTimes >= c.tries {
		c.makeRoomInAll()
		c.tries = c.kept + c.keptTimes + step(c.limits.All)
	}
}

// step is how many more are collected than were kept before some are left out again.
func step(limit int) int { return max(limit/16, 1) }

func (c *Collector) makeRoomInAll() {
	for key, j := range c.journeys {
		c.pool.Of(key).Tell(j.requests() - j.told)
		j.told = j.requests()
	}
	n := c.limits.Fair(c.pool.Requests())
	for _, j := range c.journeys {
		if j.counts != nil {
			leaveOut(c.Data, j, j.counts.Cut(n))
		}
		keepAtMost(c.Data, j, n)
	}
	keepTimes(c.Data)
	tidy(c.Data)
}

// absorb adds the requests of another journey of the same data.
func (d *Data) absorb(j, o *journey) {
	j.beganAt(o.service, o.route)
	if j.whole != nil || o.whole != nil {
		wholeOf(d, j).Merge(wholeOf(d, o))
	}
	j.observations, j.sorted = append(j.observations, o.observations...), nil
	if cut := min(j.cut, o.cut); cut < bounded.All {
		j.cut = cut
		sift(d, j)
	}
	j.sampling.add(&o.sampling)
	j.incomplete += o.incomplete
	j.unfinished += o.unfinished
	for kind, theirs := range o.async {
		j.asyncOf(kind).merge(theirs)
	}
}

// timed is how long a span took, or lay.
func timed(t *trace.Trace, span int32, d time.Duration, w quantile.Weight) bounded.Timed {
	return bounded.Timed{Value: quantile.Value{Time: d, Weight: w}, Hash: bounded.Hash(t.ID, t.Spans[span].ID)}
}

func (j *journey) asyncOf(kind int32) *async {
	a := j.async[kind]
	if a == nil {
		a = &async{}
		j.async[kind] = a
	}
	return a
}

// layerTimes sums up what one request after the other spent on layers, as they are named before all were judged.
type layerTimes struct {
	layers intern.Numbers[string]
	layer  []int32         // by cell
	times  []time.Duration // by layer
}

// of returns the times by number of the layer. They are valid until the next call.
func (l *layerTimes) of(t *cellTable, cells []int32, times []time.Duration) []time.Duration {
	for n := len(l.layer); n < len(t.All); n++ {
		l.layer = append(l.layer, l.layers.Number(t.All[n].Layer))
	}
	l.times = intern.Resized(l.times, len(l.layers.All))
	clear(l.times)
	for i, cell := range cells {
		l.times[l.layer[cell]] += times[i]
	}
	return l.times
}

// tidy renumbers what only observations that are kept need, once most of it is of others.
func tidy(d *Data) {
	for _, t := range []struct {
		lists *intern.Lists
		at    func(*Observation) *int32
	}{
		{&d.slices, func(o *Observation) *int32 { return &o.slices }},
		{&d.tagSets, func(o *Observation) *int32 { return &o.tags }},
		{d.waited.Lists(), func(o *Observation) *int32 { return &o.waited }},
	} {
		if t.lists.Count() > 2*d.kept+1000 {
			renumberLists(d, t.lists, t.at)
		}
	}
}

// renumberLists forgets the lists that no observation has.
func renumberLists(d *Data, lists *intern.Lists, at func(*Observation) *int32) {
	var needed intern.Lists
	to := make([]int32, lists.Count()) // numbers from 1
	for _, j := range d.journeys {
		for i := range j.observations {
			n := at(&j.observations[i])
			if to[*n] == 0 {
				to[*n] = needed.Number(lists.Of(*n)) + 1
			}
			*n = to[*n] - 1
		}
	}
	*lists = needed
}
