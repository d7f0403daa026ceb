package compare

import (
	"cmp"
	"slices"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/structure"
)

// A Call is something that requests do on one side only.
type Call struct {
	Does     attribute.Operation
	Requests int // that do it
	Of       int
}

// What is new must be in so many requests, and in such a share of them: less is chance.
const (
	fewestCalls     = 3
	leastCallsShare = 100 // 1 in 100
)

// calls returns what requests of one side do that none of the other does, the topmost of what hangs
// together.
func (c *comparer) calls(p *pair, no, yes int) (out []Call) {
	theirs, mine := c.taken(p, no), c.taken(p, yes)
	isNew := func(path uint64) bool {
		n := mine[path]
		return theirs[path] == 0 && !c.isRare(p, yes, n)
	}
	for path := range mine {
		if at := c.paths[yes][path]; isNew(path) && !isNew(at.Above) {
			out = append(out, Call{at.Does, mine[path], len(p.sides[yes].requests)})
		}
	}
	slices.SortFunc(out, func(a, b Call) int {
		return cmp.Or(cmp.Compare(b.Requests, a.Requests), cmp.Compare(a.Does.Service, b.Does.Service),
			cmp.Compare(a.Does.Name, b.Does.Name), cmp.Compare(a.Does.Kind, b.Does.Kind))
	})
	return out
}

// isRare reports whether so few requests of a side do something that chance may have brought it.
func (c *comparer) isRare(p *pair, side, n int) bool {
	return n < fewestCalls || n*leastCallsShare < len(p.sides[side].requests)
}

// taken counts the requests of a side that take each path.
func (c *comparer) taken(p *pair, side int) map[uint64]int {
	structures := map[uint64]int{}
	all := p.sides[side].All()
	for i := range all {
		structures[all[i].Structure]++
	}
	taken := map[uint64]int{}
	for hash, n := range structures {
		for _, path := range c.data[side].Structures().Taken(hash) {
			taken[path] += n
		}
	}
	return taken
}

// A Rejudged is a call that most requests of one side wait for, and most of the other do not.
type Rejudged struct {
	Does   attribute.Operation
	Waited [2]bool
	Async  [2]int // requests that did not wait
	Of     [2]int // that made the call
}

func (c *comparer) rejudged(p *pair) (out []Rejudged) {
	before, after := c.taken(p, 0), c.taken(p, 1)
	for _, now := range structure.SortedPaths(c.paths[1]) {
		was := c.paths[0][now.Path]
		if was == nil || c.isRare(p, 0, before[now.Path]) || c.isRare(p, 1, after[now.Path]) || was.Waited() == now.Waited() {
			continue
		}
		if above := c.paths[0][now.Above]; above != nil && above.Waited() != c.paths[1][now.Above].Waited() {
			continue // what hangs below it is not waited for either
		}
		out = append(out, Rejudged{now.Does, [2]bool{was.Waited(), now.Waited()}, [2]int{was.Async, now.Async}, [2]int{was.Requests, now.Requests}})
	}
	return out
}
