package budget

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/longpole/longpole/budget/match"
	"github.com/longpole/longpole/internal/strictyaml"
)

// Version is the version of the plan file that this program reads.
const Version = 1

// Load reads a plan file; name is what errors call it. The error is a strictyaml.Problems with every
// mistake that was found, each at its line and column. The plan can speak of the findings that are known.
func Load(name string, data []byte, known ...Detectable) (*Plan, error) {
	r := &planReader{Reader: strictyaml.Reader{File: name}, plan: Plan{File: name, Digest: digest(data)}, known: known}
	if n := r.Root(data); n != nil {
		r.read(n)
	}
	if err := r.Err(); err != nil {
		return nil, err
	}
	return &r.plan, nil
}

func digest(text []byte) string { return fmt.Sprintf("%x", sha256.Sum256(text)) }

type planReader struct {
	strictyaml.Reader
	plan    Plan
	version bool
	known   []Detectable
	checks  []func() // that need the whole file
}

func (r *planReader) read(n strictyaml.Node) {
	r.Object(n, "the plan",
		strictyaml.Key("version", r.readVersion),
		strictyaml.Key("journeys", r.readJourneys),
		strictyaml.Key("slices", r.readSlices),
		strictyaml.Key("offsets", r.readOffsets),
		strictyaml.Key("findings", r.readFindings),
		strictyaml.Key("prices", r.readPrices),
		strictyaml.Key("async", func(n strictyaml.Node) { r.plan.Async = r.matchers(n, "async") }),
		strictyaml.Key("blocking", func(n strictyaml.Node) { r.plan.Blocking = r.matchers(n, "blocking") }),
	)
	says := len(r.plan.Slices)+len(r.plan.Offsets)+len(r.plan.Async)+len(r.plan.Blocking)+len(r.plan.Prices)+len(r.plan.Findings.Settings)+len(r.plan.Findings.Acknowledged) > 0
	if len(r.plan.Slices) == 0 {
		r.plan.Slices = DefaultSlices
	}
	if r.Failed() {
		return
	}
	switch {
	case !r.version:
		r.Fail(n, "the plan has no version; write \"version: %d\"", Version)
	case len(r.plan.Journeys) == 0 && !says:
		r.Fail(n, "the plan says nothing: it has no journeys, slices, offsets, async, blocking, findings or prices")
	}
	for _, check := range r.checks {
		check()
	}
}

func (r *planReader) readVersion(n strictyaml.Node) {
	r.version = true
	if s, _ := strictyaml.Scalar(n); s != "1" {
		r.Fail(n, "version is %s; this program reads version %d", strictyaml.Describe(n), Version)
	}
}

func (r *planReader) readJourneys(n strictyaml.Node) {
	for _, e := range r.Entries(n, "journeys") {
		r.plan.Journeys = append(r.plan.Journeys, r.journey(e))
	}
}

func (r *planReader) journey(e strictyaml.Entry) Journey {
	j := Journey{Name: e.Key, Line: strictyaml.Line(e.Node)}
	what := "journey " + strictyaml.Quoted(e.Key)
	r.checkName(e, "journey")
	var limits vitals
	r.Object(e.Value, what, append(limits.fields(r),
		strictyaml.Key("owner", func(n strictyaml.Node) { j.Owner = r.Text(n, "owner") }),
		strictyaml.Key("root", func(n strictyaml.Node) { j.Root = match.Read(&r.Reader, n, "root") }),
		strictyaml.Key("target", func(n strictyaml.Node) { j.Target = r.target(n) }),
		strictyaml.Key("layers", func(n strictyaml.Node) { j.Layers = r.layers(n, &j) }),
		strictyaml.Key("may_wait_for", func(n strictyaml.Node) { j.MayWaitFor = r.globs(n, "may_wait_for") }),
		strictyaml.Key("noise", func(n strictyaml.Node) { j.Noise = r.noise(n) }),
		strictyaml.Key("assert", func(n strictyaml.Node) { j.Asserts = r.asserts(n, &j) }),
	)...)
	limits.apply(r, &j)
	if j.Root.IsZero() && !r.Failed() {
		r.Fail(e.Node, "%s has no root; write for example root: {service: web, route: POST /checkout}", what)
	}
	return j
}

func (r *planReader) globs(n strictyaml.Node, what string) (out match.Globs) {
	for _, s := range r.Texts(n, what) {
		out = append(out, match.Glob(s))
	}
	return out
}

// noise reads the share by which equal runs differ.
func (r *planReader) noise(n strictyaml.Node) Limit {
	s := r.Text(n, "noise")
	v, err := parseShare(s)
	if err != nil {
		r.Fail(n, "noise: %s", err)
	}
	return Limit{UnitShare, v}
}

