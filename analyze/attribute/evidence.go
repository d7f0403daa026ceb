package attribute

import (
	"cmp"
	"maps"
	"strings"
	"time"

	"github.com/longpole/longpole/internal/intern"
	"github.com/longpole/longpole/internal/wire"
	"github.com/longpole/longpole/trace/semconv"
)

// An Edge leads from an operation to one that it calls or starts.
type Edge struct{ Parent, Child Operation }

// An EdgeCount is in how many requests of a run spans of an edge behaved how. Requests in which
// the parent was cut off do not count.
type EdgeCount struct {
	Requests int // with the edge
	Outlived int // in which the child outlived its parent
	Followed int // of the others, in which its parent went on, or ended, right after the child
	Waited   int // spans that were taken to have been waited for
}

// A Pair is a caller and a callee, by service.
type Pair struct{ Caller, Callee string }

// Evidence is what all requests of a run together show of who waits for whom: a table of counts
// that can be added up in any order. docs/critical-path.md, section 2, says what follows of it.
type Evidence struct {
	edges  intern.Numbers[Edge]
	counts []EdgeCount
	roots  map[Operation]*RootCount
	pairs  intern.Numbers[Pair]
	gaps   []PairCount
	rates  RateCount

	services map[string]bool // that answer requests with spans
}

// meet notes a service that answers requests with spans.
func (v *Evidence) meet(service string) {
	if v.services == nil {
		v.services = map[string]bool{}
	}
	v.services[service] = true
}

// A RateCount is how many requests say by an attribute of a known sampler what they stand for.
type RateCount struct {
	Requests int
	Rated    int // in a way that is understood
	Uneven   int // of them, for another number than one
}

// areAll reports whether all requests of the run say it, and it makes a difference.
func (c *RateCount) areAll() bool { return c.Rated == c.Requests && c.Uneven > 0 }

// A RootCount is in how many requests that begin with an operation, which is no entry of a
// service, some child outlived it.
type RootCount struct{ Requests, Outlived int }

// edge returns the number of an edge.
func (v *Evidence) edge(e Edge) int32 {
	n := v.edges.Number(e)
	if int(n) == len(v.counts) {
		v.counts = append(v.counts, EdgeCount{})
	}
	return n
}

func (v *Evidence) pair(p Pair) int32 {
	n := v.pairs.Number(p)
	if int(n) == len(v.gaps) {
		v.gaps = append(v.gaps, PairCount{})
	}
	return n
}

func (v *Evidence) root(o Operation) *RootCount {
	if v.roots == nil {
		v.roots = map[Operation]*RootCount{}
	}
	if v.roots[o] == nil {
		v.roots[o] = &RootCount{}
	}
	return v.roots[o]
}

// Merge adds what o counts.
func (v *Evidence) Merge(o *Evidence) {
	for i, e := range o.edges.All {
		c, more := &v.counts[v.edge(e)], o.counts[i]
		*c = EdgeCount{c.Requests + more.Requests, c.Outlived + more.Outlived, c.Followed + more.Followed, c.Waited + more.Waited}
	}
	for name, more := range o.roots {
		c := v.root(name)
		*c = RootCount{c.Requests + more.Requests, c.Outlived + more.Outlived}
	}
	for i, p := range o.pairs.All {
		v.gaps[v.pair(p)].merge(&o.gaps[i])
	}
	for service := range o.services {
		v.meet(service)
	}
	v.rates = RateCount{v.rates.Requests + o.rates.Requests, v.rates.Rated + o.rates.Rated, v.rates.Uneven + o.rates.Uneven}
}

// What must be seen of an edge or a pair before it is believed: docs/critical-path.md has the cases.
const (
	fewestSeen   = 3
	leastSeenBy  = 20 // 5 %: one in so many
	mostFollowed = 4  // one in so many
)

// isOften reports whether n of all are more than chance makes.
func isOften(n, all int) bool { return n >= fewestSeen && n*leastSeenBy >= all }

// IsAsync reports whether the edge is asynchronous, also where a single request does not show it.
func (c *EdgeCount) IsAsync() bool {
	return isOften(c.Outlived, c.Requests) && c.Followed*mostFollowed <= c.Requests-c.Outlived
}

// IsName reports whether requests that begin with the operation last until what it began has
// ended: it is the name of the work, and not its length.
func (c *RootCount) IsName() bool { return 2*c.Outlived > c.Requests }

// A Judgement is what follows from evidence: for every edge, root and pair at once, so that all
// requests of a run are judged alike.
type Judgement struct {
	async    map[Edge]bool
	names    map[Operation]bool
	queue    map[Pair]bool
	services map[string]bool
	rated    bool // requests count for as many as the attributes of known samplers say
}

// Judge judges the run.
func (v *Evidence) Judge() *Judgement {
	j := &Judgement{map[Edge]bool{}, map[Operation]bool{}, map[Pair]bool{}, maps.Clone(v.services), v.rates.areAll()}
	for name, c := range v.roots {
		if c.IsName() {
			j.names[name] = true
		}
	}
	for i, e := range v.edges.All {
		if v.counts[i].IsAsync() && !j.names[e.Parent] {
			j.async[e] = true
		}
	}
	v.judgePairs(j)
	return j
}

// Contradicts reports whether requests that were judged one by one would be judged in another
// way by all of them.
func (v *Evidence) Contradicts(j *Judgement) bool {
	if len(j.names) > 0 || j.rated {
		return true
	}
	for e := range j.async {
		if v.counts[v.edges.Number(e)].Waited > 0 {
			return true
		}
	}
	return false
}

