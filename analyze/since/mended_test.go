package since_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/analyze/since"
	"github.com/longpole/longpole/analyze/timeline"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
)

// A fault holds from one share of a series to another.
type fault struct {
	name       string
	from, to   float64
	hits       func(r *rand.Rand, took float64) float64
	isOneQueue bool // requests wait for the only server, that is busy for three fifths of the time
}

const perSecond = 8

// five draws five minutes of a service whose speed changes every five seconds, in which requests come by chance.
func five(seed uint64, f *fault) (all []timeline.Request) {
	r := rand.New(rand.NewPCG(seed, 77))
	at, free := 0.0, 0.0
	for at < 300 {
		at += r.ExpFloat64() / perSecond
		took := 0.1 * math.Exp(0.1*r.NormFloat64())
		if !f.isOneQueue {
			took *= math.Exp(0.1 * rand.New(rand.NewPCG(seed, uint64(at/5))).NormFloat64())
		}
		switch {
		case at < 300*f.from || at >= 300*f.to:
		case f.isOneQueue:
			begin := max(at, free)
			free = begin + 0.6/perSecond
			took += begin - at
		default:
			took = f.hits(r, took)
		}
		all = append(all, timeline.Request{Start: trace.Time(at * 1e9), Duration: time.Duration(took * 1e9), Weight: quantile.One})
	}
	return all
}

func some(r *rand.Rand, took float64) float64 {
	if r.IntN(8) == 0 {
		return took + 0.18
	}
	return took
}

func faultsInTime() (all []fault) {
	for _, when := range []struct {
		name     string
		from, to float64
	}{{"begins", 0.5, 2}, {"ends", -1, 0.5}, {"begins and ends", 0.34, 0.67}, {"begins and ends soon", 0.6, 0.75}} {
		all = append(all,
			fault{"1 in 8 takes 180 ms more | " + when.name, when.from, when.to, some, false},
			fault{"all take 75 % more | " + when.name, when.from, when.to, func(_ *rand.Rand, took float64) float64 { return 1.75 * took }, false},
			fault{"all wait for one server | " + when.name, when.from, when.to, nil, true})
	}
	return all
}

// seen is what became of the instants of series with a fault.
type seen struct {
	of, told, inside int
	off, wide        []time.Duration
}

// look counts the instants, each of which is told if one is within half a minute.
func (s *seen) look(f *fault, found []since.Change) {
	for _, share := range []float64{f.from, f.to} {
		truth := trace.Time(300 * share * 1e9)
		if share <= 0 || share >= 1 {
			continue
		}
		s.of++
		for _, c := range found {
			if off := c.At.Sub(truth).Abs(); off < 30*time.Second {
				s.told++
				s.off, s.wide = append(s.off, off), append(s.wide, c.High.Sub(c.Low))
				if c.Low <= truth && truth <= c.High {
					s.inside++
				}
				break
			}
		}
	}
}

func middle(all []time.Duration) time.Duration {
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return all[len(all)/2]
}

// Of those that are told nine in ten intervals hold the instant; of a queue less, for it must build up first.
func TestFaultsThatBeginAndEndAreFound(t *testing.T) {
	series := testkit.Rounds(3, 20)
	all := seen{}
	for _, f := range faultsInTime() {
		if f.to == 0.75 {
			continue // too soon for one in eight
		}
		for seed := range uint64(series) {
			all.look(&f, since.Find(five(seed+1, &f), drawing))
		}
	}
	if all.told*100 < all.of*95 || all.inside*100 < all.told*88 || middle(all.off) > 3*time.Second {
		t.Errorf("%d of %d told, %d inside, %v off", all.told, all.of, all.inside, middle(all.off))
	}
}

// A fault that is mended is told from when it began.
func TestWhatWasMendedIsToldFromItsBeginning(t *testing.T) {
	for _, f := range faultsInTime() {
		if f.name != "all wait for one server | begins and ends" && f.name != "all take 75 % more | begins and ends" {
			continue
		}
		c := since.Clearest(since.Find(five(2, &f), drawing))
		if c == nil || c.Mended == nil || c.After <= c.Before || c.At.Sub(102*1e9).Abs() > 9*time.Second || c.Mended.At.Sub(201*1e9).Abs() > 9*time.Second {
			t.Errorf("%s: %+v", f.name, c)
		}
	}
	mend := since.Change{At: 9, Before: 9, After: 1, Chance: 0.004}
	if c := since.Clearest([]since.Change{{At: 5, Before: 1, After: 9, Chance: 0.008, Mended: &mend}, mend}); c.At != 5 {
		t.Errorf("a clear end is told without its beginning: %+v", c)
	}
	if since.Clearest(nil) != nil {
		t.Error("of nothing something is clear")
	}
}

// Slow ones that come in bursts, and stop coming, were mended.
func TestRequestsThatAreSlowInBurstsAreMended(t *testing.T) {
	bursts := func(from, to int) func(int, *rand.Rand) float64 {
		return slowFrom(from, func(i int, _ *rand.Rand) bool { return i < to && i/40%3 != 1 && i%2 == 0 })
	}
	c := since.Onset(series(3, 1200, bursts(400, 800)), 2*time.Second)
	if c == nil || c.Mended == nil || c.Mended.At != 759*600e6 || c.Mended.Low != 758*600e6 || c.Mended.High <= c.Mended.At || c.Mended.Before != c.After {
		t.Errorf("%+v", c)
	}
	if c := since.Onset(series(3, 1200, bursts(400, 1190)), 2*time.Second); c == nil || c.Mended != nil {
		t.Errorf("%+v", c)
	}
}

func TestSimulationOfMendedFaultsInTheDocs(t *testing.T) {
	if !*simulate {
		t.Skip("skipped: takes minutes; make simulate runs it")
	}
	const runs = 60
	var b strings.Builder
	b.WriteString("| fault | it | instants | told | interval holds it | off, middle | interval, middle |\n|---|---|---:|---:|---:|---:|---:|\n")
	for _, f := range faultsInTime() {
		s := seen{}
		for seed := range uint64(runs) {
			s.look(&f, since.Find(five(seed+1, &f), drawing))
		}
		fmt.Fprintf(&b, "| %s | %d | %d %% | %d %% | %.1f s | %.1f s |\n", f.name, s.of, 100*s.told/s.of, 100*s.inside/max(1, s.told), middle(s.off).Seconds(), middle(s.wide).Seconds())
	}
	alarms := 0
	for seed := range uint64(4 * runs) {
		if len(since.Find(five(seed+1, &fault{from: 2, to: 3}), drawing)) > 0 {
			alarms++
		}
	}
	fmt.Fprintf(&b, "| none | - | %d series | %d %% | - | - | - |\n", 4*runs, 100*alarms/(4*runs))
	t.Log("\n" + b.String())
	testkit.WriteBetween(t, "../../docs/statistics.md", "<!-- mended -->\n", "<!-- end -->", b.String())
}
