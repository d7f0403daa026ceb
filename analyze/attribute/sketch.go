package attribute

import (
	"cmp"
	"math/bits"
	"time"

	"github.com/longpole/longpole/internal/wire"
)

// A Sketch counts durations by size: enough of a distribution for a median within 1/16, and of
// the same bytes in whatever order it was made. The zero Sketch is empty.
type Sketch struct {
	counts []int // by size, up to the largest that was met, and some more
	total  int
}

// Add counts d; what is negative counts as zero.
func (s *Sketch) Add(d time.Duration) {
	s.add(sizeOf(uint64(max(d, 0))), 1)
	s.total++
}

// sizesAtOnce is how many more sizes, less one, there is room for when a larger one is met.
const sizesAtOnce = 63

func (s *Sketch) add(size, n int) {
	if size >= len(s.counts) {
		s.counts = append(s.counts, make([]int, size|sizesAtOnce+1-len(s.counts))...)
	}
	s.counts[size] += n
}

// Merge adds what o counts.
func (s *Sketch) Merge(o *Sketch) {
	for size, n := range o.counts {
		s.add(size, n)
	}
	s.total += o.total
}

// Median returns the least duration of the size that the middle one has.
func (s *Sketch) Median() time.Duration { return s.Quantile(1, 2) }

// Quantile returns the least duration of the size that part of them have at most.
func (s *Sketch) Quantile(part, of int) time.Duration {
	below := 0
	for size, n := range s.counts {
		if below += n; n > 0 && of*below >= part*s.total {
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
	for size, n := range s.counts {
		if n > 0 {
			met[size] = n
		}
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
