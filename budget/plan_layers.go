package budget

import (
	"fmt"
	"time"

	"github.com/goccy/go-yaml/ast"
)

// Causes are the names of causes that a layer can ask for.
var Causes = []string{"retry", "fanout"}

// MaxLayers is how many layers a journey can have. A table of more would not be read.
const MaxLayers = 64

func quoted(s string) string { return fmt.Sprintf("%q", cut(s, 60)) }

func (r *planReader) layers(n ast.Node, j *Journey) []Layer {
	var out []Layer
	entries := r.entries(n, "layers")
	for i, e := range entries {
		l := r.layer(e)
		if l.IsRest() && i < len(entries)-1 {
			r.fail(e.node, "layer %q takes everything that is left, so nothing reaches the layers after it; put it last or give it a category, cause, under or match", l.Name)
		}
		out = append(out, l)
	}
	switch {
	case len(out) == 0:
		r.fail(n, "layers is empty")
	case len(out) > MaxLayers:
		r.fail(n, "journey %q has %d layers; at most %d", j.Name, len(out), MaxLayers)
	}
	name := j.Name
	r.checks = append(r.checks, func() { r.checkBudgets(name, entries) })
	return out
}

func (r *planReader) layer(e entry) Layer {
	l := Layer{Name: e.key, Line: e.node.GetToken().Position.Line}
	r.checkName(e, "layer")
	r.object(e.value, "layer "+quoted(e.key),
		field{"budget", func(n ast.Node) { l.Budget, l.Line = r.budget(n, e.key), n.GetToken().Position.Line }},
		field{"category", func(n ast.Node) { l.Categories = r.categories(n) }},
		field{"cause", func(n ast.Node) { l.Causes = r.causes(n) }},
		field{"match", func(n ast.Node) { m := r.matcher(n, "match"); l.Match = &m }},
		field{"under", func(n ast.Node) { m := r.matcher(n, "under"); l.Under = &m }},
	)
	return l
}

func (r *planReader) budget(n ast.Node, layer string) time.Duration {
	s := r.text(n, "budget")
	v, err := parseTime(s)
	if err != nil {
		r.fail(n, "budget of layer %q: %s", layer, err)
	}
	return time.Duration(v)
}

func (r *planReader) categories(n ast.Node) []Category {
	var out []Category
	seen := map[Category]bool{}
	for _, n := range r.list(n, "category") {
		c := r.category(n)
		if seen[c] {
			r.fail(n, "category %q stands twice", c)
		}
		seen[c] = true
		out = append(out, c)
	}
	return out
}

func (r *planReader) causes(n ast.Node) []string {
	var out []string
	for _, n := range r.list(n, "cause") {
		s := r.text(n, "cause")
		if s != Causes[0] && s != Causes[1] {
			r.fail(n, "unknown cause %q%s", s, nearest(s, Causes))
		}
		out = append(out, s)
	}
	return out
}

// checkBudgets holds the sum of a journey's budgets against its target. Less is fine: what is
// not given away is margin.
func (r *planReader) checkBudgets(journey string, entries []entry) {
	j, err := r.plan.Journey(journey)
	if err != nil {
		return
	}
	var sum time.Duration
	for i, l := range j.Layers {
		sum += l.Budget
		if l.Budget > 0 && j.Target.IsZero() {
			r.fail(entries[i].node, "layer %q has a budget, but journey %q has no target; write for example target: p95 < 400ms", l.Name, journey)
			return
		}
	}
	if over := sum - j.Target.Limit; !j.Target.IsZero() && over > 0 {
		last := entries[len(entries)-1].node
		r.fail(last, "the budgets of journey %q add up to %s, %s more than its target %s", journey, sum, over, j.Target)
	}
}
