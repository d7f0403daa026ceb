package replay

import "time"

// Orders say which calls of one span came before which, over all requests of a run: a table of counts that can
// be added up in any order.
type Orders struct {
	pairs map[pair]*Order
	marks []group // what serves one span after the other
}

// A pair is two call paths below one, the lesser number first.
type pair struct{ a, b int32 }

// An Order is in how many requests the calls of one path came before, after, and while those of another ran.
// Where they took turns, the request counts for none.
type Order struct{ Before, After, Overlap int }

// fewestContradictions is how many requests must contradict an order: a single one may be a broken clock.
const fewestContradictions = 2

// together is how long two calls of one process may seem to overlap although one waited for the other.
const together = int64(time.Millisecond)

// IsIndependent reports whether requests prove that neither call waits for the other.
func (o *Order) IsIndependent() bool {
	return o.Overlap >= fewestContradictions || min(o.Before, o.After) >= fewestContradictions
}

// Independent reports whether requests prove that calls of two paths do not wait for each other. Calls of one
// path have no order that could be contradicted.
func (t *Orders) Independent(a, b int32) bool {
	o := t.pairs[pair{min(a, b), max(a, b)}]
	return a != b && o != nil && o.IsIndependent()
}

// A group is the calls of one path that a span made.
type group struct {
	path        int32
	start, end  int64 // of the first, and of the last
	first, last int64 // end of the first to end, start of the last to start
	instance    int32
}

// mostPaths is how many kinds of calls of one span are compared with each other.
const mostPaths = 64

// add counts the orders of one request.
func (t *Orders) add(nodes []node) {
	for i := range nodes {
		if nodes[i].last > int32(i) {
			t.family(nodes, int32(i))
		}
	}
}

func (t *Orders) family(nodes []node, p int32) {
	t.marks = t.marks[:0]
	for k := p + 1; k <= nodes[p].last; k = nodes[k].last + 1 {
		t.mark(&nodes[k])
	}
	for i := range t.marks {
		for j := range i {
			t.compare(&t.marks[j], &t.marks[i])
		}
	}
}

func (t *Orders) mark(n *node) {
	for i := range t.marks {
		if g := &t.marks[i]; g.path == n.path {
			g.end, g.first, g.last = max(g.end, n.end), min(g.first, n.end), max(g.last, n.start)
			return
		}
	}
	if len(t.marks) < mostPaths {
		t.marks = append(t.marks, group{n.path, n.start, n.end, n.end, n.start, n.instance})
	}
}

// compare counts the order of two groups, of which a began first.
func (t *Orders) compare(a, b *group) {
	if a.instance != b.instance { // of other processes, with clocks of their own
		return
	}
	o, turned := t.order(a.path, b.path)
	switch {
	case a.end <= b.start+min(together, (a.end-a.start)/20, (b.end-b.start)/20):
		if turned {
			o.After++
		} else {
			o.Before++
		}
	case b.last+together < a.first && a.last+together < b.first: // all of both ran at once
		o.Overlap++
	}
}

// order returns the counts of two paths, and whether they stand the other way round.
func (t *Orders) order(a, b int32) (o *Order, turned bool) {
	key := pair{min(a, b), max(a, b)}
	o = t.pairs[key]
	if o == nil {
		if t.pairs == nil {
			t.pairs = map[pair]*Order{}
		}
		o = &Order{}
		t.pairs[key] = o
	}
	return o, a > b
}

// merge adds what o counts, whose paths have other numbers here.
func (t *Orders) merge(o *Orders, paths []int32) {
	for key, more := range o.pairs {
		mine, turned := t.order(paths[key.a], paths[key.b])
		if turned {
			more = &Order{more.After, more.Before, more.Overlap}
		}
		*mine = Order{mine.Before + more.Before, mine.After + more.After, mine.Overlap + more.Overlap}
	}
}
