package analyze

import (
	"slices"
	"time"

	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/budget"
)

// A State says how what was measured stands to a limit.
type State uint8

// The states, the worst last.
const (
	OK       State = iota // it is proven that the limit is kept
	Unproven              // the estimate keeps it, but that may be chance, or nothing can be said
	AtRisk                // the estimate breaks it, but that may be chance
	Blown                 // it is proven that the limit is broken
)

var stateNames = [...]string{OK: "ok", Unproven: "unproven", AtRisk: "at risk", Blown: "blown"}

// String returns the state as reports write it.
func (s State) String() string { return stateNames[s] }

// A Verdict is what a plan says of a journey, held against what was measured.
type Verdict struct {
	Journey      *budget.Journey
	Observations int         // 0 if no trace has the journey
	Unfinished   int         // requests that are in no figure, for nobody knows how long they took
	State        State       // the worst of its checks
	At           Attributed  // the target's percentile and what the requests around it waited for
	Tail         Tail        // whose excess the shares of checks are of
	Against      *Comparison // with the baseline; nil if there is none
	Checks       []Check     // the target, the layers with a budget, the assertions: as in the plan
}

// A CheckKind says which part of a plan a check is of.
type CheckKind string

// The kinds of checks.
const (
	TargetCheck CheckKind = "target"
	LayerCheck  CheckKind = "layer"
	AssertCheck CheckKind = "assert"
)

// A Check is one line of a plan, held against what was measured.
type Check struct {
	Kind  CheckKind
	Text  string // as it would be written: "p95 < 400ms", "payment.p95 <= 80ms"
	Line  int    // in the plan file
	Layer string // empty for the whole journey
	State State
	// Why says in words why the check is unproven; empty for other states.
	Why string
	// Unmeasured is set where there was nothing to hold against the limit.
	Unmeasured bool
	Op         budget.Op
	Limit      budget.Limit
	Measured
	// Exceeded counts the requests above a limit of time.
	Exceeded Exceeded
	// Extra is what the layer adds in the tail; negative if it is quicker there.
	Extra time.Duration
	// Change is set for regressions.
	Change *Change
	// Exemplars are set where the state is worse than ok: the largest overrun, and a typical
	// request that made the same calls, if there is one.
	Exemplars []Exemplar
	timed     bool // it is about how long requests take
}

// Measured is an estimate in the unit of the limit that it is held against: nanoseconds or
// millionths.
type Measured struct {
	Known            bool // something was measured
	Value, Low, High int64
	Bounded          bool           // High is a bound
	Longest          int64          // of percentiles: the longest time
	Level            quantile.Level // of percentiles
	Observations     int
	Effective        float64 // observations of equal weight that would know as much
	Exceeding        int     // of them, beyond the limit
	Needed           int     // of them, to prove the limit kept if no more are beyond it
}

// Exceeded counts requests by their weights.
type Exceeded struct{ Over, Of quantile.Weight }

// Share returns the share of requests in millionths.
func (e Exceeded) Share() int64 {
	if e.Of == 0 {
		return 0
	}
	return int64(float64(e.Over) / float64(e.Of) * 1e6)
}

// A Change is a percentile held against a baseline.
type Change struct {
	quantile.Change
	Blocks   [2]int        // of time, in the baseline and now; or the runs, if the blocks are these
	Block    time.Duration // the length of one now; 0 if the blocks are runs
	Seed     uint64
	Draws    int // 0 if the blocks are runs: then the interval is exact
	Baseline int // observations
	// Least is the change below which nothing is called a regression, whatever its share.
	Least time.Duration
	// Noise is the largest change between runs that are known to be equal, in millionths: no less is
	// called a regression. 0 if nobody knows.
	Noise int64
	// Spread says whether the change is one of the program.
	Spread Spread
}

// ByRun reports whether runs were compared, and not the requests of one on each side.
func (c *Change) ByRun() bool { return c.Draws == 0 }

// Separable reports whether the change can be told from one of the machine. If it cannot, it is at most
// at risk. Between runs the machine has had its changes.
func (c *Change) Separable() bool { return c.ByRun() || c.Spread.Separable() }

// beyondNoise reports whether a change of so many millionths is more than equal runs differ by.
func (c *Change) beyondNoise(millionths int64) bool { return millionths > c.Noise || c.Noise == 0 }

// rises reports whether a change is one that anybody would not shrug at.
func (c *Change) rises(millionths int64) bool {
	return float64(c.Before)*float64(millionths)/1e6 >= float64(c.Least) || millionths == quantile.MostChange
}

// breaks reports whether v is not within the check's limit.
func (c *Check) breaks(v int64) bool {
	return v > c.Limit.Value || (c.Op == budget.Less && v == c.Limit.Value)
}

// judge decides the state from the interval of the estimate.
func (c *Check) judge() { c.decide(c.breaks(c.Low), c.breaks(c.Value), c.breaks(c.High)) }

// decide decides the state by whether the interval and the estimate break the limit.
func (c *Check) decide(low, value, high bool) {
	proven := c.Effective >= float64(c.Needed)
	switch {
	case proven && low:
		c.State = Blown
	case value:
		c.State = AtRisk
	case !proven || high:
		c.State = Unproven
	}
}

// test decides the state from how many requests are beyond the limit, of which share may be.
func (c *Check) test(s *quantile.Split, share quantile.Chance) {
	n, few, many := s.Evidence()
	c.Effective, c.Exceeding, c.Needed = float64(n), few, quantile.NeededBeside(many, share)
	switch {
	case s.Breaks(share):
		c.State = Blown
	case s.Keeps(share):
		c.State = OK
	case c.breaks(c.Value):
		c.State = AtRisk
	default:
		c.State = Unproven
	}
}

func (v *Verdict) worst() (worst State) {
	for i := range v.Checks {
		worst = max(worst, v.Checks[i].State)
	}
	return worst
}

// Unmeasured reports whether the journey has no request, promises only what none of them could be
// held against, or was compared with itself: that is a slip, and none of chance.
func (v *Verdict) Unmeasured() bool {
	asks := func(a budget.Assertion) bool { return a.Measure == budget.Regression }
	if v.Against.same(v.Observations) && slices.ContainsFunc(v.Journey.Asserts, asks) {
		return true
	}
	return v.Observations == 0 || (len(v.Checks) > 0 && !slices.ContainsFunc(v.Checks, func(c Check) bool { return !c.Unmeasured }))
}

// HasChecks reports whether the plan promises anything.
func (r *Result) HasChecks() bool {
	return slices.ContainsFunc(r.Verdicts, func(v Verdict) bool { return len(v.Checks) > 0 })
}
