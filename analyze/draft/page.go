package draft

import (
	"slices"
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/frontend"
	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/budget/category"
)

// pageRank is the percentile that the vitals of pages are held at.
const pageRank = budget.Rank(75_000)

// pageOf proposes limits for a page, or for an interaction with one; nil if the journey is neither, or has too few
// loads to prove any.
func pageOf(j *analyze.Journey) *budget.DraftJourney {
	vital := frontend.VitalOf(j.Service, j.Tail.Typical.Cells)
	if vital == "" || j.Observations < quantile.Needed(quantile.Level(pageRank/10)) {
		return nil
	}
	out := &budget.DraftJourney{Name: j.Name, Service: j.Service, Route: j.Route, Varies: j.Varies, Rank: pageRank, Vital: vital}
	steps := []category.Category{category.Discovery, category.Download, category.Render}
	if vital == "inp" {
		steps = []category.Category{category.Input, category.Handling, category.Painting}
	} else {
		out.First[0] = 1
	}
	for _, c := range steps {
		out.Layers = append(out.Layers, budget.DraftLayer{Category: c})
	}
	out.Layers = append(out.Layers, budget.DraftLayer{})
	if j.Observations >= quantile.Needed(quantile.P95) {
		out.Tail, out.First[1] = 1, out.First[0]
	}
	return out
}

// fillPage gives a page the limits that are beside its layers.
func fillPage(j *budget.DraftJourney, v *analyze.Verdict) {
	if j.Tail > 0 {
		j.Tail = max(j.Target, limitOf(v, "", quantile.P95))
	}
	if j.First[0] == 0 {
		return
	}
	j.First[0] = limitOf(v, "ttfb", quantile.Level(pageRank/10))
	if j.First[1] > 0 {
		j.First[1] = max(j.First[0], limitOf(v, "ttfb", quantile.P95))
	}
	sum := j.First[0]
	for _, l := range j.Layers {
		sum += l.Budget
	}
	j.Target = max(j.Target, sum)
	if j.Tail > 0 {
		j.Tail = max(j.Tail, j.Target)
	}
}

// limitOf returns what an assertion about a percentile would hold at today, with room.
func limitOf(v *analyze.Verdict, layer string, level quantile.Level) time.Duration {
	at := slices.IndexFunc(v.Checks, func(c analyze.Check) bool {
		return c.Kind == analyze.AssertCheck && c.Layer == layer && c.Level == level
	})
	c := &v.Checks[at]
	return provable(c, slack(c.Value))
}
