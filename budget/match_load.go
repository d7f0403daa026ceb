package budget

import (
	"cmp"
	"slices"

	"github.com/goccy/go-yaml/ast"

	"github.com/longpole/longpole/trace"
)

// matcher reads the YAML form of a Matcher.
func (r *reader) matcher(n ast.Node, what string) Matcher {
	var m Matcher
	r.object(n, what,
		field{"service", func(n ast.Node) { m.Service = r.globs(n, "service") }},
		field{"name", func(n ast.Node) { m.Name = r.globs(n, "name") }},
		field{"kind", func(n ast.Node) { m.Kinds = r.kinds(n) }},
		field{"scope", func(n ast.Node) { m.Scope = r.globs(n, "scope") }},
		field{"route", func(n ast.Node) { m.Route = r.globs(n, "route") }},
		field{"attrs", func(n ast.Node) { m.Attrs = r.attrMatches(n, "attrs") }},
		field{"any", func(n ast.Node) { m.Any = r.attrMatches(n, "any") }},
		field{"not", func(n ast.Node) { not := r.matcher(n, "not"); m.Not = &not }},
	)
	if m.IsZero() && len(r.problems) == 0 {
		r.fail(n, "%s asks nothing, so every span would match", what)
	}
	return m
}

func (r *reader) globs(n ast.Node, what string) Globs {
	var gs Globs
	for _, s := range r.texts(n, what) {
		gs = append(gs, Glob(s))
	}
	return gs
}

func (r *reader) kinds(n ast.Node) []trace.Kind {
	var kinds []trace.Kind
	for _, v := range r.list(n, "kind") {
		s := r.text(v, "kind")
		k, ok := trace.KindOf(s)
		if !ok {
			r.fail(v, "unknown kind %q%s", s, nearest(s, kindNames()))
		}
		kinds = append(kinds, k)
	}
	return kinds
}

func kindNames() []string {
	var names []string
	for k := trace.Unspecified; k <= trace.Consumer; k++ {
		names = append(names, k.String())
	}
	return names
}

func (r *reader) attrMatches(n ast.Node, what string) []AttrMatch {
	var out []AttrMatch
	for _, e := range r.entries(n, what) {
		out = append(out, AttrMatch{e.key, r.globs(e.value, e.key)})
	}
	slices.SortFunc(out, func(a, b AttrMatch) int { return cmp.Compare(a.Key, b.Key) })
	return out
}
