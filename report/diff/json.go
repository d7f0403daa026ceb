package diff

import (
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/compare"
	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/analyze/since"
	"github.com/longpole/longpole/report/account"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/trace"
)

// Schema names the shape of the json. Within a version fields are added, never changed or removed.
const Schema = "https://longpole.dev/schema/diff/v1"

// mostJSONRows is how many rows of each list the json holds.
const mostJSONRows = 1000

// Times are nanoseconds, shares millionths.
type (
	diffJSON struct {
		Schema   string        `json:"schema"`
		Version  int           `json:"version"`
		Headline string        `json:"headline"`
		Before   sideJSON      `json:"before"`
		After    sideJSON      `json:"after"`
		Journeys []journeyJSON `json:"journeys"`
		New      []oneSideJSON `json:"new_journeys"`
		Gone     []oneSideJSON `json:"gone_journeys"`
		Plan     string        `json:"plan,omitempty"`
		Since    *sinceJSON    `json:"since,omitempty"`
	}
	sinceJSON struct {
		Journey string        `json:"journey"`
		At      trace.Time    `json:"at"`
		Low     trace.Time    `json:"low"`
		High    trace.Time    `json:"high"`
		Level   string        `json:"level"`
		Before  time.Duration `json:"before_ns"`
		After   time.Duration `json:"after_ns"`
		Chance  float64       `json:"chance"`
		Until   *momentJSON   `json:"mended,omitempty"`
		Values  []valueJSON   `json:"first_seen"`
	}
	momentJSON struct {
		At   trace.Time `json:"at"`
		Low  trace.Time `json:"low"`
		High trace.Time `json:"high"`
	}
	valueJSON struct {
		tagJSON
		At       trace.Time `json:"at"`
		Requests int        `json:"requests"`
	}
	sideJSON struct {
		account.LedgerJSON
		Traces       int                      `json:"traces"`
		Observations int                      `json:"observations"`
		FirstStart   trace.Time               `json:"first_start"`
		LastStart    trace.Time               `json:"last_start"`
		Sampling     string                   `json:"sampling"`
		Diagnostics  []account.DiagnosticJSON `json:"diagnostics"`
	}
	oneSideJSON struct {
		Name         string        `json:"name"`
		Observations int           `json:"observations"`
		P50          time.Duration `json:"p50_ns"`
	}
	journeyJSON struct {
		Name         string         `json:"name"`
		Was          string         `json:"renamed_from,omitempty"`
		Observations [2]int         `json:"observations"`
		Proof        string         `json:"proof"`
		Unequal      string         `json:"unequal,omitempty"`
		Interval     intervalJSON   `json:"interval"`
		Mix          intervalJSON   `json:"other_requests_interval"`
		Slower       intervalJSON   `json:"slower_interval"`
		Largest      int64          `json:"largest_part"`
		OneWay       int64          `json:"parts_one_way"`
		Blocks       [2]int         `json:"blocks"`
		Draws        int            `json:"draws"`
		Seed         uint64         `json:"seed"`
		ByRun        bool           `json:"by_run"`
		Without      [2]int         `json:"runs_without"`
		Noise        int64          `json:"noise_millionths"`
		Change       changeJSON     `json:"change"`
		Others       []changeJSON   `json:"other_changes"`
		Rows         []rowJSON      `json:"rows"`
		Support      [2]supportJSON `json:"matched"`
		New          []callJSON     `json:"new_calls"`
		Gone         []callJSON     `json:"gone_calls"`
		Rejudged     []rejudgedJSON `json:"waited_for_on_one_side"`
		Slices       []sliceJSON    `json:"slices"`
		Curves       [2][]pointJSON `json:"curves"`
		Only         *onlyJSON      `json:"only,omitempty"`
		Pair         *pairJSON      `json:"pair,omitempty"`
	}
	intervalJSON struct {
		Low  time.Duration `json:"low_ns"`
		High time.Duration `json:"high_ns"`
	}
	partsJSON struct {
		Before time.Duration `json:"before_ns"`
		After  time.Duration `json:"after_ns"`
		Change time.Duration `json:"change_ns"`
		Mix    time.Duration `json:"other_requests_ns"`
		Slower time.Duration `json:"slower_ns"`
	}
	changeJSON struct {
		Of string `json:"of"`
		partsJSON
		Layer     listJSON `json:"layer"`
		Service   listJSON `json:"service"`
		Place     listJSON `json:"place"`
		Operation listJSON `json:"operation"`
	}
	// listJSON holds the rows that changed most; with Rest they sum to the whole.
	listJSON struct {
		Rows []namedJSON `json:"rows"`
		More int         `json:"more"`
		Rest partsJSON   `json:"rest"`
	}
	namedJSON struct {
		Name string `json:"name"`
		partsJSON
	}
	rowJSON struct {
		Layer string `json:"layer"`
		Place string `json:"place"`
		partsJSON
		Interval intervalJSON `json:"interval"`
		Proven   bool         `json:"proven"`
	}
	supportJSON struct {
		Fine     int `json:"fine"`
		Skeleton int `json:"skeleton"`
		Coarse   int `json:"coarse"`
		Alone    int `json:"alone"`
	}
	callJSON struct {
		Service   string `json:"service"`
		Operation string `json:"operation"`
		Requests  int    `json:"requests"`
		Of        int    `json:"of"`
	}
	rejudgedJSON struct {
		Service   string  `json:"service"`
		Operation string  `json:"operation"`
		Waited    [2]bool `json:"waited"`
		Async     [2]int  `json:"not_waiting"`
		Of        [2]int  `json:"of"`
	}
	sliceJSON struct {
		Name string         `json:"name"`
		Rows []sliceRowJSON `json:"rows"`
	}
	sliceRowJSON struct {
		Value        string           `json:"value"`
		Observations [2]int           `json:"observations"`
		Before       []percentileJSON `json:"before"`
		After        []percentileJSON `json:"after"`
	}
	percentileJSON struct {
		Level   string        `json:"level"`
		Value   time.Duration `json:"value_ns"`
		Bounded bool          `json:"bounded"`
	}
	pointJSON struct {
		Level string        `json:"level"`
		Value time.Duration `json:"value_ns"`
	}
	tagJSON struct {
		Service string `json:"service"`
		Key     string `json:"key"`
		Value   string `json:"value"`
	}
	onlyJSON struct {
		tagJSON
		With  []tagJSON `json:"with"`
		Share int64     `json:"share_of_requests"`
		Of    int64     `json:"share_of_change"`
		New   bool      `json:"new"`
	}
	pairJSON struct {
		After  exemplarJSON `json:"after"`
		Before exemplarJSON `json:"before"`
		Alike  string       `json:"alike"`
	}
	exemplarJSON struct {
		Trace    string        `json:"trace"`
		Root     string        `json:"root"`
		Duration time.Duration `json:"duration_ns"`
	}
)

