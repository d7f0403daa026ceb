package report

import (
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
)

// The types below are the part of the json output that a plan adds, and how journeys are
// compared by slice. Values of shares and ratios are in millionths.
type (
	verdictJSON struct {
		Journey      string       `json:"journey"`
		Owner        string       `json:"owner,omitempty"`
		Line         int          `json:"line"`
		Observations int          `json:"observations"`
		Unfinished   int          `json:"unfinished"`
		State        string       `json:"state"`
		Against      *againstJSON `json:"baseline,omitempty"`
		Checks       []checkJSON  `json:"checks"`
	}
	againstJSON struct {
		Level        string        `json:"level"`
		Before       time.Duration `json:"before_ns"`
		After        time.Duration `json:"after_ns"`
		Observations int           `json:"baseline_observations"`
		Same         int           `json:"same_observations"`
	}
	checkJSON struct {
		Kind         string         `json:"kind"`
		Text         string         `json:"text"`
		Line         int            `json:"line"`
		Layer        string         `json:"layer,omitempty"`
		State        string         `json:"state"`
		Why          string         `json:"why,omitempty"`
		Sentence     string         `json:"sentence"`
		Unit         string         `json:"unit"`
		Op           string         `json:"op"`
		Limit        int64          `json:"limit"`
		Measured     *measuredJSON  `json:"measured,omitempty"`
		Unmeasured   bool           `json:"unmeasured,omitempty"`
		Observations int            `json:"observations"`
		Needed       int            `json:"needed"`
		Exceeded     int64          `json:"exceeded_millionths"`
		Extra        time.Duration  `json:"adds_to_tail_ns"`
		Regression   *changeJSON    `json:"regression,omitempty"`
		Exemplars    []exemplarJSON `json:"exemplars"`
	}
	measuredJSON struct {
		Value   int64 `json:"value"`
		Low     int64 `json:"low"`
		High    int64 `json:"high"`
		Bounded bool  `json:"bounded"`
	}
	changeJSON struct {
		Before   time.Duration `json:"before_ns"`
		After    time.Duration `json:"after_ns"`
		Baseline int           `json:"baseline_observations"`
		Seed     uint64        `json:"seed"`
		Draws    int           `json:"draws"`
		Blocks   [2]int        `json:"blocks"`
		Largest  int64         `json:"largest_cell_millionths"`
		OneWay   int64         `json:"one_way_millionths"`
		Apart    bool          `json:"separable"`
	}
	biasJSON struct {
		Kind    string `json:"kind"`
		Journey string `json:"journey,omitempty"`
		Words   string `json:"words"`
	}
	sliceJSON struct {
		Name             string         `json:"name"`
		Rows             []sliceRowJSON `json:"rows"`
		More             int            `json:"more"`
		MoreObservations int            `json:"more_observations"`
	}
	sliceRowJSON struct {
		Value        string           `json:"value"`
		Observations int              `json:"observations"`
		Percentiles  []percentileJSON `json:"percentiles"`
	}
	suspectJSON struct {
		tagJSON
		With   []tagJSON `json:"with"`
		Tail   int       `json:"tail"`
		TailOf int       `json:"tail_of"`
		Rest   int       `json:"rest"`
		RestOf int       `json:"rest_of"`
		P      float64   `json:"p"`
	}
	tagJSON struct {
		Service string `json:"service"`
		Key     string `json:"key"`
		Value   string `json:"value"`
	}
)

func planFile(res *analyze.Result) string {
	if res.Plan == nil {
		return ""
	}
	return res.Plan.File
}

func newVerdictJSON(v analyze.Verdict) verdictJSON {
	return verdictJSON{
		v.Journey.Name, v.Journey.Owner, v.Journey.Line, v.Observations, v.Unfinished, v.State.String(), newAgainstJSON(v.Against),
		each(v.Checks, func(c analyze.Check) checkJSON { return newCheckJSON(&c, &v) }),
	}
}

func newAgainstJSON(c *analyze.Comparison) *againstJSON {
	if c == nil {
		return nil
	}
	return &againstJSON{c.Level.String(), c.Before, c.After, c.Baseline, c.Same}
}

var limitUnits = [...]string{"ns", "millionths", "millionths"}

func newCheckJSON(c *analyze.Check, v *analyze.Verdict) checkJSON {
	out := checkJSON{
		Kind: string(c.Kind), Text: c.Text, Line: c.Line, Layer: c.Layer, State: c.State.String(), Why: c.Why,
		Sentence: sentence(analyze.Ranked{Check: c, Verdict: v}).String(),
		Unit:     limitUnits[c.Limit.Unit], Op: string(c.Op), Limit: c.Limit.Value,
		Unmeasured: c.Unmeasured, Observations: c.Observations, Needed: c.Needed, Exceeded: c.Exceeded.Share(), Extra: c.Extra,
		Exemplars: each(c.Exemplars, newExemplarJSON),
	}
	if c.Known {
		out.Measured = &measuredJSON{c.Value, c.Low, c.High, c.Bounded}
	}
	if ch := c.Change; ch != nil {
		out.Regression = &changeJSON{ch.Before, ch.After, ch.Baseline, ch.Seed, ch.Draws, ch.Blocks, ch.Spread.Largest, ch.Spread.OneWay, ch.Spread.Separable()}
	}
	return out
}

func newExemplarJSON(e analyze.Exemplar) exemplarJSON {
	return exemplarJSON{e.Why, e.Trace.String(), e.Root.String(), e.Duration}
}

func newBiasJSON(b analyze.Bias) biasJSON {
	return biasJSON{string(b.Kind), b.Journey, biasWords(b).String()}
}

func newSliceJSON(s analyze.Slice) sliceJSON {
	return sliceJSON{s.Name, each(s.Rows, func(r analyze.SliceRow) sliceRowJSON {
		return sliceRowJSON{r.Value, r.Observations, each(r.Percentiles, newPercentileJSON)}
	}), s.More.Journeys, s.More.Observations}
}

func newSuspectJSON(s analyze.Suspect) suspectJSON {
	return suspectJSON{
		tagJSON(s.Tag), each(s.With, func(t attribute.Tag) tagJSON { return tagJSON(t) }),
		s.Tail, s.TailOf, s.Rest, s.RestOf, s.P,
	}
}
