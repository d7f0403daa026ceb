package replay

import (
	"cmp"
	"slices"
)

// A timeline says of each node of a request what it waited for before it began, or ended, and what its parent did
// meanwhile.
//
//	span      ==================
//	  a        ====                begins a gap after span
//	  b              ======        begins a gap after a
//	  c               ===          begins a gap after a, too
//	                               span ends a gap after b
type timeline struct {
	steps  []step // by node: its start, and then its end
	preds  []int32
	parts  []part
	visits []visit // to stations, in order of their nodes
}

// A step is the start or the end of a node: it comes a gap after the last of what it waits for. Without any that
// is the parent's start, or the node's own.
type step struct {
	from, to       int32 // of preds
	begins         int32 // the node that it begins; 0 if it ends one
	binding        int32 // the pred that ended last; -1 if there is none
	partFrom, part int32 // to: of parts
	idle           int64 // what of the gap is nobody's own time
}

// A part is a piece of a gap: own time of one cell.
type part struct {
	cell   int32
	onPath bool
	took   int64
}

// mostPreds is how many calls that ended at about the same time a step is known to wait for.
const mostPreds = 64

// A planner makes timelines, one after the other in the same memory.
type planner struct {
	orders *Orders
	kids   []int32
	ended  []int32 // of kids, in order of their ends
}

// plan makes the timeline of a request.
func (l *planner) plan(q *Request) {
	q.timeline = timeline{steps: make([]step, 2*len(q.nodes)), visits: q.visits}
	for i := range q.nodes {
		l.kids = q.appendKids(l.kids[:0], int32(i))
		l.ended = append(l.ended[:0], l.kids...)
		slices.SortStableFunc(l.ended, func(a, b int32) int { return cmp.Compare(q.nodes[a].end, q.nodes[b].end) })
		for _, k := range l.kids {
			l.begins(q, int32(i), k)
		}
		l.ends(q, int32(i))
	}
	q.steps[0].binding = -1
}

// appendKids appends the children of a node, in order of start.
func (q *Request) appendKids(out []int32, p int32) []int32 {
	for k := p + 1; k <= q.nodes[p].last; k = q.nodes[k].last + 1 {
		out = append(out, k)
	}
	return out
}

// begins says what child k of node p waits for.
func (l *planner) begins(q *Request, p, k int32) {
	parent, c := &q.nodes[p], &q.nodes[k]
	n, _ := slices.BinarySearchFunc(l.ended, c.start+parent.slack, func(i int32, until int64) int {
		if q.nodes[i].end <= until {
			return -1
		}
		return 1
	})
	s := &q.steps[2*k]
	s.begins = k
	l.waitsFor(q, s, n, func(i int32) bool {
		return q.nodes[i].start < c.start && !l.orders.Independent(q.nodes[i].path, c.path) && !q.queueTogether(i, k)
	})
	after := parent.start
	if s.binding >= 0 {
		after = min(q.nodes[s.binding].end, c.start)
	}
	q.fill(s, p, after, c.start)
}

// queueTogether reports whether two calls came to a station at once: there they wait for each other, and nowhere else.
func (q *Request) queueTogether(a, b int32) bool {
	x, y := q.nodes[a].visit, q.nodes[b].visit
	return x > 0 && y > 0 && q.visits[x-1].atOnce && q.visits[x-1].station == q.visits[y-1].station
}

// ends says what the end of node p waits for: all of its children.
func (l *planner) ends(q *Request, p int32) {
	n, s := &q.nodes[p], &q.steps[2*p+1]
	l.waitsFor(q, s, len(l.ended), func(int32) bool { return true })
	after := n.start
	if s.binding >= 0 {
		after = q.nodes[s.binding].end
	}
	q.fill(s, p, after, n.end)
}

// waitsFor notes which of the first n to end a step waits for. Those that ended before another one of them began
// say nothing more.
func (l *planner) waitsFor(q *Request, s *step, n int, waits func(int32) bool) {
	s.from, s.binding = int32(len(q.preds)), -1
	latest := int64(-1) // start of any so far
	for i := n - 1; i >= 0 && len(q.preds)-int(s.from) < mostPreds; i-- {
		k := l.ended[i]
		if q.nodes[k].end <= latest {
			break
		}
		if waits(k) {
			q.preds, latest = append(q.preds, k), max(latest, q.nodes[k].start)
		}
	}
	s.to = int32(len(q.preds))
	for _, k := range q.preds[s.from:s.to] {
		if s.binding < 0 || q.nodes[k].end > q.nodes[s.binding].end {
			s.binding = k
		}
	}
}

// fill notes what node p did by itself in the gap of a step, but for what was a wait at a station.
func (q *Request) fill(s *step, p int32, from, to int64) {
	n := &q.nodes[p]
	from, to = q.withoutWait(s, p, from, to)
	s.partFrom, s.idle = int32(len(q.parts)), to-from
	for _, o := range q.own[n.from:n.to] {
		if took := min(o.to, to) - max(o.from, from); took > 0 {
			q.parts = append(q.parts, part{o.cell, o.onPath, took})
			s.idle -= took
		}
	}
	s.part = int32(len(q.parts))
}

// withoutWait leaves the wait at a station out of a gap: at its end in front of a call, and else where p begins.
func (q *Request) withoutWait(s *step, p int32, from, to int64) (int64, int64) {
	if s.begins > 0 {
		if at := q.nodes[s.begins].visit; at > 0 && q.visits[at-1].before {
			v := &q.visits[at-1]
			v.waited = min(v.waited, to-from)
			to -= v.waited
		}
	}
	if at := q.nodes[p].visit; at > 0 && s.binding < 0 && !q.visits[at-1].before {
		v := &q.visits[at-1]
		v.waited = min(v.waited, to-from)
		from += v.waited
	}
	return from, to
}

// gap returns how long a gap is.
func (q *Request) gap(s *step) int64 {
	all := s.idle
	for _, p := range q.parts[s.partFrom:s.part] {
		all += p.took
	}
	return all
}
