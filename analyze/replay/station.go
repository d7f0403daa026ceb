package replay

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/budget/match"
	"github.com/longpole/longpole/internal/portable"
	"github.com/longpole/longpole/trace"
)

// A Station is something that only so many requests can hold at once: a lock, a pool, a worker.
type Station struct {
	Name      string
	Instance  Instance // whose it is
	Operation string   // that waits for it
	Servers   int      // how many held it at once at most
	Named     bool     // spans or events tell of the wait; else the starts of calls show that they wait
	Visits    int
	Waited    int           // of them, those that waited
	Wait      time.Duration // of all visits together
	Held      time.Duration // of all visits together
	Window    time.Duration // from the first arrival to the last release
	Expected  float64       // of starts that would find all servers taken if they did not wait
	Found     int           // of starts that did
	Rises     float64       // how far the wait rises with those who are there already: Spearman's rank correlation
	Counted   string        // the category under which a report has the wait, where that is none of waiting; else empty
	held      map[*Request]time.Duration
	byEvent   bool // an event tells of the wait, and no span of its own
}

// Busy returns how much of the time its servers were held, in millionths.
func (s *Station) Busy() int64 {
	if s.Window <= 0 {
		return 0
	}
	return min(whole, int64(float64(s.Held)/float64(s.Window)/float64(s.Servers)*float64(whole)))
}

// MeanWait returns how long a visit waited in the mean.
func (s *Station) MeanWait() time.Duration { return s.Wait / time.Duration(max(1, s.Visits)) }

// A visit is one request's turn at a station.
//
//	before     ------|arrive  wait  |start hold          end|release
//	else       |start, arrive   wait|acquired   hold ...     |release, the end of a later sibling perhaps
type visit struct {
	station *Station
	node    int32
	release int32 // the node at whose end others can have it
	before  bool  // the wait is in front of the node, and not in it
	atOnce  bool  // its span makes several such calls at once
	waited  int64
}

// A turn is what may be a visit, with times since the epoch.
type turn struct {
	request *Request
	node    int32
	release int32
	before  bool
	atOnce  bool
	arrive  trace.Time // when it came to wait
	start   trace.Time // when it had what it waited for
	end     trace.Time
	there   int // others that had come before and had not gone
	found   int // others that held it when it began
}

func (t *turn) wait() time.Duration { return t.start.Sub(t.arrive) }

// A resource is what turns may be about.
type resource struct {
	instance int32
	does     string // operation
	callee   string
	named    bool
}

// What must be seen of a station before it is believed.
const (
	fewestExpected = 10                    // starts that should have found all servers taken
	mostFound      = 20                    // of them, those that may have: one in so many
	mostCapacity   = 64                    // servers that are told from no limit at all
	touch          = 20 * time.Microsecond // how long a holder may seem to hold on
	fewestWaits    = 10                    // turns that waited
	leastWait      = time.Millisecond      // for so long
	leastRise      = 0.5                   // rank correlation of waits with those who are there
)

// FindStations looks for what requests wait for that others hold. All requests of the time must be there: where only
// some were kept, nobody knows whom the others waited for. It must be called once.
func (r *Run) FindStations() {
	turns := r.turns()
	keys := make([]resource, 0, len(turns))
	for key := range turns {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, r.compareResources)
	for _, key := range keys {
		if s := r.stationOf(key, turns[key]); s != nil {
			r.Stations = append(r.Stations, s)
			r.bind(s, turns[key])
		}
	}
	l := planner{orders: r.Orders}
	for _, q := range r.Requests {
		if len(q.visits) > 0 {
			l.plan(q)
		}
	}
}

func (r *Run) compareResources(a, b resource) int {
	x, y := r.Instances[a.instance], r.Instances[b.instance]
	named := 0
	if a.named != b.named {
		if named = 1; a.named {
			named = -1
		}
	}
	return cmp.Or(named, cmp.Compare(x.Service, y.Service), cmp.Compare(x.Host, y.Host), cmp.Compare(a.does, b.does), cmp.Compare(a.callee, b.callee))
}

// turns returns all that may be visits, by what they may be to.
func (r *Run) turns() map[resource][]turn {
	turns := map[resource][]turn{}
	atOnce := r.madeAtOnce()
	for _, q := range r.Requests {
		for i := range q.nodes {
			n, p := &q.nodes[i], &r.Paths[q.nodes[i].path]
			key := resource{n.instance, p.Does.Name, p.Callee, false}
			switch {
			case n.acquired >= 0 && q.beginsAt(int32(i)) >= n.acquired:
				key.named = true
				turns[key] = append(turns[key], q.inside(int32(i), int32(i), n.acquired))
			case p.Category == category.Queue && n.last == int32(i) && n.parent >= 0:
				key.named = true
				turns[key] = append(turns[key], q.inside(int32(i), r.holds(q, int32(i)), n.end))
			case n.parent >= 0:
				turns[key] = append(turns[key], q.inFront(int32(i), atOnce[n.path]))
			}
		}
	}
	return turns
}

