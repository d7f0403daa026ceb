package trace

import "slices"

// sized returns a slice of n, in the memory of s if it is large enough. What it holds is left
// from before.
func sized[T any](s []T, n int) []T { return slices.Grow(s[:0], n)[:n] }

// emptied returns a map without keys, in the memory of m unless that is large: to clear a map
// costs what it once held, however small the next trace is.
func emptied[K comparable, V any](m map[K]V) map[K]V {
	if m == nil || len(m) > 1000 {
		return map[K]V{}
	}
	clear(m)
	return m
}

// zeroed is sized, cleared.
func zeroed[T any](s []T, n int) []T {
	s = sized(s, n)
	clear(s)
	return s
}
