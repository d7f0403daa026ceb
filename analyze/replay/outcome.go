package replay

import "time"

// An outcome is how long the requests of a run take in a scenario.
type outcome struct {
	took   []time.Duration // by request
	failed []bool          // those that fail and did not
	all    []variation     // of requests that queue; empty where nobody does
}

func (q *question) outcome() *outcome {
	n := len(q.run.Requests)
	return &outcome{took: make([]time.Duration, n), failed: make([]bool, n)}
}

// alone replays requests one by one: they wait as long at stations as they did.
func (q *question) alone(side Side) *outcome {
	o := q.outcome()
	var v variation
	for i, request := range q.run.Requests {
		q.vary(&v, i, side)
		o.took[i], o.failed[i] = request.Duration, v.failed
		if v.changed {
			o.took[i] = q.run.replay(&v)
		}
	}
	return o
}

// together replays all requests at once: they wait at stations for each other.
func (q *question) together(side Side, d Discipline) *outcome {
	o := q.outcome()
	o.all = make([]variation, len(q.run.Requests))
	p := queueing{run: q.run, variations: o.all, discipline: d, servers: map[*Station]*counter{}, order: q.run.Stations}
	for _, s := range q.run.Stations {
		p.servers[s] = &counter{servers: s.Servers}
		if n := q.servers[s]; n > 0 {
			p.servers[s].servers = n
		}
	}
	for i := range o.all {
		q.vary(&o.all[i], i, side)
		o.failed[i] = o.all[i].failed
	}
	p.play()
	for i := range o.all {
		o.took[i] = time.Duration(o.all[i].end[0])
	}
	return o
}

// seed is that of the service at random.
const seed = Discipline(1)

// outcomes replays a scenario under each of the assumptions that are open: the first of them is the usual one.
func (q *question) outcomes() []*outcome {
	sides := []Side{Favourable}
	for _, c := range q.changes {
		if c.Kind >= Cache || c.Typical {
			sides = []Side{Favourable, Unfavourable}
		}
	}
	var all []*outcome
	for _, side := range sides {
		if len(q.run.Stations) == 0 {
			all = append(all, q.alone(side))
			continue
		}
		all = append(all, q.steadied(side), q.together(side, seed))
	}
	return all
}

// steadied replays stations first come first served, and takes from that how much quicker or slower requests become.
func (q *question) steadied(side Side) *outcome {
	o := q.together(side, FirstCome)
	for i, was := range q.run.unchanged() {
		o.took[i] += q.run.Requests[i].Duration - was
	}
	return o
}

// unchanged returns how long requests take that are replayed as they were, first come first served.
func (r *Run) unchanged() []time.Duration {
	if r.asWas == nil {
		q := &question{run: r}
		r.asWas = q.together(Favourable, FirstCome).took
	}
	return r.asWas
}
