package suspects

import (
	"cmp"
	"slices"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/bounded"
	"github.com/longpole/longpole/internal/intern"
)

// A Finder finds the suspects of one journey after the other, in the same memory.
type Finder struct {
	Tags *attribute.TagTable
	Sets *intern.Lists // of tags of requests, see [attribute.Structure]

	scopes [2]scope
	places [][2]int32 // by tag: see findMembers; all zero between journeys
	holds  []holding  // by set of tags: whether it holds some of those; nothing is known between journeys
}

// A scope counts what requests have: of all that they did, or of what they waited for where the
// tail is blamed.
type scope struct {
	tags []presence // by number
	some []int32    // tags that some request has
	keys []presence // by number: requests that have any value
	met  intern.Marks
}

// A presence counts the requests that have something.
type presence struct {
	tail, rest int
	members    uint64 // the same for what the same requests have
}

func (t *presence) add(member uint64, isSlow bool) {
	t.members += member
	if isSlow {
		t.tail++
	} else {
		t.rest++
	}
}

// A candidate is a property that is tried.
type candidate struct {
	Suspect
	tag     int32
	same    uint64 // the same for properties of the same requests
	members bits   // see findMembers
}

// tried counts the properties that are worth a test: those of the same requests together.
func (f *Finder) tried(r *Requests) []*candidate {
	for i := range f.scopes {
		f.scopes[i].start(len(f.Tags.All), f.Tags.Keys())
	}
	all, waited := newLister(f.Tags), newLister(f.Tags)
	var gathered []int32
	for i := range r.All {
		gathered = f.Sets.AppendTo(gathered[:0], r.SetOf(i))
		f.scopes[0].add(f.Tags.KeyOf, i, i >= r.Tail, all.list(gathered))
		gathered = r.Waited(i, gathered[:0])
		f.scopes[1].add(f.Tags.KeyOf, i, i >= r.Tail, waited.list(gathered))
	}
	return together(append(f.worth(r, 0), f.worth(r, 1)...))
}

func (s *scope) start(tags, keys int) {
	for _, t := range s.some {
		s.tags[t] = presence{}
	}
	s.tags, s.some, s.keys = intern.Resized(s.tags, tags), s.some[:0], intern.Resized(s.keys, keys)
	clear(s.keys)
}

func (s *scope) add(keyOf []int32, place int, isSlow bool, tags []int32) {
	s.met.Start()
	member := attribute.Mix(1, uint64(place))
	for _, t := range tags {
		has := &s.tags[t]
		if has.tail+has.rest == 0 {
			s.some = append(s.some, t)
		}
		has.add(member, isSlow)
		if k := keyOf[t]; s.met.First(k) {
			s.keys[k].add(member, isSlow)
		}
	}
}

// worth returns the properties of enough requests, but not of all that can have them.
func (f *Finder) worth(r *Requests, scope int) (out []*candidate) {
	for _, t := range f.scopes[scope].some {
		c := &f.scopes[scope].tags[t]
		if c.tail+c.rest < fewestTagged {
			continue
		}
		of := f.scopes[scope].keys[f.Tags.KeyOf[t]]
		if f.Tags.All[t].Value == bounded.Other {
			continue // a property of nothing
		}
		if f.Tags.All[t].Key == attribute.Calls {
			of = presence{tail: r.All - r.Tail, rest: r.Tail}
		}
		if c.tail+c.rest == of.tail+of.rest {
			continue
		}
		s := Suspect{Tag: f.Tags.All[t], Waited: scope == 1, Tail: c.tail, TailOf: of.tail, Rest: c.rest, RestOf: of.rest}
		out = append(out, &candidate{Suspect: s, tag: t, same: c.members})
	}
	return out
}

// together makes one of properties that the same of the same requests have.
func together(worth []*candidate) (out []*candidate) {
	slices.SortFunc(worth, func(a, b *candidate) int {
		if c := compareRequests(a, b); c != 0 {
			return c
		}
		return compareLeads(a, b)
	})
	for _, c := range worth {
		if n := len(out); n > 0 && compareRequests(out[n-1], c) == 0 {
			out[n-1].join(c)
			continue
		}
		out = append(out, c)
	}
	return out
}

// compareRequests returns 0 for properties that the same of the same requests have.
func compareRequests(a, b *candidate) int {
	return cmp.Or(cmp.Compare(a.same, b.same), cmp.Compare(a.TailOf, b.TailOf), cmp.Compare(a.RestOf, b.RestOf))
}

// findMembers notes which requests have what was found. Few tags were, so most sets hold none of them, and need not be
// walked through for every request.
func (f *Finder) findMembers(r *Requests, found []*candidate) {
	if len(found) == 0 {
		return
	}
	f.places, f.holds = intern.Resized(f.places, len(f.Tags.All)), intern.Resized(f.holds, f.Tags.Sets.Count())
	clear(f.holds)
	for i, c := range found {
		c.members = newBits(r.All)
		f.places[c.tag][number(c.Waited)] = int32(i + 1)
	}
	var gathered []int32
	for i := range r.All {
		gathered = f.Sets.AppendTo(gathered[:0], r.SetOf(i))
		f.mark(found, i, 0, gathered)
		gathered = r.Waited(i, gathered[:0])
		f.mark(found, i, 1, gathered)
	}
	for _, c := range found {
		f.places[c.tag] = [2]int32{}
	}
}

// mark notes that a request has what was found of tags, and sets as ^number.
func (f *Finder) mark(found []*candidate, request, scope int, gathered []int32) {
	for _, g := range gathered {
		switch {
		case g >= 0:
			if at := f.places[f.Tags.Told(g)][scope]; at > 0 {
				found[at-1].members.set(request)
			}
		case f.holdsSome(^g):
			f.mark(found, request, scope, f.Tags.Sets.Of(^g))
		}
	}
}

// A holding says whether a set holds a tag that was found, as far as that is known.
type holding uint8

const (
	holdsUnknown holding = iota
	holdsNone
	holdsSome
)

func (f *Finder) holdsSome(set int32) bool {
	if f.holds[set] == holdsUnknown {
		f.holds[set] = holdsNone
		for _, g := range f.Tags.Sets.Of(set) {
			if g >= 0 && f.places[f.Tags.Told(g)] != [2]int32{} || g < 0 && f.holdsSome(^g) {
				f.holds[set] = holdsSome
				break
			}
		}
	}
	return f.holds[set] == holdsSome
}

func number(b bool) int {
	if b {
		return 1
	}
	return 0
}
