package match

import (
	"cmp"
	"slices"

	"github.com/longpole/longpole/internal/strictyaml"
	"github.com/longpole/longpole/trace"
)

// Read reads the YAML form of a Matcher; what is what problems call it.
func Read(r *strictyaml.Reader, n strictyaml.Node, what string) Matcher {
	var m Matcher
	r.Object(n, what,
		strictyaml.Key("service", func(n strictyaml.Node) { m.Service = readGlobs(r, n, "service") }),
		strictyaml.Key("name", func(n strictyaml.Node) { m.Name = readGlobs(r, n, "name") }),
		strictyaml.Key("kind", func(n strictyaml.Node) { m.Kinds = ReadKinds(r, n) }),
		strictyaml.Key("scope", func(n strictyaml.Node) { m.Scope = readGlobs(r, n, "scope") }),
		strictyaml.Key("route", func(n strictyaml.Node) { m.Route = readGlobs(r, n, "route") }),
		strictyaml.Key("attrs", func(n strictyaml.Node) { m.Attrs = readAttrs(r, n, "attrs") }),
		strictyaml.Key("any", func(n strictyaml.Node) { m.Any = readAttrs(r, n, "any") }),
		strictyaml.Key("not", func(n strictyaml.Node) { not := Read(r, n, "not"); m.Not = &not }),
	)
	if m.IsZero() && !r.Failed() {
		r.Fail(n, "%s asks nothing, so every span would match", what)
	}
	return m
}

func readGlobs(r *strictyaml.Reader, n strictyaml.Node, what string) Globs {
	var gs Globs
	for _, s := range r.Texts(n, what) {
		gs = append(gs, Glob(s))
	}
	return gs
}

// ReadKinds reads the name of a kind of span, or a list of them.
func ReadKinds(r *strictyaml.Reader, n strictyaml.Node) []trace.Kind {
	var kinds []trace.Kind
	for _, v := range r.List(n, "kind") {
		s := r.Text(v, "kind")
		k, ok := trace.KindOf(s)
		if !ok {
			r.Fail(v, "unknown kind %q%s", s, strictyaml.Nearest(s, KindNames()))
		}
		kinds = append(kinds, k)
	}
	return kinds
}

// KindNames lists the kinds of spans as they are written.
func KindNames() []string {
	var names []string
	for k := trace.Unspecified; k <= trace.Consumer; k++ {
		names = append(names, k.String())
	}
	return names
}

func readAttrs(r *strictyaml.Reader, n strictyaml.Node, what string) []Attr {
	var out []Attr
	for _, e := range r.Entries(n, what) {
		out = append(out, Attr{e.Key, readGlobs(r, e.Value, e.Key)})
	}
	slices.SortFunc(out, func(a, b Attr) int { return cmp.Compare(a.Key, b.Key) })
	return out
}
