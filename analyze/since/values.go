package since

import (
	"cmp"
	"maps"
	"slices"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/trace"
	"github.com/longpole/longpole/trace/semconv"
)

// A Value is a property that no request had before a change, and that was first seen when it happened: a
// version that was deployed, an instance that was started.
type Value struct {
	attribute.Tag
	At       trace.Time // when the first request with it began
	Requests int        // that have it
}

// What a value must be, to be named: fewer requests, or a smaller share of those after the change, are
// chance.
const (
	fewestWith     = 5
	leastShareWith = 20 // one in so many
	mostValues     = 3
)

// Values returns the properties that were first seen within the interval of a change, or next to it, of
// attributes that had other values before: those that somebody can change soonest first. Request i began at starts[i], and each
// lists its properties, until it is called again.
func Values(c Change, starts []trace.Time, each func(i int) []attribute.Tag) []Value {
	low, high := next(starts, c.Low, -1), next(starts, c.High, 1)
	found, had, after := map[attribute.Tag]*Value{}, map[attribute.Tag]bool{}, 0
	for i, at := range starts {
		if at >= c.At {
			after++
		}
		for _, tag := range each(i) {
			v := found[tag]
			if v == nil {
				v = &Value{Tag: tag, At: at}
				found[tag] = v
			}
			v.At = min(v.At, at)
			v.Requests++
			if at < low {
				had[attribute.Tag{Service: tag.Service, Key: tag.Key}] = true
			}
		}
	}
	var out []Value
	for _, tag := range slices.SortedFunc(maps.Keys(found), attribute.CompareTags) {
		v := found[tag]
		known := had[attribute.Tag{Service: tag.Service, Key: tag.Key}]
		if known && v.At >= low && v.At <= high && v.Requests >= fewestWith && v.Requests*leastShareWith >= after {
			out = append(out, *v)
		}
	}
	slices.SortStableFunc(out, func(a, b Value) int {
		return cmp.Or(cmp.Compare(semconv.Actionable(a.Key), semconv.Actionable(b.Key)), cmp.Compare(a.At, b.At))
	})
	met := map[[2]string]bool{} // one release of several services is one value
	out = slices.DeleteFunc(out, func(v Value) bool {
		again := met[[2]string{v.Key, v.Value}]
		met[[2]string{v.Key, v.Value}] = true
		return again
	})
	return out[:min(len(out), mostValues)]
}

// next returns when the request began that is one in a hundred before or after an instant: requests with a new
// value need not all be slow.
func next(starts []trace.Time, at trace.Time, way int) trace.Time {
	sorted := slices.Sorted(slices.Values(starts))
	i, _ := slices.BinarySearch(sorted, at)
	return sorted[min(len(sorted)-1, max(0, i+way*(len(sorted)/100+1)))]
}
