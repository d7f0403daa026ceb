package analyze

import "math/bits"

// A hashSet is a set of numbers that are hashes already, to be filled again and again.
type hashSet struct {
	slots []hashSlot // a power of two of them, at most half of them taken
	now   uint32
}

type hashSlot struct {
	hash  uint64
	round uint32 // in which it was taken
}

// start empties the set and makes room for n numbers.
func (s *hashSet) start(n int) {
	if len(s.slots) < 2*n || s.now == 1<<32-1 {
		*s = hashSet{slots: make([]hashSlot, powerOfTwo(2*n))}
	}
	s.now++
}

func powerOfTwo(least int) int { return 1 << bits.Len(uint(max(least, 64)-1)) }

// add reports whether the set did not hold hash yet, and adds it.
func (s *hashSet) add(hash uint64) bool {
	mask := uint64(len(s.slots) - 1)
	for i := hash & mask; ; i = (i + 1) & mask {
		slot := &s.slots[i]
		if slot.round != s.now {
			*slot = hashSlot{hash, s.now}
			return true
		}
		if slot.hash == hash {
			return false
		}
	}
}
