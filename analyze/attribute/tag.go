package attribute

import (
	"cmp"
	"math"
	"slices"

	"github.com/longpole/longpole/analyze/bounded"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/internal/intern"
	"github.com/longpole/longpole/internal/wire"
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

// A tagBase is what spans of one service have in common that have the same tags, but for attributes apart
// from their signatures.
type tagBase struct {
	service int32   // see attributes
	origin  int32   // the set of tags of the origin
	keys    keyBits // of them
	own     []int32 // tags of their own attributes
	set     int32   // of both
}

// keyBits are a set of keys by which requests are compared. Where there are more than bits, some share one: sets
// that have a bit in common may have a key in common, and others have none.
type keyBits uint64

// An apartTable finds what is known of attributes that spans of a service keep apart from their signatures, by
// the number of the list. Lists of different runs may have the same: of such the first has the place, and the
// others are in a map.
type apartTable struct {
	numbers intern.Pairs
	all     []apartTags
	others  map[apartKey]int32
}

type apartTags struct {
	apartKey
	keys keyBits
	tags int32 // the only one, or ^number of their set
}

type apartKey struct {
	service, n int32
	first      *trace.Attr // of n
}

// mostApart is of how many lists is known what they mean.
const mostApart = 1 << 16

// find returns the place of a list in all, if it is known.
func (t *apartTable) find(key apartKey, number uint32) (at int32, known bool) {
	at, known = t.numbers.Find(key.service, int32(number&math.MaxInt32))
	if known && t.all[at].apartKey != key {
		at, known = t.others[key]
	}
	return at, known
}

// add returns the place of a list that is not known.
func (t *apartTable) add(a apartTags, number uint32) int32 {
	if len(t.all) >= mostApart {
		*t = apartTable{} // what is forgotten is found out again
	}
	at, n := int32(len(t.all)), int32(number&math.MaxInt32)
	t.all = append(t.all, a)
	if _, taken := t.numbers.Find(a.service, n); !taken {
		t.numbers.Put(a.service, n, at)
		return at
	}
	if t.others == nil {
		t.others = map[apartKey]int32{}
	}
	t.others[a.apartKey] = at
	return at
}

type serviceKey struct{ service, key string }

// A TagTable numbers the tags that were met, and sets of them.
type TagTable struct {
	All     []Tag
	KeyOf   []int32 // by tag: the number of its service and key
	keys    intern.Numbers[serviceKey]
	values  []bounded.Texts // by number of the key
	dropped []bool          // by tag: its value is not told apart any more; nil while all are
	Most    int             // values of a key that are told apart; 0 for the usual number
	// Sets are in order; in them a set as ^number stands for its tags, and has a lower number.
	Sets intern.Lists
}

// Number returns the number of a tag.
func (t *TagTable) Number(tag Tag) int32 {
	key := t.keys.Number(serviceKey{tag.Service, tag.Key})
	if int(key) == len(t.values) {
		t.values = append(t.values, bounded.Texts{Most: t.Most})
	}
	n, dropped := t.values[key].Number(tag.Value, func(value string) int32 {
		tag.Value = value
		t.All, t.KeyOf = append(t.All, tag), append(t.KeyOf, key)
		return int32(len(t.All) - 1)
	})
	t.drop(dropped)
	return n
}

// drop makes tags the other ones of their keys.
func (t *TagTable) drop(tags []int32) {
	if len(tags) == 0 {
		return
	}
	t.dropped = append(t.dropped, make([]bool, len(t.All)-len(t.dropped))...)
	for _, n := range tags {
		t.All[n].Value, t.dropped[n] = bounded.Other, true
		t.Told(n) // has a number from now on
	}
}

// Told returns the tag that one is told as: itself, or if its value is not told apart any more the other one of its key.
func (t *TagTable) Told(tag int32) int32 {
	if int(tag) < len(t.dropped) && t.dropped[tag] {
		return t.Number(t.All[tag])
	}
	return tag
}

// KeepMost leaves no more values of each key than are told apart in the end.
func (t *TagTable) KeepMost() {
	for i := range t.values {
		t.drop(t.values[i].KeepMost())
	}
}

// Keys returns how many numbers of services and keys there are.
func (t *TagTable) Keys() int { return len(t.values) }

// appendOf appends the tags that attributes of a service are.
func (t *TagTable) appendOf(tags []int32, service string, attrs trace.Attrs) []int32 {
	for _, a := range attrs {
		if a.Value != "" {
			tags = append(tags, t.Number(Tag{service, a.Key, a.Value}))
		}
	}
	return tags
}

// set returns the number of the set of some tags and sets, which it puts in order. A set by itself has
// its own.
func (t *TagTable) set(list []int32) int32 {
	if len(list) == 1 && list[0] < 0 {
		return ^list[0]
	}
	slices.Sort(list)
	return t.Sets.Number(slices.Compact(list))
}

// oneOrSet returns the tag that attributes of a service are, or the set as ^number.
func (t *TagTable) oneOrSet(service string, attrs trace.Attrs) int32 {
	if len(attrs) == 1 && attrs[0].Value != "" {
		return t.Number(Tag{service, attrs[0].Key, attrs[0].Value})
	}
	return ^t.set(t.appendOf(nil, service, attrs))
}

// joined returns the number of the set of an origin's tags and others.
func (t *TagTable) joined(place int32, others []int32) int32 {
	return t.set(append([]int32{^place}, others...))
}

// without returns the number of the set without the tags that an attribute of hidden hides.
func (t *TagTable) without(set int32, hidden trace.Attrs) int32 {
	hides := func(tag int32) bool {
		return slices.ContainsFunc(hidden, func(a trace.Attr) bool { return a.Key == t.All[tag].Key })
	}
	for i := range t.Sets.Len(set) {
		if hides(t.Sets.At(set, i)) {
			return t.Sets.Number(slices.DeleteFunc(t.Sets.AppendTo(nil, set), hides))
		}
	}
	return set
}

// Renumbered are the numbers that tags and sets of one table have in another, by those that they had.
type Renumbered struct{ Tags, Sets []int32 }

// Renumber returns the numbers that what o holds has in t.
func (t *TagTable) Renumber(o *TagTable) Renumbered {
	r := Renumbered{make([]int32, len(o.All)), make([]int32, o.Sets.Count())}
	for i, tag := range o.All {
		r.Tags[i] = t.Number(tag)
	}
	var list []int32
	for i := range r.Sets {
		list = o.Sets.AppendTo(list[:0], int32(i))
		r.Replace(list)
		r.Sets[i] = t.Sets.Number(list)
	}
	return r
}

// Of returns the other number of a tag, or of a set as ^number.
func (r *Renumbered) Of(tag int32) int32 {
	if tag < 0 {
		return ^r.Sets[^tag]
	}
	return r.Tags[tag]
}

// Replace gives a list its other numbers, and puts them in order.
func (r *Renumbered) Replace(list []int32) {
	for i, tag := range list {
		list[i] = r.Of(tag)
	}
	slices.Sort(list)
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

// add adds a tag, or a set of them as ^number.
func (g *tagGatherer) add(tag int32) {
	if tag >= 0 && g.tags.First(tag) || tag < 0 && g.sets.First(^tag) {
		g.found = append(g.found, tag)
	}
}

// all returns what was gathered, in order. It is valid until the next start.
func (g *tagGatherer) all() []int32 {
	slices.Sort(g.found)
	return g.found
}

// TagsOf returns the tags of span i: the set of those of its signature, as ^number, and the tag or set of its
// attributes apart from it. The two are the same if it has none.
func (r *spans) TagsOf(i int32) (sig, apart int32) { return r.tags[i].sig, r.tags[i].apart }

type spanTags struct{ sig, apart int32 }

func (e *Explainer) tagsOf(s *trace.Span, m *signatureInfo) spanTags {
	if s.More == nil || len(s.More.Attrs) == 0 {
		return spanTags{^m.tags.set, ^m.tags.set}
	}
	a := e.apartOf(m, s.More)
	if a.keys&m.tags.keys == 0 {
		return spanTags{^m.tags.set, a.tags}
	}
	return spanTags{^e.Tags.joined(e.Tags.without(m.tags.origin, s.More.Attrs), m.tags.own), a.tags}
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

// Arrange puts the tags in order, and the sets that are kept, with what these hold; it forgets the other sets, and what is
// not told apart. Sets that hold sets come after them.
func (t *TagTable) Arrange(sets []bool) Renumbered {
	depth := make([]int, t.Sets.Count())
	deepest := 0
	for i := len(sets) - 1; i >= 0; i-- {
		for k := range t.Sets.Len(int32(i)) {
			if v := t.Sets.At(int32(i), k); sets[i] && v < 0 {
				sets[^v] = true
			}
		}
	}
	for i := range sets {
		for k := range t.Sets.Len(int32(i)) {
			if v := t.Sets.At(int32(i), k); v < 0 {
				depth[i] = max(depth[i], depth[^v]+1)
			}
		}
		if sets[i] {
			deepest = max(deepest, depth[i])
		}
	}
	r := Renumbered{t.arrangeTags(), make([]int32, len(sets))}
	var arranged intern.Lists
	for level := range deepest + 1 {
		t.arrangeLevel(&arranged, r, func(i int) bool { return sets[i] && depth[i] == level })
	}
	t.Sets = arranged
	return r
}

func (t *TagTable) arrangeTags() []int32 {
	met := len(t.All)
	told := make([]int32, met)
	for i := range told {
		told[i] = t.Told(int32(i))
	}
	var order []int32
	for i := range int32(len(t.All)) {
		if t.Told(i) == i {
			order = append(order, i)
		}
	}
	slices.SortFunc(order, func(a, b int32) int { return CompareTags(t.All[a], t.All[b]) })
	arranged := TagTable{Most: t.Most}
	to := make([]int32, len(t.All))
	for _, old := range order {
		to[old] = arranged.Number(t.All[old])
	}
	for i := range told {
		to[i] = to[told[i]]
	}
	arranged.Sets = t.Sets
	*t = arranged
	return to
}

// arrangeLevel numbers the sets that are of one level, in order.
func (t *TagTable) arrangeLevel(arranged *intern.Lists, r Renumbered, is func(i int) bool) {
	lists := map[int32][]int32{}
	var order []int32
	for i := range int32(t.Sets.Count()) {
		if is(int(i)) {
			lists[i] = t.Sets.AppendTo(nil, i)
			r.Replace(lists[i])
			lists[i] = slices.Compact(lists[i])
			order = append(order, i)
		}
	}
	slices.SortFunc(order, func(a, b int32) int { return slices.Compare(lists[a], lists[b]) })
	for _, old := range order {
		r.Sets[old] = arranged.Number(lists[old])
	}
}

// SomeAreOther reports whether some values of a key are not told apart.
func (t *TagTable) SomeAreOther() bool {
	return slices.ContainsFunc(t.All, func(tag Tag) bool { return tag.Value == bounded.Other })
}

// Code is the tags and sets, which are arranged.
func (t *TagTable) Code(c *wire.Coder) {
	all := t.All
	wire.List(c, &all, func(tag *Tag) {
		wire.Text(c, &tag.Service)
		wire.Text(c, &tag.Key)
		wire.Text(c, &tag.Value)
	})
	if c.Reading() {
		*t = TagTable{Most: t.Most}
		for _, tag := range all {
			t.Number(tag)
		}
		if len(t.All) != len(all) || t.dropped != nil {
			c.Fail("a tag has two numbers")
		}
	}
	t.Sets.Code(c, func(n int32, _ int, v int32) bool { return v >= 0 && int(v) < len(t.All) || v < 0 && ^v < n })
}

// Has reports whether a number is of a tag, or as ^number of a set.
func (t *TagTable) Has(n int32) bool {
	return n >= 0 && int(n) < len(t.All) || n < 0 && int(^n) < t.Sets.Count()
}
