package intern

// Pairs finds numbers by pairs of numbers that are not negative. It does so faster than a map, in one stretch of
// memory and without a hash of many bytes.
type Pairs struct {
	slots []pairSlot // a power of two of them, at most half of them taken
	taken int
}

type pairSlot struct {
	pair   uint64 // 0: the slot is free
	number int32
}

// Find returns the number of a pair, if one was put.
func (p *Pairs) Find(a, b int32) (n int32, ok bool) {
	if len(p.slots) == 0 {
		return 0, false
	}
	s := p.slot(pairOf(a, b))
	return s.number, s.pair != 0
}

// Put gives a number to a pair.
func (p *Pairs) Put(a, b, n int32) {
	if 2*(p.taken+1) > len(p.slots) {
		before := p.slots
		p.slots = make([]pairSlot, powerOfTwo(4*(p.taken+1)))
		for _, s := range before {
			if s.pair != 0 {
				*p.slot(s.pair) = s
			}
		}
	}
	s := p.slot(pairOf(a, b))
	if s.pair == 0 {
		p.taken++
	}
	*s = pairSlot{pairOf(a, b), n}
}

// slot returns where the pair is, or would be put.
func (p *Pairs) slot(pair uint64) *pairSlot {
	mask := uint64(len(p.slots) - 1)
	for i := pair * 0x9E3779B97F4A7C15 >> 32 & mask; ; i = (i + 1) & mask {
		if s := &p.slots[i]; s.pair == pair || s.pair == 0 {
			return s
		}
	}
}

// pairOf is never 0, for neither number is negative.
func pairOf(a, b int32) uint64 { return uint64(a)<<32 | 1<<31 | uint64(b) }
