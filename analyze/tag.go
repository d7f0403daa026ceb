package analyze

import (
	"cmp"
	"slices"

	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/trace"
	"github.com/longpole/longpole/trace/semconv"
)

// A Tag is a property that some requests have and others do not: an attribute of a service
// that they passed through.
type Tag struct{ Service, Key, Value string }

func compareTags(a, b Tag) int {
	if c := cmp.Compare(a.Key, b.Key); c != 0 {
		return c
	}
	return cmp.Or(cmp.Compare(a.Value, b.Value), cmp.Compare(a.Service, b.Service))
}

// comparableKeys returns the attributes by which requests are compared: those of the plan's
// slices and the usual ones.
func comparableKeys(p *budget.Plan) map[string]bool {
	keys := map[string]bool{}
	for _, k := range semconv.ComparableKeys() {
		keys[k] = true
	}
	for _, s := range p.Slices {
		for _, k := range s.Keys {
			keys[k] = true
		}
	}
	return keys
}

// A tagged says which tags a signature has: those of the place where it ran, which many
// signatures share as a set, and those of its own.
type tagged struct {
	place int32
	own   []int32
}

// tagTable numbers the tags that were met, and sets of them.
type tagTable struct {
	numbers[Tag]
	sets    lists
	slab    slab[int32]
	tallies []tagTally // what serves one journey after the other
}

// set returns the number of the set of tags that attrs are, without those that an attribute of
// hidden hides.
func (t *tagTable) set(service string, attrs, hidden trace.Attrs) int32 {
	var tags []int32
	for _, a := range attrs {
		if _, hides := hidden.Get(a.Key); a.Value != "" && !hides {
			tags = append(tags, t.number(Tag{service, a.Key, a.Value}))
		}
	}
	slices.Sort(tags)
	return t.sets.number(slices.Compact(tags))
}

// own returns the tags of own attributes of a service.
func (t *tagTable) own(service string, attrs trace.Attrs) []int32 {
	tags := t.slab.take(len(attrs))[:0]
	for _, a := range attrs {
		if a.Value != "" {
			tags = append(tags, t.number(Tag{service, a.Key, a.Value}))
		}
	}
	return tags
}

// A tagGatherer gathers the tags of one request after the other.
type tagGatherer struct {
	tags, sets marks
	found      []int32 // tags by number, and sets of tags as ^number
}

func (g *tagGatherer) start() {
	g.tags.start()
	g.sets.start()
	g.found = g.found[:0]
}

func (g *tagGatherer) add(t *tagged) {
	if g.sets.first(t.place) {
		g.found = append(g.found, ^t.place)
	}
	for _, tag := range t.own {
		if g.tags.first(tag) {
			g.found = append(g.found, tag)
		}
	}
}

// addApart adds the tags of a span that has attributes apart from its signature.
func (g *tagGatherer) addApart(e *Explainer, m *meaning, apart trace.Attrs) {
	tags := m.tags
	if hides(apart, m.sig.Resource) {
		own := slices.Concat(e.comparedOf(m.sig.Attrs), apart)
		tags.place = e.tags.set(m.sig.Service, e.comparedOf(m.sig.Resource), own)
	}
	g.add(&tags)
	g.add(&tagged{tags.place, e.ownApart(m.sig.Service, apart)})
}

// all returns what was gathered, in order. It is valid until the next start.
func (g *tagGatherer) all() []int32 {
	slices.Sort(g.found)
	return g.found
}

// each returns what lists the tags of a request, each once, by the number that sets has for
// what was gathered.
func (t *tagTable) each(sets *lists) func(n int32) []int32 {
	var met marks
	var gathered, tags, out []int32
	add := func(tag int32) {
		if met.first(tag) {
			out = append(out, tag)
		}
	}
	return func(n int32) []int32 {
		met.start()
		out, gathered = out[:0], sets.appendTo(gathered[:0], n)
		for _, g := range gathered {
			if g >= 0 {
				add(g)
				continue
			}
			tags = t.sets.appendTo(tags[:0], ^g)
			for _, tag := range tags {
				add(tag)
			}
		}
		return out
	}
}
