package budget

import (
	"time"

	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/budget/match"
	"github.com/longpole/longpole/internal/strictyaml"
)

// MaxLayers is how many layers a journey can have. A table of more would not be read.
const MaxLayers = 64

func (r *planReader) layers(n strictyaml.Node, j *Journey) []Layer {
	var out []Layer
	entries := r.Entries(n, "layers")
	for i, e := range entries {
		l := r.layer(e)
		if l.IsRest() && i < len(entries)-1 {
			r.Fail(e.Node, "layer %q takes everything that is left, so nothing reaches the layers after it; put it last or give it a category, cause, under or match", l.Name)
		}
		out = append(out, l)
	}
	switch {
	case len(out) == 0:
		r.Fail(n, "layers is empty")
	case len(out) > MaxLayers:
		r.Fail(n, "journey %q has %d layers; at most %d", j.Name, len(out), MaxLayers)
	}
	name := j.Name
	r.checks = append(r.checks, func() { r.checkBudgets(name, entries) })
	return out
}

func (r *planReader) layer(e strictyaml.Entry) Layer {
	l := Layer{Name: e.Key, Line: strictyaml.Line(e.Node)}
	r.checkName(e, "layer")
	r.Object(e.Value, "layer "+strictyaml.Quoted(e.Key),
		strictyaml.Key("budget", func(n strictyaml.Node) { l.Budget, l.Line = r.budget(n, e.Key), strictyaml.Line(n) }),
		strictyaml.Key("category", func(n strictyaml.Node) { l.Categories = r.categories(n) }),
		strictyaml.Key("cause", func(n strictyaml.Node) { l.Causes = r.causes(n) }),
		strictyaml.Key("match", func(n strictyaml.Node) { m := match.Read(&r.Reader, n, "match"); l.Match = &m }),
		strictyaml.Key("under", func(n strictyaml.Node) { m := match.Read(&r.Reader, n, "under"); l.Under = &m }),
	)
	return l
}

func (r *planReader) budget(n strictyaml.Node, layer string) time.Duration {
	s := r.Text(n, "budget")
	v, err := parseTime(s)
	if err != nil {
		r.Fail(n, "budget of layer %q: %s", layer, err)
	}
	return time.Duration(v)
}

func (r *planReader) categories(n strictyaml.Node) []category.Category {
	var out []category.Category
	seen := map[category.Category]bool{}
	for _, n := range r.List(n, "category") {
		c := category.Read(&r.Reader, n)
		if seen[c] {
			r.Fail(n, "category %q stands twice", c)
		}
		seen[c] = true
		out = append(out, c)
	}
	return out
}

func (r *planReader) causes(n strictyaml.Node) []category.Cause {
	var out []category.Cause
	for _, n := range r.List(n, "cause") {
		out = append(out, category.ReadCause(&r.Reader, n))
	}
	return out
}

// checkBudgets holds the sum of a journey's budgets against its target. Less is fine: what is
// not given away is margin.
func (r *planReader) checkBudgets(journey string, entries []strictyaml.Entry) {
	j, err := r.plan.Journey(journey)
	if err != nil {
		return
	}
	var sum time.Duration
	for i, l := range j.Layers {
		sum += l.Budget
		if l.Budget > 0 && j.Target.IsZero() {
			r.Fail(entries[i].Node, "layer %q has a budget, but journey %q has no target; write for example target: p95 < 400ms", l.Name, journey)
			return
		}
	}
	if over := sum - j.Target.Limit; !j.Target.IsZero() && over > 0 {
		last := entries[len(entries)-1].Node
		r.Fail(last, "the budgets of journey %q add up to %s, %s more than its target %s", journey, sum, over, j.Target)
	}
}
