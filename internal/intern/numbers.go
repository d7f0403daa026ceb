package intern

import "encoding/binary"

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

// Lists gives small numbers to lists of small numbers. A list is kept as a text, which a map
// can find.
type Lists struct {
	Numbers[string]
	text []byte
}

func (l *Lists) Number(list []int32) int32 {
	l.text = l.text[:0]
	for _, v := range list {
		l.text = binary.LittleEndian.AppendUint32(l.text, uint32(v))
	}
	if at, ok := l.known[string(l.text)]; ok {
		return at
	}
	return l.Numbers.Number(string(l.text))
}

// AppendTo appends the list that has number n.
func (l *Lists) AppendTo(list []int32, n int32) []int32 {
	for i := range l.Len(n) {
		list = append(list, l.At(n, i))
	}
	return list
}

// Len returns the length of the list that has number n.
func (l *Lists) Len(n int32) int { return len(l.All[n]) / 4 }

// At returns what stands in place i of the list that has number n.
func (l *Lists) At(n int32, i int) int32 {
	text := l.All[n][4*i : 4*i+4]
	return int32(uint32(text[0]) | uint32(text[1])<<8 | uint32(text[2])<<16 | uint32(text[3])<<24)
}

// Renumber returns the numbers that what o holds has in n, by its numbers in o.
func (n *Numbers[T]) Renumber(o *Numbers[T]) []int32 {
	to := make([]int32, len(o.All))
	for i := range o.All {
		to[i] = n.Number(o.All[i])
	}
	return to
}

// Renumber does the same for lists of what has other numbers, too.
func (l *Lists) Renumber(o *Lists, replace func(list []int32)) []int32 {
	to := make([]int32, len(o.All))
	var list []int32
	for i := range to {
		list = o.AppendTo(list[:0], int32(i))
		replace(list)
		to[i] = l.Number(list)
	}
	return to
}

// Replace puts what list holds in its place by the numbers that it has elsewhere.
func Replace(list, by []int32) {
	for i, n := range list {
		list[i] = by[n]
	}
}
