package replay

import (
	"cmp"
	"math/bits"
	"slices"
)

// A question is a scenario as it is asked of a run.
type question struct {
	run     *Run
	changes []*asked // those of time first, then those of calls
	servers map[*Station]int
}

// An asked is a change with what it means in the run.
type asked struct {
	*Change
	of      []*chosen
	typical [2][]int64 // Set typical: by side and journey
	hit     int64      // Cache: what a hit costs
	quick   int64      // Cache: what the slowest of the quickest calls takes that are hits at worst
	beyond  int64      // Hedge: when the call is made once more
	retried bool       // Timeout: the run tries such calls again
	pool    []draw     // Timeout, Hedge: other calls of the run
}

// A draw is a call that may answer in another's place.
type draw struct {
	request  int
	instance int32
	took     int64
}

// A Side is which end of a bracket is looked at.
type Side uint8

// The sides: what is not known is assumed to help, or to hurt.
const (
	Favourable Side = iota
	Unfavourable
)

// scale returns took shrunk as of shrinks to to, which is at most of.
func scale(took, to, of int64) int64 {
	if to >= of || of <= 0 {
		return took
	}
	hi, lo := bits.Mul64(uint64(took), uint64(max(0, to)))
	q, _ := bits.Div64(hi, lo, uint64(of))
	return int64(q)
}

// vary makes the variation of request i.
func (q *question) vary(v *variation, i int, side Side) {
	v.as(q.run.Requests[i])
	for _, c := range q.changes {
		q.apply(v, c, i, side)
	}
}

func (q *question) apply(v *variation, c *asked, i int, side Side) {
	switch c.Kind {
	case Set:
		v.set(c, q.run.journeyOf(i), side)
	case Remove:
		if !c.of[0].calls {
			v.shrink(c.of[0], 0, 1)
			return
		}
		v.eachCall(c.of[0], v.remove)
	case Parallel:
		v.parallel(c)
	case Cache:
		v.eachCall(c.of[0], func(n int32) {
			if q.isHit(v, c, n, side) {
				v.most(n, c.hit)
				v.gone[n] = true
			}
		})
	case Timeout:
		v.eachCall(c.of[0], func(n int32) { q.timeout(v, c, n, i, side) })
	case Hedge:
		v.eachCall(c.of[0], func(n int32) { q.hedge(v, c, n, i, side) })
	}
}

// set shrinks time to a share of it, or so that the request waited for no more of it than the limit.
func (v *variation) set(c *asked, journey int, side Side) {
	most := int64(c.Limit)
	if c.Typical {
		if journey < 0 {
			return
		}
		most = c.typical[side][journey]
	}
	if c.Share >= 0 {
		v.shrink(c.of[0], c.Share, whole)
		return
	}
	v.shrink(c.of[0], most, v.waited(c.of[0]))
}

// eachPart calls f with the parts that are chosen: own time of nodes that are.
func (v *variation) eachPart(c *chosen, f func(part int32)) {
	q := v.request
	if c.below {
		v.eachPartBelow(c, f)
		return
	}
	for i := range q.steps {
		owner := int32(i / 2)
		if i%2 == 0 {
			owner = q.nodes[owner].parent
		}
		s := &q.steps[i]
		if s.partFrom == s.part || q.nodes[owner].terms&c.terms != c.terms {
			continue
		}
		for p := s.partFrom; p < s.part; p++ {
			if c.cells[q.parts[p].cell] {
				f(p)
			}
		}
	}
}

// eachPartBelow calls f with all parts of calls that are chosen, and of what is below them.
func (v *variation) eachPartBelow(c *chosen, f func(part int32)) {
	q := v.request
	for i := int32(1); int(i) < len(q.nodes); i++ {
		n := &q.nodes[i]
		if !c.paths[n.path] || n.terms&c.terms != c.terms {
			continue
		}
		for s := 2*i + 1; s < 2*n.last+2; s++ { // its end, and starts and ends of all below
			for p := q.steps[s].partFrom; p < q.steps[s].part; p++ {
				f(p)
			}
		}
		i = n.last
	}
}

// waited returns how long the request waits for what is chosen.
func (v *variation) waited(c *chosen) (all int64) {
	v.eachPart(c, func(p int32) {
		if v.request.parts[p].onPath {
			all += v.took[p]
		}
	})
	return all
}

func (v *variation) shrink(c *chosen, to, of int64) {
	v.eachPart(c, func(p int32) {
		if took := scale(v.took[p], to, of); took != v.took[p] {
			v.took[p], v.changed = took, true
		}
	})
}

// eachCall calls f with the nodes that are chosen. The request itself is no call.
func (v *variation) eachCall(c *chosen, f func(n int32)) {
	for i := 1; i < len(v.request.nodes); i++ {
		if n := &v.request.nodes[i]; c.paths[n.path] && n.terms&c.terms == c.terms {
			f(int32(i))
		}
	}
}