// beginsAt returns when the first child of a node begins; when it ends if it has none.
func (q *Request) beginsAt(n int32) int64 {
	if q.nodes[n].last > n {
		return q.nodes[n+1].start
	}
	return q.nodes[n].end
}

func (q *Request) at(ns int64) trace.Time { return q.Start.Add(time.Duration(ns)) }

// inside returns the turn of a span that tells of its wait.
func (q *Request) inside(n, release int32, acquired int64) turn {
	return turn{request: q, node: n, release: release, arrive: q.at(q.nodes[n].start), start: q.at(acquired), end: q.at(q.nodes[release].end)}
}

// inFront returns the turn of a call that may have waited before it began: since what it waited for had ended, or its
// parent had begun. Calls that a span makes at once do not wait for each other.
func (q *Request) inFront(n int32, atOnce bool) turn {
	c := &q.nodes[n]
	arrive := q.nodes[c.parent].start
	for k := c.parent + 1; k < n; k = q.nodes[k].last + 1 {
		if end := q.nodes[k].end; end <= c.start && end > arrive && !(atOnce && q.nodes[k].path == c.path) {
			arrive = end
		}
	}
	return turn{request: q, node: n, release: n, before: true, atOnce: atOnce, arrive: q.at(arrive), start: q.at(c.start), end: q.at(c.end)}
}

// holds returns the last sibling during which what n waited for is held: those that follow, up to the next wait.
func (r *Run) holds(q *Request, n int32) int32 {
	release, p := n, q.nodes[n].parent
	for k := n + 1; k <= q.nodes[p].last; k = q.nodes[k].last + 1 {
		c := &r.Paths[q.nodes[k].path]
		if q.nodes[k].start < q.nodes[n].end || c.Category == category.Queue {
			if c.Category == category.Queue {
				break
			}
			continue
		}
		if release == n || c.Category == r.Paths[q.nodes[release].path].Category {
			release = k
			continue
		}
		break
	}
	return release
}

// madeAtOnce says of each path whether spans make several calls of it at once.
func (r *Run) madeAtOnce() []bool {
	seen := make([]int, len(r.Paths))
	for _, q := range r.Requests {
		for i := 1; i < len(q.nodes); i++ {
			n := &q.nodes[i]
			if k := n.last + 1; int(k) < len(q.nodes) && q.nodes[k].parent == n.parent && q.nodes[k].path == n.path && q.nodes[k].start < n.end-int64(touch) {
				seen[n.path]++
			}
		}
	}
	out := make([]bool, len(seen))
	for i, n := range seen {
		out[i] = n >= fewestContradictions
	}
	return out
}

// stationOf returns what turns are at; nil if nothing shows that they wait for each other.
func (r *Run) stationOf(key resource, turns []turn) *Station {
	if len(turns) < fewestExpected {
		return nil
	}
	count(turns)
	s := &Station{Instance: r.Instances[key.instance], Operation: key.does, Named: key.named, Visits: len(turns)}
	s.byEvent = key.named && turns[0].node == turns[0].release
	if s.byEvent {
		s.Counted = string(r.Paths[turns[0].request.nodes[turns[0].node].path].Category)
	}
	s.measure(turns)
	if !s.capacity(turns) {
		return nil
	}
	s.Rises = rises(turns)
	full := 0
	for i := range turns {
		if turns[i].wait() >= leastWait && turns[i].there >= s.Servers {
			full++
		}
	}
	s.Waited = full
	if s.Rises < leastRise && !s.Named || full < fewestWaits {
		return nil
	}
	s.Name = r.stationName(key, s)
	s.held = make(map[*Request]time.Duration, len(turns))
	for i := range turns {
		s.held[turns[i].request] += turns[i].end.Sub(turns[i].start)
	}
	return s
}

// count finds out how many others were there, and held, when each came and began. Turns are put in order of coming.
func count(turns []turn) {
	slices.SortFunc(turns, func(a, b turn) int {
		return cmp.Or(cmp.Compare(a.arrive, b.arrive), cmp.Compare(a.start, b.start), a.request.Trace.Compare(b.request.Trace), cmp.Compare(a.node, b.node))
	})
	ends := make([]trace.Time, len(turns))
	starts := make([]trace.Time, len(turns))
	for i := range turns {
		ends[i], starts[i] = turns[i].end, turns[i].start
	}
	slices.Sort(ends)
	slices.Sort(starts)
	for i := range turns {
		t := &turns[i]
		gone, _ := slices.BinarySearch(ends, t.arrive+1)
		t.there = max(0, i-gone)
		begun, _ := slices.BinarySearch(starts, t.start)
		freed, _ := slices.BinarySearch(ends, t.start.Add(touch)+1)
		t.found = max(0, begun-freed)
	}
}

