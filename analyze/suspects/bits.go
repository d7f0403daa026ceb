package suspects

import mathbits "math/bits"

// bits are a set of requests, by place.
type bits []uint64

func newBits(n int) bits { return make(bits, (n+63)/64) }

func (b bits) set(i int) { b[i/64] |= 1 << (i % 64) }

func (b bits) has(i int) bool { return b[i/64]>>(i%64)&1 == 1 }

func (b bits) count() (n int) {
	for _, w := range b {
		n += mathbits.OnesCount64(w)
	}
	return n
}

// isNearly reports whether nearly all requests that are in one of two sets are in both.
func (b bits) isNearly(o bits) bool {
	both, either := 0, 0
	for i := range b {
		both += mathbits.OnesCount64(b[i] & o[i])
		either += mathbits.OnesCount64(b[i] | o[i])
	}
	return 100*both >= nearly*either
}