// A TurnedEdge is one that the run's evidence made asynchronous although single requests had it
// waited for, with what was counted of it.
type TurnedEdge struct {
	Edge
	EdgeCount
}

// Turned lists the edges that the run's evidence turned, in the order in which they were met.
func (v *Evidence) Turned(j *Judgement) (edges []TurnedEdge) {
	for i, e := range v.edges.All {
		if j.async[e] && v.counts[i].Waited > 0 {
			edges = append(edges, TurnedEdge{e, v.counts[i]})
		}
	}
	return edges
}

// HasSpans reports whether a callee is a service that answers requests with spans in the run, also where a call names it by a
// host of the cluster: cart.shop.svc for cart.
func (j *Judgement) HasSpans(callee string) bool {
	service, domain, _ := strings.Cut(callee, ".")
	return j.services[callee] || j.services[service] && semconv.IsInside(domain)
}

// A PairCount is how long calls of a pair took before their callee began and after it had ended.
type PairCount struct {
	Calls, Queued int
	Before, After Sketch // of all calls
	Waits         Sketch // before, of those that queued
}

func (c *PairCount) merge(o *PairCount) {
	c.Calls, c.Queued = c.Calls+o.Calls, c.Queued+o.Queued
	c.Before.Merge(&o.Before)
	c.After.Merge(&o.After)
	c.Waits.Merge(&o.Waits)
}

// add counts a call; queued is how much of what came before its callee the way back does not
// explain, zero if it may.
func (c *PairCount) add(before, after, queued time.Duration) {
	c.Calls++
	c.Before.Add(before)
	c.After.Add(after)
	if queued > 0 {
		c.Queued++
		c.Waits.Add(before)
	}
}

// isUnexplained reports whether nothing on the way back is like what came before the callee: a new
// connection costs up to seven round trips, and a busy machine 10 ms.
func isUnexplained(before, after time.Duration) bool { return before > 7*after+10*time.Millisecond }

// judgePairs finds the queues: what waits in front of one callee in enough calls, unless another
// callee of the same caller waits half as long for reasons of its own, for then it is the caller's
// way out.
func (v *Evidence) judgePairs(j *Judgement) {
	callees := map[string][]int{}
	for i, p := range v.pairs.All {
		callees[p.Caller] = append(callees[p.Caller], i)
	}
	for i, p := range v.pairs.All {
		c := &v.gaps[i]
		if isOften(c.Queued, c.Calls) && !v.isWayOut(callees[p.Caller], i) {
			j.queue[p] = true
		}
	}
}

func (v *Evidence) isWayOut(callees []int, queueing int) bool {
	half := v.gaps[queueing].Waits.Median() / 2
	for _, k := range callees {
		before, after := v.gaps[k].Before.Median(), v.gaps[k].After.Median()
		if k != queueing && before >= half && isUnexplained(before, after) {
			return true
		}
	}
	return false
}

// Arrange puts the evidence in an order that does not depend on what was met first. Who counts into it must be done.
func (v *Evidence) Arrange() {
	all := make([]bool, max(len(v.counts), len(v.gaps)))
	for i := range all {
		all[i] = true
	}
	v.counts = rearranged(v.counts, v.edges.Arrange(all, compareEdges))
	v.gaps = rearranged(v.gaps, v.pairs.Arrange(all, comparePairs))
}

// rearranged puts each in its new place.
func rearranged[T any](all []T, to []int32) []T {
	out := make([]T, len(all))
	for i := range all {
		out[to[i]] = all[i]
	}
	return out
}

func compareEdges(a, b Edge) int {
	return cmp.Or(compareOperations(a.Parent, b.Parent), compareOperations(a.Child, b.Child))
}

func comparePairs(a, b Pair) int {
	return cmp.Or(cmp.Compare(a.Caller, b.Caller), cmp.Compare(a.Callee, b.Callee))
}

// Code is the evidence, which is arranged.
func (v *Evidence) Code(c *wire.Coder) {
	v.edges.Code(c, func(e *Edge) {
		e.Parent.Code(c)
		e.Child.Code(c)
	})
	codeCounts(c, &v.counts, len(v.edges.All), func(n *EdgeCount) { wire.Counts(c, &n.Requests, &n.Outlived, &n.Followed, &n.Waited) })
	wire.Map(c, &v.roots, compareOperations, func(o *Operation) { o.Code(c) }, func(n **RootCount) {
		if c.Reading() {
			*n = &RootCount{}
		}
		wire.Counts(c, &(*n).Requests, &(*n).Outlived)
	})
	v.pairs.Code(c, func(p *Pair) {
		wire.Text(c, &p.Caller)
		wire.Text(c, &p.Callee)
	})
	codeCounts(c, &v.gaps, len(v.pairs.All), func(n *PairCount) {
		wire.Counts(c, &n.Calls, &n.Queued)
		n.Before.Code(c)
		n.After.Code(c)
		n.Waits.Code(c)
	})
	wire.Counts(c, &v.rates.Requests, &v.rates.Rated, &v.rates.Uneven)
	wire.Map(c, &v.services, cmp.Compare[string], func(s *string) { wire.Text(c, s) }, c.Bool)
}

// codeCounts is one count for each of n things.
func codeCounts[T any](c *wire.Coder, all *[]T, n int, each func(*T)) {
	if c.Reading() {
		*all = make([]T, n)
	}
	for i := range *all {
		each(&(*all)[i])
	}
}
