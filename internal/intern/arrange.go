package intern

import (
	"slices"

	"github.com/longpole/longpole/internal/wire"
)

// Arrange puts the things in order that are kept, by their numbers, and forgets the others. It returns the new
// numbers by the old ones.
func (n *Numbers[T]) Arrange(kept []bool, compare func(a, b T) int) []int32 {
	var order []int32
	for i := range n.All {
		if kept[i] {
			order = append(order, int32(i))
		}
	}
	slices.SortFunc(order, func(a, b int32) int { return compare(n.All[a], n.All[b]) })
	to := make([]int32, len(n.All))
	var arranged Numbers[T]
	for _, old := range order {
		to[old] = arranged.Number(n.All[old])
	}
	*n = arranged
	return to
}

// Arrange does the same for lists, each as replace returns it with new numbers; what becomes the same has one number.
func (l *Lists) Arrange(kept []bool, replace func(list []int32) []int32) []int32 {
	lists := make([][]int32, l.Count())
	var order []int32
	for i := range l.Count() {
		if kept[i] {
			lists[i] = replace(l.AppendTo(nil, int32(i)))
			order = append(order, int32(i))
		}
	}
	slices.SortFunc(order, func(a, b int32) int { return slices.Compare(lists[a], lists[b]) })
	to := make([]int32, l.Count())
	var arranged Lists
	for _, old := range order {
		to[old] = arranged.Number(lists[old])
	}
	*l = arranged
	return to
}

// Code is the things in order of their numbers.
func (n *Numbers[T]) Code(c *wire.Coder, each func(*T)) {
	all := n.All
	wire.List(c, &all, each)
	if !c.Reading() {
		return
	}
	*n = Numbers[T]{}
	for _, v := range all {
		n.Number(v)
	}
	if len(n.All) != len(all) {
		c.Fail("a thing has two numbers")
	}
}

// Code is the lists in order of their numbers; valid says whether something may stand in place i of list n.
func (l *Lists) Code(c *wire.Coder, valid func(n int32, i int, v int32) bool) {
	count := c.Len(l.Count(), 1)
	var list []int32
	for n := range int32(count) {
		if !c.Reading() {
			list = l.AppendTo(list[:0], n)
		}
		wire.List(c, &list, func(v *int32) { wire.Num(c, v) })
		for i, v := range list {
			if !valid(n, i, v) {
				c.Fail("a list holds what there is not")
				return
			}
		}
		if c.Reading() && l.Number(list) != n {
			c.Fail("a list has two numbers")
		}
	}
}
