package analyze

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/detect"
	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/budget"
)

// verdicts holds every journey of the plan against what was collected, in the plan's order.
func (d *Data) verdicts(other References, plan *budget.Plan, s Settings, found []*detect.Finding) []Verdict {
	var out []Verdict
	doubts := d.doubts(other.Baseline)
	for i := range plan.Journeys {
		out = append(out, d.verdict(other, &plan.Journeys[i], s, doubts, findingsOf(found, &plan.Journeys[i])))
	}
	return out
}

func (d *Data) verdict(other References, plan *budget.Journey, s Settings, known doubts, found []*detect.Finding) Verdict {
	key := attribute.Key{Planned: true, Journey: plan.Name}
	a := evaluator{plan: plan, now: d.population(key), settings: s, doubts: known, unweighed: d.unweighed(key)}
	a.unending, a.looked, a.found = d.unending(key), d.found != nil, found
	a.repeated, a.failing = a.now.repeated(), a.now.failing()
	if b := other.Baseline; b != nil {
		a.before, a.unweighedBefore = b.population(key), b.unweighed(key)
		a.repeatedBefore = a.before.repeated()
	}
	if other.Equal != nil {
		a.equal = other.Equal.population(key)
		a.repeatedEqual = a.equal.repeated()
	}
	v := Verdict{Journey: plan, Observations: len(a.now.observations), Unfinished: d.unfinished(key)}
	if v.Observations > 0 {
		a.tail = a.now.tail(s.Tail)
		v.Tail = a.tail
	}
	a.against = a.comparison(ComparedAt(plan))
	v.Against = a.against
	a.fresh = a.now.unplanned(plan, d.serviceOf(key))
	v.New = a.fresh
	if t := plan.Target; !t.IsZero() {
		v.Checks = append(v.Checks, a.target(t))
		v.At = a.at(levelOf(t.Rank))
		v.Checks = append(v.Checks, a.layers(levelOf(t.Rank))...)
	}
	for i := range plan.Asserts {
		v.Checks = append(v.Checks, a.assertion(&plan.Asserts[i]))
	}
	for i := range v.Checks {
		a.finish(&v.Checks[i])
	}
	v.Moves = v.moves()
	v.State = v.worst()
	if v.Observations == 0 {
		v.State = max(v.State, Unproven)
	}
	return v
}

// ComparedAt returns the percentile that a journey is compared with its baseline at.
func ComparedAt(plan *budget.Journey) quantile.Level {
	if plan.Target.IsZero() {
		return quantile.P95
	}
	return levelOf(plan.Target.Rank)
}

func levelOf(r budget.Rank) quantile.Level { return quantile.Level(r / 10) }

// A population is the observations of one journey, in order of duration.
type population struct {
	distribution
	data *Data
}

func (d *Data) population(key attribute.Key) *population {
	j := d.journeys[key]
	if j == nil {
		return &population{distribution{cells: &d.cells}, d}
	}
	if j.sorted == nil {
		slices.SortFunc(j.observations, func(a, b Observation) int { return a.Compare(&b) })
		of := distribution{cells: &d.cells, observations: j.observations, sample: durations(j.observations), whole: j.whole}
		if of.all = of.sample; j.whole != nil {
			of.all = j.whole.Sample()
		}
		j.sorted = &population{of, d}
	}
	return j.sorted
}

// An evaluator decides the checks of one journey.
type evaluator struct {
	plan        *budget.Journey
	now, before *population // before is nil without a baseline
	equal       *population // of runs that are known to be equal; nil if none are
	against     *Comparison
	tail        Tail
	fresh       []Dependency // that are on the path and not in the plan
	found       []*detect.Finding
	looked      bool // for findings
	settings    Settings
	doubts
	// unweighed and unweighedBefore say why nobody knows what the requests are a sample of.
	unweighed, unweighedBefore string
	// repeated and those beside it say that runs have traces in common.
	repeated, repeatedBefore, repeatedEqual string
}

func (a *evaluator) target(t budget.Target) Check {
	c := Check{Kind: TargetCheck, Text: t.String(), Line: t.Line, Op: cmp.Or(t.Op, budget.Less), Limit: timeLimit(t.Limit)}
	a.percentile(&c, a.now.subset(""), levelOf(t.Rank))
	return c
}

func timeLimit(d time.Duration) budget.Limit {
	return budget.Limit{Unit: budget.UnitTime, Value: int64(d)}
}

func (a *evaluator) at(l quantile.Level) Attributed {
	if len(a.now.observations) == 0 {
		return Attributed{}
	}
	p := a.now.all.Percentile(l)
	return Attributed{p, a.now.around(p)}
}

// layers checks each budget at the level of the target.
func (a *evaluator) layers(level quantile.Level) []Check {
	var out []Check
	for i := range a.plan.Layers {
		l := &a.plan.Layers[i]
		if l.Budget == 0 {
			continue
		}
		c := Check{
			Kind: LayerCheck, Layer: l.Name, Line: l.Line, Op: budget.LessEqual, Limit: timeLimit(l.Budget),
			Text: fmt.Sprintf("%s.%s <= %s", l.Name, level, l.Budget),
		}
		a.percentile(&c, a.now.subset(l.Name), level)
		out = append(out, c)
	}
	return out
}

