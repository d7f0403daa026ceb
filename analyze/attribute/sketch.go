package attribute

import (
	"cmp"
	"math/bits"
	"slices"
	"time"

	"github.com/longpole/longpole/internal/wire"
)

// A Sketch counts durations by size: enough of a distribution for a median within 1/16, and of
// the same bytes in whatever order it was made. The zero Sketch is empty.
type Sketch struct {
	few    []sized // by size, as long as there are few: most of many kinds of calls are rare
	counts []int   // by size, up to the largest that was met, and some more; nil as long as there are few
	total  int
}

// A sized is how many durations have a size.
type sized struct{ size, n int }

// mostFew is how many sizes are listed before room is made for all.
const mostFew = 16

// Add counts d; what is negative counts as zero.
func (s *Sketch) Add(d time.Duration) {
	s.add(sizeOf(uint64(max(d, 0))), 1)
	s.total++
}

func (s *Sketch) add(size, n int) {
	if s.counts == nil && s.addFew(size, n) {
		return
	}
	s.room(size)
	s.counts[size] += n
}

// addFew reports whether size is among few, or has become one of them.
func (s *Sketch) addFew(size, n int) bool {
	at, ok := slices.BinarySearchFunc(s.few, size, func(a sized, size int) int { return cmp.Compare(a.size, size) })
	switch {
	case ok:
		s.few[at].n += n
	case len(s.few) < mostFew:
		s.few = slices.Insert(s.few, at, sized{size, n})
	default:
		s.room(s.few[mostFew-1].size)
		for _, a := range s.few {
			s.counts[a.size] = a.n
		}
		s.few = nil
		return false
	}
	return true
}

// sizesAtOnce is how many more sizes, less one, there is room for when a larger one is met.
const sizesAtOnce = 63

func (s *Sketch) room(size int) {
	if size >= len(s.counts) {
		s.counts = append(s.counts, make([]int, size|sizesAtOnce+1-len(s.counts))...)
	}
}

// all yields the sizes that were met in rising order, with how many have each.
func (s *Sketch) all(yield func(size, n int) bool) {
	for _, a := range s.few {
		if !yield(a.size, a.n) {
			return
		}
	}
	for size, n := range s.counts {
		if n > 0 && !yield(size, n) {
			return
		}
	}
}

// Merge adds what o counts.
func (s *Sketch) Merge(o *Sketch) {
	for size, n := range o.all {
		s.add(size, n)
	}
	s.total += o.total
}

// Median returns the least duration of the size that the middle one has.
func (s *Sketch) Median() time.Duration { return s.Quantile(1, 2) }

// Quantile returns the least duration of the size that part of them have at most.
func (s *Sketch) Quantile(part, of int) time.Duration {
	below := 0
	for size, n := range s.all {
		if below += n; of*below >= part*s.total {
			return time.Duration(leastOf(size))
		}
	}
	return 0
}

// Total returns how many it counts.
func (s *Sketch) Total() int { return s.total }

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

// sizes is how many sizes there are.
const sizes = (64-4)<<4 + 16

// Code is the sizes that were met, with how many there are of each.
func (s *Sketch) Code(c *wire.Coder) {
	met := map[int]int{}
	for size, n := range s.all {
		met[size] = n
	}
	wire.Map(c, &met, cmp.Compare[int], func(size *int) { wire.Num(c, size) }, func(n *int) { wire.Num(c, n) })
	if !c.Reading() {
		return
	}
	*s = Sketch{}
	for size, n := range met {
		if size < 0 || size >= sizes || n <= 0 || n > 1<<50 {
			c.Fail("a size is none")
			return
		}
		s.add(size, n)
		s.total += n
	}
}
