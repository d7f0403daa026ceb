package category

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"embed"
	"fmt"
	"path"
	"slices"
	"sync"

	"github.com/longpole/longpole/budget/match"
	"github.com/longpole/longpole/internal/strictyaml"
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
// are spread over files. The error is a strictyaml.Problems with every mistake found.
func LoadRules(files map[string][]byte) (*Rules, error) {
	var all ruleReader
	if err := all.readAll(files); err != nil {
		return nil, err
	}
	return newRules(all.rules, all.phases, &NoRequests{}), nil
}

func (r *ruleReader) readAll(files map[string][]byte) error {
	for _, name := range sortedKeys(files) {
		r.File = name
		text := files[name]
		if r.bare {
			text = withoutExamples(text)
		}
		r.read(text)
	}
	return r.Err()
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
	strictyaml.Reader
	rules  []Rule
	phases []Phase
	names  map[string]bool
	bare   bool // examples are not read
}

func (r *ruleReader) read(data []byte) {
	n := r.Root(data)
	if n == nil {
		return
	}
	r.Object(n, "a rule file",
		strictyaml.Key("rules", func(n strictyaml.Node) {
			for _, n := range r.List(n, "rules") {
				r.rules = append(r.rules, r.rule(n))
			}
		}),
		strictyaml.Key("phases", func(n strictyaml.Node) {
			for _, n := range r.List(n, "phases") {
				r.phases = append(r.phases, r.phase(n))
			}
		}),
	)
}

func (r *ruleReader) rule(n strictyaml.Node) Rule {
	u := Rule{Tier: TierKind + 1}
	r.Object(n, "a rule",
		strictyaml.Key("name", func(n strictyaml.Node) { u.Name = r.name(n) }),
		strictyaml.Key("doc", func(n strictyaml.Node) { u.Doc = r.Text(n, "doc") }),
		strictyaml.Key("category", func(n strictyaml.Node) { u.Category = Read(&r.Reader, n) }),
		strictyaml.Key("tier", func(n strictyaml.Node) { u.Tier = r.tier(n) }),
		strictyaml.Key("match", func(n strictyaml.Node) { u.Match = match.Read(&r.Reader, n, "match") }),
		strictyaml.Key("passing", func(n strictyaml.Node) { u.Passing = Read(&r.Reader, n) }),
		strictyaml.Key("remote", func(n strictyaml.Node) { u.Remote = r.remote(n) }),
		strictyaml.Key("transport", func(n strictyaml.Node) { u.Transport = r.Bool(n, "transport") }),
		strictyaml.Key("examples", func(n strictyaml.Node) { u.Examples = r.examples(n, false) }),
		strictyaml.Key("not", func(n strictyaml.Node) { u.Not = r.examples(n, true) }),
	)
	r.require(n, "rule", u.Name, map[string]bool{
		"name": u.Name != "", "doc": u.Doc != "", "category": u.Category != "", "tier": u.Tier <= TierKind,
		"match": !u.Match.IsZero(), "examples": r.bare || len(u.Examples) > 0,
	})
	return u
}

func (r *ruleReader) phase(n strictyaml.Node) Phase {
	var p Phase
	r.Object(n, "a phase",
		strictyaml.Key("name", func(n strictyaml.Node) { p.Rule = r.name(n) }),
		strictyaml.Key("doc", func(n strictyaml.Node) { p.Doc = r.Text(n, "doc") }),
		strictyaml.Key("category", func(n strictyaml.Node) { p.Category = Read(&r.Reader, n) }),
		strictyaml.Key("from", func(n strictyaml.Node) { p.From = r.Text(n, "from") }),
		strictyaml.Key("to", func(n strictyaml.Node) { p.To = r.Text(n, "to") }),
		strictyaml.Key("match", func(n strictyaml.Node) { p.match = match.Read(&r.Reader, n, "match") }),
		strictyaml.Key("examples", func(n strictyaml.Node) { p.Examples = r.examples(n, false) }),
	)
	r.require(n, "phase", p.Rule, map[string]bool{
		"name": p.Rule != "", "doc": p.Doc != "", "category": p.Category != "", "from or to": p.From+p.To != "",
		"examples": r.bare || len(p.Examples) > 0,
	})
	return p
}

