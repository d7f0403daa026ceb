package analyze

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/blame"
	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/analyze/since"
	"github.com/longpole/longpole/analyze/timeline"
	"github.com/longpole/longpole/analyze/vitals"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/trace"
)

// Result sums up what was collected, as [Data.Result] does.
func (c *Collector) Result(s Settings) *Result { return c.Data.Result(c.explain.Plan, s) }

// Result sums up what was collected and holds it against the plan that it was collected with,
// which may be nil. It sorts what d holds, and may be asked again.
func (d *Data) Result(plan *budget.Plan, s Settings) *Result { return d.Against(nil, plan, s) }

// Against is Result with a baseline, which may be nil, that regressions are held against. It
// must have been collected with the same plan.
func (d *Data) Against(baseline *Data, plan *budget.Plan, s Settings) *Result {
	return d.Beside(References{Baseline: baseline}, plan, s)
}

// References are what was collected with the same plan of other requests. Each may be nil.
type References struct {
	Baseline *Data // that regressions are held against
	Equal    *Data // of runs, see [OfRuns], that are known to be equal: what they differ by is no regression
}

// Beside is Result with references.
func (d *Data) Beside(other References, plan *budget.Plan, s Settings) *Result {
	s = s.withDefaults()
	plan = cmp.Or(plan, attribute.NoPlan)
	for _, each := range []*Data{d, other.Baseline, other.Equal} {
		if each != nil {
			each.keepLimits()
			each.foldVarying()
			each.keepLimits() // of journeys that are one now
			each.settle()
		}
	}
	var all samplingCount
	for _, j := range d.journeys {
		all.add(&j.sampling)
	}
	r := &Result{
		Ledger: &d.Ledger, Sampling: all.status(), Weights: d.weights(&all), Biases: d.biases(&all), LeftOut: d.leftOut, Unchosen: d.unchosen,
		Apart: d.apart.rows(), Dates: d.dates(),
	}
	for _, j := range d.journeys {
		r.LeftOut.Unfinished += j.unfinished
	}
	keys := d.byStake(s.chosen(d.busiest()))
	shown := max(s.Journeys, slices.IndexFunc(append(keys, attribute.Key{}), func(k attribute.Key) bool { return !k.Planned }))
	for _, key := range keys[min(shown, len(keys)):] {
		r.Others.Journeys++
		r.Others.Observations += d.journeys[key].requests()
	}
	keys = keys[:min(shown, len(keys))]
	d.byTime(keys)
	for _, key := range keys {
		r.Journeys = append(r.Journeys, d.summary(key, plan, s))
	}
	r.Looked, r.Findings, r.Costs = d.found != nil, d.findings(keys, s), d.costs
	if len(plan.Journeys) > 0 {
		r.Plan, r.Verdicts = plan, d.verdicts(other, plan, s, r.Findings)
	}
	var waited quantile.Sum
	for _, j := range d.journeys {
		r.span(j)
		waited.Plus(j.total())
	}
	r.rank(waited)
	return r
}

// rank puts journeys with a blown budget first, then those that lose most time to a tail that is
// worth a sentence; the others stay. Less than a thousandth of all that was waited is not at stake.
func (r *Result) rank(all quantile.Sum) {
	state := map[*budget.Journey]State{}
	for i := range r.Verdicts {
		state[r.Verdicts[i].Journey] = r.Verdicts[i].State
	}
	told := map[string]bool{} // services of which a vital says how long interactions took
	for i := range r.Journeys {
		told[r.Journeys[i].Service] = told[r.Journeys[i].Service] || r.Journeys[i].Vital == vitals.INP
	}
	slices.SortStableFunc(r.Journeys, func(a, b Journey) int {
		return cmp.Or(
			-attribute.CompareBools(state[a.Plan] == Blown, state[b.Plan] == Blown),
			b.stake(all, told).Compare(a.stake(all, told)),
		)
	})
}

// stake is the time that slow requests add, in all, where they are worth a sentence. Of an interaction that nobody notices
// nothing is, nor what the spans of a click say a page did on its own, where a vital says what was seen of it.
func (j *Journey) stake(all quantile.Sum, told map[string]bool) (s quantile.Sum) {
	if j.Answer.Subject != blame.Tail && j.Answer.Beside == nil || j.Vital == vitals.INP && !vitals.IsNoticed(j.Tail.Slow.Total) {
		return s
	}
	extra := j.Tail.Extra
	for _, c := range j.Tail.Excess {
		if j.Vital == vitals.Event && told[j.Service] && c.Cell.Category == category.Browser {
			extra = min(extra, max(0, extra-c.Time))
		}
	}
	var thousandfold quantile.Sum
	s.Add(j.Tail.Weight, extra)
	thousandfold.Add(j.Tail.Weight, 1000*min(extra, math.MaxInt64/1000))
	if thousandfold.Compare(all) < 0 {
		return quantile.Sum{}
	}
	return s
}

// chosen leaves out journeys that are not to be shown.
func (s *Settings) chosen(keys []attribute.Key) []attribute.Key {
	if s.Only == nil {
		return keys
	}
	return slices.DeleteFunc(keys, func(k attribute.Key) bool { return !s.Only(k.Journey) })
}

