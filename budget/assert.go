package budget

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/longpole/longpole/budget/match"
)

// A Measure is what an assertion compares with its limit.
type Measure string

// The measures.
const (
	Percentile    Measure = "percentile"            // of the journey's latency, or of a layer's time
	Mean          Measure = "mean"                  // likewise
	Regression    Measure = "regression"            // change of a percentile against the baseline
	Amplification Measure = "retries.amplification" // calls made for each call needed
	ErrorShare    Measure = "errors.share"          // observations whose root failed
	BlownShare    Measure = "budget.share"          // observations that exceeded the target, or the layer its budget
	NewOnPath     Measure = "path.new"              // dependencies that are waited for and not named in may_wait_for
	FoundOf       Measure = "findings"              // findings of a level or surer that nobody has acknowledged
)

// An Op compares a measure with a limit.
type Op string

// The comparisons.
const (
	Less      Op = "<"
	LessEqual Op = "<="
)

// An Assertion is one line of a journey's assert list: what must hold.
//
//	p99 < 900ms                   the journey's 99th percentile
//	p95{region=eu-*} < 450ms      of the observations of one slice
//	payment.p95 < 80ms            of the time of one layer
//	mean < 200ms
//	regression(p95) < 5%          against the baseline; also regression(payment.p95)
//	retries.amplification < 1.2
//	errors.share < 1%
//	budget.share < 2%             observations over the target; payment.budget.share, over the layer's budget
//	path.new <= 0                 dependencies that are waited for and that may_wait_for does not name
//	findings(likely) <= 0         findings that are likely or proven, and not acknowledged
type Assertion struct {
	Text    string // as written
	Line    int    // in the plan file
	Measure Measure
	Layer   string // empty for the whole journey
	Rank    Rank   // of Percentile and Regression
	Level   Level  // of FoundOf
	Where   []Slice
	Op      Op
	Limit   Limit
}

// A Rank is a percentile in thousandths of a percent: p99.9 is 99,900.
type Rank int32

// String returns "p99.9".
func (r Rank) String() string {
	return "p" + strings.TrimRight(strings.TrimRight(fmt.Sprintf("%d.%03d", r/1000, r%1000), "0"), ".")
}

// A Slice narrows an assertion to observations whose value of a slice matches.
type Slice struct {
	Name string // of the plan's slices
	Glob match.Glob
}

// A Unit says how a limit is to be read.
type Unit uint8

// The units of limits.
const (
	UnitTime  Unit = iota // nanoseconds
	UnitShare             // millionths: 5% is 50,000
	UnitRatio             // millionths: 1.2 is 1,200,000
)

// A Limit is a number with its unit. There are no floats in a plan.
type Limit struct {
	Unit  Unit
	Value int64
}

// Duration returns the limit of a time.
func (l Limit) Duration() time.Duration { return time.Duration(l.Value) }

// String returns the limit as it would be written.
func (l Limit) String() string {
	switch l.Unit {
	case UnitTime:
		return l.Duration().String()
	case UnitShare:
		return decimal(l.Value, 10_000) + "%"
	}
	return decimal(l.Value, 1_000_000)
}

func decimal(v, scale int64) string {
	s := fmt.Sprintf("%d.%0*d", v/scale, len(strconv.FormatInt(scale, 10))-1, v%scale)
	return strings.TrimRight(strings.TrimRight(s, "0"), ".")
}
