package analyze

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/budget"
)

// Result sums up what was collected, as [Data.Result] does.
func (c *Collector) Result(s Settings) *Result { return c.Data.Result(c.explain.Plan, s) }

// Result sums up what was collected and holds it against the plan that it was collected with,
// which may be nil. It sorts what d holds, and may be asked again.
func (d *Data) Result(plan *budget.Plan, s Settings) *Result { return d.Against(nil, plan, s) }

// Against is Result with a baseline, which may be nil, that regressions are held against. It
// must have been collected with the same plan.
func (d *Data) Against(baseline *Data, plan *budget.Plan, s Settings) *Result {
	s = s.withDefaults()
	plan = cmp.Or(plan, attribute.NoPlan)
	d.foldVarying()
	d.settle()
	if baseline != nil {
		baseline.foldVarying()
		baseline.settle()
	}
	var all samplingCount
	for _, j := range d.journeys {
		all.add(&j.sampling)
	}
	r := &Result{
		Ledger: &d.Ledger, Sampling: all.status(), Weights: d.weights(&all), Biases: d.biases(&all), LeftOut: d.leftOut, Unchosen: d.unchosen,
		Apart: d.apartRows(), Dates: d.dates(),
	}
	for _, j := range d.journeys {
		r.LeftOut.Unfinished += j.unfinished
	}
	keys := d.busiest()
	shown := max(s.Journeys, slices.IndexFunc(append(keys, attribute.Key{}), func(k attribute.Key) bool { return !k.Planned }))
	if len(keys) > shown {
		for _, key := range keys[shown:] {
			r.Others.Journeys++
			r.Others.Observations += len(d.journeys[key].observations)
		}
		keys = keys[:shown]
	}
	d.byTime(keys)
	for _, key := range keys {
		r.Journeys = append(r.Journeys, d.summary(key, plan, s))
	}
	if len(plan.Journeys) > 0 {
		r.Plan, r.Verdicts = plan, d.verdicts(baseline, plan, s)
	}
	for _, j := range d.journeys {
		r.span(j.observations)
	}
	return r
}

// settle judges what only the whole run shows.
func (d *Data) settle() { d.cells.judge(d.evidence.Judge()) }

func (r *Result) span(observations []Observation) {
	for i := range observations {
		start := observations[i].Start
		if r.Observations == 0 {
			r.From, r.To = start, start
		}
		r.From, r.To = min(r.From, start), max(r.To, start)
		r.Observations++
	}
}

// busiest returns the journeys: those of the plan, then the others, of most requests first.
func (d *Data) busiest() []attribute.Key {
	requests := map[attribute.Key]quantile.Weight{}
	for key, j := range d.journeys {
		for i := range j.observations { // a journey whose requests are all unfinished has none
			requests[key] += j.observations[i].Weight
		}
	}
	return slices.SortedFunc(maps.Keys(requests), func(a, b attribute.Key) int {
		return cmp.Or(-compareBools(a.Planned, b.Planned), -cmp.Compare(requests[a], requests[b]), cmp.Compare(a.Journey, b.Journey))
	})
}

func compareBools(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// byTime puts the journeys first that users waited for most in all.
func (d *Data) byTime(keys []attribute.Key) {
	times := map[attribute.Key]quantile.Sum{}
	for _, key := range keys {
		times[key] = total(d.journeys[key].observations)
	}
	slices.SortStableFunc(keys, func(a, b attribute.Key) int { return times[b].Compare(times[a]) })
}

func total(observations []Observation) (s quantile.Sum) {
	for i := range observations {
		s.Add(observations[i].Weight, observations[i].Duration)
	}
	return s
}

func (d *Data) summary(key attribute.Key, plan *budget.Plan, s Settings) Journey {
	j := d.journeys[key]
	p := d.population(key)
	out := Journey{
		Name: key.Journey, Plan: planOf(plan, key), Service: j.service, Route: j.route, Varies: j.varies, Observations: len(j.observations), Incomplete: j.incomplete, Unfinished: j.unfinished, Sampling: j.sampling.status(),
		Requests: p.sample.Total().Float(), Effective: p.sample.Effective(),
		Mean: total(j.observations).Over(p.sample.Total()), Max: p.sample.Max(),
		Tail: p.tail(s.Tail), Rows: p.rowsByGrouping(s.Levels),
	}
	for _, level := range s.Levels {
		at := p.sample.Percentile(level)
		out.Percentiles = append(out.Percentiles, Attributed{at, p.around(at)})
	}
	out.Async = d.asyncOf(j)
	out.Exemplars = p.exemplars(&out.Tail)
	out.Slices = p.slices(s.Levels)
	out.Suspects = d.suspects.Find(len(p.observations), p.sample.Rank(out.Tail.Level), func(i int) int32 { return p.observations[i].tags })
	return out
}

func durations(observations []Observation) *quantile.Sample {
	values := make([]quantile.Value, len(observations))
	for i := range observations {
		values[i] = quantile.Value{Time: observations[i].Duration, Weight: observations[i].Weight}
	}
	return quantile.NewSample(values)
}

// asyncOf returns the work of a journey that nobody waited for, the most time first.
func (d *Data) asyncOf(j *journey) []Async {
	out := make([]Async, 0, len(j.async))
	for kind, values := range j.async {
		out = append(out, newAsync(d.offPath.All[kind], values))
	}
	slices.SortFunc(out, func(a, b Async) int {
		return cmp.Or(
			-cmp.Compare(a.P50*time.Duration(a.Count), b.P50*time.Duration(b.Count)),
			cmp.Compare(a.Service, b.Service), cmp.Compare(a.Operation, b.Operation), cmp.Compare(a.Why, b.Why),
		)
	})
	return out
}

// planOf returns what the plan says of a journey; nil if it says nothing.
func planOf(plan *budget.Plan, key attribute.Key) *budget.Journey {
	if !key.Planned {
		return nil
	}
	j, err := plan.Journey(key.Journey)
	if err != nil {
		return nil
	}
	return j
}
