package suspects

import (
	"cmp"
	"slices"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/trace/semconv"
)

// compareLeads says which of two properties of the same requests is the one to be named first: the
// one that can be acted on, and what was waited for before what was merely done.
func compareLeads(a, b *candidate) int {
	return cmp.Or(compareActions(a.Tag, b.Tag), attribute.CompareBools(b.Waited, a.Waited), attribute.CompareTags(a.Tag, b.Tag))
}

// compareActions orders what can be acted on: a flag is turned off, a host is only where it runs.
func compareActions(a, b attribute.Tag) int { return cmp.Compare(rank(a.Key), rank(b.Key)) }

func rank(key string) int {
	if key == attribute.Calls {
		return semconv.RankOfCalls
	}
	return semconv.Actionable(key)
}

// join adds a property that the same requests have.
func (c *candidate) join(o *candidate) {
	for _, t := range o.Tags() {
		if t != c.Tag && !slices.Contains(c.With, t) {
			c.With = append(c.With, t)
		}
	}
	slices.SortFunc(c.With, func(a, b attribute.Tag) int { return cmp.Or(compareActions(a, b), attribute.CompareTags(a, b)) })
}

// nearly is how many of a hundred requests that have one of two properties must have both, for them
// to stand for the same requests.
const nearly = 95

// joined makes one of properties that nearly the same requests have: it is told by the one that can
// be acted on, and is as unlikely as the least likely of them.
func (f *Finder) joined(found []*candidate) (out []*candidate) {
	done := make([]bool, len(found))
	for i := range found {
		if done[i] {
			continue
		}
		lead, with := found[i], []*candidate{}
		for k := i + 1; k < len(found); k++ {
			if !done[k] && found[i].members.isNearly(found[k].members) {
				done[k] = true
				with = append(with, found[k])
			}
		}
		for k := range with {
			if compareLeads(with[k], lead) < 0 {
				lead, with[k] = with[k], lead
			}
		}
		for _, w := range with {
			lead.join(w)
		}
		out = append(out, lead)
	}
	return out
}
