package suspects

import (
	"cmp"
	"slices"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/internal/intern"
)

// A Suspect is a property that slow requests have more often than others. That explains
// nothing by itself, but it says where to look.
type Suspect struct {
	attribute.Tag
	With         []attribute.Tag // properties that exactly the same requests have; at most mostWith
	Tail, TailOf int             // requests in the tail that have it, of those in the tail
	Rest, RestOf int             // the same outside the tail
	P            float64
}

const (
	mostSuspects = 10
	mostWith     = 3
	fewestTagged = 5    // requests, for a property to be looked at
	falseShare   = 0.05 // of the properties shown that may be there by chance
)

// A Finder finds the suspects of one journey after the other, in the same memory.
type Finder struct {
	Tags *attribute.TagTable
	Sets *intern.Lists // of tags of requests, see [attribute.Structure]

	tallies []tagTally // by number of the tag
}

// Find returns the properties that are over-represented from place tail on, by Fisher's exact
// test, corrected for the number of properties that were tried. The requests are all, in order of
// duration; setOf is the number of the set that the request in a place has.
func (f *Finder) Find(all, tail int, setOf func(place int) int32) []Suspect {
	tried := f.count(all, tail, setOf)
	slow := all - tail
	chances := newChances(all, slow)
	for i := range tried {
		s := &tried[i].Suspect
		s.TailOf, s.RestOf = slow, all-slow
		s.P = chances.atLeast(s.Tail, s.Tail+s.Rest)
	}
	slices.SortFunc(tried, func(a, b tagCount) int {
		if c := cmp.Or(cmp.Compare(a.P, b.P), cmp.Compare(b.Tail, a.Tail)); c != 0 {
			return c
		}
		return attribute.CompareTags(a.Tag, b.Tag)
	})
	var out []Suspect
	for _, t := range tried[:discoveries(tried)] {
		if t.Tail*t.RestOf > t.Rest*t.TailOf && len(out) < mostSuspects {
			out = append(out, t.Suspect)
		}
	}
	return out
}

// discoveries returns how many of tests, in order of P, hold when falseShare of those may be
// false (Benjamini and Hochberg, 1995).
func discoveries(tests []tagCount) int {
	for k := len(tests); k > 0; k-- {
		if tests[k-1].P <= falseShare*float64(k)/float64(len(tests)) {
			return k
		}
	}
	return 0
}

type tagCount struct {
	Suspect
	members uint64 // the same for tags of the same requests
}

// A tagTally counts the requests that have a tag.
type tagTally struct {
	tail, rest int
	members    uint64
}

// count counts the tags that are worth a test, those of the same requests together.
func (f *Finder) count(all, tail int, setOf func(place int) int32) []tagCount {
	f.tallies = intern.Resized(f.tallies, len(f.Tags.All))
	clear(f.tallies)
	each := EachTag(f.Tags, f.Sets)
	for i := range all {
		member := attribute.Mix(1, uint64(i))
		for _, t := range each(setOf(i)) {
			c := &f.tallies[t]
			c.members += member
			if i >= tail {
				c.tail++
			} else {
				c.rest++
			}
		}
	}
	var worth []int32
	for t := range f.tallies {
		c := &f.tallies[t]
		if n := c.tail + c.rest; n >= fewestTagged && n < all {
			worth = append(worth, int32(t))
		}
	}
	return f.together(worth)
}

// together makes one of tags that the same requests have.
func (f *Finder) together(worth []int32) []tagCount {
	tags, tallies := f.Tags.All, f.tallies
	slices.SortFunc(worth, func(a, b int32) int {
		if c := cmp.Compare(tallies[a].members, tallies[b].members); c != 0 {
			return c
		}
		return attribute.CompareTags(tags[a], tags[b])
	})
	var out []tagCount
	for _, t := range worth {
		c := &tallies[t]
		if n := len(out); n > 0 && out[n-1].members == c.members {
			if len(out[n-1].With) < mostWith {
				out[n-1].With = append(out[n-1].With, tags[t])
			}
			continue
		}
		out = append(out, tagCount{Suspect{Tag: tags[t], Tail: c.tail, Rest: c.rest}, c.members})
	}
	return out
}
