package replay

import (
	"slices"
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/trace"
)

// A Journey is the requests of one kind.
type Journey struct {
	Name     string
	Requests []int // in the run, in order of how long they took
	Slow     int   // place of the first slow one
	Weights  []quantile.Weight
}

// Journeys joins requests with what an analysis of the same run says of them: only what it has in some journey is
// asked about. It must be called before anything is asked.
func (r *Run) Journeys(d *analyze.Data, res *analyze.Result) {
	type key struct {
		trace trace.ID
		root  trace.SpanID
	}
	at := make(map[key]int, len(r.Requests))
	for i, q := range r.Requests {
		at[key{q.Trace, q.Root}] = i
	}
	r.of = make([]int, len(r.Requests))
	for i := range r.of {
		r.of[i] = -1
	}
	r.Kinds = nil
	for i := range res.Journeys {
		j := Journey{Name: res.Journeys[i].Name}
		for place, o := range d.RequestsOf(&res.Journeys[i]).All() {
			if place == res.Journeys[i].Tail.From {
				j.Slow = len(j.Requests)
			}
			if n, known := at[key{o.Trace, o.Root}]; known {
				j.Requests, j.Weights = append(j.Requests, n), append(j.Weights, o.Weight)
				if r.of[n] < 0 {
					r.of[n] = i
				}
			}
		}
		r.Kinds = append(r.Kinds, j)
	}
}

// journeyOf returns the first journey that a request is of; -1 if it is of none.
func (r *Run) journeyOf(i int) int {
	if len(r.of) == 0 {
		return -1
	}
	return r.of[i]
}

// ask finds what a scenario means.
func (r *Run) ask(s *Scenario) (*question, error) {
	q := &question{run: r, servers: map[*Station]int{}}
	term := 0
	all := make([]*asked, len(s.Changes))
	for i := range s.Changes {
		c := &s.Changes[i]
		all[i] = &asked{Change: c}
		for k := range c.Of {
			chosen, err := r.choose(&c.Of[k], term)
			if err != nil {
				return nil, err
			}
			term += len(c.Of[k].Terms)
			all[i].of = append(all[i].of, chosen)
		}
	}
	for _, i := range s.inOrder() {
		if all[i].Kind == Servers {
			s, err := r.station(all[i].Station)
			if err != nil {
				return nil, err
			}
			q.servers[s] = all[i].Servers
			continue
		}
		q.prepare(all[i])
		q.changes = append(q.changes, all[i])
	}
	return q, nil
}

// prepare finds out what of the run a change depends on, once those before it are made.
func (q *question) prepare(c *asked) {
	switch {
	case c.Typical:
		q.findTypical(c)
	case c.Kind == Cache:
		c.hit, c.quick = q.hitCost(c), q.atShare(c, c.Share)
	case c.Kind == Hedge:
		c.pool, c.beyond = q.calls(c.of[0]), int64(c.Limit)
		if c.Limit < 0 {
			c.beyond = q.atShare(c, int64(c.Level)*100)
		}
	case c.Kind == Timeout:
		c.pool, c.retried = q.calls(c.of[0]), q.isRetried(c.of[0])
	}
}

// findTypical finds what requests of each journey between p40 and p60 wait for what is chosen: in the median at best,
// and at worst as long as any of them. It asks all of them, whatever attributes the chosen ones have: what is typical of these may be the trouble.
func (q *question) findTypical(c *asked) {
	var v variation
	everybody := *c.of[0]
	everybody.terms = 0
	for _, j := range q.run.Kinds {
		var values []quantile.Value
		lo, hi := band(j.Weights)
		for k := lo; k < hi; k++ {
			q.vary(&v, j.Requests[k], Unfavourable)
			values = append(values, quantile.Value{Time: time.Duration(v.waited(&everybody)), Weight: j.Weights[k]})
		}
		median, most := int64(0), int64(0)
		if len(values) > 0 {
			s := quantile.NewSample(values)
			median, most = int64(s.At(quantile.P50)), int64(s.Max())
		}
		c.typical[Favourable], c.typical[Unfavourable] = append(c.typical[Favourable], median), append(c.typical[Unfavourable], most)
	}
}

// band returns which requests, in order of how long they took, are typical: those between p40 and p60 of their weight.
func band(weights []quantile.Weight) (from, to int) {
	var sum, below quantile.Weight
	for _, w := range weights {
		sum += w
	}
	from = -1
	for i, w := range weights {
		if below += w; from < 0 && 10*below >= 4*sum {
			from = i
		}
		if 10*below >= 6*sum {
			return from, i + 1
		}
	}
	return max(from, 0), len(weights)
}

// calls returns all calls of the run that are chosen.
func (q *question) calls(c *chosen) (all []draw) {
	for i, request := range q.run.Requests {
		for k := 1; k < len(request.nodes); k++ {
			if n := &request.nodes[k]; c.paths[n.path] && n.terms&c.terms == c.terms {
				all = append(all, draw{i, n.instance, took(n)})
			}
		}
	}
	return all
}

// atShare returns how long the quickest share of calls takes at most; -1 for none of them.
func (q *question) atShare(c *asked, share int64) int64 {
	var times []int64
	for _, d := range q.calls(c.of[0]) {
		times = append(times, d.took)
	}
	n := int64(len(times)) * share / whole
	if n == 0 {
		return -1
	}
	return sorted(times)[n-1]
}

// isRetried reports whether some call that is chosen failed and was made again.
func (q *question) isRetried(c *chosen) bool {
	var v variation
	return slices.ContainsFunc(q.run.Requests, func(request *Request) bool {
		v.request = request
		for k := range request.nodes {
			if c.paths[request.nodes[k].path] && v.repeats(int32(k)) {
				return true
			}
		}
		return false
	})
}

// DefaultHit is what an answer of a cache costs where none was seen.
const DefaultHit = time.Millisecond

// hitCost returns what an answer of a cache costs instead of the calls: nothing more where the same span asks a
// cache first, else the median of what the services ask their caches, else [DefaultHit].
func (q *question) hitCost(c *asked) int64 {
	services, asks := map[string]bool{}, map[int32]bool{}
	for i, p := range q.run.Paths {
		if c.of[0].paths[i] {
			services[p.Does.Service] = true
		}
		if p.Category == category.Cache {
			asks[p.Above] = true
		}
	}
	for i, p := range q.run.Paths {
		if c.of[0].paths[i] && p.Category != category.Cache && asks[p.Above] {
			return 0
		}
	}
	var times []int64
	for _, request := range q.run.Requests {
		for k := range request.nodes {
			n := &request.nodes[k]
			if p := &q.run.Paths[n.path]; p.Category == category.Cache && services[p.Does.Service] && !c.of[0].paths[n.path] {
				times = append(times, took(n))
			}
		}
	}
	if len(times) == 0 {
		return int64(DefaultHit)
	}
	return sorted(times)[len(times)/2]
}
