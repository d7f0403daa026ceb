package analyze

import (
	"cmp"
	"time"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/blame"
	"github.com/longpole/longpole/analyze/cost"
	"github.com/longpole/longpole/analyze/detect"
	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/analyze/since"
	"github.com/longpole/longpole/analyze/suspects"
	"github.com/longpole/longpole/analyze/timeline"
	"github.com/longpole/longpole/analyze/vitals"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/trace"
)

// A Result is what an analysis found: plain data, in an order that depends on nothing but the
// traces.
type Result struct {
	Ledger       *trace.Ledger
	Sampling     Sampling
	Weights      Weights
	Biases       []Bias // signs that the traces are no fair sample
	Observations int
	Measured     int          // of them, one by one
	From, To     trace.Time   // start of the first and of the last observation
	Journeys     []Journey    // those with most at stake first, see rank
	Plan         *budget.Plan // nil if there is none
	Verdicts     []Verdict    // of the plan's journeys, in its order; none without a plan
	Others       Others
	LeftOut      LeftOut
	Unchosen     attribute.Unchosen // what a choice left out
	Apart        []Apart            // roots that are no requests, the most frequent first
	Dates        Dates
	Looked       bool              // for findings
	Findings     []*detect.Finding // what adds most to a tail first
	Costs        *cost.Tally       // nil where nobody asked
}

// LeftOut counts what is in no percentile.
type LeftOut struct {
	Traces, Spans int // traces whose root span is missing
	Unfinished    int // requests of which nobody knows how long they took: without an end, or with one before the start
}

func (l *LeftOut) add(o LeftOut) {
	l.Traces += o.Traces
	l.Spans += o.Spans
	l.Unfinished += o.Unfinished
}

// Others are the journeys that were too rare to be shown.
type Others struct{ Journeys, Observations int }

// A Journey is what one kind of user request waited for.
type Journey struct {
	Name         string
	Plan         *budget.Journey // nil for a journey that no plan names
	Service      string          // of its root
	Vital        string          // that it is measured by, if it is a page or an interaction, or vitals.Event; else empty
	Route        string          // of its root
	Varies       bool            // an {id} in the route stands for values that only look like one beside the others
	Observations int             // requests that are measured one by one
	SampledFrom  int             // all requests, where only those with the least hashes of their ids are measured; else 0
	Requests     float64         // that all of them stand for, by their sampling
	Effective    float64         // observations of equal weight that would know as much
	Incomplete   int             // observations whose trace misses a span
	Unfinished   int             // requests that are in no figure, for nobody knows how long they took
	Sampling     Sampling
	Mean, Max    time.Duration
	Percentiles  []Attributed
	Curve        []quantile.Point // of the durations
	Tail         Tail
	Answer       blame.Answer // what of its time is worth a sentence
	Rows         Rows
	Calls        []Calls // how often operations run in a request, by name
	Timeline     timeline.Line
	Since        *since.Change // when its requests became slower or quicker; nil if they did not
	FirstSeen    []since.Value // properties that no request had before that
	Async        []Async
	Exemplars    []Exemplar
	Slices       []Slice            // by region, version, tenant or what the plan says, and by route
	Suspects     []suspects.Suspect // those that are least likely to be chance first
	Rated        []vitals.Rated     // by the vitals that are known of a page, or an interaction; in no sum
}

// IsSampled reports whether there were more requests than are measured one by one.
func (j *Journey) IsSampled() bool { return j.SampledFrom > 0 }

// All returns how many requests there were.
func (j *Journey) All() int { return max(j.Observations, j.SampledFrom) }

// An Attributed is a percentile and what the requests around it waited for, scaled so that it
// sums to the percentile exactly.
type Attributed struct {
	quantile.Percentile
	Composition
}

// A Hump is the far one of two humps that the durations of a journey have; zero where they have one.
type Hump struct {
	Requests int
	From     time.Duration // what the quickest of them took
	Median   time.Duration
}

// A Tail compares the slowest observations with the typical ones.
type Tail struct {
	From     int             // place of the first slow one, in order of duration
	Weight   quantile.Weight // of the slow ones
	Hump     Hump            // those that stand apart from all others
	OnlyHump bool            // the tail is the hump, for that is less than any usual level
	Level    quantile.Level  // the tail is everything at or above it
	Wanted   quantile.Level  // the level that was asked for; higher than Level if it had too few observations
	Slow     Composition
	Typical  Composition   // of the observations between p40 and p60
	Excess   []CellShare   // Slow minus Typical, the largest first; sums to Extra exactly
	Extra    time.Duration // how much slower the tail is
	Known    []Interval    // of the layers of Slow, the largest first, where not all requests are measured
}

// An Interval holds the time of a layer in the tail of all requests, in 98 of 100 samples such as the one that is
// measured.
type Interval struct {
	Layer           string
	Time, Low, High time.Duration
}

// By returns the excess under the names of g, the largest first.
func (t *Tail) By(g Grouping) []Share { return t.Slow.cellNames.grouped(t.Excess, g) }

// Calls is how often an operation runs on the path of a request, in hundredths: in the mean of the
// typical ones and of the slow ones.
type Calls struct {
	Operation     string
	Typical, Slow int
}

// Blamed returns the layer that adds most to the tail, and of that the place that does; nothing where
// no layer adds any.
func (t *Tail) Blamed() (layer, place string) {
	layers := t.By(ByLayer)
	if len(layers) == 0 || layers[0].Time <= 0 {
		return "", ""
	}
	in := Tail{Slow: t.Slow}
	for _, c := range t.Excess {
		if c.Cell.Layer == layers[0].Name {
			in.Excess = append(in.Excess, c)
		}
	}
	return layers[0].Name, in.By(ByPlace)[0].Name
}

// Explained returns the property that explains the tail: two in three slow requests have it, and
// without those half of what they add would be gone. It is nil where none does.
func (j *Journey) Explained() *suspects.Suspect {
	for i := range j.Suspects {
		if s := &j.Suspects[i]; s.Tail*3 >= j.Tail.Slow.Observations*2 && s.Effect*2 >= j.Tail.Extra {
			return s
		}
	}
	return nil
}

// A Row is what one layer, service, place or operation took of all requests of a journey.
type Row struct {
	Name        string
	Present     int // observations that have any of it
	Percentiles []quantile.Percentile
}

// An Exemplar is a trace worth opening.
type Exemplar struct {
	Why      string // "tail", "slowest", "typical"; of a check also "overrun" and "twin"
	Trace    trace.ID
	Root     trace.SpanID
	Duration time.Duration
	Alone    bool // no other request begins in the trace
}

// Settings choose what a result holds. The zero value is the default.
type Settings struct {
	Levels   []quantile.Level          // percentiles to report; p50, p95 and p99 if empty
	Tail     quantile.Level            // where the tail begins; zero takes the highest that has 30 observations
	Journeys int                       // how many to show; 100 if zero
	Only     func(journey string) bool // which to show; nil shows all
	Seed     uint64                    // of bootstraps
	Draws    int                       // of bootstraps; quantile.Draws if zero
}

func (s Settings) resampling() quantile.Resampling {
	return quantile.Resampling{Seed: s.Seed, Draws: cmp.Or(s.Draws, quantile.Draws)}
}

func (s Settings) withDefaults() Settings {
	if len(s.Levels) == 0 {
		s.Levels = []quantile.Level{quantile.P50, quantile.P95, quantile.P99}
	}
	if s.Journeys == 0 {
		s.Journeys = 100
	}
	return s
}
