package compare

import (
	"cmp"
	"slices"
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/analyze/structure"
	"github.com/longpole/longpole/budget"
)

// A Result is the difference between two sets of requests.
type Result struct {
	Before, After *analyze.Result
	Journeys      []Journey // that both have, maybe by another name: those of which a change is proven first, by what is at stake
	New, Gone     []*analyze.Journey
}

// Settings choose what is compared. The zero value is the default.
type Settings struct {
	analyze.Settings
	Level quantile.Level // the percentile that the answer is about; that of each journey's target if zero, or p95
	Draws int            // of the resampling; 1,000 if zero
	// Equal is what was collected of runs that are known to be equal, see [analyze.OfRuns]: what they differ by
	// proves nothing. It may be nil.
	Equal *analyze.Data
}

// A Journey is what changed for one kind of request.
type Journey struct {
	Name          string
	Was           string // its name before, where that was another one: its requests are known by what they do
	Before, After *analyze.Journey
	Headline      Change   // of the percentile that the answer is about
	Others        []Change // of other percentiles that both sides know, of the slowest requests and of all
	Proof
	Support   [2]Support
	NewCalls  []Call // that requests make after and did not before
	GoneCalls []Call
	Rejudged  []Rejudged // calls that one side waits for and the other does not
	Slices    []Slice
	Only      *Who   // the property whose requests have nearly all of the change; nil if there is none
	Twin      *Twin  // nil if there is none
	Same      bool   // both sides hold the same requests
	Without   [2]int // runs of each side that have no such request, where runs are told apart
	Unequal   string // why the sets cannot be compared; empty if they can
}

// Of compares what was collected before with what was collected after. Both must have been
// collected with the same plan, which may be nil, and know the structures of their requests.
func Of(before, after *analyze.Data, plan *budget.Plan, s Settings) *Result {
	s.Draws = cmp.Or(s.Draws, 1000)
	r := &Result{Before: before.Result(plan, s.Settings), After: after.Result(plan, s.Settings)}
	if s.Equal != nil {
		s.Equal.Result(plan, s.Settings)
	}
	c := comparer{Settings: s, data: [2]*analyze.Data{before, after}}
	for side, d := range c.data {
		c.prints[side], c.paths[side] = d.Structures().Fingerprints(), d.Structures().Paths()
	}
	c.compare(r)
	slices.SortStableFunc(r.Journeys, func(a, b Journey) int {
		return cmp.Or(cmp.Compare(b.Said, a.Said), cmp.Compare(b.atStake(), a.atStake()), cmp.Compare(a.Name, b.Name))
	})
	return r
}

// compare compares the journeys that both sides have, by their own name or by another.
func (c *comparer) compare(r *Result) {
	theirs := map[string]*analyze.Journey{}
	for i := range r.Before.Journeys {
		theirs[r.Before.Journeys[i].Name] = &r.Before.Journeys[i]
	}
	shared := map[string]bool{}
	for i := range r.After.Journeys {
		shared[r.After.Journeys[i].Name] = theirs[r.After.Journeys[i].Name] != nil
	}
	renamed := c.renamed(r.Before, r.After, shared)
	for i := range r.After.Journeys {
		j := &r.After.Journeys[i]
		was := cmp.Or(theirs[j.Name], renamed[j])
		if was == nil {
			r.New = append(r.New, j)
			continue
		}
		r.Journeys = append(r.Journeys, c.journey(was, j))
		delete(theirs, was.Name)
	}
	for i := range r.Before.Journeys {
		if j := &r.Before.Journeys[i]; theirs[j.Name] != nil {
			r.Gone = append(r.Gone, j)
		}
	}
}

// atStake returns how much time the change costs or saves in all.
func (j *Journey) atStake() float64 { return float64(j.Headline.Change().Abs()) * j.After.Requests }

// A comparer compares one journey after the other.
type comparer struct {
	Settings
	data   [2]*analyze.Data
	prints [2]map[uint64]structure.Fingerprint
	paths  [2]map[uint64]*structure.Path
}

func (c *comparer) journey(before, after *analyze.Journey) Journey {
	j := Journey{Name: after.Name, Before: before, After: after}
	if before.Name != after.Name {
		j.Was = before.Name
	}
	p := newPair(c.data[0].RequestsOf(before), c.data[1].RequestsOf(after))
	p.renamed = j.Was != ""
	for side, d := range c.data {
		_, with := p.sides[side].Runs()
		j.Without[side] = max(0, d.RunsRead()-with)
	}
	classes, support := p.classes(c.prints)
	j.Support = support
	m := p.mixtures(classes)
	j.Unequal = p.unequal()
	j.Same = p.sides[0].Overlap(p.sides[1].Requests) == max(len(p.sides[0].requests), len(p.sides[1].requests))
	p.block()
	j.Headline, j.Proof = c.headline(p, &m, classes, &j)
	for _, f := range c.figures(p, &j) {
		j.Others = append(j.Others, p.change(f, &m))
	}
	j.NewCalls, j.GoneCalls = c.calls(p, 0, 1), c.calls(p, 1, 0)
	j.Rejudged = c.rejudged(p)
	j.Slices = slicesOf(before, after)
	if top := j.Top(); top != nil {
		j.Only = who(p, p.cellsOf(top.Layer, top.Place))
	}
	j.Twin = c.twin(p, after)
	return j
}

