package since

import (
	"cmp"
	"slices"
	"time"

	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/analyze/timeline"
	"github.com/longpole/longpole/internal/portable"
)

// Onset returns the instant from which some requests are slow, that is take at least so long, where there was none
// before it for longer than chance leaves out; nil if there is no such instant.
//
//	slow        · · ·     · ·   ·      in so many blocks of time without any, how likely
//	quick   ··························  are those that it begins with all of them without?
//
// Where there is none after some instant either, they are mended from then on. Requests that come in bursts, as after a cache was flushed and again, stray too often for [Find].
func Onset(requests []timeline.Request, least time.Duration) *Change {
	slices.SortStableFunc(requests, func(a, b timeline.Request) int { return cmp.Compare(a.Start, b.Start) })
	p := newPresence(requests, func(r timeline.Request) bool { return r.Duration >= least })
	at, end, n := p.from, len(requests), len(requests)
	if at < fewest || n-at < fewest || p.begins() > surely {
		return nil
	}
	tell := newSides(requests, least)
	c := &Change{
		At: requests[at].Start, Low: requests[tell.near(at, portable.Log(lessLikely)).first-1].Start, High: requests[at].Start,
		Level: quantile.P95, Chance: p.begins(),
	}
	if n-p.to >= fewest && p.to-at >= fewest && p.ends() <= surely {
		end = p.to
		last := tell.near(end, portable.Log(lessLikely)).last
		c.Mended = &Change{At: requests[end].Start, Low: requests[end-1].Start, High: requests[last].Start, Level: quantile.P95, Chance: p.ends()}
	}
	s := newSeries(requests, quantile.Resampling{})
	c.Before, c.After = s.percentile(0, at, quantile.P95), s.percentile(at, end, quantile.P95)
	if m := c.Mended; m != nil {
		m.Before, m.After = c.After, s.percentile(end, n, quantile.P95)
	}
	return c
}

// A presence says where in time there is something: between which requests, and in which blocks.
type presence struct {
	from, to                 int // requests: the first that has it, and the first of those after the last
	all, with, before, after int // blocks: all, those that have any, those before the first and after the last of them
}

func newPresence(requests []timeline.Request, has func(timeline.Request) bool) presence {
	p := presence{from: -1}
	blocks := blocksOf(requests)
	for b := range len(blocks) - 1 {
		p.all++
		p.after++
		for i := blocks[b]; i < blocks[b+1]; i++ {
			if !has(requests[i]) {
				continue
			}
			if p.from < 0 {
				p.from, p.before = i, b
			}
			p.to = i + 1
			if p.after > 0 {
				p.with, p.after = p.with+1, 0
			}
		}
	}
	return p
}

// begins returns how likely it is by chance that so many blocks pass before there is any, or that those that have any
// are so close together.
func (p presence) begins() float64 {
	if p.before == 0 {
		return 1
	}
	return min(p.without(p.before), 2*p.narrow())
}

func (p presence) ends() float64 {
	if p.after == 0 {
		return 1
	}
	return min(p.without(p.after), 2*p.narrow())
}

// without is the share of all orders of blocks in which the first so many have none.
func (p presence) without(first int) float64 {
	chance := 1.0
	for k := range first {
		chance *= float64(p.all-p.with-k) / float64(p.all-k)
	}
	return chance
}

// narrow is the share of all orders in which the blocks that have any are no farther apart. With one at either end of a
// stretch the others are somewhere within.
func (p presence) narrow() (chance float64) {
	if p.with < 2 {
		return 1
	}
	for wide := p.with; wide <= p.all-p.before-p.after; wide++ {
		chance += float64(p.all-wide+1) * portable.Exp(logChoose(wide-2, p.with-2)-logChoose(p.all, p.with))
	}
	return chance
}

func logChoose(n, k int) float64 {
	return portable.LogFactorial(float64(n)) - portable.LogFactorial(float64(k)) - portable.LogFactorial(float64(n-k))
}
