package draft

import (
	"fmt"
	"slices"
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/budget/category"
)

const (
	mostDrafted    = 10
	leastDraftedBy = 20 // a layer has a line of its own from 1/20 of the time on
	draftRank      = budget.Rank(95_000)
)

// Of proposes a plan for the busiest journeys: which they are and which layers they have.
// Their budgets are left open; Fill measures them.
func Of(r *analyze.Result) budget.Draft {
	var d budget.Draft
	for i := range r.Journeys {
		j := &r.Journeys[i]
		if len(d.Journeys) == mostDrafted {
			break
		}
		if j.Observations >= quantile.Needed(quantile.P95) && j.Service+j.Route != "" {
			d.Add(budget.DraftJourney{Name: j.Name, Service: j.Service, Route: j.Route, Varies: j.Varies, Rank: draftRank, Layers: layersOf(j)})
		}
	}
	return d
}

// layersOf names what takes a share of typical or of slow requests; all else is the rest.
func layersOf(j *analyze.Journey) []budget.DraftLayer {
	var out []budget.DraftLayer
	for _, c := range []*analyze.Composition{&j.Tail.Slow, &j.Tail.Typical} {
		for _, s := range c.By(analyze.ByLayer) {
			l := budget.DraftLayer{Category: category.Category(s.Name)}
			if cause := category.Cause(s.Name); cause.Valid() {
				l = budget.DraftLayer{Cause: cause}
			}
			known := slices.ContainsFunc(out, func(o budget.DraftLayer) bool { return o.Name() == l.Name() })
			if !known && s.Time*leastDraftedBy >= c.Total {
				out = append(out, l)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b budget.DraftLayer) int { return order(a) - order(b) })
	return append(out, budget.DraftLayer{})
}

// order puts causes before categories: the first layer that matches has the time.
func order(l budget.DraftLayer) int {
	if l.Cause != "" {
		return 0
	}
	return 1
}

// Fill gives the draft budgets that hold today: what was measured with the draft as a plan and a
// fifth more, and so much that these requests prove each kept. r must be the result of that plan.
func Fill(d *budget.Draft, r *analyze.Result) {
	for i := range d.Journeys {
		j := &d.Journeys[i]
		at := slices.IndexFunc(r.Verdicts, func(v analyze.Verdict) bool { return v.Journey == &r.Plan.Journeys[i] })
		v := &r.Verdicts[at]
		sum := time.Duration(0)
		for k := range j.Layers {
			l := &j.Layers[k]
			c := checkOf(v, l.Name())
			l.Budget = provable(c)
			l.Remark = fmt.Sprintf("%s is %s today", c.Level, short(c.Value))
			sum += l.Budget
		}
		c := checkOf(v, "")
		j.Target = max(provable(c), sum)
		j.Remark = fmt.Sprintf("%d requests; %s is %s today (%s to %s), and a fifth is added", v.Observations, c.Level, short(c.Value), short(c.Low), short(c.High))
		switch {
		case j.Target == sum:
			j.Remark = fmt.Sprintf("%d requests; %s is %s today; the target is the sum of the budgets, for layers are slow at different times", v.Observations, c.Level, short(c.Value))
		case j.Target > withSlack(c.Value):
			j.Remark = fmt.Sprintf("%d requests; %s is %s today; the target is what they prove kept", v.Observations, c.Level, short(c.Value))
		}
	}
}

// provable returns a limit that the requests prove kept. The upper bound of the interval is one;
// where requests weigh differently, only the longest is for certain.
func provable(c *analyze.Check) time.Duration {
	bound := c.High
	if int(c.Effective) < c.Observations {
		bound = c.Longest
	}
	return max(withSlack(c.Value), roundUp(bound+1))
}

// checkOf returns the check of a layer's budget, or of the target.
func checkOf(v *analyze.Verdict, layer string) *analyze.Check {
	at := slices.IndexFunc(v.Checks, func(c analyze.Check) bool { return c.Kind != analyze.AssertCheck && c.Layer == layer })
	return &v.Checks[at]
}

// withSlack adds a fifth, a millisecond at least.
func withSlack(ns int64) time.Duration {
	return roundUp(max(ns/5*6, ns+int64(time.Millisecond)))
}

// roundUp rounds up to two digits.
func roundUp(d int64) time.Duration {
	step := int64(1)
	for d/step >= 100 {
		step *= 10
	}
	return time.Duration((d + step - 1) / step * step)
}

// short rounds to three digits.
func short(ns int64) time.Duration {
	step := time.Duration(1)
	for time.Duration(ns)/step >= 1000 {
		step *= 10
	}
	return time.Duration(ns).Round(step)
}
