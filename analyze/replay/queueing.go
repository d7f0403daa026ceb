package replay

import (
	"cmp"
	"container/heap"

	"github.com/longpole/longpole/trace"
)

// A Discipline says who is next at a station. Spans do not tell which one it is.
type Discipline uint64

// FirstCome serves who came first; every other discipline serves at random, and is the seed of that.
const FirstCome Discipline = 0

// A queueing replays all requests of a run in the order of time, so that they wait at stations for each other.
type queueing struct {
	run        *Run
	variations []variation
	servers    map[*Station]*counter
	discipline Discipline
	events     events
	now        trace.Time
	order      []*Station
}

// A counter is a station while it is replayed.
type counter struct {
	servers, held int
	waiting       []event
	served        uint64
}

// An event is a request that comes to a station, or that leaves one.
type event struct {
	at      trace.Time
	leaves  bool
	request int
	visit   int
}

func (e event) compare(o event) int {
	leaves := 0
	if e.leaves != o.leaves {
		if leaves = 1; e.leaves {
			leaves = -1
		}
	}
	return cmp.Or(cmp.Compare(e.at, o.at), leaves, cmp.Compare(e.request, o.request), cmp.Compare(e.visit, o.visit))
}

type events []event

func (h events) Len() int           { return len(h) }
func (h events) Less(i, j int) bool { return h[i].compare(h[j]) < 0 }
func (h events) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }

// Push and Pop are for heap.
func (h *events) Push(x any) { *h = append(*h, x.(event)) }
func (h *events) Pop() any {
	last := len(*h) - 1
	e := (*h)[last]
	*h = (*h)[:last]
	return e
}

// play lets all requests pass the stations.
func (q *queueing) play() {
	for i := range q.variations {
		v := &q.variations[i]
		v.begin(len(v.request.nodes))
		v.told = resized(v.told, len(v.request.visits))
		for k := range v.granted {
			v.granted[k], v.told[k] = unknown, 0
		}
		q.evaluate(i, 0)
	}
	for len(q.events) > 0 || q.unlock() {
		if len(q.events) == 0 {
			continue
		}
		e := heap.Pop(&q.events).(event)
		q.now = max(q.now, e.at)
		s := q.servers[q.variations[e.request].request.visits[e.visit].station]
		if e.leaves {
			s.held--
		} else {
			s.waiting = append(s.waiting, e)
		}
		for s.held < s.servers && len(s.waiting) > 0 {
			q.grant(s, q.now)
		}
	}
}

// unlock lets somebody pass where all wait for each other, as they never did in truth: a call that holds a server
// and waits for one of the same station.
func (q *queueing) unlock() bool {
	for _, s := range q.order {
		if c := q.servers[s]; len(c.waiting) > 0 {
			q.grant(c, q.now)
			return true
		}
	}
	return false
}

// grant lets the next one have what it waits for.
func (q *queueing) grant(s *counter, now trace.Time) {
	next := 0
	if q.discipline != FirstCome {
		next = int(mix(uint64(q.discipline), s.served) % uint64(len(s.waiting)))
	}
	e := s.waiting[next]
	s.waiting = append(s.waiting[:next], s.waiting[next+1:]...)
	s.served++
	s.held++
	v := &q.variations[e.request]
	v.granted[e.visit] = int64(now - v.request.Start)
	q.evaluate(e.request, v.request.visits[e.visit].node)
}

// What was told of a visit.
const (
	cameTold = 1 << iota
	leftTold
)

// evaluate goes on with a request as far as it is known, and tells when it comes to stations and leaves them.
func (q *queueing) evaluate(i int, from int32) {
	v := &q.variations[i]
	for again := true; again; {
		again = false
		q.run.evaluate(v, from)
		for k := range v.request.visits {
			at := &v.request.visits[k]
			switch {
			case v.told[k]&cameTold == 0 && v.arrive[at.node] != unknown:
				v.told[k] |= cameTold
				if v.isGone(at.node) {
					v.told[k] |= leftTold
					v.granted[k], again = v.arrive[at.node], true
					continue
				}
				heap.Push(&q.events, event{v.request.at(v.arrive[at.node]), false, i, k})
			case v.told[k] == cameTold && v.granted[k] != unknown && v.end[at.release] != unknown:
				v.told[k] |= leftTold
				heap.Push(&q.events, event{v.request.at(v.end[at.release]), true, i, k})
			}
		}
	}
}

// isGone reports whether a node, or one above it, is not called any more: it holds nothing.
func (v *variation) isGone(n int32) bool {
	for ; n >= 0; n = v.request.nodes[n].parent {
		if v.gone[n] {
			return true
		}
	}
	return false
}
