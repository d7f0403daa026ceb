package replay

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// A Drag says what the calls of one operation cost the slowest tenth of a journey.
type Drag struct {
	Operation string
	Drag      time.Duration // how much quicker requests would be in the mean if it did nothing by itself
	Slack     time.Duration // how much longer a call of it could take in the median before the request took longer
}

// Drags returns the operations of a journey, those that cost most first.
func (r *Run) Drags(journey string) []Drag {
	at := slices.IndexFunc(r.Kinds, func(j Journey) bool { return j.Name == journey })
	if at < 0 {
		return nil
	}
	all := r.Kinds[at].Requests
	slow := thinned(all[len(all)*9/10:])
	saved, slack := map[string]int64{}, map[string][]int64{}
	var v variation
	for _, i := range slow {
		r.drags(&v, r.Requests[i], saved, slack)
	}
	var out []Drag
	for name, times := range slack {
		out = append(out, Drag{name, time.Duration(saved[name] / int64(len(slow))), time.Duration(sorted(times)[len(times)/2])})
	}
	slices.SortFunc(out, func(a, b Drag) int {
		return cmp.Or(cmp.Compare(b.Drag, a.Drag), cmp.Compare(a.Slack, b.Slack), cmp.Compare(a.Operation, b.Operation))
	})
	return out
}

// drags adds up what the operations of one request cost it, and notes their slack.
func (r *Run) drags(v *variation, q *Request, saved map[string]int64, slack map[string][]int64) {
	v.as(q)
	r.replay(v)
	least := map[string]int64{}
	for i, late := range r.latest(v) {
		name := r.Paths[q.nodes[i].path].Does.Name
		room := late - v.end[i]
		if was, known := least[name]; !known || room < was {
			least[name] = room
		}
	}
	for name, room := range least {
		slack[name] = append(slack[name], room)
		v.as(q)
		for p := range q.parts {
			if r.Cells[q.parts[p].cell].Operation == name {
				v.took[p] = 0
			}
		}
		saved[name] += int64(q.Duration - r.replay(v))
	}
}

// latest returns for each node of a request that was replayed when it may end at the latest without making the request
// longer: what waits for it would begin no later than it may.
func (r *Run) latest(v *variation) []int64 {
	q := v.request
	late := make([]int64, len(q.nodes))
	for i := range late {
		late[i] = math.MaxInt64
	}
	late[0] = v.end[0]
	for p := range q.nodes {
		end := &q.steps[2*p+1]
		for _, k := range q.preds[end.from:end.to] {
			late[k] = min(late[k], late[p]-v.gap(end))
		}
		for _, c := range slices.Backward(q.appendKids(nil, int32(p))) {
			late[c] = min(late[c], late[p])
			s, begin := &q.steps[2*c], late[c]-(v.end[c]-v.arrive[c])
			for _, k := range q.preds[s.from:s.to] {
				wait := v.gap(s)
				if k != s.binding {
					wait = min(wait, r.least[q.nodes[c].path])
				}
				late[k] = min(late[k], begin-wait+max(0, q.nodes[k].end-q.nodes[c].start))
			}
		}
	}
	return late
}
