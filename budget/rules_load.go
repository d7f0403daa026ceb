package budget

import (
	"bytes"
	"cmp"
	"embed"
	"fmt"
	"path"
	"slices"
	"sync"

	"github.com/goccy/go-yaml/ast"

	"github.com/longpole/longpole/trace"
)

//go:embed rules/*.yaml
var builtIn embed.FS

// BuiltIn returns the rules that longpole ships with, without their examples: these are half
// of the text, and reading it is most of what starting up takes. They are read once; a broken
// rule is a mistake of ours and panics.
var BuiltIn = sync.OnceValue(func() *Rules { return loadBuiltIn(true) })

// Exemplified returns the same rules with their examples.
var Exemplified = sync.OnceValue(func() *Rules { return loadBuiltIn(false) })

func loadBuiltIn(bare bool) *Rules {
	entries, err := builtIn.ReadDir("rules")
	files := map[string][]byte{}
	for _, e := range entries {
		if err == nil {
			name := path.Join("rules", e.Name())
			files[name], err = builtIn.ReadFile(name)
		}
	}
	all := ruleReader{bare: bare}
	if err == nil {
		err = all.readAll(files)
	}
	none, problems := loadNoRequests(noRequestsFile, bare)
	if err = cmp.Or(err, problems); err != nil {
		panic(err)
	}
	return newRules(all.rules, all.phases, none)
}

// withoutExamples leaves out the examples of rules and phases, and what a rule must not match.
// In our own files each of them begins a line of four blanks, and goes on in deeper lines.
func withoutExamples(text []byte) (out []byte) {
	inside := false
	for line := range bytes.Lines(text) {
		deeper := bytes.HasPrefix(line, []byte("     "))
		inside = inside && deeper || bytes.HasPrefix(line, []byte("    examples:")) || bytes.HasPrefix(line, []byte("    not:"))
		if !inside {
			out = append(out, line...)
		}
	}
	return out
}

// LoadRules reads rule files, given as name and content. The answer does not depend on how the rules
// are spread over files. The error is a Problems with every mistake found.
func LoadRules(files map[string][]byte) (*Rules, error) {
	var all ruleReader
	if err := all.readAll(files); err != nil {
		return nil, err
	}
	return newRules(all.rules, all.phases, &NoRequests{}), nil
}

func (r *ruleReader) readAll(files map[string][]byte) error {
	for _, name := range sortedKeys(files) {
		r.file = name
		text := files[name]
		if r.bare {
			text = withoutExamples(text)
		}
		r.read(text)
	}
	return r.err()
}

func sortedKeys[V any](m map[string]V) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

type ruleReader struct {
	reader
	rules  []Rule
	phases []Phase
	names  map[string]bool
	bare   bool // examples are not read
}

func (r *ruleReader) read(data []byte) {
	n := r.root(data)
	if n == nil {
		return
	}
	r.object(n, "a rule file",
		field{"rules", func(n ast.Node) {
			for _, n := range r.list(n, "rules") {
				r.rules = append(r.rules, r.rule(n))
			}
		}},
		field{"phases", func(n ast.Node) {
			for _, n := range r.list(n, "phases") {
				r.phases = append(r.phases, r.phase(n))
			}
		}},
	)
}

func (r *ruleReader) rule(n ast.Node) Rule {
	u := Rule{Tier: TierKind + 1}
	r.object(n, "a rule",
		field{"name", func(n ast.Node) { u.Name = r.name(n) }},
		field{"doc", func(n ast.Node) { u.Doc = r.text(n, "doc") }},
		field{"category", func(n ast.Node) { u.Category = r.category(n) }},
		field{"tier", func(n ast.Node) { u.Tier = r.tier(n) }},
		field{"match", func(n ast.Node) { u.Match = r.matcher(n, "match") }},
		field{"passing", func(n ast.Node) { u.Passing = r.category(n) }},
		field{"remote", func(n ast.Node) { u.Remote = r.remote(n) }},
		field{"examples", func(n ast.Node) { u.Examples = r.examples(n, false) }},
		field{"not", func(n ast.Node) { u.Not = r.examples(n, true) }},
	)
	r.require(n, "rule", u.Name, map[string]bool{
		"name": u.Name != "", "doc": u.Doc != "", "category": u.Category != "", "tier": u.Tier <= TierKind,
		"match": !u.Match.IsZero(), "examples": r.bare || len(u.Examples) > 0,
	})
	return u
}

