package analyze

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/trace"
)

// A Comparison is a journey now and in the baseline, whether or not the plan asks for it.
type Comparison struct {
	Level         quantile.Level
	Before, After time.Duration // zero where there is no request
	Baseline      int           // requests in the baseline
	Same          int           // requests that are on both sides
}

// same reports whether so many of n requests are in the baseline, too, that nothing can be told from it.
func (c *Comparison) same(n int) bool { return c != nil && c.Same*100 > n }

// comparison returns nil without a baseline.
func (a *evaluator) comparison(level quantile.Level) *Comparison {
	if a.before == nil {
		return nil
	}
	c := &Comparison{Level: level, Baseline: len(a.before.observations), Same: a.now.shared(a.before)}
	if c.Baseline > 0 {
		c.Before = a.before.sample.At(level)
	}
	if len(a.now.observations) > 0 {
		c.After = a.now.sample.At(level)
	}
	return c
}

// shared counts the requests that another population has, too.
func (p *population) shared(other *population) (n int) {
	type request struct {
		trace trace.ID
		root  trace.SpanID
	}
	theirs := make(map[request]bool, len(other.observations))
	for i := range other.observations {
		theirs[request{other.observations[i].Trace, other.observations[i].Root}] = true
	}
	for i := range p.observations {
		if theirs[request{p.observations[i].Trace, p.observations[i].Root}] {
			n++
		}
	}
	return n
}

// incomparable says why nothing can be told from comparing both sides; nothing if it can.
func (a *evaluator) incomparable() string {
	if a.repeatedBefore != "" {
		return "in the baseline " + a.repeatedBefore
	}
	if a.repeatedEqual != "" {
		return "of the runs that are known to be equal " + a.repeatedEqual
	}
	return gate.incomparable(a.now, a.before, a.against)
}

// Incomparable says why nothing can be told from comparing the requests of one set with those of one
// before it; nothing if it can.
func Incomparable(now, before Requests) string {
	if why := before.p.repeated(); why != "" {
		return "before " + why
	}
	if why := now.p.repeated(); why != "" {
		return "after " + why
	}
	return sets.incomparable(now.p, before.p, &Comparison{Same: now.p.shared(before.p)})
}

// sideWords say that two sides cannot be compared: of so many requests that both have, and of a side that
// is cut at a duration.
type sideWords struct{ both, now, before string }

var (
	gate = sideWords{
		"%d of %s are in the baseline, too: the same traces are on both sides",
		"the requests are cut at %s, so that their percentiles are those of the slow ones",
		"the baseline is cut at %s, so that its percentiles are those of the slow ones",
	}
	sets = sideWords{
		"%d of %s after are among those before, too: the same traces are on both sides",
		"the requests after are cut at %s, so that their percentiles are those of the slow ones",
		"the requests before are cut at %s, so that their percentiles are those of the slow ones",
	}
)

func (w *sideWords) incomparable(now, before *population, against *Comparison) string {
	n := len(now.observations)
	if against.same(n) {
		return fmt.Sprintf(w.both, against.Same, requests(n))
	}
	if at := now.cut(); at > 0 {
		return fmt.Sprintf(w.now, at)
	}
	if at := before.cut(); at > 0 {
		return fmt.Sprintf(w.before, at)
	}
	return ""
}

// repeated says that more than 1 in 100 requests are of two runs, so that each would count twice; nothing
// if they are not.
func (p *population) repeated() string {
	n := 0
	for i := 1; i < len(p.observations); i++ {
		if a, b := &p.observations[i-1], &p.observations[i]; a.Trace == b.Trace && a.Root == b.Root {
			n++
		}
	}
	if n*100 <= len(p.observations) {
		return ""
	}
	return fmt.Sprintf("%d of %s are in two runs: the same traces are in both", n, requests(len(p.observations)))
}

// cut returns the round duration that no request is below, though many begin at it at once; zero
// if there is none.
func (p *population) cut() time.Duration {
	if len(p.observations) < fewestForBias {
		return 0
	}
	at, _ := jump(p.observations)
	if p.observations[0].Duration < at || p.hasFloor(at) {
		return 0
	}
	return at
}

// What tells a change of the program from one of the machine, on which everything gets slower: one
// cell has most of it, or cells go different ways. Two recordings of an identical program that
// differed had 22 and 23 % in their largest cell; of 19 faults each had more than 77 %.
const (
	mostOfOneCell = 0.40
	mostOneWay    = 0.80
	leastOfTail   = 0.01 // that a cell has, to be asked which way it goes
)

// A Spread says how a change of the tail is distributed over the cells.
type Spread struct {
	Largest int64 // share that the largest cell has of all that went the way of the whole, in millionths
	Had     int64 // share of the tail that this cell had before
	OneWay  int64 // share of the cells that matter which go the way of the whole
}

// Separable reports whether the change can be told from one of the machine. That adds to a cell in
// proportion to what it had, so what had much before must have more of the change: a third of the way
// from there to all of it.
func (s Spread) Separable() bool {
	return (s.Largest >= mostOfOneCell*1e6 && 3*s.Largest >= 1e6+2*s.Had) || s.OneWay < mostOneWay*1e6
}

// spreadOf compares the tails of two subsets cell by cell.
func (a *evaluator) spreadOf(before, now subset, level quantile.Level) Spread {
	b, n := a.before.tailOf(before, level), a.now.tailOf(now, level)
	had := map[Cell]time.Duration{}
	for _, c := range b.Cells {
		had[*c.Cell] = c.Time
	}
	var was, is []time.Duration
	for _, c := range n.Minus(&b) {
		was, is = append(was, had[*c.Cell]), append(is, had[*c.Cell]+c.Time)
	}
	return SpreadOf(was, is)
}

// SpreadOf compares the times of cells before and after. The largest cell is held against all that went its way: of what
// is left where a cell went the other way, as one that only the slowest of slow requests have does by chance, each would
// have a large share.
func SpreadOf(before, after []time.Duration) (s Spread) {
	var was, is time.Duration
	for i := range before {
		was, is = was+before[i], is+after[i]
	}
	matter := time.Duration(leastOfTail * float64(max(was, is)))
	var along, largest time.Duration
	all, oneWay := 0, 0
	for i := range before {
		more := after[i] - before[i]
		isAlong := (more > 0) == (is > was)
		if isAlong {
			along += more.Abs()
			if more.Abs() > largest {
				largest, s.Had = more.Abs(), shareOf(before[i], was)
			}
		}
		if max(before[i], after[i]) > matter {
			all++
			if isAlong {
				oneWay++
			}
		}
	}
	s.Largest = shareOf(largest, along)
	if all > 0 {
		s.OneWay = millionths(oneWay, all)
	}
	return s
}

// shareOf returns a part in millionths of the whole; none of nothing.
func shareOf(part, whole time.Duration) int64 {
	if whole == 0 {
		return 0
	}
	return int64(float64(part) / float64(whole) * 1e6)
}

// tailOf returns what the requests of a subset waited for that are slowest in what is in question:
// those at or above a level, or so many that they mean something.
func (p *population) tailOf(s subset, level quantile.Level) Composition {
	order := make([]int, len(s.times))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(s.times[a], s.times[b]) })
	all := make([]Observation, len(order))
	for i, k := range order {
		all[i] = *s.observations[k]
	}
	at := min(quantile.NewSample(s.values()).Rank(level), max(0, len(all)-FewestInTail))
	return p.cells.compose(all[at:], -1)
}