// percentile measures a percentile of a subset, and tests how many of it exceed the limit.
func (a *evaluator) percentile(c *Check, s subset, level quantile.Level) {
	c.Level, c.Needed, c.timed = level, quantile.Needed(level), true
	if len(s.times) == 0 {
		return
	}
	sample := quantile.NewSample(s.values())
	all := cmp.Or(s.all, sample)
	p := all.Percentile(level)
	c.Measured = Measured{
		Known: true, Value: int64(p.Value), Low: int64(p.Low), High: int64(p.High), Bounded: p.Bounded,
		Level: level, Longest: int64(all.Max()), Observations: sample.Len(),
	}
	c.Exceeded = Exceeded{sample.Over(c.Limit.Duration()), sample.Total()}
	c.test(s.split(func(_ *Observation, d time.Duration) bool { return c.breaks(int64(d)) }), level.Above())
}

// finish completes a check that has been judged with what belongs to its state.
func (a *evaluator) finish(c *Check) {
	if c.Known && c.Layer != "" && a.unmatched(c.Layer) {
		c.State, c.Unmeasured = Unproven, true
		c.Why = fmt.Sprintf("no request has any of %s; does its matcher fit?", c.Layer)
	}
	if a.repeated != "" {
		c.State, c.Unmeasured, c.Why = Unproven, true, a.repeated
	}
	if why := a.unweighable(c); why != "" && c.Known {
		c.State, c.Why = Unproven, why
	}
	if !c.Known {
		c.State, c.Unmeasured = Unproven, true
	}
	a.doubt(c)
	if c.State == Unproven && c.Why == "" {
		c.Why = c.tooFew()
	}
	if c.Layer != "" {
		for _, cell := range a.tail.Excess {
			if cell.Cell.Layer == c.Layer {
				c.Extra += cell.Time
			}
		}
		c.Most = a.tail.mostInside(c.Layer)
	}
	if c.State > Unproven {
		c.Exemplars = a.exemplars(c)
	}
}

// unweighable says why a check cannot be decided for what is not known of the sampling.
func (a *evaluator) unweighable(c *Check) string {
	if a.unweighed == "" && c.Change != nil && a.unweighedBefore != "" {
		return "in the baseline " + a.unweighedBefore
	}
	return a.unweighed
}

// unmatched reports whether a layer asks for spans by a matcher and no request waited for any.
// That is what a misspelt name looks like; a category or a cause may well be absent.
func (a *evaluator) unmatched(layer string) bool {
	at := slices.IndexFunc(a.plan.Layers, func(l budget.Layer) bool { return l.Name == layer })
	if at < 0 || (a.plan.Layers[at].Match == nil && a.plan.Layers[at].Under == nil) {
		return false
	}
	return !slices.ContainsFunc(a.now.layerTimes(layer), func(d time.Duration) bool { return d > 0 })
}

// tooFew says how far the requests that were measured are from a proof.
func (c *Check) tooFew() string {
	if c.Observations == 0 {
		return "no request was measured"
	}
	known := ""
	if n := int(math.Round(c.Effective)); n < c.Observations {
		known = fmt.Sprintf(", which know as much as %d", n)
	}
	switch {
	case c.Level == 0 && c.Limit.Unit != budget.UnitShare, c.Change != nil:
		if c.Effective >= float64(c.Needed) {
			return "likely kept, but the interval reaches beyond it"
		}
		return fmt.Sprintf("%d requests are needed, %d were measured%s", c.Needed, c.Observations, known)
	case c.Exceeding == 0:
		return fmt.Sprintf("likely kept: none of %s exceeds it%s; %d would prove it", requests(c.Observations), known, c.Needed)
	}
	return fmt.Sprintf("likely kept: %d of %s exceed it%s; %d with no more would prove it", c.Exceeding, requests(c.Observations), known, c.Needed)
}

func requests(n int) string {
	if n == 1 {
		return "1 request"
	}
	return fmt.Sprintf("%d requests", n)
}

// exemplars returns the largest overrun and a typical request that made the same calls.
func (a *evaluator) exemplars(c *Check) []Exemplar {
	d := &a.now.distribution
	if len(d.observations) == 0 {
		return nil
	}
	times := a.now.layerTimes(c.Layer)
	worst := 0
	for i := range times {
		if times[i] >= times[worst] {
			worst = i
		}
	}
	out := []Exemplar{exemplar("overrun", &d.observations[worst])}
	var alike []Observation
	for _, o := range d.typical() {
		if o.Structure == d.observations[worst].Structure {
			alike = append(alike, o)
		}
	}
	if len(alike) > 0 {
		out = append(out, exemplar("twin", d.nearest(alike, &a.tail.Typical)))
	}
	return out
}

// compareChecks puts the checks first that matter most: the worst, then those that add most
// to the tail, then as in the plan.
func compareChecks(a, b *Check) int {
	return cmp.Or(
		-cmp.Compare(a.State, b.State), -cmp.Compare(a.Extra, b.Extra), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Text, b.Text),
	)
}

// A Ranked is a check with the journey that it is of.
type Ranked struct {
	*Check
	Verdict *Verdict
}

// Ranked returns the checks of all journeys, those that matter most first.
func (r *Result) Ranked() []Ranked {
	var out []Ranked
	for i := range r.Verdicts {
		for k := range r.Verdicts[i].Checks {
			out = append(out, Ranked{&r.Verdicts[i].Checks[k], &r.Verdicts[i]})
		}
	}
	slices.SortStableFunc(out, func(a, b Ranked) int { return compareChecks(a.Check, b.Check) })
	return out
}
