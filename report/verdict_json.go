package report

import (
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/report/page"
)

// The types below are the part of the json output that a plan adds, and how journeys are
// compared by slice. Values of shares and ratios are in millionths.
type (
	verdictJSON struct {
		Journey      string      `json:"journey"`
		Owner        string      `json:"owner,omitempty"`
		Line         int         `json:"line"`
		Observations int         `json:"observations"`
		Unfinished   int         `json:"unfinished"`
		State        string      `json:"state"`
		Checks       []checkJSON `json:"checks"`
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
		v.Journey.Name, v.Journey.Owner, v.Journey.Line, v.Observations, v.Unfinished, v.State.String(),
		page.Each(v.Checks, func(c analyze.Check) checkJSON { return newCheckJSON(&c, &v) }),
	}
}

var limitUnits = [...]string{"ns", "millionths", "millionths"}

func newCheckJSON(c *analyze.Check, v *analyze.Verdict) checkJSON {
	out := checkJSON{
		Kind: string(c.Kind), Text: c.Text, Line: c.Line, Layer: c.Layer, State: c.State.String(), Why: c.Why,
		Sentence: sentence(analyze.Ranked{Check: c, Verdict: v}).String(),
		Unit:     limitUnits[c.Limit.Unit], Op: string(c.Op), Limit: c.Limit.Value,
		Observations: c.Observations, Needed: c.Needed, Exceeded: c.Exceeded.Share(), Extra: c.Extra,
		Exemplars: page.Each(c.Exemplars, newExemplarJSON),
	}
	if c.Known {
		out.Measured = &measuredJSON{c.Value, c.Low, c.High, c.Bounded}
	}
	if ch := c.Change; ch != nil {
		out.Regression = &changeJSON{ch.Before, ch.After, ch.Baseline, ch.Seed, ch.Draws, ch.Blocks}
	}
	return out
}

func newExemplarJSON(e analyze.Exemplar) exemplarJSON {
	return exemplarJSON{e.Why, e.Trace.String(), e.Root.String(), e.Duration}
}

func newSliceJSON(s analyze.Slice) sliceJSON {
	return sliceJSON{s.Name, page.Each(s.Rows, func(r analyze.SliceRow) sliceRowJSON {
		return sliceRowJSON{r.Value, r.Observations, page.Each(r.Percentiles, newPercentileJSON)}
	}), s.More.Journeys, s.More.Observations}
}

func newSuspectJSON(s analyze.Suspect) suspectJSON {
	return suspectJSON{
		tagJSON(s.Tag), page.Each(s.With, func(t attribute.Tag) tagJSON { return tagJSON(t) }),
		s.Tail, s.TailOf, s.Rest, s.RestOf, s.P,
	}
}