func (d *Diff) json() diffJSON {
	r := d.result
	out := diffJSON{
		Schema: Schema, Version: 1, Headline: d.Answer.String(),
		Before: newSideJSON(r.Before), After: newSideJSON(r.After),
		Journeys: page.Each(r.Journeys, newJourneyJSON),
		New:      page.Each(r.New, newOneSideJSON), Gone: page.Each(r.Gone, newOneSideJSON),
	}
	if r.Before.Plan != nil {
		out.Plan = r.Before.Plan.File
	}
	if s := d.options.Since; s != nil {
		var until *momentJSON
		if m := s.Mended; m != nil {
			until = &momentJSON{m.At, m.Low, m.High}
		}
		out.Since = &sinceJSON{s.Journey, s.At, s.Low, s.High, s.Level.String(), s.Before, s.After, s.Chance, until,
			page.Each(s.FirstSeen, func(v since.Value) valueJSON { return valueJSON{tagJSON(v.Tag), v.At, v.Requests} })}
	}
	return out
}

func newSideJSON(r *analyze.Result) sideJSON {
	return sideJSON{
		account.NewLedgerJSON(r.Ledger), r.Ledger.Traces, r.Observations, r.From, r.To, string(r.Sampling),
		page.Each(r.Ledger.Findings(), account.NewDiagnosticJSON),
	}
}

func newOneSideJSON(j *analyze.Journey) oneSideJSON {
	return oneSideJSON{j.Name, j.Observations, median(j)}
}

