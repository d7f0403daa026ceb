package bounded

import (
	"math/bits"
	"sync"
	"sync/atomic"
)

// A Pool lets the collectors of one run, each of which sees a part of the requests, know of each other how many there
// are. Each then keeps what may be among the least of all, and not the least of its own part: together little more than
// one alone would. It spares memory and shows in no answer. It can be used by several goroutines.
type Pool[K comparable] struct {
	mu sync.Mutex
	of map[K]*Counts
}

// Of returns the counts of a journey.
func (p *Pool[K]) Of(key K) *Counts {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.of == nil {
		p.of = map[K]*Counts{}
	}
	if p.of[key] == nil {
		p.of[key] = &Counts{}
	}
	return p.of[key]
}

// Requests returns how many requests of each journey were counted.
func (p *Pool[K]) Requests() (all []int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.of {
		all = append(all, int(c.all.Load()))
	}
	return all
}

// Counts count requests of a journey. By their hashes they do so once somebody asks for it, for few journeys have that
// many. A bucket is as wide as a 32nd of what is below it, at most; what is below all but the first shares one.
type Counts struct {
	all     atomic.Int64
	hashed  atomic.Int64
	buckets atomic.Pointer[[octaves << fineness]atomic.Int32]
}

const (
	octaves  = 24 // 1e12 requests of which 100,000 are kept have their last one in the 24th
	fineness = 5
)

// Tell counts requests that were not told of before.
func (c *Counts) Tell(requests int) { c.all.Add(int64(requests)) }

// Add counts a request by its hash.
func (c *Counts) Add(hash uint64) {
	if c.buckets.Load() == nil {
		c.buckets.CompareAndSwap(nil, &[octaves << fineness]atomic.Int32{})
	}
	c.hashed.Add(1)
	c.buckets.Load()[bucketOf(hash)].Add(1)
}

func bucketOf(hash uint64) int {
	octave := octaves - 1 - min(bits.LeadingZeros64(hash), octaves-1)
	if octave == 0 {
		return 0
	}
	return octave<<fineness | int(hash<<(octaves-octave)>>(64-fineness))
}

// lastOf returns the greatest hash of a bucket.
func lastOf(bucket int) uint64 {
	octave, fine := bucket>>fineness, uint64(bucket&(1<<fineness-1))
	if octave == 0 {
		return 1<<(64-octaves+1) - 1
	}
	leading := uint64(1)<<fineness | fine
	return (leading+1)<<(64-octaves+octave-fineness) - 1
}

// Cut returns a hash up to which at least n requests were counted, and not many more; All where no more were at all.
func (c *Counts) Cut(n int) uint64 {
	buckets := c.buckets.Load()
	if buckets == nil || c.hashed.Load() <= int64(n) {
		return All
	}
	sum := 0
	for i := range buckets {
		if sum += int(buckets[i].Load()); sum >= n {
			return lastOf(i)
		}
	}
	return All
}
