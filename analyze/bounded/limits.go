package bounded

import (
	"cmp"
	"math"
	"slices"

	"github.com/longpole/longpole/trace"
)

// Limits are how many requests are kept one by one, and values told apart. They are a part of the settings, and never follow from how much
// memory there is, for whether there are more is to be a property of the requests.
type Limits struct {
	Journey int // of each journey
	All     int // of all journeys together
	Values  int // of an attribute of a service, and of a slice, that are told apart
}

// Usual are the limits where nothing else is asked for.
var Usual = Limits{Journey: 100_000, All: 1_000_000, Values: MostTexts}

// None keeps all requests.
var None = Limits{Journey: math.MaxInt, All: math.MaxInt, Values: MostTexts}

// OrUsual returns the usual limits instead of the zero value.
func (l Limits) OrUsual() Limits {
	return Limits{cmp.Or(l.Journey, Usual.Journey), cmp.Or(l.All, Usual.All), cmp.Or(l.Values, Usual.Values)}
}

// Fair returns how many requests of each journey may be kept, where the journeys have so many: as many as the limit of a
// journey, or less where that would be too many in all. Those that have less are not cut for the others. The more
// requests there are, the less may be kept of each; so what a part keeps suffices for the whole. One of each is kept
// however many journeys there are.
func (l Limits) Fair(requests []int) int {
	sorted := slices.Sorted(slices.Values(requests))
	left := l.All
	for i, n := range sorted {
		each := left / (len(sorted) - i)
		if n >= each || n >= l.Journey {
			return max(min(each, l.Journey), 1)
		}
		left -= n
	}
	return l.Journey
}

// All is the hash up to which requests are kept where none was left out.
const All = uint64(math.MaxUint64)

// Hash is what decides which requests are kept. It is the same in every run and on every machine.
func Hash(t trace.ID, root trace.SpanID) uint64 {
	return mix(mix(mix(t.Hi)^t.Lo) ^ uint64(root))
}

// HashText does the same for texts: FNV-1a, mixed because its last bytes alone do not reach all bits.
func HashText(text string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(text) {
		h = (h ^ uint64(text[i])) * 1099511628211
	}
	return mix(h)
}

// mix is SplitMix64's finalizer: every bit of what it takes changes half of those that it gives.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// Cut returns the nth of hashes, which it puts in order: up to it there are n, or more where the last ones are the same. It
// returns All where there are fewer.
func Cut(hashes []uint64, n int) uint64 {
	if len(hashes) < n {
		return All
	}
	slices.Sort(hashes)
	return hashes[n-1]
}
