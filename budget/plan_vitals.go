package budget

import (
	"slices"

	"github.com/longpole/longpole/budget/match"
	"github.com/longpole/longpole/internal/strictyaml"
	"github.com/longpole/longpole/trace/page"
)

// The limits that a page can have beside its target: on the time to its largest paint, to its first byte, and to the
// next paint after an interaction.
const (
	lcp  = "lcp"
	ttfb = page.FirstByte
	inp  = "inp"
)

// vitals are the limits of a page or an interaction, as they were read.
type vitals struct {
	of    map[string][]Assertion
	nodes map[string]strictyaml.Node
}

// fields are the keys of a journey in which they stand: a limit, or a list of them.
func (v *vitals) fields(r *planReader) (all []strictyaml.Field) {
	v.of, v.nodes = map[string][]Assertion{}, map[string]strictyaml.Node{}
	for _, name := range []string{lcp, ttfb, inp} {
		all = append(all, strictyaml.Key(name, func(n strictyaml.Node) { v.of[name], v.nodes[name] = r.vital(n, name), n }))
	}
	return all
}

func (r *planReader) vital(n strictyaml.Node, name string) (out []Assertion) {
	for _, n := range r.List(n, name) {
		a, ok := r.assertion(n)
		switch {
		case !ok:
			continue
		case a.Measure != Percentile || a.Layer != "":
			r.Fail(n, "%s %q must be a percentile, such as \"p75 < 800ms\"; the rest belongs to assert", name, a.Text)
		case slices.ContainsFunc(out, func(b Assertion) bool { return b.Text == name+"."+a.Text }):
			r.Fail(n, "%s %q stands twice", name, a.Text)
		}
		a.Text = name + "." + a.Text
		out = append(out, a)
	}
	return out
}

// apply makes of the limits what every journey has: which span it begins at, a target, assertions, and a layer for the
// first byte. The first limit on all page loads, or interactions, is the target where there is no other.
func (v *vitals) apply(r *planReader, j *Journey) {
	if len(v.nodes) == 0 {
		return
	}
	if n, both := v.nodes[inp]; both && len(v.nodes) > 1 {
		r.Fail(n, "journey %q has limits of a page and of an interaction, which are two journeys", j.Name)
		return
	}
	narrow(j, v.nodes[inp] != nil)
	if v.nodes[ttfb] != nil && !slices.ContainsFunc(j.Layers, func(l Layer) bool { return l.Name == ttfb }) {
		under := &match.Matcher{Scope: match.Globs{page.Scope}, Name: match.Globs{page.FirstByte}}
		j.Layers = slices.Insert(j.Layers, 0, Layer{Name: ttfb, Line: strictyaml.Line(v.nodes[ttfb]), Under: under})
	}
	var asserts []Assertion
	for _, name := range []string{lcp, inp, ttfb} {
		for _, a := range v.of[name] {
			if name == ttfb {
				a.Layer = ttfb
			} else if j.Target.IsZero() && len(a.Where) == 0 {
				j.Target = Target{Rank: a.Rank, Limit: a.Limit.Duration(), Line: a.Line, Op: a.Op, Of: name}
				continue
			}
			asserts = append(asserts, a)
			r.checks = append(r.checks, func() { r.checkAssertion(v.nodes[name], &a, j.Name) })
		}
	}
	j.Asserts = append(asserts, j.Asserts...)
}

// interactions are the names of the spans of interactions: what was done, to what.
var interactions = match.Globs{page.Interaction + "*", "click*", "key*", "pointer*", "mouse*", "touch*", "tap*"}

// narrow makes the root of a journey that of a page load or an interaction, as far as the plan leaves it open.
func narrow(j *Journey, interaction bool) {
	if len(j.Root.Scope) == 0 {
		j.Root.Scope = match.Globs{page.Scope}
	}
	switch {
	case len(j.Root.Name) > 0:
	case interaction:
		j.Root.Name = interactions
	default:
		j.Root.Name = match.Globs{page.Root}
	}
}
