package compare

import (
	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/analyze/structure"
)

// Support counts the requests of a side by how finely they could be matched with like ones of the
// other side.
type Support struct {
	Fine, Skeleton, Coarse int // matched by their structure, see structure.Fingerprint
	Alone                  int // without enough like ones on one of the sides
}

// alone is the class of requests without enough like ones: they stand for themselves in every
// mixture, so that all of their effect is that other requests are made.
const alone = -1

// fewestAlike is how many requests of equal weight a structure needs on each side to be known.
const fewestAlike = 5

// A degree is how finely requests are matched.
type degree struct {
	of    func(structure.Fingerprint) uint64
	count func(*Support) *int
}

// degrees are all of them, the finest first.
var degrees = []degree{
	{func(f structure.Fingerprint) uint64 { return f.Fine }, func(s *Support) *int { return &s.Fine }},
	{func(f structure.Fingerprint) uint64 { return f.Skeleton }, func(s *Support) *int { return &s.Skeleton }},
	{func(f structure.Fingerprint) uint64 { return f.Coarse }, func(s *Support) *int { return &s.Coarse }},
}

// classes puts requests of both sides that did the same into classes, from 0: as finely as there
// are enough of them on both sides. It returns how many classes there are.
func (p *pair) classes(prints [2]map[uint64]structure.Fingerprint) (n int32, support [2]Support) {
	for c := range p.sides {
		for i := range p.sides[c].requests {
			p.sides[c].requests[i].class = alone
		}
	}
	for _, d := range degrees {
		met := p.alike(func(c int, s uint64) uint64 { return d.of(prints[c][s]) })
		n = p.classify(met, n, func(c int) { *d.count(&support[c])++ })
	}
	for c := range support {
		s := &support[c]
		s.Alone = len(p.sides[c].requests) - s.Fine - s.Skeleton - s.Coarse
	}
	return n, support
}

// likes are the requests of both sides that are alike.
type likes struct{ of [2][]int32 }

// alike groups the requests that have no class by what they did.
func (p *pair) alike(of func(side int, structure uint64) uint64) []*likes {
	groups := map[uint64]*likes{}
	var met []*likes
	for c := range p.sides {
		all := p.sides[c].All()
		for i := range p.sides[c].requests {
			if p.sides[c].requests[i].class != alone || all[i].Structure == structure.None {
				continue
			}
			print := of(c, all[i].Structure)
			g := groups[print]
			if g == nil {
				g = &likes{}
				groups[print] = g
				met = append(met, g)
			}
			g.of[c] = append(g.of[c], int32(i))
		}
	}
	return met
}

// classify makes a class of each group that has enough on both sides.
func (p *pair) classify(met []*likes, n int32, each func(side int)) int32 {
	for _, g := range met {
		if p.known(0, g.of[0]) < fewestAlike || p.known(1, g.of[1]) < fewestAlike {
			continue
		}
		for c := range g.of {
			for _, i := range g.of[c] {
				p.sides[c].requests[i].class = n
				each(c)
			}
		}
		n++
	}
	return n
}

// known returns how many requests of equal weight would say as much.
func (p *pair) known(c int, of []int32) float64 {
	var sum quantile.Weight
	squares := 0.0
	for _, i := range of {
		w := p.sides[c].requests[i].weight
		sum += w
		squares += float64(w.Float() * w.Float())
	}
	if squares == 0 {
		return 0
	}
	return sum.Float() * sum.Float() / squares
}