func (r *ruleReader) require(n strictyaml.Node, what, name string, has map[string]bool) {
	for _, key := range sortedKeys(has) {
		if !has[key] {
			r.Fail(n, "%s %q has no %s", what, name, key)
		}
	}
}

func (r *ruleReader) name(n strictyaml.Node) string {
	s := r.Text(n, "name")
	if r.names == nil {
		r.names = map[string]bool{}
	}
	if r.names[s] {
		r.Fail(n, "another rule is named %q", s)
	}
	r.names[s] = true
	return s
}

func (r *ruleReader) tier(n strictyaml.Node) Tier {
	s := r.Text(n, "tier")
	i := slices.Index(tierNames, s)
	if i < 0 {
		r.Fail(n, "unknown tier %q%s", s, strictyaml.Nearest(s, tierNames))
		return TierKind
	}
	return Tier(i)
}

func (r *ruleReader) remote(n strictyaml.Node) Remote {
	if r.Bool(n, "remote") {
		return Always
	}
	return Never
}

// Read reads the name of a category.
func Read(r *strictyaml.Reader, n strictyaml.Node) Category {
	s := r.Text(n, "category")
	c := Category(s)
	if !c.Valid() {
		var known []string
		for _, k := range All {
			known = append(known, string(k.Name))
		}
		r.Fail(n, "unknown category %q%s", s, strictyaml.Nearest(s, known))
	}
	return c
}

func (r *ruleReader) examples(n strictyaml.Node, near bool) []Example {
	var out []Example
	for _, n := range r.List(n, "examples") {
		ex := r.example(n)
		if near != (ex.Category != "") {
			r.Fail(n, "a near miss says which category it has, an example does not")
		}
		out = append(out, ex)
	}
	return out
}

func (r *ruleReader) example(n strictyaml.Node) Example {
	ex := Example{Line: strictyaml.Line(n)}
	s := &ex.Sig
	r.Object(n, "an example",
		strictyaml.Key("service", func(n strictyaml.Node) { s.Service = r.Text(n, "service") }),
		strictyaml.Key("name", func(n strictyaml.Node) { s.Name = r.Text(n, "name") }),
		strictyaml.Key("scope", func(n strictyaml.Node) { s.Scope = r.Text(n, "scope") }),
		strictyaml.Key("kind", func(n strictyaml.Node) { s.Kind = match.ReadKinds(&r.Reader, n)[0] }),
		strictyaml.Key("attrs", func(n strictyaml.Node) { s.Attrs = r.attrs(n) }),
		strictyaml.Key("events", func(n strictyaml.Node) { ex.Events = r.Texts(n, "events") }),
		strictyaml.Key("category", func(n strictyaml.Node) { ex.Category = Read(&r.Reader, n) }),
	)
	return ex
}

func (r *ruleReader) attrs(n strictyaml.Node) trace.Attrs {
	var attrs trace.Attrs
	for _, e := range r.Entries(n, "attrs") {
		v, ok := strictyaml.Scalar(e.Value)
		if !ok {
			r.Fail(e.Value, "%s must be a text, not %s", fmt.Sprintf("%q", e.Key), strictyaml.Describe(e.Value))
		}
		attrs = append(attrs, trace.Attr{Key: e.Key, Value: v})
	}
	return attrs.Sort()
}

// Digest is a hash of the rules that longpole ships with: SHA-256 in hex.
func Digest() string {
	files, err := builtIn.ReadDir("rules")
	if err != nil {
		panic(err)
	}
	hash := sha256.New()
	for _, f := range files {
		text, err := builtIn.ReadFile(path.Join("rules", f.Name()))
		if err != nil {
			panic(err)
		}
		fmt.Fprintf(hash, "%s %d\n%s", f.Name(), len(text), text)
	}
	return fmt.Sprintf("%x", hash.Sum(nil))
}
