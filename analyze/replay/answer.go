package replay

import (
	"cmp"
	"slices"
	"time"

	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/internal/portable"
)

// Levels are the percentiles that an answer gives.
var Levels = []quantile.Level{quantile.P50, quantile.P95, quantile.P99}

// An Answer is what becomes of the journeys of a run in a scenario.
type Answer struct {
	Scenario  *Scenario
	Journeys  []Effect        // those that change, the ones that gain most first
	Unchanged int             // journeys that do not
	Queues    bool            // stations were replayed
	Hit       []time.Duration // what a hit costs, by change that is a cache
}

// An Effect is what becomes of one journey.
type Effect struct {
	Name     string
	Requests int
	Changed  int   // of them, those that take another time
	Failed   int64 // share of them that fail and did not, in millionths
	Figures  []Figure
	Ceiling  *Figure  // of p95, if what is changed took no time at all
	Curve    []Figure // of p95, if what is changed took 0, 25, 50, 75 and 100 % less; empty where that means nothing
	Next     *Pole    // what the slow ones then wait for
}

// A Figure is a percentile before and after.
type Figure struct {
	Level  quantile.Level
	Before time.Duration
	After  time.Duration // under the usual assumptions
	Best   time.Duration // under those that help most
	Worst  time.Duration // and least
	// Low and High hold the percentile under any of the assumptions: they reach as far beyond Best and Worst as one
	// of so many requests is known, see margin.
	Low, High time.Duration
	Bounded   bool // enough requests lie beyond the level
}

// A Pole is a place where the slow requests wait, and how much more than typical ones.
type Pole struct {
	Layer, Place string
	Adds         time.Duration
}

// Answer replays a scenario.
func (r *Run) Answer(s *Scenario) (*Answer, error) {
	q, err := r.ask(s)
	if err != nil {
		return nil, err
	}
	a := &Answer{Scenario: s, Queues: len(r.Stations) > 0}
	for _, c := range q.changes {
		if c.Kind == Cache {
			a.Hit = append(a.Hit, time.Duration(c.hit))
		}
	}
	all := q.outcomes()
	for i := range r.Kinds {
		if e := r.effect(&r.Kinds[i], all); e.Changed > 0 {
			e.Next = q.next(&r.Kinds[i], all[0])
			a.Journeys = append(a.Journeys, e)
		}
	}
	a.Unchanged = len(r.Kinds) - len(a.Journeys)
	q.curves(a)
	slices.SortStableFunc(a.Journeys, func(a, b Effect) int {
		return cmp.Compare(b.gain()*time.Duration(b.Requests), a.gain()*time.Duration(a.Requests))
	})
	return a, nil
}

// gain returns how much p95 falls.
func (e *Effect) gain() time.Duration {
	f := e.At(quantile.P95)
	return f.Before - f.After
}

// At returns the figure of a level.
func (e *Effect) At(l quantile.Level) *Figure {
	for i := range e.Figures {
		if e.Figures[i].Level == l {
			return &e.Figures[i]
		}
	}
	return &Figure{}
}

func (r *Run) effect(j *Journey, all []*outcome) Effect {
	e := Effect{Name: j.Name, Requests: len(j.Requests)}
	failed, sum := quantile.Weight(0), quantile.Weight(0)
	for k, i := range j.Requests {
		if all[0].took[i] != r.Requests[i].Duration {
			e.Changed++
		}
		sum += j.Weights[k]
		if all[0].failed[i] {
			failed += j.Weights[k]
		}
	}
	if sum > 0 {
		e.Failed = int64(float64(failed) / float64(sum) * float64(whole))
	}
	if e.Changed > 0 || failed > 0 {
		e.Figures = r.figures(j, all, Levels)
	}
	return e
}

// figures compares percentiles of a journey.
func (r *Run) figures(j *Journey, all []*outcome, levels []quantile.Level) (figures []Figure) {
	if len(j.Requests) == 0 {
		return nil
	}
	before := sample(j, func(i int) time.Duration { return r.Requests[i].Duration })
	var after []*quantile.Sample
	for _, o := range all {
		after = append(after, sample(j, func(i int) time.Duration { return max(0, o.took[i]) }))
	}
	for _, l := range levels {
		f := Figure{Level: l, Before: before.At(l), Bounded: before.Percentile(l).Bounded}
		for i, s := range after {
			p := s.Percentile(l)
			low, high := margin(p.Value, min(p.Low, p.Value-1)), margin(p.Value, p.High)
			if i == 0 {
				f.After, f.Best, f.Worst, f.Low, f.High = p.Value, p.Value, p.Value, low, high
				continue
			}
			f.Best, f.Worst, f.Low, f.High = min(f.Best, p.Value), max(f.Worst, p.Value), min(f.Low, low), max(f.High, high)
		}
		figures = append(figures, f)
	}
	return figures
}

// margin returns an end of an interval that holds a percentile in four of five cases, from the end of one that does in
// 19 of 20: the ratio of the normal quantiles, 1.28 to 1.96. Runs of one shop on one machine differ by up to 2 %, which no
// run knows of itself; as both are chance, they add up as the sides of a right angle.
func margin(value, end time.Duration) time.Duration {
	apart := time.Duration(portable.Hypot(float64(end-value)*1.28/1.96, float64(value)/50))
	if end < value {
		return value - apart
	}
	return value + apart
}

func sample(j *Journey, took func(i int) time.Duration) *quantile.Sample {
	values := make([]quantile.Value, len(j.Requests))
	for k, i := range j.Requests {
		values[k] = quantile.Value{Time: took(i), Weight: j.Weights[k]}
	}
	return quantile.NewSample(values)
}

// Steps are the shares, in percent, by which a saving curve shrinks what is changed.
var Steps = []int64{0, 25, 50, 75, 100}

// curves asks how p95 falls as what the scenario changes shrinks.
func (q *question) curves(a *Answer) {
	targets := q.targets()
	if len(targets) == 0 || len(a.Journeys) == 0 {
		return
	}
	for _, step := range Steps {
		part := &question{run: q.run, servers: q.servers}
		for _, t := range targets {
			part.changes = append(part.changes, &asked{Change: &Change{Kind: Set, Share: whole * (100 - step) / 100}, of: []*chosen{t}})
		}
		var all []*outcome
		if step > 0 {
			all = part.usual()
		}
		for i := range a.Journeys {
			e := &a.Journeys[i]
			j := &q.run.Kinds[slices.IndexFunc(q.run.Kinds, func(j Journey) bool { return j.Name == e.Name })]
			f := Figure{Level: quantile.P95, Before: e.At(quantile.P95).Before, After: e.At(quantile.P95).Before}
			if step > 0 {
				f = q.run.figures(j, all, []quantile.Level{quantile.P95})[0]
			}
			e.Curve = append(e.Curve, f)
			e.Ceiling = &e.Curve[len(e.Curve)-1]
		}
	}
}

// usual replays a scenario under the usual assumptions only.
func (q *question) usual() []*outcome {
	if len(q.run.Stations) == 0 {
		return []*outcome{q.alone(Favourable)}
	}
	return []*outcome{q.steadied(Favourable)}
}

// targets are what the changes are about, as time; none where that is not all of it.
func (q *question) targets() (all []*chosen) {
	if len(q.servers) > 0 {
		return nil
	}
	for _, c := range q.changes {
		if c.Kind == Parallel {
			return nil
		}
		t := *c.of[0]
		if t.calls || c.Kind >= Cache {
			t.below = true
		}
		all = append(all, &t)
	}
	return all
}
