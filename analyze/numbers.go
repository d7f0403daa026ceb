package analyze

// numbers gives small numbers to things as they are met.
type numbers[T comparable] struct {
	known map[T]int32
	all   []T
}

func (n *numbers[T]) number(v T) int32 {
	at, ok := n.known[v]
	if !ok {
		if n.known == nil {
			n.known = map[T]int32{}
		}
		at = int32(len(n.all))
		n.known[v] = at
		n.all = append(n.all, v)
	}
	return at
}
