package budget

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/budget/match"
	"github.com/longpole/longpole/internal/strictyaml"
	"github.com/longpole/longpole/trace"
)

// A Plan is what a team wrote down: the journeys that matter and how much of each one's time
// every layer may use. It is a value; nothing in it is changed after Load.
type Plan struct {
	File     string
	Digest   string    // of its text: SHA-256 in hex
	Journeys []Journey // in the order of the file
	Slices   []SliceBy // in the order of the file; DefaultSlices if the plan names none
	Offsets  []Offset
	Async    []match.Matcher // spans that nobody waits for, whatever their times say
	Blocking []match.Matcher // spans that their callers do wait for; Async is asked first
	Prices   []Price         // of an hour of services, in the order of the file
	Findings Findings        // thresholds of detectors, and findings that are known
}

// A Journey is a named kind of request.
type Journey struct {
	Name, Owner string
	Line        int           // in the plan file
	Root        match.Matcher // of the span whose duration counts; it may stand below the trace's root
	Target      Target
	Layers      []Layer // in order; the first that takes a segment has it
	Asserts     []Assertion
	MayWaitFor  match.Globs // services, stores and categories that may be on the path; nil if the plan does not say
	Noise       Limit       // the share by which runs that are known to be equal differ; zero if nobody knows
}

// A Target is the percentile that a journey must keep. The zero Target is none.
type Target struct {
	Rank  Rank
	Limit time.Duration
	Line  int
	Op    Op     // Less if empty
	Of    string // the vital that it is a limit of, "lcp" or "inp"; empty for any other request
}

// String returns "p95 < 400ms", or "lcp.p75 < 2.5s".
func (t Target) String() string {
	of := t.Of
	if of != "" {
		of += "."
	}
	return fmt.Sprintf("%s%s %s %s", of, t.Rank, cmp.Or(t.Op, Less), t.Limit)
}

// IsZero reports whether no target was set.
func (t Target) IsZero() bool { return t.Rank == 0 }

// A Layer is a line of a journey's budget. Conditions that are set must all hold; a layer without
// any is the rest, and only the last one can be that.
type Layer struct {
	Name       string
	Line       int           // of its budget in the plan file, else of its name
	Budget     time.Duration // 0 if it has none
	Categories []category.Category
	Causes     []category.Cause
	Match      *match.Matcher // of the segment's own span
	Under      *match.Matcher // of the span, of the call that it serves, or of one above, up to the journey's root
}

// IsRest reports whether the layer takes whatever the ones before it left.
func (l *Layer) IsRest() bool {
	return len(l.Categories) == 0 && len(l.Causes) == 0 && l.Match == nil && l.Under == nil
}

// Takes reports whether the layer's categories and causes allow a segment. Match and Under
// are asked of spans, once for each.
func (l *Layer) Takes(c category.Category, cause category.Cause) bool {
	return (len(l.Categories) == 0 || slices.Contains(l.Categories, c)) &&
		(len(l.Causes) == 0 || slices.Contains(l.Causes, cause))
}

// A SliceBy is a name for comparing requests by an attribute: the first of Keys that a request has.
// One without keys compares those that call somebody, a service or a peer without spans, with others.
type SliceBy struct {
	Name  string
	Keys  []string
	Calls string
}

// By returns the slice by an attribute, or by whether requests call SERVICE: "calls:SERVICE".
func By(text string) SliceBy {
	if service, calls := strings.CutPrefix(text, "calls:"); calls {
		return SliceBy{Name: text, Calls: service}
	}
	return SliceBy{Name: text, Keys: []string{text}}
}

// AlsoBy returns a plan, which may be nil, with more slices.
func (p *Plan) AlsoBy(more []SliceBy) *Plan {
	if len(more) == 0 {
		return p
	}
	also := Plan{Slices: DefaultSlices}
	if p != nil {
		also = *p
	}
	also.Slices = slices.Concat(also.Slices, more)
	return &also
}

// DefaultSlices are the slices of a plan that names none, and of no plan.
var DefaultSlices = []SliceBy{
	{Name: "region", Keys: []string{"cloud.region"}},
	{Name: "version", Keys: []string{"service.version"}},
	{Name: "tenant", Keys: []string{"tenant.id", "enduser.id"}},
}

// An Offset is how far a host's clock is known to be ahead.
type Offset struct {
	Host  match.Glob
	Ahead time.Duration
}

// Ahead returns how far the clock of a host is known to be ahead, by the first of the plan's
// offsets that is for it.
func (p *Plan) Ahead(host string) (by time.Duration, known bool) {
	for _, o := range p.Offsets {
		if host != "" && o.Host.Match(host) {
			return o.Ahead, true
		}
	}
	return 0, false
}

// Journey returns the journey of that name. The error names the nearest one.
func (p *Plan) Journey(name string) (*Journey, error) {
	var known []string
	for i := range p.Journeys {
		if p.Journeys[i].Name == name {
			return &p.Journeys[i], nil
		}
		known = append(known, p.Journeys[i].Name)
	}
	return nil, fmt.Errorf("%s: no journey is named %q%s", p.File, name, strictyaml.Nearest(name, known))
}

// Matching returns the indices of the journeys whose root a span of this signature can be.
func (p *Plan) Matching(sig *trace.Signature) []int {
	var out []int
	for i := range p.Journeys {
		if p.Journeys[i].Root.Matches(sig) {
			out = append(out, i)
		}
	}
	return out
}

// Overrule says what the plan has to say about a callee: whether its caller waits for it.
// decided is false where the plan is silent.
func (p *Plan) Overrule(sig *trace.Signature) (blocking, decided bool) {
	matches := func(m match.Matcher) bool { return m.Matches(sig) }
	if slices.ContainsFunc(p.Async, matches) {
		return false, true
	}
	blocking = slices.ContainsFunc(p.Blocking, matches)
	return blocking, blocking
}

// Keys lists the attributes that the plan asks for, in order.
func (p *Plan) Keys() []string {
	var keys []string
	for _, m := range p.matchers() {
		keys = append(keys, m.Keys()...)
	}
	for _, s := range p.Slices {
		keys = append(keys, s.Keys...)
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// AsksNames reports whether the plan asks for names of spans as they stand.
func (p *Plan) AsksNames() bool {
	return slices.ContainsFunc(p.matchers(), (*match.Matcher).AsksNames)
}

func (p *Plan) matchers() []*match.Matcher {
	var out []*match.Matcher
	for i := range p.Journeys {
		j := &p.Journeys[i]
		out = append(out, &j.Root)
		for k := range j.Layers {
			out = append(out, j.Layers[k].Match, j.Layers[k].Under)
		}
	}
	for _, ms := range [][]match.Matcher{p.Async, p.Blocking} {
		for i := range ms {
			out = append(out, &ms[i])
		}
	}
	return out
}
