package sim

import (
	"container/heap"
	"fmt"
)

// Order says who is served next at a station.
type Order int

// The orders of a queue.
const (
	FIFO    Order = iota // who came first
	Random               // anybody who waits
	Sharing              // nobody waits: all share the servers (processor sharing)
)

// UnmarshalText reads an order by name: fifo, random or ps.
func (o *Order) UnmarshalText(text []byte) error {
	for order, name := range orders {
		if name == string(text) {
			*o = Order(order)
			return nil
		}
	}
	return fmt.Errorf("no order of a queue: %q (fifo, random, ps)", text)
}

// MarshalText is the name of an order.
func (o Order) MarshalText() ([]byte, error) { return []byte(orders[o]), nil }

var orders = []string{"fifo", "random", "ps"}

// Station is a resource with some servers: workers, connections, a lock.
type Station struct {
	engine  *Engine
	order   Order
	dice    Dice
	drawn   uint64
	servers int
	busy    int
	waiting []*Process
	shared  shared

	// Load is what an observer at the station would have counted.
	Load Load
}

// Load counts who comes to a station and how long they stay, by looking at
// the state between events and never at a single visitor.
type Load struct {
	Arrived int64
	Inside  int64 // now, waiting or served
	Area    float64
	Busy    float64
	since   Time
}

// NewStation has room for servers at a time. The dice decide in random order.
func NewStation(e *Engine, servers int, order Order, dice Dice) *Station {
	return &Station{engine: e, order: order, dice: dice, servers: servers}
}

// Resize changes the number of servers. Who is being served stays.
func (s *Station) Resize(servers int) {
	s.observe(0)
	s.share()
	s.servers = servers
	for s.order != Sharing && s.busy < s.servers && len(s.waiting) > 0 {
		s.admit()
	}
	s.plan()
}

// Serve stays for as long as work takes here. Started is called when the
// wait is over, which in processor sharing is at once.
func (s *Station) Serve(p *Process, work Time, started func()) {
	if s.order == Sharing {
		started()
		s.serveShared(p, work)
		return
	}
	s.Acquire(p)
	started()
	p.Sleep(work)
	s.Release()
}

// Acquire waits for a server. In processor sharing it waits for nothing.
func (s *Station) Acquire(p *Process) {
	s.observe(1)
	if s.busy < s.servers || s.order == Sharing {
		s.busy++
		return
	}
	s.waiting = append(s.waiting, p)
	p.park()
}

// Release gives the server back, to the next who waits.
func (s *Station) Release() {
	s.observe(-1)
	s.busy--
	if s.busy < s.servers && len(s.waiting) > 0 {
		s.admit()
	}
}

// admit lets one of those who wait in.
func (s *Station) admit() {
	next := 0
	if s.order == Random {
		s.drawn++
		next = s.dice.Int(len(s.waiting), s.drawn)
	}
	p := s.waiting[next]
	if next == 0 {
		s.waiting = s.waiting[1:]
	} else {
		last := len(s.waiting) - 1
		s.waiting[next] = s.waiting[last]
		s.waiting = s.waiting[:last]
	}
	s.busy++
	p.wake()
}

// observe adds up the time since the last change, and then changes who is inside.
func (s *Station) observe(change int64) {
	passed := float64(s.engine.now - s.Load.since)
	s.Load.Area += passed * float64(s.Load.Inside)
	s.Load.Busy += passed * float64(min(s.Load.Inside, int64(s.servers)))
	s.Load.since = s.engine.now
	s.Load.Inside += change
	if change > 0 {
		s.Load.Arrived++
	}
}

// shared is the state of processor sharing: how much each visitor has been
// served since the beginning, which is the same for all, and what each needs.
type shared struct {
	served float64
	at     Time
	jobs   jobs
	plan   int64 // counts plans; an older one has been overtaken
}

func (s *Station) serveShared(p *Process, work Time) {
	s.observe(1)
	s.share()
	s.drawn++
	heap.Push(&s.shared.jobs, job{s.shared.served + float64(work), s.drawn, p})
	s.plan()
	p.park()
	s.observe(-1)
}

// share brings up to now what everybody inside was served.
func (s *Station) share() {
	s.shared.served += float64(s.engine.now-s.shared.at) * s.pace()
	s.shared.at = s.engine.now
}

// pace is the part of a server that each visitor has.
func (s *Station) pace() float64 {
	return min(1, float64(s.servers)/float64(max(1, len(s.shared.jobs))))
}

// plan looks again when the next visitor will have been served.
func (s *Station) plan() {
	s.shared.plan++
	if len(s.shared.jobs) == 0 {
		return
	}
	plan, left := s.shared.plan, max(0, s.shared.jobs[0].until-s.shared.served)
	s.engine.At(s.engine.now+Time(left/s.pace()+1), func() {
		if plan == s.shared.plan {
			s.share()
			s.leave()
			s.plan()
		}
	})
}

// leave lets everybody go who has been served.
func (s *Station) leave() {
	for len(s.shared.jobs) > 0 && s.shared.jobs[0].until <= s.shared.served {
		heap.Pop(&s.shared.jobs).(job).visitor.wake()
	}
}

type job struct {
	until   float64
	order   uint64
	visitor *Process
}

// jobs is a heap, who will have been served first on top.
type jobs []job

func (j jobs) Len() int { return len(j) }
func (j jobs) Less(a, b int) bool {
	return j[a].until < j[b].until || j[a].until == j[b].until && j[a].order < j[b].order
}
func (j jobs) Swap(a, b int) { j[a], j[b] = j[b], j[a] }
func (j *jobs) Push(x any)   { *j = append(*j, x.(job)) }
func (j *jobs) Pop() any {
	last := len(*j) - 1
	x := (*j)[last]
	*j = (*j)[:last]
	return x
}
