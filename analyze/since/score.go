package since

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"sort"
	"time"

	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/analyze/timeline"
)

// A score is a number for each request of a part of a series, less the mean of all.
type score struct {
	level   quantile.Level // of the percentile that it moves with
	of      []float64
	blocks  []int // where each block of time begins, and the end of the last
	trimmed int   // requests at either end that no change is looked for in
	varies  bool
}

// scores returns the score of the body, and that of the tail.
func scores(requests []timeline.Request, trimmed int) []*score {
	n := len(requests)
	order := make([]int, n)
	weights := make([]float64, n)
	total := 0.0
	for i := range requests {
		order[i] = i
		weights[i] = requests[i].Weight.Float()
		total += weights[i]
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(requests[a].Duration, requests[b].Duration) })
	body, tail := make([]float64, n), make([]float64, n)
	rank := 0.0
	for from := 0; from < n; {
		to, w := from, 0.0
		for to < n && requests[order[to]].Duration == requests[order[from]].Duration {
			w += weights[order[to]]
			to++
		}
		for _, i := range order[from:to] {
			body[i] = (rank + w/2) / total
			if rank+w > 0.95*total {
				tail[i] = 1
			}
		}
		rank += w
		from = to
	}
	blocks := blocksOf(requests)
	return []*score{newScore(quantile.P50, body, weights, blocks, trimmed), newScore(quantile.P95, tail, weights, blocks, trimmed)}
}

// slow is the score of which requests take at least so long, in the blocks of another.
func slow(requests []timeline.Request, least time.Duration, like *score) *score {
	of, weights := make([]float64, len(requests)), make([]float64, len(requests))
	for i, r := range requests {
		weights[i] = r.Weight.Float()
		if r.Duration >= least {
			of[i] = 1
		}
	}
	return newScore(like.level, of, weights, like.blocks, like.trimmed)
}

func newScore(level quantile.Level, of, weights []float64, blocks []int, trimmed int) *score {
	sum, weight := 0.0, 0.0
	for i, v := range of {
		sum += float64(v * weights[i])
		weight += weights[i]
	}
	s := &score{level: level, of: of, blocks: blocks, trimmed: trimmed}
	for i := range of {
		of[i] = (of[i] - sum/weight) * weights[i]
		s.varies = s.varies || of[i] != 0
	}
	return s
}

// Blocks of time are a minute long, or a fortieth of it all if that is more; in short files there are
// twenty of them.
const (
	block        = time.Minute
	mostBlocks   = 40
	fewestBlocks = 20
)

func blocksOf(requests []timeline.Request) (begin []int) {
	first := requests[0].Start
	whole := requests[len(requests)-1].Start.Sub(first)
	long := max(block, whole/mostBlocks)
	if whole < fewestBlocks*long {
		long = whole/fewestBlocks + 1
	}
	for at := 0; at < len(requests); {
		begin = append(begin, at)
		end := first.Add(long * (requests[at].Start.Sub(first)/long + 1))
		at += sort.Search(len(requests)-at, func(i int) bool { return requests[at+i].Start >= end })
	}
	return append(begin, len(requests))
}

// clearest returns where the sum strays farthest from zero; negative if the score never changes. How far
// is not weighed by what a sum of so few may stray by chance: then a handful of slow requests in a
// row near either end would outweigh what lasts.
func (s *score) clearest() (at int) {
	at = -1
	if !s.varies {
		return at
	}
	n, sum, far := len(s.of), 0.0, 0.0
	for i := range n - s.trimmed {
		sum += s.of[i]
		if i+1 < s.trimmed {
			continue
		}
		if d := math.Abs(sum); d > far {
			at, far = i+1, d
		}
	}
	return at
}

// mostChecked is about how many places a shuffled series is looked at.
const mostChecked = 1000

