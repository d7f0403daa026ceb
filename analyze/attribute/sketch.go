package attribute

import (
	"maps"
	"math/bits"
	"slices"
	"time"
)

// A Sketch counts durations by size: enough of a distribution for a median within 1/16, and of
// the same bytes in whatever order it was made. The zero Sketch is empty.
type Sketch struct {
	counts map[int]int
	total  int
}

// Add counts d; what is negative counts as zero.
func (s *Sketch) Add(d time.Duration) {
	if s.counts == nil {
		s.counts = map[int]int{}
	}
	s.counts[sizeOf(uint64(max(d, 0)))]++
	s.total++
}

// Merge adds what o counts.
func (s *Sketch) Merge(o *Sketch) {
	if s.counts == nil {
		s.counts = map[int]int{}
	}
	for size, n := range o.counts {
		s.counts[size] += n
	}
	s.total += o.total
}

// Median returns the least duration of the size that the middle one has.
func (s *Sketch) Median() time.Duration {
	below := 0
	for _, size := range slices.Sorted(maps.Keys(s.counts)) {
		if below += s.counts[size]; 2*below >= s.total {
			return time.Duration(leastOf(size))
		}
	}
	return 0
}

// sizeOf numbers durations by their first four bits and the place of these.
func sizeOf(n uint64) int {
	if n < 16 {
		return int(n)
	}
	shift := bits.Len64(n) - 4
	return shift<<4 | int(n>>shift&15)
}

func leastOf(size int) uint64 {
	if size < 16 {
		return uint64(size)
	}
	return uint64(size&15) << (size >> 4)
}
