package analyze

import (
	"cmp"
	"slices"

	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/trace"
)

// A Tag is a property that some requests have and others do not: an attribute of a service
// that they passed through.
type Tag struct{ Service, Key, Value string }

func compareTags(a, b Tag) int {
	return cmp.Or(cmp.Compare(a.Key, b.Key), cmp.Compare(a.Value, b.Value), cmp.Compare(a.Service, b.Service))
}

// comparableKeys lists the attributes by which requests are compared: those of the plan's slices
// and the usual ones.
func comparableKeys(p *budget.Plan) []string {
	keys := budget.ComparableKeys()
	for _, s := range p.Slices {
		keys = append(keys, s.Keys...)
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// tagTable numbers the tags that were met.
type tagTable struct {
	numbers[Tag]
	keys []string
}

// of returns the tags of a signature.
func (t *tagTable) of(sig *trace.Signature) []int32 {
	var out []int32
	for _, key := range t.keys {
		if v, ok := sig.Attr(key); ok && v != "" {
			out = append(out, t.number(Tag{sig.Service, key, v}))
		}
	}
	return out
}
