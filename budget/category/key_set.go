package category

import (
	"github.com/longpole/longpole/budget/match"
	"github.com/longpole/longpole/trace"
)

// A keySet is a set of attribute keys that rules ask for, by number. Most rules ask for a key
// that most spans do not have, and this finds out without comparing a text. Keys beyond the
// size of the set share numbers, which lets a rule through to be asked, and keeps none from it.
type keySet [4]uint64

func (s *keySet) add(n uint) { s[n/64%4] |= 1 << (n % 64) }

func (s *keySet) holds(o *keySet) bool {
	for i := range s {
		if s[i]&o[i] != o[i] {
			return false
		}
	}
	return true
}

func (s *keySet) meets(o *keySet) bool {
	for i := range s {
		if s[i]&o[i] != 0 {
			return true
		}
	}
	return false
}

// keySet numbers the keys of ms and returns their set.
func (r *Rules) keySet(ms []match.Attr) (s keySet) {
	for _, m := range ms {
		if _, ok := r.number[m.Key]; !ok {
			r.number[m.Key] = uint(len(r.number))
		}
		s.add(r.number[m.Key])
	}
	return s
}

func (r *Rules) keysOf(sig *trace.Signature) (s keySet) {
	for _, attrs := range []trace.Attrs{sig.Attrs, sig.Resource} {
		for i := range attrs {
			if n, ok := r.number[attrs[i].Key]; ok {
				s.add(n)
			}
		}
	}
	return s
}

// canHold reports whether a span of this name with these keys has those that the rule asks for.
func (r *Rule) canHold(name string, has *keySet) bool {
	return has.holds(&r.all) && (len(r.Match.Any) == 0 || has.meets(&r.any)) && r.ends.Fit(name)
}
