package suspects

import (
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/internal/intern"
)

// EachTag returns what lists the tags of a request, each once, by the number that sets has for
// what was gathered.
func EachTag(t *attribute.TagTable, sets *intern.Lists) func(n int32) []int32 {
	var met intern.Marks
	var gathered, tags, out []int32
	add := func(tag int32) {
		if met.First(tag) {
			out = append(out, tag)
		}
	}
	return func(n int32) []int32 {
		met.Start()
		out, gathered = out[:0], sets.AppendTo(gathered[:0], n)
		for _, g := range gathered {
			if g >= 0 {
				add(g)
				continue
			}
			tags = t.Sets.AppendTo(tags[:0], ^g)
			for _, tag := range tags {
				add(tag)
			}
		}
		return out
	}
}