// byStake puts the journeys first whose slow requests lose most time over the typical ones, turn
// and turn about with those of most requests; the plan's stay first.
func (d *Data) byStake(keys []attribute.Key) []attribute.Key {
	lost := map[attribute.Key]quantile.Sum{}
	for _, key := range keys {
		lost[key] = d.population(key).lost()
	}
	worst := slices.Clone(keys)
	slices.SortStableFunc(worst, func(a, b attribute.Key) int {
		return cmp.Or(-attribute.CompareBools(a.Planned, b.Planned), lost[b].Compare(lost[a]))
	})
	var out []attribute.Key
	in := map[attribute.Key]bool{}
	for i := range keys {
		for _, key := range []attribute.Key{worst[i], keys[i]} {
			if !in[key] {
				in[key] = true
				out = append(out, key)
			}
		}
	}
	return out
}

// settle judges what only the whole run shows.
func (d *Data) settle() { d.cells.judge(d.evidence.Judge()) }

func (r *Result) span(j *journey) {
	if j.requests() == 0 {
		return
	}
	from, to := j.span()
	if r.Observations == 0 {
		r.From, r.To = from, to
	}
	r.From, r.To = min(r.From, from), max(r.To, to)
	r.Observations += j.requests()
	r.Measured += len(j.observations)
}

// busiest returns the journeys: those of the plan, then the others, of most requests first.
func (d *Data) busiest() []attribute.Key {
	requests := map[attribute.Key]quantile.Weight{}
	for key, j := range d.journeys {
		if j.requests() > 0 { // a journey whose requests are all unfinished has none
			requests[key] = j.weight()
		}
	}
	return slices.SortedFunc(maps.Keys(requests), func(a, b attribute.Key) int {
		return cmp.Or(-attribute.CompareBools(a.Planned, b.Planned), -cmp.Compare(requests[a], requests[b]), cmp.Compare(a.Journey, b.Journey))
	})
}

// byTime puts the journeys first that users waited for most in all.
func (d *Data) byTime(keys []attribute.Key) {
	times := map[attribute.Key]quantile.Sum{}
	for _, key := range keys {
		times[key] = d.journeys[key].total()
	}
	slices.SortStableFunc(keys, func(a, b attribute.Key) int { return times[b].Compare(times[a]) })
}

func (d *Data) summary(key attribute.Key, plan *budget.Plan, s Settings) Journey {
	j := d.journeys[key]
	p := d.population(key)
	out := Journey{
		Name: key.Journey, Plan: planOf(plan, key), Service: j.service, Vital: j.vital, Route: j.route, Varies: j.varies, Observations: len(j.observations), SampledFrom: j.sampledFrom(), Incomplete: j.incomplete, Unfinished: j.unfinished, Sampling: j.sampling.status(),
		Requests: j.weight().Float(), Effective: p.all.Effective(),
		Mean: j.total().Over(j.weight()), Max: p.longest().Duration,
		Tail: p.tail(s.Tail), Rows: p.rowsByGrouping(s.Levels),
	}
	out.Answer = p.answer(&out.Tail)
	for _, level := range s.Levels {
		at := p.all.Percentile(level)
		out.Percentiles = append(out.Percentiles, Attributed{at, p.around(at)})
	}
	out.Curve = p.all.Curve()
	out.Timeline, out.Since = overTime(p.observations, out.Tail.Hump)
	out.FirstSeen = p.firstSeen(out.Since)
	out.Calls = p.calls(&out.Tail)
	out.Async = d.asyncOf(j)
	out.Exemplars = p.exemplars(&out.Tail)
	out.Slices = p.slices(s.Levels)
	out.Suspects = p.suspects(&out.Tail)
	out.Rated = p.rated(j)
	return out
}

// mostBins is how many bins a time line has; no more than there are requests.
const mostBins = 24

// shuffles tell a change from chance at the hundredth that is asked for.
const shuffles = 499

// overTime says how slow requests were over time, and when that changed: where those of the far hump began, else at the
// clearest instant; nil if there is none.
func overTime(observations []Observation, far Hump) (timeline.Line, *since.Change) {
	requests := make([]timeline.Request, len(observations))
	for i := range observations {
		o := &observations[i]
		requests[i] = timeline.Request{Start: o.Start, Duration: o.Duration, Weight: o.Weight}
	}
	line := timeline.Of(requests, min(mostBins, len(requests)))
	if len(line.Bins) < 2 {
		return line, nil
	}
	if far.Requests > 0 {
		if began := since.Onset(requests, far.From); began != nil {
			return line, began
		}
	}
	return line, since.Clearest(since.Find(requests, quantile.Resampling{Draws: shuffles}))
}

// firstSeen returns the properties that no request had before a change; none without one.
func (p *population) firstSeen(c *since.Change) []since.Value {
	if c == nil {
		return nil
	}
	starts := make([]trace.Time, len(p.observations))
	for i := range p.observations {
		starts[i] = p.observations[i].Start
	}
	tags := Requests{p}.Tags()
	return since.Values(*c, starts, func(i int) []attribute.Tag { return tags(&p.observations[i]) })
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
