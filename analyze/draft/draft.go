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
		if p := pageOf(j); p != nil {
			d.Add(*p)
		} else if j.Observations >= quantile.Needed(quantile.P95) && j.Service+j.Route != "" {
			d.Add(budget.DraftJourney{Name: j.Name, Service: j.Service, Route: j.Route, Varies: j.Varies, Rank: draftRank, Layers: layersOf(j)})
		}
	}
	return d
}

// layersOf names what takes a share of typical or of slow requests, and what may take one
// tomorrow; all else is the rest.
func layersOf(j *analyze.Journey) []budget.DraftLayer {
	var out []budget.DraftLayer
	add := func(l budget.DraftLayer) {
		if !slices.ContainsFunc(out, func(o budget.DraftLayer) bool { return o.Name() == l.Name() }) {
			out = append(out, l)
		}
	}
	for _, c := range []*analyze.Composition{&j.Tail.Slow, &j.Tail.Typical} {
		for _, s := range c.By(analyze.ByLayer) {
			if s.Time*leastDraftedBy >= c.Total {
				add(layer(s.Name))
			}
		}
	}
	for _, c := range category.Causes {
		add(budget.DraftLayer{Cause: c.Name, Sudden: true})
	}
	for _, c := range category.Sudden() {
		add(budget.DraftLayer{Category: c, Sudden: true})
	}
	slices.SortStableFunc(out, func(a, b budget.DraftLayer) int { return order(a) - order(b) })
	return append(out, budget.DraftLayer{})
}

// layer is the line of a layer of a report without a plan: a cause or a category.
func layer(name string) budget.DraftLayer {
	if cause := category.Cause(name); cause.Valid() {
		return budget.DraftLayer{Cause: cause}
	}
	return budget.DraftLayer{Category: category.Category(name)}
}

// order puts causes before categories: the first layer that matches has the time. What is not there
// yet is read last.
func order(l budget.DraftLayer) int {
	switch {
	case l.Cause != "":
		return 0
	case !l.Sudden:
		return 1
	}
	return 2
}

// Fill gives the draft budgets that hold today: what was measured with the draft as a plan and a
// fifth more, and so much that these requests prove each kept. r must be the result of that plan.
func Fill(d *budget.Draft, r *analyze.Result) {
	for i := range d.Journeys {
		at := slices.IndexFunc(r.Verdicts, func(v analyze.Verdict) bool { return v.Journey == &r.Plan.Journeys[i] })
		fill(&d.Journeys[i], &r.Verdicts[at])
	}
}

func fill(j *budget.DraftJourney, v *analyze.Verdict) {
	defer fillPage(j, v)
	whole := checkOf(v, "")
	var sum time.Duration
	for k := range j.Layers {
		l := &j.Layers[k]
		c := checkOf(v, l.Name())
		l.Budget, l.Remark = provable(c, slack(c.Value)), fmt.Sprintf("%s is %s today", c.Level, short(c.Value))
		if l.Sudden {
			l.Budget = provable(c, max(c.Value/5, suddenSlack(whole.Value)))
		}
		if l.Sudden && c.Value == 0 {
			l.Remark = "nothing of it at " + c.Level.String() + " today"
		}
		sum += l.Budget
	}
	alone := provable(whole, slack(whole.Value))
	j.Target = max(alone, sum)
	today := fmt.Sprintf("%d requests; %s is %s today", v.Observations, whole.Level, short(whole.Value))
	switch {
	case sum >= alone:
		j.Remark = today + "; the target is the sum of the budgets, for layers are slow at different times"
	case alone > roundUp(whole.Value+slack(whole.Value)):
		j.Remark = today + "; the target is what they prove kept"
	default:
		j.Remark = fmt.Sprintf("%s (%s to %s), and a fifth is added", today, short(whole.Low), short(whole.High))
	}
}

// provable returns a limit that leaves room above what was measured, and that the requests prove
// kept.
func provable(c *analyze.Check, room int64) time.Duration {
	return max(roundUp(c.Value+room), roundUp(int64(c.Provable())+1))
}

// checkOf returns the check of a layer's budget, or of the target.
func checkOf(v *analyze.Verdict, layer string) *analyze.Check {
	at := slices.IndexFunc(v.Checks, func(c analyze.Check) bool { return c.Kind != analyze.AssertCheck && c.Layer == layer })
	return &v.Checks[at]
}

// slack is the room that a budget has above what was measured: a fifth, a millisecond at least.
func slack(ns int64) int64 { return max(ns/5, int64(time.Millisecond)) }

// suddenSlack is the room for what is not there today: a millisecond, but of quick requests no more
// than a twentieth, for there are several such lines, and the target has room for all of them.
func suddenSlack(whole int64) int64 {
	return max(int64(10*time.Microsecond), min(int64(time.Millisecond), whole/20))
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