// checkName refuses names that could not be written in an assertion or would break a table.
func (r *planReader) checkName(e strictyaml.Entry, what string) {
	bad := strings.IndexFunc(e.Key, func(c rune) bool { return c < ' ' || strings.ContainsRune("{}<>=()\",.\x7f", c) })
	switch {
	case strings.TrimSpace(e.Key) != e.Key || e.Key == "":
		r.Fail(e.Node, "the name of a %s is empty or has spaces around it", what)
	case what == "layer" && bad >= 0:
		r.Fail(e.Node, "layer %q: a layer's name cannot hold any of { } < > = ( ) . , or quotes", strictyaml.Cut(e.Key, 60))
	case len(e.Key) > 100:
		r.Fail(e.Node, "the name of a %s has %d bytes; at most 100", what, len(e.Key))
	case strings.ContainsFunc(e.Key, func(c rune) bool { return c < ' ' || c == '\x7f' }):
		r.Fail(e.Node, "the name %q holds a control character", strictyaml.Cut(e.Key, 60))
	}
}

func (r *planReader) target(n strictyaml.Node) Target {
	a, ok := r.assertion(n)
	if !ok {
		return Target{}
	}
	if a.Measure != Percentile || a.Layer != "" || len(a.Where) > 0 {
		r.Fail(n, "target %q must be one percentile of the journey, such as \"p95 < 400ms\"; the rest belongs to assert", a.Text)
		return Target{}
	}
	return Target{Rank: a.Rank, Limit: a.Limit.Duration(), Line: a.Line, Op: a.Op}
}

func (r *planReader) assertion(n strictyaml.Node) (Assertion, bool) {
	text := r.Text(n, "an assertion")
	if text == "" {
		return Assertion{}, false
	}
	a, err := ParseAssertion(text)
	a.Line = strictyaml.Line(n)
	var bad *assertError
	if errors.As(err, &bad) {
		r.FailInside(n, bad.at, bad.text)
	}
	return a, err == nil
}

func (r *planReader) asserts(n strictyaml.Node, j *Journey) []Assertion {
	var out []Assertion
	for _, n := range r.List(n, "assert") {
		a, ok := r.assertion(n)
		if !ok {
			continue
		}
		if slices.ContainsFunc(out, func(b Assertion) bool { return a.Text == b.Text }) {
			r.Fail(n, "assertion %q stands twice", a.Text)
		}
		out = append(out, a)
		name := j.Name
		r.checks = append(r.checks, func() { r.checkAssertion(n, &a, name) })
	}
	return out
}

// checkAssertion looks up the layer and the slices that an assertion names, once all are known.
func (r *planReader) checkAssertion(n strictyaml.Node, a *Assertion, journey string) {
	j, err := r.plan.Journey(journey)
	if err != nil {
		return
	}
	layer := slices.IndexFunc(j.Layers, func(l Layer) bool { return l.Name == a.Layer })
	switch {
	case a.Layer != "" && layer < 0:
		r.Fail(n, "assertion %q: journey %q has no layer %q%s", a.Text, journey, a.Layer, strictyaml.Nearest(a.Layer, layerNames(j)))
	case a.Measure == NewOnPath && len(j.MayWaitFor) == 0:
		r.Fail(n, "assertion %q: journey %q does not say what it may wait for; write for example may_wait_for: [payment, db]", a.Text, journey)
	case a.Measure == NewOnPath && len(a.Where) > 0:
		r.Fail(n, "assertion %q: path.new is of the whole journey, not of a slice", a.Text)
	case a.Measure == FoundOf && len(a.Where) > 0:
		r.Fail(n, "assertion %q: findings are of the whole journey, not of a slice", a.Text)
	case a.Measure == BlownShare && a.Layer == "" && j.Target.IsZero():
		r.Fail(n, "assertion %q: journey %q has no target to exceed", a.Text, journey)
	case a.Measure == BlownShare && a.Layer != "" && j.Layers[layer].Budget == 0:
		r.Fail(n, "assertion %q: layer %q has no budget to exceed", a.Text, a.Layer)
	}
	for _, w := range a.Where {
		if !slices.ContainsFunc(r.plan.Slices, func(s SliceBy) bool { return s.Name == w.Name }) {
			r.Fail(n, "assertion %q: unknown slice %q%s", a.Text, w.Name, strictyaml.Nearest(w.Name, r.sliceNames()))
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

func (r *planReader) readSlices(n strictyaml.Node) {
	for _, e := range r.Entries(n, "slices") {
		r.checkName(e, "slice")
		r.plan.Slices = append(r.plan.Slices, SliceBy{Name: e.Key, Keys: r.Texts(e.Value, "the attribute of slice "+strictyaml.Quoted(e.Key))})
	}
}

func (r *planReader) readOffsets(n strictyaml.Node) {
	for _, e := range r.Entries(n, "offsets") {
		s := r.Text(e.Value, "the offset of host "+strictyaml.Quoted(e.Key))
		d, err := time.ParseDuration(s)
		if err != nil {
			r.Fail(e.Value, "offset of host %q: %q is no duration; write for example 80ms or -80ms", e.Key, s)
		}
		r.plan.Offsets = append(r.plan.Offsets, Offset{match.Glob(e.Key), d})
	}
}

func (r *planReader) matchers(n strictyaml.Node, what string) []match.Matcher {
	var out []match.Matcher
	for _, n := range r.List(n, what) {
		out = append(out, match.Read(&r.Reader, n, what))
	}
	return out
}
