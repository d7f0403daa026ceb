package analyze

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/budget/category"
)

// assertion measures what an assertion asks for.
func (a *evaluator) assertion(as *budget.Assertion) Check {
	c := Check{Kind: AssertCheck, Text: as.Text, Line: as.Line, Layer: as.Layer, Op: as.Op, Limit: as.Limit}
	c.timed = as.Measure != budget.ErrorShare && as.Measure != budget.Amplification && as.Measure != budget.NewOnPath && as.Measure != budget.FoundOf
	s := a.now.subset(as.Layer, as.Where...)
	switch as.Measure {
	case budget.Percentile:
		a.percentile(&c, s, levelOf(as.Rank))
	case budget.Regression:
		a.regression(&c, as, s)
	case budget.BlownShare:
		limit := a.limitOf(as.Layer)
		a.share(&c, s, func(_ *Observation, d time.Duration) bool { return d > limit })
	case budget.NewOnPath:
		a.newOnPath(&c, len(s.times))
	case budget.FoundOf:
		a.foundOf(&c, as.Level, len(s.times))
	case budget.ErrorShare:
		a.share(&c, s, func(o *Observation, _ time.Duration) bool { return o.Failed })
	default:
		a.ratio(&c, s, ratios[as.Measure])
	}
	if len(s.times) == 0 && len(as.Where) > 0 {
		c.Why = "no request is in this slice"
	}
	return c
}

// limitOf returns the budget of a layer, or the target of the journey.
func (a *evaluator) limitOf(layer string) time.Duration {
	for i := range a.plan.Layers {
		if a.plan.Layers[i].Name == layer {
			return a.plan.Layers[i].Budget
		}
	}
	return a.plan.Target.Limit
}

// ratios are the measures that divide one sum by another.
var ratios = map[budget.Measure]func(*Observation, time.Duration) (above, below float64){
	budget.Mean: func(_ *Observation, d time.Duration) (float64, float64) { return float64(d), 1 },
	budget.Amplification: func(o *Observation, _ time.Duration) (float64, float64) {
		return float64(o.Calls), float64(o.Calls - o.Retries)
	},
}

// share measures which share of requests is so, and tests it.
func (a *evaluator) share(c *Check, s subset, so func(*Observation, time.Duration) bool) {
	may := quantile.Chance(c.Limit.Value)
	c.Needed = quantile.NeededBeside(0, may)
	if len(s.times) == 0 {
		return
	}
	split := s.split(so)
	over, all := split.Over()
	n, few, many := split.Evidence()
	low, _ := quantile.ShareInterval(n, few)
	_, high := quantile.ShareInterval(n, many)
	c.Known, c.Bounded, c.Observations = true, true, len(s.times)
	c.Value, c.Low, c.High = Exceeded{over, all}.Share(), int64(low), int64(high)
	c.test(split, may)
}

// ratio measures a ratio with an interval from a bootstrap of blocks.
func (a *evaluator) ratio(c *Check, s subset, add func(*Observation, time.Duration) (above, below float64)) {
	c.Needed = fewestForMean
	if len(s.times) == 0 {
		return
	}
	sample := quantile.NewSample(s.values())
	c.Observations, c.Effective = sample.Len(), sample.Effective()
	parts := s.parts(add)
	if !slices.ContainsFunc(parts, func(p quantile.Part) bool { return p.Below > 0 }) {
		c.Why = "no request made a call"
		return
	}
	in := quantile.Ratio(parts, a.settings.resampling())
	scale := 1e6
	if c.Limit.Unit == budget.UnitTime {
		scale = 1
	}
	c.Known, c.Bounded = true, true
	c.Value, c.Low, c.High = int64(math.Round(in.Value*scale)), int64(math.Round(in.Low*scale)), int64(math.Round(in.High*scale))
	c.decideByInterval()
}

// fewestForMean is how many requests a mean needs before its interval means something.
const fewestForMean = 30

// LeastRegression is the change of a percentile below which nothing is called a regression.
const LeastRegression = 5 * time.Millisecond

// regression compares a percentile with the baseline's: blown if the change is beyond the limit
// for certain, by more than anybody would shrug at, and not one of the machine.
func (a *evaluator) regression(c *Check, as *budget.Assertion, s subset) {
	level := levelOf(as.Rank)
	c.Level, c.Needed = level, quantile.Needed(level)
	c.Observations = len(s.times)
	if a.before == nil {
		c.Why = "no baseline was given (--baseline)"
		return
	}
	before := a.before.subset(as.Layer, as.Where...)
	if len(before.times) == 0 || len(s.times) == 0 {
		c.Why = "the baseline has no such request"
		if len(s.times) == 0 {
			c.Why = "no request was measured"
		}
		return
	}
	if c.Why = a.incomparable(); c.Why != "" {
		return
	}
	ch, why := a.changeOf(as, before, s, level)
	if c.Why = why; why != "" {
		return
	}
	c.Change = ch
	c.Known, c.Bounded = true, true
	c.Value, c.Low, c.High = ch.Change.Change, ch.Low, ch.High
	c.Effective = min(quantile.NewSample(s.values()).Effective(), quantile.NewSample(before.values()).Effective())
	rises := ch.rises(c.Value)
	beyond := c.breaks(c.Low) && rises
	c.decide(beyond && ch.beyondNoise(c.Low), c.breaks(c.Value) && rises, c.breaks(c.High) && ch.rises(c.High))
	if c.State == Blown && !ch.Separable() {
		c.State = AtRisk
	}
	ch.Different = c.State == AtRisk && beyond && c.Effective >= float64(c.Needed)
}

