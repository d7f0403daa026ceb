package analyze

import (
	"time"

	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/budget"
)

// A State says how what was measured stands to a limit.
type State uint8

// The states, the worst last.
const (
	OK       State = iota // the estimate keeps the limit
	Unproven              // too little was measured to say
	AtRisk                // the estimate breaks the limit, but that may be chance
	Blown                 // even the lower bound of the estimate breaks the limit
)

var stateNames = [...]string{OK: "ok", Unproven: "unproven", AtRisk: "at risk", Blown: "blown"}

// String returns the state as reports write it.
func (s State) String() string { return stateNames[s] }

// A Verdict is what a plan says of a journey, held against what was measured.
type Verdict struct {
	Journey      *budget.Journey
	Observations int        // 0 if no trace has the journey
	Unfinished   int        // requests that are in no figure, for nobody knows how long they took
	State        State      // the worst of its checks
	At           Attributed // the target's percentile and what the requests around it waited for
	Tail         Tail       // whose excess the shares of checks are of
	Checks       []Check    // the target, the layers with a budget, the assertions: as in the plan
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
	Why   string
	Op    budget.Op
	Limit budget.Limit
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
	Level            quantile.Level // of percentiles
	Observations     int
	Effective        float64 // observations of equal weight that would know as much
	Needed           int     // of them, for a verdict
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
	Blocks   [2]int        // of time, in the baseline and now
	Block    time.Duration // the length of one now
	Seed     uint64
	Draws    int
	Baseline int // observations
	// Least is the change below which nothing is called a regression, whatever its share.
	Least time.Duration
}

// breaks reports whether v is not within the check's limit.
func (c *Check) breaks(v int64) bool {
	return v > c.Limit.Value || (c.Op == budget.Less && v == c.Limit.Value)
}

// judge decides the state from the estimate.
func (c *Check) judge() {
	switch {
	case !c.Known || c.Effective < float64(c.Needed):
		c.State = Unproven
	case c.breaks(c.Low):
		c.State = Blown
	case c.breaks(c.Value):
		c.State = AtRisk
	}
}

func (v *Verdict) worst() (worst State) {
	for i := range v.Checks {
		worst = max(worst, v.Checks[i].State)
	}
	return worst
}
