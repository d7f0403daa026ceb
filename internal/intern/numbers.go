package intern

// Numbers gives small numbers to things as they are met.
type Numbers[T comparable] struct {
	known map[T]int32
	All   []T
}

func (n *Numbers[T]) Number(v T) int32 {
	at, ok := n.known[v]
	if !ok {
		if n.known == nil {
			n.known = map[T]int32{}
		}
		at = int32(len(n.All))
		n.known[v] = at
		n.All = append(n.All, v)
	}
	return at
}

// Renumber returns the numbers that what o holds has in n, by its numbers in o.
func (n *Numbers[T]) Renumber(o *Numbers[T]) []int32 {
	to := make([]int32, len(o.All))
	for i := range o.All {
		to[i] = n.Number(o.All[i])
	}
	return to
}

// Replace puts what list holds in its place by the numbers that it has elsewhere.
func Replace(list, by []int32) {
	for i, n := range list {
		list[i] = by[n]
	}
}