// chance returns how often blocks in a random order stray as far as the series does: to one side, or to both
// together, as it does where a fault begins and ends again. The latter is half as likely to be believed.
func (s *score) chance(o quantile.Resampling) float64 {
	pieces := s.pieces()
	wantFar, wantWide := s.straysOf(pieces, s.inOrder())
	random := o.Random()
	blocks := s.inOrder()
	asFar, asWide := 1, 1
	for range o.Draws {
		random.Shuffle(len(blocks), func(i, j int) { blocks[i], blocks[j] = blocks[j], blocks[i] })
		far, wide := s.straysOf(pieces, blocks)
		if far >= wantFar {
			asFar++
		}
		if wide >= wantWide {
			asWide++
		}
	}
	return float64(min(asFar, 2*asWide)) / float64(o.Draws+1)
}

// A piece is a few requests of a block next to each other.
type piece struct {
	n   int
	sum float64
}

// pieces divides each block, so that a series of many requests is quickly looked at.
func (s *score) pieces() [][]piece {
	size := max(1, len(s.of)/mostChecked)
	out := make([][]piece, len(s.blocks)-1)
	for b := range out {
		for from := s.blocks[b]; from < s.blocks[b+1]; from += size {
			p := piece{n: min(size, s.blocks[b+1]-from)}
			for _, v := range s.of[from : from+p.n] {
				p.sum += v
			}
			out[b] = append(out[b], p)
		}
	}
	return out
}

func (s *score) inOrder() []int {
	order := make([]int, len(s.blocks)-1)
	for i := range order {
		order[i] = i
	}
	return order
}

// straysOf returns how far the sum strays at the ends of pieces, with the blocks in an order: to one side, and from its
// lowest to its highest.
func (s *score) straysOf(pieces [][]piece, order []int) (far, wide float64) {
	k, sum, low, high := 0, 0.0, 0.0, 0.0
	for _, b := range order {
		for _, p := range pieces[b] {
			k, sum = k+p.n, sum+p.sum
			if k >= s.trimmed && k <= len(s.of)-s.trimmed {
				low, high = min(low, sum), max(high, sum)
			}
		}
	}
	return max(high, -low), high - low
}

// bootstraps is how often the place of a change is drawn again.
const bootstraps = 400

// interval returns between which requests the change lies with 95 % confidence: blocks on either side
// of it are drawn again, with the change where it is.
func (s *score) interval(at int, o quantile.Resampling) (low, high int) {
	random := rand.New(rand.NewPCG(o.Seed, 0x73696e6365))
	before, after := s.windows(0, at), s.windows(at, len(s.of))
	places := make([]int, 0, bootstraps)
	drawn := make([]int, len(s.of))
	for range bootstraps {
		fill(drawn[:at], before, random)
		fill(drawn[at:], after, random)
		if place := s.recentred(drawn); place >= 0 {
			places = append(places, place)
		}
	}
	if len(places) == 0 {
		return at, at
	}
	slices.Sort(places)
	cut := len(places) / 40
	return min(at, places[cut]), max(at, min(places[len(places)-1-cut], len(s.of)-1))
}

// A window is requests next to each other.
type window struct{ from, to int }

// windows returns the blocks of a part of the series.
func (s *score) windows(from, to int) (out []window) {
	for b := range len(s.blocks) - 1 {
		if w := (window{max(from, s.blocks[b]), min(to, s.blocks[b+1])}); w.from < w.to {
			out = append(out, w)
		}
	}
	return out
}

// fill fills a part with requests of windows that are drawn.
func fill(drawn []int, of []window, random *rand.Rand) {
	for len(drawn) > 0 {
		w := of[random.IntN(len(of))]
		n := min(len(drawn), w.to-w.from)
		for i := range n {
			drawn[i] = w.from + i
		}
		drawn = drawn[n:]
	}
}

// recentred is clearest for drawn requests, whose scores do not sum to zero.
func (s *score) recentred(drawn []int) (at int) {
	mean := 0.0
	for _, i := range drawn {
		mean += s.of[i]
	}
	n, sum, far := len(drawn), 0.0, 0.0
	mean /= float64(n)
	at = -1
	for k := range n - s.trimmed {
		sum += s.of[drawn[k]] - mean
		if k+1 < s.trimmed {
			continue
		}
		if d := math.Abs(sum); d > far {
			at, far = k+1, d
		}
	}
	return at
}