// fewestForTail is how many requests each side needs for a percentile of its tail.
const fewestForTail = 20

// headline returns the change that the answer is about: that of the percentile that was asked for, or
// of the median where only that is proven, or where there are few requests.
func (c *comparer) headline(p *pair, m *[2][2]mixture, classes int32, j *Journey) (Change, Proof) {
	level := c.level(j.After)
	if p.fewest() < fewestForTail {
		level = quantile.P50
	}
	h := p.change(Figure{Level: level}, m)
	proof := c.prove(p, m, classes, &h, j)
	if proof.Said > Unproven || level == quantile.P50 || j.Unequal != "" {
		return h, proof
	}
	median := p.change(Figure{Level: quantile.P50}, m)
	if change := median.Change().Abs(); change <= h.Change().Abs() || change*leastOfMedian < median.Before {
		return h, proof
	}
	if sure := c.prove(p, m, classes, &median, j); sure.Said == Proven {
		return median, sure
	}
	return h, proof
}

// level returns the percentile that a journey is compared at.
func (c *comparer) level(j *analyze.Journey) quantile.Level {
	if j.Plan == nil {
		return cmp.Or(c.Level, quantile.P95)
	}
	return cmp.Or(c.Level, analyze.ComparedAt(j.Plan))
}

// leastOfMedian is the part of the median, one in so many, that it must have changed by to be the
// answer.
const leastOfMedian = 20

func (p *pair) fewest() int { return min(len(p.sides[0].requests), len(p.sides[1].requests)) }

// figures returns what else is compared: percentiles that both sides bound, the slowest tenth or
// less, and the mean of all.
func (c *comparer) figures(p *pair, j *Journey) (all []Figure) {
	for _, l := range []quantile.Level{quantile.P50, quantile.P95, quantile.P99} {
		f := Figure{Level: l}
		if f != j.Headline.Of && p.sides[0].Sample().Percentile(l).Bounded && p.sides[1].Sample().Percentile(l).Bounded {
			all = append(all, f)
		}
	}
	if p.fewest() >= fewestForTail {
		all = append(all, Figure{Level: c.level(j.After), Tail: true})
	}
	return append(all, Figure{})
}

// unequal says why two sets cannot be compared, though each can be measured.
func (p *pair) unequal() string {
	before, after := p.sides[0].Requests, p.sides[1].Requests
	return analyze.Incomparable(after, before)
}

// Top returns the row that changed most in the direction of the whole; nil if no row matters.
func (j *Journey) Top() *RowProof { return topOf(j.Layers, j.Headline.Change()) }

func topOf(rows []RowProof, change time.Duration) *RowProof {
	for i := range rows {
		if (rows[i].Change() > 0) == (change > 0) {
			return &rows[i]
		}
	}
	return nil
}

// Few reports whether a side has so few requests that nothing of them is proven.
func (j *Journey) Few() bool { return min(j.Before.Observations, j.After.Observations) < fewestForTail }

// A Said says how sure a change is. Higher is surer.
type Said uint8

// The words for the proof of a change.
const (
	Unproven  Said = iota // it may be chance
	Different             // it is none, but may be one of the machine
	Proven                // it is one of the program
)

// String returns the word.
func (s Said) String() string { return [...]string{"unproven", "different", "proven"}[s] }

// Proof says what of a change is more than chance.
type Proof struct {
	Said        Said
	Interval    Interval // of the headline's change
	Mix, Slower Interval // of its parts
	Layers      []RowProof
	Spread      analyze.Spread
	Blocks      [2]int
	Block       time.Duration // the length of one after; zero where runs are compared
	Draws       int           // none where runs are compared
	Seed        uint64
	Noise       int64 // the share, in millionths, that runs differ by which are known to be equal; 0 if nobody knows
	Within      bool  // the change is no more than that
}

// ByRun reports whether runs were compared with one another, instead of blocks of time.
func (p *Proof) ByRun() bool { return p.Block == 0 && p.Blocks[0] > 0 }

// A RowProof is a layer's part of the headline's change in a place.
type RowProof struct {
	Layer, Place string
	Parts
	Interval
	Proven bool // it is more than chance, corrected for how many are shown (Holm)
}
