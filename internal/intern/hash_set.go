package intern

import "math/bits"

// A HashSet is a set of numbers that are hashes already, to be filled again and again.
type HashSet struct {
	slots []hashSlot // a power of two of them, at most half of them taken
	now   uint32
}

type hashSlot struct {
	hash  uint64
	round uint32 // in which it was taken
}

// Start empties the set and makes room for n numbers.
func (s *HashSet) Start(n int) {
	if len(s.slots) < 2*n || s.now == 1<<32-1 {
		*s = HashSet{slots: make([]hashSlot, powerOfTwo(2*n))}
	}
	s.now++
}

func powerOfTwo(least int) int { return 1 << bits.Len(uint(max(least, 64)-1)) }

// Add reports whether the set did not hold hash yet, and adds it.
func (s *HashSet) Add(hash uint64) bool {
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
