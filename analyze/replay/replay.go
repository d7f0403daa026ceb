package replay

import (
	"cmp"
	"slices"
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
)

// A Run is the requests of a run as they can be replayed.
type Run struct {
	Cells     []analyze.Cell
	Paths     []Path
	Instances []Instance
	Orders    *Orders
	Requests  []*Request      // in order of their starts
	Kinds     []Journey       // see Journeys
	Stations  []*Station      // see FindStations
	of        []int           // by request: its journey
	asWas     []time.Duration // see unchanged
	least     []int64         // by path: the shortest gap between what a call of it waited for and its start
}

// Run makes timelines of what was recorded, as the evidence of the run has its requests. The recorder must not be
// shown more.
func (c *Recorder) Run(j *attribute.Judgement) *Run {
	r := &Run{Paths: c.paths.All, Instances: c.instances.All, Orders: &c.orders, Requests: c.requests}
	for _, cell := range c.cells.All {
		r.Cells = append(r.Cells, cell.Judged(j))
	}
	slices.SortFunc(r.Requests, func(a, b *Request) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), a.Trace.Compare(b.Trace), cmp.Compare(a.Root, b.Root))
	})
	l := planner{orders: r.Orders}
	for _, q := range r.Requests {
		l.plan(q)
	}
	r.measureGaps()
	return r
}

func (r *Run) measureGaps() {
	r.least = make([]int64, len(r.Paths))
	for i := range r.least {
		r.least[i] = -1
	}
	for _, q := range r.Requests {
		for i := range q.nodes {
			s, path := &q.steps[2*i], q.nodes[i].path
			if s.binding < 0 {
				continue
			}
			if gap := q.gap(s); r.least[path] < 0 || gap < r.least[path] {
				r.least[path] = gap
			}
		}
	}
}

// unlimited is the limit of what has none.
const unlimited = int64(-1)

// A variation is a request that is otherwise: how long its parts and the rest of its gaps take, and what its
// nodes take at most. It serves one request after the other.
type variation struct {
	request   *Request
	took      []int64 // by part
	limit     []int64 // by node; unlimited for most
	with      []int32 // by node: the sibling that it begins with; -1 for most
	spared    []int64 // by node: what is spared of the gap before it
	gone      []bool  // by node: it is not called any more
	told      []uint8 // by visit, see queueing
	failed    bool    // in a way in which it did not fail before
	changed   bool
	joined    []int32 // see waitsFor
	joins     bool    // calls that are made at once are among them
	postponed []int64 // by node, see postpone
	result
}

// A result is when the nodes of a request come to a station, begin, go on behind it, and end: unknown where that
// depends on a queue that was not come to yet.
type result struct {
	arrive, start, inner, end []int64
	granted                   []int64 // by visit: when a station let it pass
	after                     []int32 // by step: what it turned out to wait for; -1 for the beginning
}

// as sets the variation to the request as it was.
func (v *variation) as(q *Request) {
	v.request, v.failed, v.changed = q, false, false
	v.took = v.took[:0]
	for i := range q.parts {
		v.took = append(v.took, q.parts[i].took)
	}
	v.limit, v.with, v.spared, v.gone = v.limit[:0], v.with[:0], v.spared[:0], v.gone[:0]
	for range q.nodes {
		v.limit, v.with, v.spared, v.gone = append(v.limit, unlimited), append(v.with, -1), append(v.spared, 0), append(v.gone, false)
	}
}

// gap returns how long the gap of a step is now.
func (v *variation) gap(s *step) int64 {
	all := s.idle
	for i := s.partFrom; i < s.part; i++ {
		all += v.took[i]
	}
	return all
}

// unknown is when something happens that depends on a queue that was not come to yet.
const unknown = int64(-1)

// replay returns how long the request takes if it waits at stations as long as it did.
func (r *Run) replay(v *variation) time.Duration {
	q := v.request
	v.begin(len(q.nodes))
	for i := range q.visits {
		v.granted[i] = waitedAsObserved
	}
	r.evaluate(v, 0)
	return time.Duration(v.end[0])
}

// waitedAsObserved stands for the grant of a visit that waits as long as it did.
const waitedAsObserved = int64(-2)

// evaluate finds out when the nodes from one on begin and end, as far as that is known.
func (r *Run) evaluate(v *variation, from int32) {
	q := v.request
	for i := int(from); i < len(q.nodes); i++ {
		n := int32(i)
		if i > 0 {
			v.arrive[i] = r.begins(v, n)
		}
		v.start[i], v.inner[i] = v.arrive[i], v.arrive[i]
		if at := q.nodes[i].visit; at > 0 && v.arrive[i] != unknown {
			v.pass(n, &q.visits[at-1], v.granted[at-1])
		}
		for ; n >= 0 && q.nodes[n].last == int32(i); n = q.nodes[n].parent {
			v.end[n] = v.ends(n)
		}
	}
}

// pass says when a node goes on that came to a station.
func (v *variation) pass(n int32, at *visit, granted int64) {
	if granted == waitedAsObserved {
		granted = v.arrive[n] + at.waited
	}
	v.inner[n] = granted
	if at.before {
		v.start[n] = granted
	}
}

