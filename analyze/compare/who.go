package compare

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/trace/semconv"
)

// A Who is the requests that share a property and have nearly all of a change.
type Who struct {
	attribute.Tag
	With  []attribute.Tag // properties of exactly the same requests
	Share int64           // of the requests after, in millionths
	Of    int64           // of the change of the mean in the place that changed most, in millionths
	New   bool            // no request had the property before, but some had another value of it
}

const (
	mostOfChange   = 0.80 // that a property has, to be named
	mostOfRequests = 0.60 // that may share it: what most requests have tells nothing
	mostWith       = 3
)

// A tagged is what the requests with one property have in all.
type tagged struct {
	n, last int // requests, and the last of them
	weight  quantile.Weight
	time    quantile.Sum
	members uint64 // the same for properties of the same requests
}

// who returns the property whose requests have nearly all of the change of some cells: that which the
// fewest requests share, and of those with the same requests the one that somebody can change
// soonest. What all of a request did is asked first, then what it waited for in the cells: where all
// requests pass all shards, only that tells which one was slow. nil if there is none.
func who(p *pair, in []bool) *Who {
	found := p.who(in, func(s *side) analyze.Lister { return s.Tags() })
	if found == nil {
		found = p.who(in, func(s *side) analyze.Lister { return s.waitedFor(in) })
	}
	return found
}

// waitedFor lists the properties of what requests waited for in cells of the pair.
func (s *side) waitedFor(in []bool) analyze.Lister {
	own := make([]bool, len(s.as))
	for n, cell := range s.as {
		own[n] = in[cell]
	}
	return s.WaitedFor(own)
}

func (p *pair) who(in []bool, of func(*side) analyze.Lister) *Who {
	before, sumBefore := p.tagged(0, in, of)
	after, sumAfter := p.tagged(1, in, of)
	was, is := mean(sumBefore, p.sides[0].weight), mean(sumAfter, p.sides[1].weight)
	if was == is {
		return nil
	}
	values := map[attribute.Tag]bool{} // of keys that before knows
	for tag := range before {
		values[attribute.Tag{Service: tag.Service, Key: tag.Key}] = true
	}
	var found []Who
	members := map[attribute.Tag]uint64{}
	for _, tag := range slices.SortedFunc(maps.Keys(after), byAction) {
		now, then := after[tag], before[tag]
		isNew := then == nil || then.n < fewestAlike
		if now.n < fewestAlike || (isNew && !values[attribute.Tag{Service: tag.Service, Key: tag.Key}]) {
			continue
		}
		if now.n == after[serviceOf(tag)].n || tag.Key == "" {
			continue // whoever calls the service has it: that is a matter of structure
		}
		base := was
		if !isNew {
			base = mean(then.time, then.weight)
		}
		share := now.weight.Float() / p.sides[1].weight.Float()
		of := share * (mean(now.time, now.weight) - base) / (is - was)
		if of >= mostOfChange && share <= mostOfRequests {
			found = append(found, Who{tag, nil, int64(share * 1e6), int64(min(of, 1) * 1e6), isNew})
			members[tag] = now.members
		}
	}
	return narrowest(found, members)
}

func narrowest(found []Who, members map[attribute.Tag]uint64) *Who {
	if len(found) == 0 {
		return nil
	}
	least := slices.MinFunc(found, func(a, b Who) int { return cmp.Compare(a.Share, b.Share) })
	for _, w := range found {
		if w.Tag != least.Tag && members[w.Tag] == members[least.Tag] && len(least.With) < mostWith {
			least.With = append(least.With, w.Tag)
		}
	}
	return &least
}

// byAction orders properties by how soon somebody can act on them.
func byAction(a, b attribute.Tag) int {
	return cmp.Or(cmp.Compare(semconv.Actionable(a.Key), semconv.Actionable(b.Key)), attribute.CompareTags(a, b))
}

// tagged adds up by property the time that requests of a side spent in some cells, and that of all.
func (p *pair) tagged(c int, in []bool, of func(*side) analyze.Lister) (out map[attribute.Tag]*tagged, all quantile.Sum) {
	s := &p.sides[c]
	out = map[attribute.Tag]*tagged{}
	each := of(s)
	for i := range s.requests {
		w, time := s.requests[i].weight, s.timeIn(&s.requests[i], in)
		all.Add(w, time)
		add := func(tag attribute.Tag) {
			v := out[tag]
			if v == nil {
				v = &tagged{last: -1}
				out[tag] = v
			}
			if v.last != i {
				v.last = i
				v.n++
				v.weight += w
				v.time.Add(w, time)
				v.members += attribute.Mix(1, uint64(i))
			}
		}
		for _, tag := range each(&s.All()[i]) {
			add(tag)
			add(serviceOf(tag))
		}
	}
	return out, all
}

// serviceOf returns what all requests have that pass the service of a property.
func serviceOf(tag attribute.Tag) attribute.Tag { return attribute.Tag{Service: tag.Service} }

// timeIn returns what a request spent in some cells.
func (s *side) timeIn(r *request, in []bool) (sum time.Duration) {
	for k := r.from; k < r.to; k++ {
		if in[s.cells[k]] {
			sum += s.times[k]
		}
	}
	return sum
}

// cellsOf says of each cell whether it is in a layer at a place.
func (p *pair) cellsOf(layer, place string) []bool {
	in := make([]bool, len(p.cells))
	for k := range p.cells {
		in[k] = p.cells[k].Layer == layer && p.cells[k].Place() == place
	}
	return in
}

func mean(sum quantile.Sum, w quantile.Weight) float64 { return float64(sum.Over(w) / time.Nanosecond) }
