package cost

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/trace"
)

// A Call is who calls whom.
type Call struct{ Caller, Callee string }

// An Edge is all calls from a service to a callee.
type Edge struct {
	Call
	Calls    int // attempts, too
	Repeats  int // of them, attempts that failed and were made again
	Requests int // traces that make one at least
	last     trace.ID
}

// call adds a span that asks somebody else.
func (t *Tally) call(r *attribute.Reading, i int32) {
	s := &r.Trace.Spans[i]
	if w := r.Work(i); !w.Remote && (s.Sig.Kind != trace.Client || w.Step) {
		return
	}
	e := t.edge(Call{r.Service(i), r.Callee(i)})
	if e.Callee == "" || e.Callee == e.Caller {
		return
	}
	if e.Requests == 0 || e.last != r.Trace.ID {
		e.last = r.Trace.ID
		e.Requests++
	}
	e.Calls++
	if _, again := r.Retried(i); again {
		e.Repeats++
	}
}

func (t *Tally) edge(c Call) *Edge {
	e := t.edges[c]
	if e == nil {
		e = &Edge{Call: c}
		t.edges[c] = e
	}
	return e
}

func (t *Tally) mergeEdges(o *Tally) {
	for c, theirs := range o.edges {
		e := t.edge(c)
		e.Calls += theirs.Calls
		e.Repeats += theirs.Repeats
		e.Requests += theirs.Requests
	}
}

// Edges returns who calls whom how often, those first that are called most often for each request that calls them.
func (t *Tally) Edges() (all []Edge) {
	for _, e := range t.edges {
		if e.Calls > 0 {
			all = append(all, *e)
		}
	}
	slices.SortFunc(all, func(a, b Edge) int {
		return cmp.Or(cmp.Compare(b.Calls*a.Requests, a.Calls*b.Requests), cmp.Compare(b.Calls, a.Calls), cmp.Compare(a.Caller, b.Caller), cmp.Compare(a.Callee, b.Callee))
	})
	return all
}

// A Journey is what the requests of one kind hold of services.
type Journey struct {
	Name     string
	Requests int
	Holds    map[string]*Service // Busy is not told apart
}

// request adds what is held for a request: by all spans below its root, waited for or not.
func (t *Tally) request(r *attribute.Reading, q *attribute.Request) {
	j := t.journey(q.Key)
	j.Requests++
	t.open = append(t.open[:0], q.Root)
	for len(t.open) > 0 {
		at := t.open[len(t.open)-1]
		t.open = append(t.open[:len(t.open)-1], r.Trace.Children(at)...)
		if h := &t.holds[at]; h.Spans > 0 {
			j.of(h.Name).add(h)
		}
	}
}

func (t *Tally) journey(key attribute.Key) *Journey {
	j := t.journeys[key]
	if j == nil {
		j = &Journey{Name: key.Journey, Holds: map[string]*Service{}}
		t.journeys[key] = j
	}
	return j
}

func (j *Journey) of(service string) *Service {
	s := j.Holds[service]
	if s == nil {
		s = &Service{Name: service}
		j.Holds[service] = s
	}
	return s
}

func (t *Tally) mergeJourneys(o *Tally) {
	for key, theirs := range o.journeys {
		j := t.journey(key)
		j.Requests += theirs.Requests
		for name, s := range theirs.Holds {
			j.of(name).add(s)
		}
	}
}

// Per1000 returns a time of all its requests for a thousand of them.
func (j *Journey) Per1000(d time.Duration) time.Duration { return per1000(d, j.Requests) }

// Sum is what they hold of all services for a thousand requests.
func (j *Journey) Sum() (all Service) {
	for _, s := range j.Holds {
		all.add(s)
	}
	all.Occupied, all.Failed, all.Abandoned = per1000(all.Occupied, j.Requests), per1000(all.Failed, j.Requests), per1000(all.Abandoned, j.Requests)
	return all
}

// Most is the service that they hold longest, with what it holds for a thousand requests.
func (j *Journey) Most() (most Service) {
	for _, name := range slices.Sorted(maps.Keys(j.Holds)) {
		if s := j.Holds[name]; s.Occupied > most.Occupied {
			most = *s
		}
	}
	most.Occupied = per1000(most.Occupied, j.Requests)
	return most
}

// Journeys returns the kinds of requests that hold anything, those first that hold most in all.
func (t *Tally) Journeys() (all []*Journey) {
	sum := map[*Journey]int64{}
	for _, j := range t.journeys {
		for _, s := range j.Holds {
			sum[j] += int64(s.Occupied)
		}
		if sum[j] > 0 {
			all = append(all, j)
		}
	}
	slices.SortFunc(all, func(a, b *Journey) int { return cmp.Or(cmp.Compare(sum[b], sum[a]), cmp.Compare(a.Name, b.Name)) })
	return all
}