func (s *Station) measure(turns []turn) {
	first, last := turns[0].arrive, turns[0].end
	for i := range turns {
		t := &turns[i]
		s.Held += t.end.Sub(t.start)
		s.Wait += t.wait()
		first, last = min(first, t.arrive), max(last, t.end)
	}
	s.Window = last.Sub(first)
}

// capacity finds the least number of servers that starts hardly ever find taken although they should; false if there
// is none.
func (s *Station) capacity(turns []turn) bool {
	if s.Window <= 0 {
		return false
	}
	rho := float64(s.Held) / float64(s.Window)
	for c := 1; c <= mostCapacity; c++ {
		s.Servers, s.Found = c, 0
		s.Expected = float64(len(turns)) * atLeast(rho, c)
		for i := range turns {
			if turns[i].found >= c {
				s.Found++
			}
		}
		if s.Expected < fewestExpected && !s.Named {
			return false
		}
		if float64(s.Found*mostFound) <= s.Expected || s.Named && s.Found*100 <= len(turns) {
			return true
		}
	}
	return false
}

// atLeast is the chance that a Poisson variable of a mean is at least n.
func atLeast(mean float64, n int) float64 {
	term := portable.Exp(-mean)
	below := 0.0
	for k := range n {
		below += term
		term *= mean / float64(k+1)
	}
	return max(0, 1-below)
}

// rises returns how far waits rise with how many are there already.
func rises(turns []turn) float64 {
	waits, there := make([]float64, len(turns)), make([]float64, len(turns))
	for i := range turns {
		waits[i], there[i] = float64(turns[i].wait()), float64(turns[i].there)
	}
	return spearman(waits, there)
}

// bind makes visits of turns, so that the wait is no longer what spans did by themselves.
func (r *Run) bind(s *Station, turns []turn) {
	base := usual(turns, s.Servers)
	for i := range turns {
		t := &turns[i]
		if t.request.nodes[t.node].visit > 0 {
			continue
		}
		waited := int64(0)
		if t.there >= s.Servers || t.atOnce { // of calls that come at once, so that they come in the order in which they began
			waited = max(0, int64(t.wait()-base))
		}
		t.request.visits = append(t.request.visits, visit{s, t.node, t.release, t.before, t.atOnce, waited})
		t.request.nodes[t.node].visit = int32(len(t.request.visits))
	}
}

// usual returns what turns take before they begin that find a server free, in the median.
func usual(turns []turn, servers int) time.Duration {
	var waits []int64
	for i := range turns {
		if turns[i].there < servers {
			waits = append(waits, int64(turns[i].wait()))
		}
	}
	if len(waits) == 0 {
		return 0
	}
	return time.Duration(sorted(waits)[len(waits)/2])
}

// stationName says what a station is, in words that can be pasted: "mysql lock", "inventory pool", "payment worker".
func (r *Run) stationName(key resource, s *Station) string {
	service, does := s.Instance.Service, strings.ToLower(key.does)
	name := service + " pool"
	switch {
	case strings.Contains(does, "lock") || strings.Contains(does, "mutex") || s.byEvent && s.Servers == 1:
		name = service + " lock"
	case key.named:
	case key.callee != "":
		name = key.callee + " pool"
	case s.Servers == 1:
		name = service + " worker"
	default:
		name = service + " workers"
	}
	taken := func(name string) bool {
		return slices.ContainsFunc(r.Stations, func(o *Station) bool { return o.Name == name })
	}
	if taken(name) {
		name += " of " + cmp.Or(s.Instance.Host, service)
	}
	if taken(name) {
		name += " for " + s.Operation
	}
	return name
}

// spearman returns the rank correlation of two lists.
func spearman(a, b []float64) float64 {
	x, y := ranks(a), ranks(b)
	mean := float64(len(x)-1) / 2
	var xy, xx, yy float64
	for i := range x {
		dx, dy := x[i]-mean, y[i]-mean
		xy, xx, yy = xy+float64(dx*dy), xx+float64(dx*dx), yy+float64(dy*dy)
	}
	if xx == 0 || yy == 0 {
		return 0
	}
	return xy / math.Sqrt(xx*yy)
}

// ranks returns the ranks of values, from 0; equals share theirs.
func ranks(values []float64) []float64 {
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(values[a], values[b]) })
	out := make([]float64, len(values))
	for i := 0; i < len(order); {
		j := i
		for j < len(order) && values[order[j]] == values[order[i]] {
			j++
		}
		for _, k := range order[i:j] {
			out[k] = float64(i+j-1) / 2
		}
		i = j
	}
	return out
}

// station returns the one that has the name, or that a pattern fits.
func (r *Run) station(name string) (*Station, error) {
	var names []string
	for _, s := range r.Stations {
		if match.Glob(name).Match(s.Name) {
			return s, nil
		}
		names = append(names, s.Name)
	}
	return nil, &Unknown{"station", name, names}
}
