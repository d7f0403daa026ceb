package attribute

import (
	"cmp"
	"slices"

	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/internal/intern"
	"github.com/longpole/longpole/trace"
	"github.com/longpole/longpole/trace/semconv"
)

// A Tag is a property that some requests have and others do not: an attribute of a service
// that they passed through, or that they call somebody.
type Tag struct{ Service, Key, Value string }

// Calls is the key of tags that say whom requests call: the service whose span answered, or from
// a service a peer that has no spans.
const Calls = "calls"

// CompareTags orders tags by key, value and service.
func CompareTags(a, b Tag) int {
	if c := cmp.Compare(a.Key, b.Key); c != 0 {
		return c
	}
	return cmp.Or(cmp.Compare(a.Value, b.Value), cmp.Compare(a.Service, b.Service))
}

// CompareBools orders false before true.
func CompareBools(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
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
	calls int32 // of a span that enters a service, or of a call without an answering span; none is negative
}

// A TagTable numbers the tags that were met, and sets of them.
type TagTable struct {
	intern.Numbers[Tag]
	Sets intern.Lists
	slab intern.Slab[int32]
}

// set returns the number of the set of tags that attrs are, without those that an attribute of
// hidden hides.
func (t *TagTable) set(service string, attrs, hidden trace.Attrs) int32 {
	var tags []int32
	for _, a := range attrs {
		if _, hides := hidden.Get(a.Key); a.Value != "" && !hides {
			tags = append(tags, t.Number(Tag{service, a.Key, a.Value}))
		}
	}
	slices.Sort(tags)
	return t.Sets.Number(slices.Compact(tags))
}

// own returns the tags of own attributes of a service.
func (t *TagTable) own(service string, attrs trace.Attrs) []int32 {
	tags := t.slab.Take(len(attrs))[:0]
	for _, a := range attrs {
		if a.Value != "" {
			tags = append(tags, t.Number(Tag{service, a.Key, a.Value}))
		}
	}
	return tags
}

// Renumber returns what gives tags and sets of tags of o, in order, the numbers that they have in t.
func (t *TagTable) Renumber(o *TagTable) func([]int32) {
	tags := t.Numbers.Renumber(&o.Numbers)
	sets := t.Sets.Renumber(&o.Sets, func(list []int32) {
		intern.Replace(list, tags)
		slices.Sort(list)
	})
	return func(list []int32) {
		for i, n := range list {
			if n < 0 {
				list[i] = ^sets[^n]
				continue
			}
			list[i] = tags[n]
		}
		slices.Sort(list)
	}
}

// A tagGatherer gathers the tags of one request after the other.
type tagGatherer struct {
	tags, sets intern.Marks
	found      []int32 // tags by number, and sets of tags as ^number
}

func (g *tagGatherer) start() {
	g.tags.Start()
	g.sets.Start()
	g.found = g.found[:0]
}

func (g *tagGatherer) addOne(tag int32) {
	if g.tags.First(tag) {
		g.found = append(g.found, tag)
	}
}

func (g *tagGatherer) add(t *tagged) {
	if g.sets.First(t.place) {
		g.found = append(g.found, ^t.place)
	}
	for _, tag := range t.own {
		if g.tags.First(tag) {
			g.found = append(g.found, tag)
		}
	}
}

// placeApart returns the tags of the place of a span that has attributes apart from its signature.
func (e *Explainer) placeApart(m *signatureInfo, apart trace.Attrs) int32 {
	if !hides(apart, m.sig.Resource) {
		return m.tags.place
	}
	own := slices.Concat(e.comparedOf(m.sig.Attrs), apart)
	return e.Tags.set(m.sig.Service, e.comparedOf(m.sig.Resource), own)
}

// AppendTags appends the tags of span i: those that it has by itself, and the set of those of its
// place as ^number.
func (r *Reading) AppendTags(tags []int32, i int32) []int32 {
	m, e := r.is[i], r.explain
	if apart := r.Trace.Spans[i].Apart(); len(apart) > 0 {
		tags = append(tags, ^e.placeApart(m, apart))
		return append(append(tags, m.tags.own...), e.ownApart(m.sig.Service, apart)...)
	}
	return append(append(tags, ^m.tags.place), m.tags.own...)
}

// AnsweredBy returns the span of the service that answered the call i, trace.None if it is not there.
func (r *Reading) AnsweredBy(i int32) int32 {
	for _, k := range r.Trace.Children(i) {
		if r.is[k].kind == trace.Server {
			return k
		}
	}
	return trace.None
}

// addApart adds the tags of a span that has attributes apart from its signature.
func (g *tagGatherer) addApart(e *Explainer, m *signatureInfo, apart trace.Attrs) {
	tags := m.tags
	tags.place = e.placeApart(m, apart)
	g.add(&tags)
	g.add(&tagged{place: tags.place, own: e.ownApart(m.sig.Service, apart)})
}

// all returns what was gathered, in order. It is valid until the next start.
func (g *tagGatherer) all() []int32 {
	slices.Sort(g.found)
	return g.found
}
