package stacks

import (
	"time"

	"github.com/longpole/longpole/analyze/spending"
	"github.com/longpole/longpole/internal/intern"
)

// None is the parent of what is at the top.
const None int32 = -1

// A Node is an operation below others.
type Node struct {
	Parent    int32 // by number; None at the top
	Operation string
}

// A Place is a cell at the end of a stack.
type Place struct{ Node, Cell int32 }

// A Table holds stacks, and what requests spent on them.
type Table struct {
	nodes  intern.Numbers[Node] // a parent has a smaller number than what is below it
	places intern.Numbers[Place]
	store  spending.Store
	refs   []spending.Ref // by number of a request
	free   []int32        // numbers that were dropped

	tally spending.Tally
	of    map[int32]int32 // nodes of the spans of the request that is added
}

// Start begins a request.
func (t *Table) Start() {
	t.tally.Start()
	if t.of == nil {
		t.of = map[int32]int32{}
	}
	clear(t.of)
}

// Below returns the number of an operation below a node.
func (t *Table) Below(parent int32, operation string) int32 {
	return t.nodes.Number(Node{parent, operation})
}

// NodeOf returns the node of a span of the request, which parent and operation are asked for once; parent
// gives a negative number above the request's top.
func (t *Table) NodeOf(span int32, parent func(int32) int32, operation func(int32) string) int32 {
	if n, known := t.of[span]; known {
		return n
	}
	above := None
	if p := parent(span); p >= 0 {
		above = t.NodeOf(p, parent, operation)
	}
	n := t.Below(above, operation(span))
	t.of[span] = n
	return n
}

// Add adds a time that the request spent on a cell below a node.
func (t *Table) Add(node, cell int32, d time.Duration) {
	t.tally.Add(t.places.Number(Place{node, cell}), d)
}

// Keep ends the request and returns its number, from 1.
func (t *Table) Keep() int32 {
	if last := len(t.free) - 1; last >= 0 {
		n := t.free[last]
		t.free = t.free[:last]
		t.refs[n-1] = t.store.Keep(&t.tally)
		return n
	}
	t.refs = append(t.refs, t.store.Keep(&t.tally))
	return int32(len(t.refs))
}

// Drop gives back the number and the room of a request; 0 has none.
func (t *Table) Drop(request int32) {
	if request > 0 {
		t.store.Drop(t.refs[request-1])
		t.refs[request-1] = spending.Ref{}
		t.free = append(t.free, request)
	}
}

// Of returns what a request spent on which places, each once.
func (t *Table) Of(request int32) (places []int32, times []time.Duration) {
	return t.store.Of(t.refs[request-1])
}

// Places returns the places by their numbers.
func (t *Table) Places() []Place { return t.places.All }

// Nodes returns the nodes by their numbers.
func (t *Table) Nodes() []Node { return t.nodes.All }

// Merge adds what other holds; cells are the numbers here of its cells. It returns what is to be added to
// the numbers of its requests.
func (t *Table) Merge(other *Table, cells []int32) (more int32) {
	nodes := make([]int32, len(other.nodes.All))
	for i, n := range other.nodes.All {
		if n.Parent != None {
			n.Parent = nodes[n.Parent]
		}
		nodes[i] = t.nodes.Number(n)
	}
	places := make([]int32, len(other.places.All))
	for i, p := range other.places.All {
		places[i] = t.places.Number(Place{nodes[p.Node], cells[p.Cell]})
	}
	more = int32(len(t.refs))
	for _, r := range other.refs {
		t.refs = append(t.refs, t.store.Copy(&other.store, r, places))
	}
	return more
}
