package budget

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// Version is the version of the plan file that this program reads.
const Version = 1

// Load reads a plan file; name is what errors call it. The error is a Problems with every
// mistake that was found, each at its line and column.
func Load(name string, data []byte) (*Plan, error) {
	r := &planReader{reader: reader{file: name}, plan: Plan{File: name}}
	if n := r.root(data); n != nil {
		r.read(n)
	}
	if err := r.err(); err != nil {
		return nil, err
	}
	return &r.plan, nil
}

type planReader struct {
	reader
	plan    Plan
	version bool
	checks  []func() // that need the whole file
}

func (r *planReader) read(n ast.Node) {
	r.object(n, "the plan",
		field{"version", r.readVersion},
		field{"journeys", r.readJourneys},
		field{"slices", r.readSlices},
		field{"offsets", r.readOffsets},
		field{"async", func(n ast.Node) { r.plan.Async = r.matchers(n, "async") }},
		field{"blocking", func(n ast.Node) { r.plan.Blocking = r.matchers(n, "blocking") }},
	)
	if len(r.plan.Slices) == 0 {
		r.plan.Slices = DefaultSlices
	}
	if len(r.problems) > 0 {
		return
	}
	switch {
	case !r.version:
		r.fail(n, "the plan has no version; write \"version: %d\"", Version)
	case len(r.plan.Journeys) == 0:
		r.fail(n, "the plan has no journeys")
	}
	for _, check := range r.checks {
		check()
	}
}

func (r *planReader) readVersion(n ast.Node) {
	r.version = true
	if s, _ := scalar(n); s != "1" {
		r.fail(n, "version is %s; this program reads version %d", nodeName(n), Version)
	}
}

func (r *planReader) readJourneys(n ast.Node) {
	for _, e := range r.entries(n, "journeys") {
		r.plan.Journeys = append(r.plan.Journeys, r.journey(e))
	}
}

func (r *planReader) journey(e entry) Journey {
	j := Journey{Name: e.key, Line: e.node.GetToken().Position.Line}
	what := "journey " + quoted(e.key)
	r.checkName(e, "journey")
	r.object(e.value, what,
		field{"owner", func(n ast.Node) { j.Owner = r.text(n, "owner") }},
		field{"root", func(n ast.Node) { j.Root = r.matcher(n, "root") }},
		field{"target", func(n ast.Node) { j.Target = r.target(n) }},
		field{"layers", func(n ast.Node) { j.Layers = r.layers(n, &j) }},
		field{"assert", func(n ast.Node) { j.Asserts = r.asserts(n, &j) }},
	)
	if j.Root.IsZero() && len(r.problems) == 0 {
		r.fail(e.node, "%s has no root; write for example root: {service: web, route: POST /checkout}", what)
	}
	return j
}

// checkName refuses names that could not be written in an assertion or would break a table.
func (r *planReader) checkName(e entry, what string) {
	bad := strings.IndexFunc(e.key, func(c rune) bool { return c < ' ' || strings.ContainsRune("{}<>=()\",.\x7f", c) })
	switch {
	case strings.TrimSpace(e.key) != e.key || e.key == "":
		r.fail(e.node, "the name of a %s is empty or has spaces around it", what)
	case what == "layer" && bad >= 0:
		r.fail(e.node, "layer %q: a layer's name cannot hold any of { } < > = ( ) . , or quotes", cut(e.key, 60))
	case len(e.key) > 100:
		r.fail(e.node, "the name of a %s has %d bytes; at most 100", what, len(e.key))
	case strings.ContainsFunc(e.key, func(c rune) bool { return c < ' ' || c == '\x7f' }):
		r.fail(e.node, "the name %q holds a control character", cut(e.key, 60))
	}
}

func (r *planReader) target(n ast.Node) Target {
	a, ok := r.assertion(n)
	if !ok {
		return Target{}
	}
	if a.Measure != Percentile || a.Layer != "" || len(a.Where) > 0 {
		r.fail(n, "target %q must be one percentile of the journey, such as \"p95 < 400ms\"; the rest belongs to assert", a.Text)
		return Target{}
	}
	return Target{a.Rank, a.Limit.Duration(), a.Line}
}

