package analyze

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/budget"
)

// Result sums up what was collected. It sorts what the collector holds, and may be asked again.
func (c *Collector) Result(s Settings) *Result {
	s = s.withDefaults()
	var all samplingCount
	for _, j := range c.journeys {
		all.add(&j.sampling)
	}
	r := &Result{Ledger: &c.Ledger, Sampling: all.status(), Biases: c.biases(&all), LeftOut: c.leftOut}
	keys := c.busiest()
	shown := max(s.Journeys, slices.IndexFunc(append(keys, journeyKey{}), func(k journeyKey) bool { return !k.planned }))
	if len(keys) > shown {
		for _, key := range keys[shown:] {
			r.Others.Journeys++
			r.Others.Observations += len(c.journeys[key].observations)
		}
		keys = keys[:shown]
	}
	c.byTime(keys)
	for _, key := range keys {
		r.Journeys = append(r.Journeys, c.summary(key, s))
	}
	if len(c.explain.plan.Journeys) > 0 {
		r.Plan, r.Verdicts = c.explain.plan, c.verdicts(s)
	}
	for _, j := range c.journeys {
		r.span(j.observations)
	}
	return r
}

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
func (c *Collector) busiest() []journeyKey {
	requests := map[journeyKey]quantile.Weight{}
	for key, j := range c.journeys {
		for i := range j.observations {
			requests[key] += j.observations[i].Weight
		}
	}
	return slices.SortedFunc(maps.Keys(c.journeys), func(a, b journeyKey) int {
		return cmp.Or(-compareBools(a.planned, b.planned), -cmp.Compare(requests[a], requests[b]), cmp.Compare(a.name, b.name))
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
func (c *Collector) byTime(keys []journeyKey) {
	times := map[journeyKey]sum{}
	for _, key := range keys {
		times[key] = total(c.journeys[key].observations)
	}
	slices.SortStableFunc(keys, func(a, b journeyKey) int { return times[b].compare(times[a]) })
}

func total(observations []Observation) (s sum) {
	for i := range observations {
		s.add(observations[i].Weight, observations[i].Duration)
	}
	return s
}

func (c *Collector) summary(key journeyKey, s Settings) Journey {
	j := c.journeys[key]
	d := c.population(key)
	out := Journey{
		Name: key.name, Plan: c.planOf(key), Service: j.service, Route: j.route, Observations: len(j.observations), Incomplete: j.incomplete, Sampling: j.sampling.status(),
		Requests: d.sample.Total().Float(), Effective: d.sample.Effective(),
		Mean: total(j.observations).over(d.sample.Total()), Max: d.sample.Max(),
		Tail: d.tail(s.Tail), Rows: d.rowsByGrouping(s.Levels),
	}
	for _, level := range s.Levels {
		p := d.sample.Percentile(level)
		out.Percentiles = append(out.Percentiles, Attributed{p, d.around(p)})
	}
	out.Async = c.asyncOf(j)
	out.Exemplars = d.exemplars(&out.Tail)
	out.Slices = d.slices(s.Levels)
	out.Suspects = d.suspects(d.sample.Rank(out.Tail.Level))
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
func (c *Collector) asyncOf(j *journey) []Async {
	out := make([]Async, 0, len(j.async))
	for kind, values := range j.async {
		out = append(out, newAsync(c.offPath.all[kind], values))
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
func (c *Collector) planOf(key journeyKey) *budget.Journey {
	if !key.planned {
		return nil
	}
	j, err := c.explain.plan.Journey(key.name)
	if err != nil {
		return nil
	}
	return j
}
