package analyze

import (
	"cmp"
	"slices"
	"time"

	"github.com/longpole/longpole/analyze/detect"
	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/budget/category"
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
	Observations int          // 0 if no trace has the journey
	Unfinished   int          // requests that are in no figure, for nobody knows how long they took
	State        State        // the worst of its checks
	At           Attributed   // the target's percentile and what the requests around it waited for
	Tail         Tail         // whose excess the shares of checks are of
	Against      *Comparison  // with the baseline; nil if there is none
	New          []Dependency // that are waited for and that the plan does not name, the most frequent first
	Moves        []Move       // of budget between layers, with which the plan would hold; none if nothing is blown or no move helps
	Checks       []Check      // the target, the layers with a budget, the assertions: as in the plan
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
	// Most is where most of Extra comes from. It says more than a layer that takes what others leave.
	Most Inside
	// Change is set for regressions.
	Change *Change
	// Exemplars are set where the state is worse than ok: the largest overrun, and a typical
	// request that made the same calls, if there is one.
	Exemplars []Exemplar
	// New are the dependencies that path.new has found.
	New []Dependency
	// Findings are those that findings(LEVEL) has counted.
	Findings []*detect.Finding
	timed    bool // it is about how long requests take
}

// An Inside is the kind of work, the cause and the place that most of a layer's excess has.
type Inside struct {
	Category category.Category
	Cause    category.Cause
	Place    string
	Time     time.Duration // 0 if the layer adds nothing
}

// mostInside returns where most of what a layer adds comes from.
func (t *Tail) mostInside(layer string) (most Inside) {
	times := map[Inside]time.Duration{}
	for _, c := range t.Excess {
		if c.Cell.Layer == layer {
			times[Inside{Category: c.Cell.Category, Cause: c.Cell.Cause, Place: c.Cell.Place()}] += c.Time
		}
	}
	for _, c := range t.Excess { // the largest first, so that of those that tie one comes first
		key := Inside{Category: c.Cell.Category, Cause: c.Cell.Cause, Place: c.Cell.Place()}
		if took := times[key]; took > most.Time {
			most, most.Time = key, took
		}
	}
	return most
}

// Room returns what a limit on a percentile leaves above the upper bound of what was measured, and
// whether there is such a bound. What is blown has less than none.
func (c *Check) Room() (left time.Duration, bounded bool) {
	return c.Limit.Duration() - time.Duration(c.High), c.Known && c.Bounded && c.Level != 0 && c.Limit.Unit == budget.UnitTime
}

// Provable returns a duration that the requests prove not to be exceeded: the upper bound of the
// interval, or where they weigh differently the longest, for that alone is certain then.
func (c *Check) Provable() time.Duration {
	if int(c.Effective) < c.Observations {
		return time.Duration(c.Longest)
	}
	return time.Duration(c.High)
}

// A Move takes budget from a layer that has room to one that has too little.
type Move struct {
	From string // empty for what the budgets leave of the target
	To   string
	Time time.Duration
}

// moves finds how the budgets of the plan would hold, as they are proven to, without more time in all. If
// the target is not kept, or there is too little room, there are none.
func (v *Verdict) moves() (out []Move) {
	lacking, spare := v.rooms()
	for _, to := range lacking {
		for i := range spare {
			from := &spare[i]
			if given := min(to.time, from.time); given > 0 {
				out = append(out, Move{from.layer, to.layer, given})
				to.time -= given
				from.time -= given
			}
		}
		if to.time > 0 {
			return nil
		}
	}
	return out
}

// A room is what a layer has too much of, or too little.
type room struct {
	layer string
	time  time.Duration
}

// rooms returns what layers lack to keep their budgets, and what is left: first of the target, then of
// the layers that keep theirs, the most first.
func (v *Verdict) rooms() (lacking, spare []room) {
	if len(v.Checks) == 0 || v.Checks[0].Kind != TargetCheck || v.Checks[0].State != OK {
		return nil, nil
	}
	unassigned := v.Journey.Target.Limit
	for i := range v.Checks {
		c := &v.Checks[i]
		if c.Kind != LayerCheck {
			continue
		}
		left := c.Limit.Duration() - c.Provable()
		switch {
		case c.State > Unproven && !c.Bounded:
			return nil, nil
		case c.State > Unproven:
			lacking = append(lacking, room{c.Layer, roundedUp(-left)})
		case c.State == OK:
			spare = append(spare, room{c.Layer, left})
		}
		unassigned -= c.Limit.Duration()
	}
	slices.SortStableFunc(spare, func(a, b room) int { return cmp.Compare(b.time, a.time) })
	return lacking, append([]room{{"", unassigned}}, spare...)
}

// roundedUp rounds up to a tenth of a millisecond, which is how finely budgets are printed.
func roundedUp(d time.Duration) time.Duration {
	const step = 100 * time.Microsecond
	return (d + step - 1) / step * step
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
	// Different is set where it is proven that the change is beyond the limit, but not that it is one of
	// the program.
	Different bool
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

// decideByInterval decides the state from the interval of the estimate.
func (c *Check) decideByInterval() { c.decide(c.breaks(c.Low), c.breaks(c.Value), c.breaks(c.High)) }

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
