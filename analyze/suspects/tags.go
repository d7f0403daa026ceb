package suspects

import (
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/internal/intern"
)

// A lister lists the tags of what was gathered of a request, each once.
type lister struct {
	of        *attribute.TagTable
	met       intern.Marks
	tags, out []int32
}

func newLister(t *attribute.TagTable) *lister { return &lister{of: t} }

// list takes tags, and sets of them as ^number. It is valid until the next call.
func (l *lister) list(gathered []int32) []int32 {
	l.met.Start()
	l.out = l.out[:0]
	for _, g := range gathered {
		if g >= 0 {
			l.add(g)
			continue
		}
		l.tags = l.of.Sets.AppendTo(l.tags[:0], ^g)
		for _, tag := range l.tags {
			l.add(tag)
		}
	}
	return l.out
}

func (l *lister) add(tag int32) {
	if l.met.First(tag) {
		l.out = append(l.out, tag)
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