func (r *ruleReader) phase(n ast.Node) Phase {
	var p Phase
	r.object(n, "a phase",
		field{"name", func(n ast.Node) { p.Rule = r.name(n) }},
		field{"doc", func(n ast.Node) { p.Doc = r.text(n, "doc") }},
		field{"category", func(n ast.Node) { p.Category = r.category(n) }},
		field{"from", func(n ast.Node) { p.From = r.text(n, "from") }},
		field{"to", func(n ast.Node) { p.To = r.text(n, "to") }},
		field{"match", func(n ast.Node) { p.match = r.matcher(n, "match") }},
		field{"examples", func(n ast.Node) { p.Examples = r.examples(n, false) }},
	)
	r.require(n, "phase", p.Rule, map[string]bool{
		"name": p.Rule != "", "doc": p.Doc != "", "category": p.Category != "", "from or to": p.From+p.To != "",
		"examples": r.bare || len(p.Examples) > 0,
	})
	return p
}

func (r *ruleReader) require(n ast.Node, what, name string, has map[string]bool) {
	for _, key := range sortedKeys(has) {
		if !has[key] {
			r.fail(n, "%s %q has no %s", what, name, key)
		}
	}
}

func (r *ruleReader) name(n ast.Node) string {
	s := r.text(n, "name")
	if r.names == nil {
		r.names = map[string]bool{}
	}
	if r.names[s] {
		r.fail(n, "another rule is named %q", s)
	}
	r.names[s] = true
	return s
}

func (r *ruleReader) tier(n ast.Node) Tier {
	s := r.text(n, "tier")
	i := slices.Index(tierNames, s)
	if i < 0 {
		r.fail(n, "unknown tier %q%s", s, nearest(s, tierNames))
		return TierKind
	}
	return Tier(i)
}

func (r *ruleReader) remote(n ast.Node) Remote {
	if r.bool(n, "remote") {
		return Always
	}
	return Never
}

// category reads the name of a category.
func (r *reader) category(n ast.Node) Category {
	s := r.text(n, "category")
	c := Category(s)
	if !c.Valid() {
		var known []string
		for _, k := range Categories {
			known = append(known, string(k.Name))
		}
		r.fail(n, "unknown category %q%s", s, nearest(s, known))
	}
	return c
}

func (r *ruleReader) examples(n ast.Node, near bool) []Example {
	var out []Example
	for _, n := range r.list(n, "examples") {
		ex := r.example(n)
		if near != (ex.Category != "") {
			r.fail(n, "a near miss says which category it has, an example does not")
		}
		out = append(out, ex)
	}
	return out
}

func (r *ruleReader) example(n ast.Node) Example {
	ex := Example{Line: n.GetToken().Position.Line}
	s := &ex.Sig
	r.object(n, "an example",
		field{"service", func(n ast.Node) { s.Service = r.text(n, "service") }},
		field{"name", func(n ast.Node) { s.Name = r.text(n, "name") }},
		field{"scope", func(n ast.Node) { s.Scope = r.text(n, "scope") }},
		field{"kind", func(n ast.Node) { s.Kind = r.kinds(n)[0] }},
		field{"attrs", func(n ast.Node) { s.Attrs = r.attrs(n) }},
		field{"events", func(n ast.Node) { ex.Events = r.texts(n, "events") }},
		field{"category", func(n ast.Node) { ex.Category = r.category(n) }},
	)
	return ex
}

func (r *ruleReader) attrs(n ast.Node) trace.Attrs {
	var attrs trace.Attrs
	for _, e := range r.entries(n, "attrs") {
		v, ok := scalar(e.value)
		if !ok {
			r.fail(e.value, "%s must be a text, not %s", fmt.Sprintf("%q", e.key), nodeName(e.value))
		}
		attrs = append(attrs, trace.Attr{Key: e.key, Value: v})
	}
	return attrs.Sort()
}
