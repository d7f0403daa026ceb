package results

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/analyze/stacks"
)

// A stacked is the time of a journey's requests of one band below one stack.
type stacked struct {
	journey, band string
	slices        []string // as slicesOf has them
	frames        []string // operations from the top down
	layer, place  string
	nanos         float64 // in all requests, by their weights
	requests      float64
}

// stackedOf lists the time of all requests, added up where nothing tells it apart, in an order that depends on
// nothing but what it is.
func stackedOf(r *Results) []stacked {
	all := map[string]*stacked{}
	for i := range r.Journeys {
		addStacked(all, r, &r.Journeys[i])
	}
	out := make([]stacked, 0, len(all))
	for _, key := range slices.Sorted(maps.Keys(all)) {
		out = append(out, *all[key])
	}
	return out
}

// addStacked adds the requests of a journey under texts that tell apart what is not added up.
func addStacked(all map[string]*stacked, r *Results, j *analyze.Journey) {
	requests := r.Data.RequestsOf(j)
	t := requests.Stacks()
	for i := range requests.All() {
		o := &requests.All()[i]
		band, by := band(j, requests, i), slicesOf(requests, o)
		head := j.Name + "\x00" + band + "\x00" + strings.Join(by, "\x00")
		places, times := requests.Stacked(o)
		for k, p := range places {
			place := t.Places()[p]
			cell := &requests.Cells()[requests.JudgedAs(place.Cell)]
			frames := framesOf(t.Nodes(), place.Node)
			key := head + "\x01" + strings.Join(frames, "\x00") + "\x01" + cell.Layer + "\x00" + cell.Place()
			s := all[key]
			if s == nil {
				s = &stacked{journey: j.Name, band: band, slices: by, frames: frames, layer: cell.Layer, place: cell.Place()}
				all[key] = s
			}
			s.nanos += weighed(float64(times[k]), o.Weight)
			s.requests += o.Weight.Float()
		}
	}
}

func weighed(n float64, w quantile.Weight) float64 { return n * w.Float() }

// framesOf returns the operations from the top down to a node.
func framesOf(nodes []stacks.Node, n int32) (frames []string) {
	for ; n != stacks.None; n = nodes[n].Parent {
		frames = append(frames, nodes[n].Operation)
	}
	slices.Reverse(frames)
	return frames
}

// kindOf names the wait at the end of a stack: "network web -> payment", or "app".
func (s *stacked) kindOf() string {
	if strings.Contains(s.place, " -> ") {
		return s.layer + " " + s.place
	}
	return cmp.Or(s.layer, "other")
}
