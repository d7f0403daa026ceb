package intern

import (
	"math/rand/v2"
	"slices"
)

// Lists gives small numbers to lists of small numbers. They stand one after the other in memory without a pointer,
// for most are met once: a map of texts would cost more than the lists, and the garbage collector would walk it.
type Lists struct {
	values []int32
	ends   []int // by number: of values
	hashes []uint32
	slots  []uint32 // 1 + number, where the hash says; a power of two of them, at most half of them taken
}

// Number returns the number of a list.
func (l *Lists) Number(list []int32) int32 {
	if 2*len(l.ends) >= len(l.slots) {
		l.grow()
	}
	hash := hashOf(list)
	at := l.slot(hash, func(n int32) bool { return slices.Equal(l.Of(n), list) })
	if n := l.slots[at]; n != 0 {
		return int32(n - 1)
	}
	l.values = append(l.values, list...)
	l.ends, l.hashes = append(l.ends, len(l.values)), append(l.hashes, hash)
	l.slots[at] = uint32(len(l.ends))
	return int32(len(l.ends) - 1)
}

// slot returns where a list is found of that hash, or would be put.
func (l *Lists) slot(hash uint32, is func(n int32) bool) uint32 {
	last := uint32(len(l.slots) - 1)
	at := hash & last
	for ; l.slots[at] != 0; at = (at + 1) & last {
		if n := int32(l.slots[at] - 1); l.hashes[n] == hash && is(n) {
			break
		}
	}
	return at
}

func (l *Lists) grow() {
	l.slots = make([]uint32, powerOfTwo(4*len(l.ends)))
	none := func(int32) bool { return false }
	for n, hash := range l.hashes {
		l.slots[l.slot(hash, none)] = uint32(n + 1)
	}
}

// seed makes hashes other ones in every run, so that no file can be made to collide.
var seed = rand.Uint64()

// hashOf mixes a number at a time (the multiplication and shift of SplitMix64).
func hashOf(list []int32) uint32 {
	h := seed ^ uint64(len(list))
	for _, v := range list {
		h = (h ^ uint64(uint32(v))) * 0xbf58476d1ce4e5b9
		h ^= h >> 29
	}
	return uint32(h >> 32)
}

// Count returns how many lists there are.
func (l *Lists) Count() int { return len(l.ends) }

// Of returns the list that has number n. It must not be changed.
func (l *Lists) Of(n int32) []int32 {
	from := 0
	if n > 0 {
		from = l.ends[n-1]
	}
	return l.values[from:l.ends[n]:l.ends[n]]
}

// AppendTo appends the list that has number n.
func (l *Lists) AppendTo(list []int32, n int32) []int32 { return append(list, l.Of(n)...) }

// Len returns the length of the list that has number n.
func (l *Lists) Len(n int32) int { return len(l.Of(n)) }

// At returns what stands in place i of the list that has number n.
func (l *Lists) At(n int32, i int) int32 { return l.Of(n)[i] }

// Renumber returns the numbers that what o holds has in l, where what lists hold has other numbers, too.
func (l *Lists) Renumber(o *Lists, replace func(list []int32)) []int32 {
	to := make([]int32, o.Count())
	var list []int32
	for i := range to {
		list = o.AppendTo(list[:0], int32(i))
		replace(list)
		to[i] = l.Number(list)
	}
	return to
}
