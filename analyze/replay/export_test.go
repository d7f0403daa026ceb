package replay

import (
	"fmt"
	"slices"
	"time"

	"github.com/longpole/longpole/budget/match"
)

// Moved replays all requests unchanged, and tells of the first span that then begins or ends at another time.
func (r *Run) Moved() (spans int, moved string) {
	var v variation
	for _, q := range r.Requests {
		v.as(q)
		if got := r.replay(&v); got != q.Duration {
			return spans, fmt.Sprintf("%v/%v takes %v, not %v", q.Trace, q.Root, got, q.Duration)
		}
		for i := range q.nodes {
			if n := &q.nodes[i]; v.start[i] != n.start || v.end[i] != n.end {
				return spans, fmt.Sprintf("%v/%v lasts from %d to %d, not from %d to %d", q.Trace, n.id, v.start[i], v.end[i], n.start, n.end)
			}
		}
		spans += len(q.nodes)
	}
	return spans, ""
}

// String tells a station by its name and its servers.
func (s *Station) String() string { return fmt.Sprintf("%s, %d", s.Name, s.Servers) }

// Unchanged returns percentiles of how long requests take, replayed as they were, and of how long they took.
func (r *Run) Unchanged(d Discipline) (got, was map[int]time.Duration) {
	q, err := r.ask(&Scenario{})
	if err != nil {
		panic(err)
	}
	var took []time.Duration
	for _, request := range r.Requests {
		took = append(took, request.Duration)
	}
	return percentiles(q.together(Favourable, d).took), percentiles(took)
}

func percentiles(times []time.Duration) map[int]time.Duration {
	times = slices.Clone(times)
	slices.Sort(times)
	out := map[int]time.Duration{}
	for _, p := range []int{50, 95, 99} {
		out[p] = times[(len(times)*p+99)/100-1]
	}
	return out
}

// Took replays a scenario: alone where there are no stations.
func (r *Run) Took(s *Scenario, side Side) ([]time.Duration, error) {
	q, err := r.ask(s)
	if err != nil {
		return nil, err
	}
	if len(r.Stations) > 0 {
		return q.together(side, FirstCome).took, nil
	}
	return q.alone(side).took, nil
}

// Shrunk is a scenario in which time takes a share of what it took.
func (r *Run) Shrunk(of Selector, share int64) *Scenario {
	return &Scenario{Changes: []Change{{Kind: Set, Of: []Selector{of}, Share: share}}}
}

// AnyName matches the name of one place of the run: which one depends on nothing but the run.
func (r *Run) AnyName() []match.Glob {
	names := r.names()
	return []match.Glob{match.Glob(names[len(r.Requests)%len(names)])}
}

// MostSavedAtOnce returns the time of all calls of a request that are chosen, without the longest one of each span, and
// what attempts that repeat others wait before they do: other calls may be made meanwhile.
func (r *Run) MostSavedAtOnce(i int, s *Scenario) (most time.Duration) {
	q, err := r.ask(s)
	if err != nil {
		panic(err)
	}
	request := r.Requests[i]
	v := variation{request: request}
	for p := range request.nodes {
		sum, longest := int64(0), int64(0)
		for _, k := range request.appendKids(nil, int32(p)) {
			if n := &request.nodes[k]; q.changes[0].hasCall(n) {
				sum, longest = sum+took(n), max(longest, took(n))
				if v.repeats(k) {
					sum += request.gap(&request.steps[2*k])
				}
			}
		}
		most += time.Duration(sum - longest)
	}
	return most
}

// Calls counts the calls at a place.
func (r *Run) Calls(place string) (n int) {
	for _, q := range r.Requests {
		for i := range q.nodes {
			if r.Paths[q.nodes[i].path].Place() == place {
				n++
			}
		}
	}
	return n
}

// WrongSlack lets each call of a request that makes no other take its slack longer, and a nanosecond more, and tells
// where the request then is longer, or is not.
func (r *Run) WrongSlack(i int) string {
	q := r.Requests[i]
	var v variation
	v.as(q)
	r.replay(&v)
	late, ends := r.latest(&v), slices.Clone(v.end)
	for n := range q.nodes {
		s := &q.steps[2*n+1]
		if q.nodes[n].last != int32(n) || s.partFrom == s.part {
			continue
		}
		for more, longer := range map[int64]bool{late[n] - ends[n]: false, late[n] - ends[n] + 1: true} {
			v.as(q)
			v.took[s.partFrom] += more
			if got := r.replay(&v); (got > q.Duration) != longer {
				return fmt.Sprintf("node %d with %d more takes %v, and took %v", n, more, got, q.Duration)
			}
		}
	}
	return ""
}