// most lets a call take no longer.
func (v *variation) most(n int32, limit int64) {
	if v.limit[n] == unlimited || limit < v.limit[n] {
		v.limit[n], v.changed = limit, true
	}
}

// remove leaves out a call, and the shorter one of the gaps around it.
func (v *variation) remove(n int32) {
	q := v.request
	v.most(n, 0)
	v.gone[n] = true
	after, p := int64(-1), q.nodes[n].parent
	follows := func(s *step) {
		if gap := v.gap(s); s.binding == n && (after < 0 || gap < after) {
			after = gap
		}
	}
	for k := n + 1; k <= q.nodes[p].last; k++ {
		if q.nodes[k].parent == p {
			follows(&q.steps[2*k])
		}
	}
	follows(&q.steps[2*p+1])
	if v.spared[n] == 0 && after > 0 {
		v.spared[n] = min(after, v.gap(&q.steps[2*n]))
	}
}

// parallel lets calls of one span that are made in turn begin with the first of them. What the span did between them it
// does when all have ended. An attempt that repeats a failed one still waits for that.
//
//	before   aaaaa-bb-cccc---         after   aaaaa-----
//	                                          bb
//	                                          cccc
func (v *variation) parallel(c *asked) {
	q := v.request
	for p := range q.nodes {
		first := int32(-1)
		for k := int32(p) + 1; k <= q.nodes[p].last; k = q.nodes[k].last + 1 {
			switch b := q.steps[2*k].binding; {
			case !c.hasCall(&q.nodes[k]):
			case first < 0:
				first, v.with[k] = k, k
			case b < 0 || !c.hasCall(&q.nodes[b]) || v.repeats(k): // it waits for something else
				v.with[k] = k
			default:
				v.with[k], v.changed = first, true
			}
		}
	}
}

func (c *asked) hasCall(n *node) bool {
	return slices.ContainsFunc(c.of, func(o *chosen) bool { return o.paths[n.path] && n.terms&o.terms == o.terms })
}

// repeats reports whether a call waits for a failed one that does the same.
func (v *variation) repeats(k int32) bool {
	q := v.request
	b := q.steps[2*k].binding
	return b >= 0 && q.nodes[b].failed && q.nodes[b].path == q.nodes[k].path
}

// isHit says whether a cache answers a call. At best hits are any calls; at worst those that are quick anyway.
func (q *question) isHit(v *variation, c *asked, n int32, side Side) bool {
	if side == Favourable {
		return int64(random(v.request, n, 0)%uint64(whole)) < c.Share
	}
	return took(&v.request.nodes[n]) <= c.quick
}

func took(n *node) int64 { return n.end - n.start }

// timeout lets a call fail that takes longer. Where the run tries such calls again, another one answers at best, and
// the next attempt is as slow at worst.
func (q *question) timeout(v *variation, c *asked, n int32, i int, side Side) {
	most, call := int64(c.Limit), &v.request.nodes[n]
	if took(call) <= most {
		return
	}
	again, fails := int64(0), true
	if c.retried {
		if again = most; side == Favourable {
			again = min(most, q.another(v, c, n, i))
			fails = again == most
		}
	}
	v.most(n, most+again)
	v.failed = v.failed || fails
}

// hedge makes a call once more that takes long: at best another one answers, at worst it is as slow.
func (q *question) hedge(v *variation, c *asked, n int32, i int, side Side) {
	if side == Favourable && took(&v.request.nodes[n]) > c.beyond {
		v.most(n, c.beyond+q.another(v, c, n, i))
	}
}

// another draws how long a call of another request took, on another instance if one is found soon.
func (q *question) another(v *variation, c *asked, n int32, i int) int64 {
	best := took(&v.request.nodes[n])
	for try := uint64(1); try <= 8 && len(c.pool) > 0; try++ {
		d := &c.pool[random(v.request, n, try)%uint64(len(c.pool))]
		if d.request == i {
			continue
		}
		best = d.took
		if d.instance != v.request.nodes[n].instance {
			break
		}
	}
	return best
}

// random returns a number that depends on nothing but the call, and on which one it is.
func random(q *Request, n int32, which uint64) uint64 {
	return mix(mix(q.Trace.Hi, q.Trace.Lo), mix(uint64(q.nodes[n].id), which))
}

// mix returns a number that depends on both in every bit.
func mix(a, b uint64) uint64 {
	h := a*0x9e3779b97f4a7c15 ^ bits.RotateLeft64(b, 29)*0xd1342543de82ef95
	h ^= h >> 32
	h *= 0xd6e8feb86659fd93
	h ^= h >> 32
	h *= 0xd6e8feb86659fd93
	return h ^ h>>32
}

func sorted(times []int64) []int64 {
	slices.SortFunc(times, cmp.Compare[int64])
	return times
}
