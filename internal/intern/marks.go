package intern

// Marks tells of small numbers which of them were met since the last start, without a map and
// without clearing anything.
type Marks struct {
	met []uint32 // by number: the round in which it was met last
	now uint32
}

// Start forgets what was met.
func (m *Marks) Start() {
	if m.now++; m.now == 0 {
		clear(m.met)
		m.now = 1
	}
}

// First reports whether n was not met yet, and meets it.
func (m *Marks) First(n int32) bool {
	if int(n) >= len(m.met) {
		m.met = append(m.met, make([]uint32, int(n)+1-len(m.met))...)
		m.met = m.met[:cap(m.met)]
	}
	if m.met[n] == m.now {
		return false
	}
	m.met[n] = m.now
	return true
}

// Resized returns s with length n, whatever stands in it.
func Resized[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n, n+n/2)
	}
	return s[:n]
}

// A Slab hands out slices that are small and live equally long, many of one allocation.
type Slab[T any] struct{ free []T }

const slabSize = 512

// Take returns n zero values.
func (s *Slab[T]) Take(n int) []T {
	if len(s.free) < n {
		s.free = make([]T, max(n, slabSize))
	}
	out := s.free[:n:n]
	s.free = s.free[n:]
	return out
}
