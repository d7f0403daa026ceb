package suspects

import (
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/internal/intern"
)

// A lister lists the tags of what was gathered of a request, each once.
type lister struct {
	of         *attribute.TagTable
	tags, sets intern.Marks // that were met
	out        []int32
}

func newLister(t *attribute.TagTable) *lister { return &lister{of: t} }

// list takes tags, and sets of them as ^number. It is valid until the next call.
func (l *lister) list(gathered []int32) []int32 {
	l.tags.Start()
	l.sets.Start()
	l.out = l.out[:0]
	for _, g := range gathered {
		l.add(g)
	}
	return l.out
}

// add takes a tag, or a set, which may hold others.
func (l *lister) add(g int32) {
	switch {
	case g >= 0:
		if g = l.of.Told(g); l.tags.First(g) {
			l.out = append(l.out, g)
		}
	case g < 0 && l.sets.First(^g):
		for _, v := range l.of.Sets.Of(^g) {
			l.add(v)
		}
	}
}

// EachTag returns what lists the tags of a request, each once, by the number that sets has for
// what was gathered.
func EachTag(t *attribute.TagTable, sets *intern.Lists) func(n int32) []int32 {
	l := newLister(t)
	var gathered []int32
	return func(n int32) []int32 {
		gathered = sets.AppendTo(gathered[:0], n)
		return l.list(gathered)
	}
}
