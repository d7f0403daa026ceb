package match

import (
	"slices"
	"strconv"
	"strings"

	"github.com/longpole/longpole/internal/strictyaml"
	"github.com/longpole/longpole/trace"
	"github.com/longpole/longpole/trace/semconv"
)

// A Matcher asks questions of a span's signature. Every field that is set must hold; the zero
// Matcher holds for every span. Rules and plans share it, so it is learned once:
//
//	service: payment*                  # a glob, or a list of globs of which one must match
//	name: [GET *, HEAD *]
//	kind: client                       # or a list
//	scope: "*redis*"                   # name of the instrumentation
//	route: POST /checkout              # method and route as the journey's name has them, or the route alone
//	attrs: {db.system: [redis, valkey]}    # all of these; "*" is present with any value
//	any: {db.system: "*", db.type: "*"}    # at least one of these
//	not: {any: {http.route: "*"}}          # a matcher that must not hold
type Matcher struct {
	Service, Name, Scope, Route Globs
	Kinds                       []trace.Kind
	Attrs, Any                  []Attr // in order of their keys
	Not                         *Matcher
}

// An Attr asks for an attribute of the span or its resource with one of these values.
type Attr struct {
	Key    string
	Values Globs
}

// Matches reports whether every question holds for sig.
func (m *Matcher) Matches(sig *trace.Signature) bool {
	return m.matchesText(sig) && m.matchesAttrs(sig) && !(m.Not != nil && m.Not.Matches(sig))
}

func (m *Matcher) matchesText(sig *trace.Signature) bool {
	return (len(m.Kinds) == 0 || slices.Contains(m.Kinds, sig.Kind)) &&
		m.Service.Match(sig.Service) &&
		m.Name.Match(sig.Name) &&
		m.Scope.Match(sig.Scope) &&
		(len(m.Route) == 0 || matchesRoute(m.Route, sig))
}

func matchesRoute(gs Globs, sig *trace.Signature) bool {
	route := semconv.Route(sig)
	if gs.find(route) != "" {
		return true
	}
	rest, found := semconv.CutMethod(route)
	return found && gs.find(rest) != ""
}

func (m *Matcher) matchesAttrs(sig *trace.Signature) bool {
	for i := range m.Attrs {
		if !m.Attrs[i].matches(sig) {
			return false
		}
	}
	return len(m.Any) == 0 || slices.ContainsFunc(m.Any, func(a Attr) bool { return a.matches(sig) })
}

func (a *Attr) matches(sig *trace.Signature) bool {
	v, ok := sig.Attr(a.Key)
	return ok && a.Values.Match(v)
}

// IsZero reports whether m asks nothing and so holds for every span.
func (m *Matcher) IsZero() bool {
	return m.Not == nil && len(m.Kinds)+len(m.Service)+len(m.Name)+len(m.Scope)+len(m.Route)+len(m.Attrs)+len(m.Any) == 0
}

// AsksNames reports whether m asks for the name of a span; m may be nil.
func (m *Matcher) AsksNames() bool {
	return m != nil && (len(m.Name) > 0 || m.Not.AsksNames())
}

// Keys lists the attributes that m asks for; none if m is nil.
func (m *Matcher) Keys() []string {
	if m == nil {
		return nil
	}
	var keys []string
	for _, a := range slices.Concat(m.Attrs, m.Any) {
		keys = append(keys, a.Key)
	}
	return append(keys, m.Not.Keys()...)
}

// Why names the conditions that hold for sig, with the values that met them. Values are
// quoted, so that nothing in them can act on a terminal.
func (m *Matcher) Why(sig *trace.Signature) string {
	var parts []string
	if len(m.Kinds) > 0 {
		parts = append(parts, "kind is "+sig.Kind.String())
	}
	for _, f := range []textMatch{{"service", m.Service, sig.Service}, {"name", m.Name, sig.Name}, {"scope", m.Scope, sig.Scope}} {
		if len(f.globs) > 0 {
			parts = append(parts, f.what+" is "+strconv.Quote(f.value))
		}
	}
	if len(m.Route) > 0 {
		parts = append(parts, "route is "+strconv.Quote(semconv.Route(sig)))
	}
	for i := range m.Attrs {
		parts = append(parts, m.Attrs[i].why(sig))
	}
	if i := slices.IndexFunc(m.Any, func(a Attr) bool { return a.matches(sig) }); i >= 0 {
		parts = append(parts, m.Any[i].why(sig))
	}
	return strings.Join(parts, ", ")
}

func (a *Attr) why(sig *trace.Signature) string {
	v, _ := sig.Attr(a.Key)
	if v == "" {
		return a.Key + " is present"
	}
	return a.Key + " is " + strconv.Quote(strictyaml.Cut(v, 80))
}

type textMatch struct {
	what  string
	globs Globs
	value string
}

// The weights of a specificity: one exact text outweighs any number of patterns, one pattern
// any number of "is present", and so on. No matcher has a hundred conditions of one sort.
const (
	exactly  = 1_000_000
	pattern  = 10_000
	presence = 100
	narrowed = 1
)

// Specificity says how much m asks: of two rules of one tier that both hold, the one that
// asks more decides. A choice counts as its weakest alternative.
func (m *Matcher) Specificity() int {
	n := m.Service.weight() + m.Name.weight() + m.Scope.weight() + m.Route.weight()
	for i := range m.Attrs {
		n += m.Attrs[i].Values.weight()
	}
	if len(m.Any) > 0 {
		n += slices.MinFunc(m.Any, func(a, b Attr) int { return a.Values.weight() - b.Values.weight() }).Values.weight()
	}
	if len(m.Kinds) > 0 {
		n += narrowed
	}
	if m.Not != nil {
		n += narrowed
	}
	return n
}

// OnlyPresence reports whether all that is asked of an attribute is that it is there.
func (gs Globs) OnlyPresence() bool { return gs.weight() == presence }

func (gs Globs) weight() int {
	if len(gs) == 0 {
		return 0
	}
	least := exactly
	for _, g := range gs {
		least = min(least, g.weight())
	}
	return least
}

func (g Glob) weight() int {
	switch {
	case g.any():
		return presence
	case g.plain():
		return exactly
	}
	return pattern
}
