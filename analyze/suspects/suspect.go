package suspects

import (
	"cmp"
	"slices"
	"time"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/quantile"
)

// A Suspect is a property that slow requests have more often than others, among those that can
// have it: an attribute of a service is no property of requests that do not reach it.
type Suspect struct {
	attribute.Tag
	With         []attribute.Tag // properties that the same requests have, or nearly; the most actionable first
	Waited       bool            // of what requests waited for where the tail is blamed, and not of all that they did
	Tail, TailOf int             // requests in the tail that have it, of those in the tail that can have it
	Rest, RestOf int             // the same outside the tail
	P            float64         // that so many of the tail have it by chance
	Effect       time.Duration   // by how much the mean of the tail would fall without those that have it
}

// IsCall reports whether the property is that requests call somebody.
func (s *Suspect) IsCall() bool { return s.Key == attribute.Calls }

// Tags returns the properties, the one that leads first.
func (s *Suspect) Tags() []attribute.Tag { return append([]attribute.Tag{s.Tag}, s.With...) }

const (
	mostSuspects = 10
	fewestTagged = 5    // requests, for a property to be tried
	fewestSlow   = 5    // of them in the tail, for it to be shown
	falseShare   = 0.05 // of the properties shown that may be there by chance
	mostFound    = 200  // of which it is asked whether they are the same, or only follow from others
)

// Requests are those of a journey, in order of duration.
type Requests struct {
	All, Tail int                                   // how many there are, and the place of the first slow one
	SetOf     func(place int) int32                 // the number of the set of a request's tags
	Waited    func(place int, tags []int32) []int32 // appends those, and sets as ^number, of what it waited for where the tail is blamed
	Duration  func(place int) time.Duration
	Least     time.Duration // that a property must matter, see Suspect.Effect
}

// Find returns the properties that are over-represented in the tail, by Fisher's exact test,
// corrected for the number of properties that were tried.
func (f *Finder) Find(r Requests) []Suspect {
	tried := f.tried(&r)
	f.test(&r, tried)
	slices.SortFunc(tried, compareTests)
	found := tried[:discoveries(tried)]
	found = slices.DeleteFunc(found, func(c *candidate) bool { return !c.isOften() })
	found = found[:min(len(found), mostFound)]
	f.findMembers(&r, found)
	found = f.independent(&r, f.joined(found))
	out := make([]Suspect, 0, len(found))
	for i := range found {
		s := found[i].Suspect
		if s.Effect = r.effect(found[i].members); s.Effect >= r.Least {
			out = append(out, s)
		}
	}
	slices.SortStableFunc(out, func(a, b Suspect) int { return cmp.Compare(b.Effect, a.Effect) })
	return out[:min(len(out), mostSuspects)]
}

// test finds out how probable each is by chance.
func (f *Finder) test(r *Requests, tried []*candidate) {
	chances := newChances(r.All)
	for i := range tried {
		s := &tried[i].Suspect
		s.P = chances.atLeast(s.TailOf+s.RestOf, s.TailOf, s.Tail, s.Tail+s.Rest)
	}
}

func compareTests(a, b *candidate) int {
	if c := cmp.Or(cmp.Compare(a.P, b.P), cmp.Compare(b.Tail, a.Tail), attribute.CompareBools(b.Waited, a.Waited)); c != 0 {
		return c
	}
	return attribute.CompareTags(a.Tag, b.Tag)
}

// discoveries returns how many of tests, in order of P, hold when falseShare of those may be
// false (Benjamini and Hochberg, 1995).
func discoveries(tests []*candidate) int {
	for k := len(tests); k > 0; k-- {
		if tests[k-1].P <= falseShare*float64(k)/float64(len(tests)) {
			return k
		}
	}
	return 0
}

// isOften reports whether enough slow requests have the property, and half as many again as of
// the others.
func (s *Suspect) isOften() bool {
	return s.Tail >= fewestSlow && 2*s.Tail*s.RestOf >= 3*s.Rest*s.TailOf
}

// effect returns by how much the mean of the tail falls without some requests: the slowest of those
// that are left, as large a share of them as the tail is of all.
func (r *Requests) effect(without bits) time.Duration {
	slow, others := r.All-r.Tail, r.All-without.count()
	if others == 0 {
		return 0
	}
	left := max(1, others*slow/r.All)
	return max(0, r.meanOfSlowest(slow, nil)-r.meanOfSlowest(left, without))
}

// meanOfSlowest returns the mean of the slowest n of which there are enough.
func (r *Requests) meanOfSlowest(n int, without bits) time.Duration {
	var sum quantile.Sum
	for i, met := r.All-1, 0; met < n; i-- {
		if without == nil || !without.has(i) {
			sum.Add(quantile.One, r.Duration(i))
			met++
		}
	}
	return sum.Over(quantile.One * quantile.Weight(n))
}
