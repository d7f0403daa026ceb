package flame

import (
	"cmp"
	"slices"
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/analyze/stacks"
)

// A Node is a call below others, or time that the call above it spent itself.
type Node struct {
	Parent int    // place in the list; -1 at the top
	Name   string // the operation; of time the edge on which it was spent, or nothing
	Layer  string // of time; empty for a call
	Times  [2]time.Duration
}

// The places in Times.
const (
	Typical = iota
	Slow
)

// least is the part of all time below which what a call took is one with its like.
const least = 500

// Of returns what typical and slow requests of a journey waited for, each node behind its parent. Calls that hardly
// took time in either are time of the layer "others". The data must have kept stacks.
func Of(r analyze.Requests, j *analyze.Journey) []Node {
	b := builder{nodes: r.Stacks().Nodes(), at: map[int32]*branch{}, top: &branch{}}
	slow := r.All()[j.Tail.From:]
	for which, some := range [][]analyze.Observation{r.Typical(), slow} {
		for i := range some {
			places, times := r.Stacked(&some[i])
			for k, p := range places {
				place := r.Stacks().Places()[p]
				b.leaf(place.Node, &r.Cells()[r.JudgedAs(place.Cell)]).sums[which].Add(some[i].Weight, times[k])
			}
		}
	}
	for which, total := range []time.Duration{j.Tail.Typical.Total, j.Tail.Slow.Total} {
		leaves := b.top.leaves(nil)
		sums := make([]quantile.Sum, len(leaves))
		for i, l := range leaves {
			sums[i] = l.sums[which]
		}
		for i, d := range quantile.Apportion(total, sums) {
			leaves[i].add(which, d)
		}
	}
	b.top.fold([2]time.Duration{j.Tail.Typical.Total / least, j.Tail.Slow.Total / least})
	return flat(b.top, nil, -1)
}

// A branch is a node while the tree grows.
type branch struct {
	name, layer string
	above       *branch
	below       []*branch // in order once it was asked for leaves
	sums        [2]quantile.Sum
	times       [2]time.Duration
}

type builder struct {
	nodes []stacks.Node
	at    map[int32]*branch // by number of a node
	top   *branch
}

// call returns the branch of a node.
func (b *builder) call(n int32) *branch {
	if n == stacks.None {
		return b.top
	}
	if b.at[n] == nil {
		b.at[n] = b.call(b.nodes[n].Parent).child(b.nodes[n].Operation, "")
	}
	return b.at[n]
}

// leaf returns the branch of time on a cell that a node spent itself.
func (b *builder) leaf(n int32, c *analyze.Cell) *branch {
	edge := ""
	if c.Callee != "" && c.Callee != c.Service {
		edge = c.Place()
	}
	return b.call(n).child(edge, c.Layer)
}

func (b *branch) child(name, layer string) *branch {
	for _, c := range b.below {
		if c.name == name && c.layer == layer {
			return c
		}
	}
	c := &branch{name: name, layer: layer, above: b}
	b.below = append(b.below, c)
	return c
}

// leaves appends what is below, in an order that does not depend on which request came first.
func (b *branch) leaves(all []*branch) []*branch {
	if b.layer != "" {
		return append(all, b)
	}
	slices.SortFunc(b.below, func(x, y *branch) int { return cmp.Or(cmp.Compare(x.layer, y.layer), cmp.Compare(x.name, y.name)) })
	for _, c := range b.below {
		all = c.leaves(all)
	}
	return all
}

// add adds time to a leaf and to all above it.
func (b *branch) add(which int, d time.Duration) {
	for at := b; at != nil; at = at.above {
		at.times[which] += d
	}
}

// Others is the layer of what is too little to be shown.
const Others = "others"

// fold makes time of what took less than least in either.
func (b *branch) fold(least [2]time.Duration) {
	var kept []*branch
	others := &branch{layer: Others, above: b}
	for _, c := range b.below {
		if c.times[Typical] < least[Typical] && c.times[Slow] < least[Slow] {
			others.times[Typical] += c.times[Typical]
			others.times[Slow] += c.times[Slow]
			continue
		}
		c.fold(least)
		kept = append(kept, c)
	}
	if others.times != [2]time.Duration{} {
		kept = append(kept, others)
	}
	b.below = kept
}

// flat appends what is below a branch.
func flat(b *branch, all []Node, parent int) []Node {
	for _, c := range b.below {
		all = append(all, Node{Parent: parent, Name: c.name, Layer: c.layer, Times: c.times})
		all = flat(c, all, len(all)-1)
	}
	return all
}