func (v *variation) begin(nodes int) {
	v.start, v.end, v.after = resized(v.start, nodes), resized(v.end, nodes), resized(v.after, 2*nodes)
	v.arrive, v.inner, v.granted = resized(v.arrive, nodes), resized(v.inner, nodes), resized(v.granted, len(v.request.visits))
	v.postponed = resized(v.postponed, nodes)
	v.arrive[0], v.after[0] = 0, -1
}

func resized[T any](s []T, n int) []T { return slices.Grow(s[:0], n)[:n] }

// begins returns when a node begins: a gap after the last of what it waited for. Behind another than it waited
// for in truth, the gap is the shortest of the run.
func (r *Run) begins(v *variation, n int32) int64 {
	q, at := v.request, n
	if first := v.with[n]; first >= 0 && first != n {
		return v.beginsWith(first, n)
	}
	c, s := &q.nodes[at], &q.steps[2*at]
	gap := v.gap(s)
	v.after[2*n] = -1
	if v.inner[c.parent] == unknown {
		return unknown
	}
	if s.binding < 0 {
		return v.inner[c.parent] + max(0, gap-v.spared[n])
	}
	begin := int64(-1)
	for _, k := range v.waitsFor(s, c.parent, n) {
		if v.end[k] == unknown {
			return unknown
		}
		end, wait := max(v.start[k], v.end[k]-max(0, q.nodes[k].end-c.start))+v.between(k), gap
		if k != s.binding {
			wait = min(gap, r.least[c.path])
		}
		if wait = max(0, wait-v.spared[n]); end+wait > begin {
			begin, v.after[2*n] = end+wait, k
		}
	}
	return begin
}

// beginsWith returns when a call begins that is made at once with others: with the first of them, but not before all
// that it waited for beside them has ended.
func (v *variation) beginsWith(first, n int32) int64 {
	q, begin := v.request, v.arrive[first]
	p, start := q.nodes[n].parent, q.nodes[n].start
	v.after[2*n] = v.after[2*first]
	for k := p + 1; k < n && begin != unknown; k = q.nodes[k].last + 1 {
		if v.with[k] >= 0 || q.nodes[k].end > start+q.nodes[p].slack {
			continue
		}
		switch end := v.end[k]; {
		case end == unknown:
			return unknown
		case max(v.start[k], end-max(0, q.nodes[k].end-start)) > begin:
			begin, v.after[2*n] = max(v.start[k], end-max(0, q.nodes[k].end-start)), k
		}
	}
	return begin
}

// waitsFor returns what a step below p waits for. Behind a call that is made at once with others that is all that ended
// before it: also what the call had waited for. n is the node that begins; -1 for the end of p.
func (v *variation) waitsFor(s *step, p, n int32) []int32 {
	q := v.request
	preds := q.preds[s.from:s.to]
	isAtOnce := func(k int32) bool { return v.with[k] >= 0 }
	v.joins = slices.ContainsFunc(preds, isAtOnce) && (n < 0 || !v.repeats(n))
	if !v.joins {
		return preds
	}
	v.joined = append(v.joined[:0], preds...)
	for k := p + 1; k <= q.nodes[p].last; k = q.nodes[k].last + 1 {
		if (n < 0 || k < n && q.nodes[k].end <= q.nodes[n].start+q.nodes[p].slack) && !slices.Contains(preds, k) {
			v.joined = append(v.joined, k)
		}
	}
	v.postpone()
	return v.joined
}

// postpone finds out for each call that is made at once what its span did between the calls, made in turn, of which it
// was one. The span does that when the call has ended.
func (v *variation) postpone() {
	q := v.request
	slices.Sort(v.joined)
	for _, k := range v.joined {
		if v.postponed[k] = 0; v.with[k] < 0 {
			continue
		}
		s := &q.steps[2*k]
		if s.binding >= 0 && v.with[s.binding] >= 0 {
			v.postponed[k] = v.postponed[s.binding]
		}
		if v.with[k] != k {
			v.postponed[k] += v.gap(s)
		}
	}
	for _, k := range slices.Backward(v.joined) {
		if b := q.steps[2*k].binding; b >= 0 && v.with[k] >= 0 && v.with[b] >= 0 {
			v.postponed[b] = max(v.postponed[b], v.postponed[k])
		}
	}
}

// between returns what is postponed until a call has ended.
func (v *variation) between(k int32) int64 {
	if !v.joins || v.with[k] < 0 {
		return 0
	}
	return v.postponed[k]
}

// ends returns when a node ends whose children have.
func (v *variation) ends(n int32) int64 {
	s := &v.request.steps[2*n+1]
	end := v.inner[n]
	v.after[2*n+1] = -1
	if end == unknown {
		return unknown
	}
	for _, k := range v.waitsFor(s, n, -1) {
		if v.end[k] == unknown {
			return unknown
		}
		if e := v.end[k] + v.between(k); e > end || v.after[2*n+1] < 0 {
			end, v.after[2*n+1] = e, k
		}
	}
	end += v.gap(s)
	if most := v.limit[n]; most != unlimited {
		end = min(end, v.start[n]+most)
	}
	return end
}
