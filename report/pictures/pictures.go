package pictures

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/flame"
	"github.com/longpole/longpole/report"
	"github.com/longpole/longpole/report/unit"
	"github.com/longpole/longpole/report/waterfall"
)

// What a page takes at most: a browser opens it, and a mail carries it.
const (
	mostJourneys = 12      // that have pictures of their own
	mostBytes    = 150_000 // of waterfalls, and of paths
)

// The types below are what a page draws, field by field. Times are integer nanoseconds, places of journeys count
// from 1 in the list that json holds.
type (
	value struct {
		Paths      []path `json:"paths"`
		Waterfalls []fall `json:"waterfalls"`
		// LeftOut says in words why there are not more.
		LeftOut string `json:"left_out,omitempty"`
	}
	path struct {
		Journey int       `json:"journey"`
		Labels  [2]string `json:"labels"`
		Names   []string  `json:"names"`
		Layers  []string  `json:"layers"`
		// Nodes are parent, name, layer (-1: a call), and what of typical and of slow requests was spent there, below
		// no other node.
		Nodes [][5]int64 `json:"nodes"`
	}
	fall struct {
		Journey int    `json:"journey"`
		Why     string `json:"why"`
		Said    string `json:"said"`
		Link    string `json:"link,omitempty"`
		Request any    `json:"request"`
	}
)

// A Found is a request that was looked for. Its waterfall is nil where it was not found.
type Found struct {
	Wanted
	Waterfall *waterfall.Waterfall
}

// A Wanted is a request that is worth a waterfall.
type Wanted struct {
	Journey  int // its place in the result, from 0
	Exemplar analyze.Exemplar
}

// Wants lists the exemplars of the journeys with most at stake, each request once: like the slow ones, like the
// typical ones, and the slowest.
func Wants(res *analyze.Result) (all []Wanted) {
	for i := range res.Journeys[:min(len(res.Journeys), mostJourneys)] {
		var own []Wanted
		for _, why := range []string{"tail", "typical", "slowest"} {
			for _, e := range res.Journeys[i].Exemplars {
				same := func(w Wanted) bool { return w.Exemplar.Trace == e.Trace && w.Exemplar.Root == e.Root }
				if e.Why == why && !slices.ContainsFunc(own, same) {
					own = append(own, Wanted{i, e})
				}
			}
		}
		all = append(all, own...)
	}
	return all
}

// Of returns what a page draws of a result beside its json. The data must have kept stacks; link, which may be
// empty, leads to traces, and leftOut says why there are no requests.
func Of(res *analyze.Result, data *analyze.Data, found []Found, link, leftOut string) any {
	v := value{Paths: []path{}, Waterfalls: []fall{}, LeftOut: leftOut}
	room := mostBytes
	for i := range res.Journeys[:min(len(res.Journeys), mostJourneys)] {
		if p := newPath(data, res, i); fits(&room, p) {
			v.Paths = append(v.Paths, p)
		}
	}
	room = mostBytes
	for _, f := range found {
		if f.Waterfall == nil {
			continue
		}
		out := fall{Journey: f.Journey + 1, Why: f.Exemplar.Why, Said: report.ExemplarText(f.Exemplar.Why), Request: f.Waterfall.JSON()}
		if link != "" {
			out.Link = report.TraceLink(link, f.Exemplar.Trace, f.Exemplar.Root)
		}
		if !fits(&room, out) {
			v.LeftOut = "Other requests are left out, for the page would be too large; longpole trace draws them."
			break
		}
		v.Waterfalls = append(v.Waterfalls, out)
	}
	return v
}

// fits takes the room that something needs, if there is as much.
func fits(room *int, v any) bool {
	text, err := json.Marshal(v)
	if err != nil || len(text) > *room {
		return false
	}
	*room -= len(text)
	return true
}

func newPath(data *analyze.Data, res *analyze.Result, i int) path {
	j := &res.Journeys[i]
	p := path{Journey: i + 1, Names: []string{}, Layers: []string{}, Nodes: [][5]int64{}}
	slow := j.Tail.Slow.Observations
	p.Labels = [2]string{"a typical request", "the slowest " + unit.Count(slow) + " of " + unit.Count(j.Observations)}
	for _, n := range flame.Of(data.RequestsOf(j), j) {
		layer, times := int64(-1), n.Times
		if n.Layer != "" {
			layer = number(&p.Layers, n.Layer)
		} else {
			times = [2]time.Duration{}
		}
		p.Nodes = append(p.Nodes, [5]int64{int64(n.Parent), number(&p.Names, n.Name), layer, int64(times[flame.Typical]), int64(times[flame.Slow])})
	}
	return p
}

// number returns the place of a text in a list, where it is put if it is not there.
func number(all *[]string, text string) int64 {
	if at := slices.Index(*all, text); at >= 0 {
		return int64(at)
	}
	*all = append(*all, text)
	return int64(len(*all) - 1)
}

// None returns what a page draws where nothing can be drawn, and why.
func None(why string) any { return value{Paths: []path{}, Waterfalls: []fall{}, LeftOut: why} }