func newJourneyJSON(j compare.Journey) journeyJSON {
	out := journeyJSON{
		Name: j.Name, Was: j.Was, Observations: [2]int{j.Before.Observations, j.After.Observations},
		Proof: j.Said.String(), Unequal: j.Unequal,
		Interval: intervalJSON(j.Interval), Mix: intervalJSON(j.Mix), Slower: intervalJSON(j.Slower),
		Largest: j.Spread.Largest, OneWay: j.Spread.OneWay, Blocks: j.Blocks, Draws: j.Draws, Seed: j.Seed, ByRun: j.ByRun(), Without: j.Without, Noise: j.Noise,
		Change: newChangeJSON(j.Headline), Others: page.Each(j.Others, newChangeJSON),
		Rows: page.Each(j.Layers[:min(len(j.Layers), mostJSONRows)], newRowJSON),
		New:  page.Each(first(j.NewCalls), newCallJSON), Gone: page.Each(first(j.GoneCalls), newCallJSON),
		Rejudged: page.Each(first(j.Rejudged), newRejudgedJSON),
		Slices:   page.Each(j.Slices, newSliceJSON),
		Curves:   [2][]pointJSON{newCurveJSON(j.Before), newCurveJSON(j.After)},
	}
	for i, s := range j.Support {
		out.Support[i] = supportJSON(s)
	}
	if o := j.Only; o != nil {
		out.Only = &onlyJSON{tagJSON(o.Tag), page.Each(o.With, func(t attribute.Tag) tagJSON { return tagJSON(t) }), o.Share, o.Of, o.New}
	}
	if t := j.Twin; t != nil {
		out.Pair = &pairJSON{newExemplarJSON(t.Of), newExemplarJSON(t.Exemplar), t.Why}
	}
	return out
}

func first[T any](all []T) []T { return all[:min(len(all), mostJSONRows)] }

func newPartsJSON(p compare.Parts) partsJSON {
	return partsJSON{p.Before, p.After, p.Change(), p.Mix, p.Slower}
}

func newChangeJSON(c compare.Change) changeJSON {
	by := func(g analyze.Grouping) listJSON { return newListJSON(c.By(g)) }
	return changeJSON{c.Of.String(), newPartsJSON(c.Parts), by(analyze.ByLayer), by(analyze.ByService), by(analyze.ByPlace), by(analyze.ByOperation)}
}

// newListJSON keeps the first rows and adds up the others, so that they still sum to the whole.
func newListJSON(rows []compare.Row) listJSON {
	shown := first(rows)
	var rest compare.Parts
	for _, r := range rows[len(shown):] {
		rest = rest.Plus(r.Parts)
	}
	return listJSON{page.Each(shown, func(r compare.Row) namedJSON { return namedJSON{r.Name, newPartsJSON(r.Parts)} }), len(rows) - len(shown), newPartsJSON(rest)}
}

func newRowJSON(r compare.RowProof) rowJSON {
	return rowJSON{r.Layer, r.Place, newPartsJSON(r.Parts), intervalJSON(r.Interval), r.Proven}
}

func newCallJSON(c compare.Call) callJSON {
	return callJSON{c.Does.Service, c.Does.Name, c.Requests, c.Of}
}

func newRejudgedJSON(r compare.Rejudged) rejudgedJSON {
	return rejudgedJSON{r.Does.Service, r.Does.Name, r.Waited, r.Async, r.Of}
}

func newSliceJSON(s compare.Slice) sliceJSON {
	return sliceJSON{s.Name, page.Each(s.Rows, func(r compare.SliceRow) sliceRowJSON {
		return sliceRowJSON{r.Value, r.Observations, page.Each(r.Before, newPercentileJSON), page.Each(r.After, newPercentileJSON)}
	})}
}

func newCurveJSON(j *analyze.Journey) []pointJSON {
	return page.Each(j.Curve, func(p quantile.Point) pointJSON { return pointJSON{p.Level.String(), p.Time} })
}

func newPercentileJSON(p quantile.Percentile) percentileJSON {
	return percentileJSON{p.Level.String(), p.Value, p.Bounded}
}

func newExemplarJSON(e analyze.Exemplar) exemplarJSON {
	return exemplarJSON{e.Trace.String(), e.Root.String(), e.Duration}
}
