package quality

import (
	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/trace"
)

// A Grade says what verdicts the traces can carry.
type Grade string

// The grades, the worst last.
const (
	Fit       Grade = "fit"
	FitInPart Grade = "fit-in-part" // for some percentiles, or for percentiles but not for blame
	NotFit    Grade = "not-fit"
)

// A Limit is what keeps traces from carrying every verdict.
type Limit string

// The limits, in the order in which they are looked for: the first one is told.
const (
	NoLimit     Limit = ""
	NoRequest   Limit = "no-request"   // no trace has its root
	OtherUnit   Limit = "other-unit"   // Part of the requests have dates that cannot be
	Unending    Limit = "unfinished"   // of Part of the requests nobody knows how long they took
	Unreadable  Limit = "rejected"     // Share of the spans could not be used
	MissingRoot Limit = "no-root"      // Share of the traces has no root; percentiles up to Up hold
	Chosen      Limit = "chosen"       // a tail sampler left its mark
	MaybeChosen Limit = "maybe-chosen" // the traces may be chosen by what they show; a fault can look like that, too
	Untraced    Limit = "untraced"     // nothing says what Share of the path was
	TooFew      Limit = "too-few"      // the busiest journey has too few requests for a p95
)

// A Fitness is the short answer to what the traces are good for.
type Fitness struct {
	Grade Grade
	Limit Limit
	Part  int64 // what Share is a share of, and how much; nanoseconds for Untraced
	Of    int64
	Up    quantile.Level // of MissingRoot: the highest percentile that holds; zero if none does
}

// Assess decides what verdicts the traces can carry. A limit is a tenth of what is measured, but
// for missing roots: slow traces lose spans most, so the missing ones may all be slow, and a
// percentile holds only if they are fewer than what lies above it.
func Assess(res *analyze.Result, q *Result) Fitness {
	l := res.Ledger
	rejected, read := l.Total(trace.Rejected), l.Spans
	busiest := 0
	for i := range res.Journeys {
		busiest = max(busiest, res.Journeys[i].Observations)
	}
	unending := res.LeftOut.Unfinished
	switch {
	case res.Observations == 0:
		return Fitness{Grade: NotFit, Limit: NoRequest, Part: int64(q.Traces.Rootless), Of: int64(q.Traces.Total)}
	case res.Dates.Wrong():
		return Fitness{Grade: NotFit, Limit: OtherUnit, Part: int64(res.Dates.Odd), Of: int64(res.Dates.Of)}
	case rejected*10 >= read && rejected > 0:
		return Fitness{Grade: NotFit, Limit: Unreadable, Part: int64(rejected), Of: int64(read)}
	case holds(q.Traces) < quantile.P99:
		return missingRoots(q.Traces)
	case unending*100 > unending+res.Observations:
		return Fitness{Grade: NotFit, Limit: Unending, Part: int64(unending), Of: int64(unending + res.Observations)}
	case len(res.Biases) > 0 && res.Biases[0].Kind == analyze.BiasSampler: // that one comes first
		return Fitness{Grade: NotFit, Limit: Chosen}
	case q.Path.Untraced > 0 && q.Path.Untraced >= q.Path.Total/10:
		return Fitness{Grade: FitInPart, Limit: Untraced, Part: int64(q.Path.Untraced), Of: int64(q.Path.Total)}
	case len(res.Biases) > 0:
		return Fitness{Grade: FitInPart, Limit: MaybeChosen}
	case busiest < quantile.Needed(quantile.P95):
		return Fitness{Grade: FitInPart, Limit: TooFew, Part: int64(busiest), Of: int64(quantile.Needed(quantile.P95))}
	}
	return Fitness{Grade: Fit}
}

func missingRoots(t Traces) Fitness {
	f := Fitness{Grade: FitInPart, Limit: MissingRoot, Part: int64(t.Rootless), Of: int64(t.Total), Up: holds(t)}
	if f.Up < quantile.P90 {
		f.Grade = NotFit
	}
	return f
}

// holds returns the highest percentile above which there are more requests than are missing.
func holds(t Traces) quantile.Level {
	for _, level := range []quantile.Level{quantile.P99, quantile.P95, quantile.P90, quantile.P50} {
		if int64(t.Rootless)*10_000 < int64(t.Total)*int64(10_000-level) {
			return level
		}
	}
	return 0
}
