package analyze

import "encoding/binary"

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

// lists gives small numbers to lists of small numbers. A list is kept as a text, which a map
// can find.
type lists struct {
	numbers[string]
	text []byte
}

func (l *lists) number(list []int32) int32 {
	l.text = l.text[:0]
	for _, v := range list {
		l.text = binary.LittleEndian.AppendUint32(l.text, uint32(v))
	}
	if at, ok := l.known[string(l.text)]; ok {
		return at
	}
	return l.numbers.number(string(l.text))
}

// appendTo appends the list that has number n.
func (l *lists) appendTo(list []int32, n int32) []int32 {
	for i := range len(l.all[n]) / 4 {
		list = append(list, l.at(n, i))
	}
	return list
}

// at returns what stands in place i of the list that has number n.
func (l *lists) at(n int32, i int) int32 {
	text := l.all[n][4*i : 4*i+4]
	return int32(uint32(text[0]) | uint32(text[1])<<8 | uint32(text[2])<<16 | uint32(text[3])<<24)
}