// changeOf compares a percentile of two subsets, run by run where there are enough, else by drawing
// their blocks of time again. why says why it cannot be compared.
func (a *evaluator) changeOf(as *budget.Assertion, before, now subset, level quantile.Level) (ch *Change, why string) {
	ch = &Change{Baseline: len(before.times), Least: LeastRegression, Noise: a.plan.Noise.Value, Spread: a.spreadOf(before, now, level)}
	if a.equal != nil {
		equal := a.equal.subset(as.Layer, as.Where...)
		runs := equal.byRun(level)
		if len(runs) < 2 {
			return nil, "the runs that are known to be equal have no such requests"
		}
		ch.Noise = max(ch.Noise, quantile.Between(runs))
	}
	first, second := before.byRun(level), now.byRun(level)
	if c, enough := quantile.CompareRuns(first, second); enough {
		ch.Change, ch.Blocks = c, [2]int{len(first), len(second)}
		return ch, ""
	}
	b, _ := before.blocked()
	n, length := now.blocked()
	o := a.settings.resampling()
	ch.Change, ch.Blocks, ch.Block, ch.Seed, ch.Draws = quantile.Compare(b, n, level, o), [2]int{b.Blocks(), n.Blocks()}, length, o.Seed, o.Draws
	return ch, ""
}

// newOnPath counts the dependencies that the plan does not name. One that 1 request in 100 waits for is
// seen for certain only among so many as prove a share below that.
func (a *evaluator) newOnPath(c *Check, requests int) {
	c.Needed = quantile.NeededBeside(0, leastOnPath)
	if requests == 0 {
		return
	}
	n := int64(len(a.fresh)) * 1e6
	c.Measured = Measured{Known: true, Bounded: true, Value: n, Low: n, High: n, Observations: requests, Effective: float64(requests), Needed: c.Needed}
	c.New = a.fresh
	c.decideCount()
}

// decideCount decides by what was found. What was not may be rare.
func (c *Check) decideCount() {
	switch {
	case c.breaks(c.Value):
		c.State = Blown
	case c.Effective < float64(c.Needed):
		c.State = Unproven
	}
}

// A Dependency is what requests wait for, outside of the service that they begin at.
type Dependency struct {
	Name     string // of a service or a store
	Category category.Category
	Requests int // that wait for it
}

// How many requests must wait for a dependency before it is on the path of a journey.
const (
	fewestOnPath = 3
	leastOnPath  = quantile.Chance(10_000)
)

// unplanned returns the dependencies that are on the path of a journey though the plan does not name
// them, by name or category; none if it names none at all. own is the service that the requests begin at.
func (p *population) unplanned(plan *budget.Journey, own string) (out []Dependency) {
	if len(plan.MayWaitFor) == 0 {
		return nil
	}
	found := map[string]*Dependency{}
	of := make([]*Dependency, len(p.cells.All)) // by number of the cell; nil for what may be waited for
	for i := range p.cells.All {
		c := &p.cells.All[i]
		name := cmp.Or(c.Callee, c.Service)
		if c.Category.IsBetween() || isOwn(plan, c, own) || plan.MayWaitFor.Match(name) || plan.MayWaitFor.Match(string(c.Category)) {
			continue
		}
		if found[name] == nil {
			found[name] = &Dependency{Name: name, Category: c.Category}
		}
		of[i], found[name].Category = found[name], min(found[name].Category, c.Category)
	}
	for i := range p.observations {
		p.countWaited(&p.observations[i], of)
	}
	for _, d := range found {
		if d.Requests >= fewestOnPath && d.Requests*100 >= len(p.observations) {
			out = append(out, *d)
		}
	}
	slices.SortFunc(out, func(a, b Dependency) int {
		return cmp.Or(cmp.Compare(b.Requests, a.Requests), cmp.Compare(a.Name, b.Name))
	})
	return out
}

// isOwn reports whether a cell is work of the service that a journey begins at.
func isOwn(plan *budget.Journey, c *Cell, own string) bool {
	alone := c.Callee == "" || c.Callee == c.Service
	return alone && (c.Service == own || (len(plan.Root.Service) > 0 && plan.Root.Service.Match(c.Service)))
}

// countWaited counts a request for each dependency that it waited for, once.
func (p *population) countWaited(o *Observation, of []*Dependency) {
	var counted []*Dependency
	cells, times := p.cells.spent(o)
	for k, cell := range cells {
		if d := of[cell]; d != nil && times[k] > 0 && !slices.Contains(counted, d) {
			counted = append(counted, d)
			d.Requests++
		}
	}
}

// serviceOf returns the service that the requests of a journey begin at.
func (d *Data) serviceOf(key attribute.Key) string {
	if j := d.journeys[key]; j != nil {
		return j.service
	}
	return ""
}