func (r *planReader) assertion(n ast.Node) (Assertion, bool) {
	text := r.text(n, "an assertion")
	if text == "" {
		return Assertion{}, false
	}
	a, err := ParseAssertion(text)
	a.Line = n.GetToken().Position.Line
	var bad *assertError
	if errors.As(err, &bad) {
		r.failInside(n, bad.at, bad.text)
	}
	return a, err == nil
}

// failInside reports a problem at a byte of a text.
func (r *planReader) failInside(n ast.Node, at int, text string) {
	r.fail(n, "%s", text)
	if t := n.GetToken(); t.Type == token.SingleQuoteType || t.Type == token.DoubleQuoteType {
		at++
	}
	r.problems[len(r.problems)-1].Column += at
}

func (r *planReader) asserts(n ast.Node, j *Journey) []Assertion {
	var out []Assertion
	for _, n := range r.list(n, "assert") {
		a, ok := r.assertion(n)
		if !ok {
			continue
		}
		if slices.ContainsFunc(out, func(b Assertion) bool { return a.Text == b.Text }) {
			r.fail(n, "assertion %q stands twice", a.Text)
		}
		out = append(out, a)
		name := j.Name
		r.checks = append(r.checks, func() { r.checkAssertion(n, &a, name) })
	}
	return out
}

// checkAssertion looks up the layer and the slices that an assertion names, once all are known.
func (r *planReader) checkAssertion(n ast.Node, a *Assertion, journey string) {
	j, err := r.plan.Journey(journey)
	if err != nil {
		return
	}
	layer := slices.IndexFunc(j.Layers, func(l Layer) bool { return l.Name == a.Layer })
	switch {
	case a.Layer != "" && layer < 0:
		r.fail(n, "assertion %q: journey %q has no layer %q%s", a.Text, journey, a.Layer, nearest(a.Layer, layerNames(j)))
	case a.Measure == BlownShare && a.Layer == "" && j.Target.IsZero():
		r.fail(n, "assertion %q: journey %q has no target to exceed", a.Text, journey)
	case a.Measure == BlownShare && a.Layer != "" && j.Layers[layer].Budget == 0:
		r.fail(n, "assertion %q: layer %q has no budget to exceed", a.Text, a.Layer)
	}
	for _, w := range a.Where {
		if !slices.ContainsFunc(r.plan.Slices, func(s SliceBy) bool { return s.Name == w.Name }) {
			r.fail(n, "assertion %q: unknown slice %q%s", a.Text, w.Name, nearest(w.Name, r.sliceNames()))
		}
	}
}

func layerNames(j *Journey) []string {
	var names []string
	for _, l := range j.Layers {
		names = append(names, l.Name)
	}
	return names
}

func (r *planReader) sliceNames() []string {
	var names []string
	for _, s := range r.plan.Slices {
		names = append(names, s.Name)
	}
	return names
}

func (r *planReader) readSlices(n ast.Node) {
	for _, e := range r.entries(n, "slices") {
		r.checkName(e, "slice")
		r.plan.Slices = append(r.plan.Slices, SliceBy{e.key, r.texts(e.value, "the attribute of slice "+quoted(e.key))})
	}
}

func (r *planReader) readOffsets(n ast.Node) {
	for _, e := range r.entries(n, "offsets") {
		s := r.text(e.value, "the offset of host "+quoted(e.key))
		d, err := time.ParseDuration(s)
		if err != nil {
			r.fail(e.value, "offset of host %q: %q is no duration; write for example 80ms or -80ms", e.key, s)
		}
		r.plan.Offsets = append(r.plan.Offsets, Offset{Glob(e.key), d})
	}
}

func (r *reader) matchers(n ast.Node, what string) []Matcher {
	var out []Matcher
	for _, n := range r.list(n, what) {
		out = append(out, r.matcher(n, what))
	}
	return out
}
