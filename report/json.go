package report

import (
	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/blame"
	"github.com/longpole/longpole/analyze/compare"
	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/analyze/since"
	"github.com/longpole/longpole/analyze/suspects"
	"github.com/longpole/longpole/analyze/timeline"
	"github.com/longpole/longpole/report/account"
	"github.com/longpole/longpole/report/findings"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/sides"
)

// The most entries of lists that the input can make as long as it likes.
const (
	mostShares    = 100
	mostJSONFiles = 1000
	mostJSONAsync = 100
	mostJSONApart = 1000
)

func (r *Report) json() reportJSON {
	res := r.result
	l := res.Ledger
	return reportJSON{
		Schema: Schema, Version: 1, Headline: r.Answer.String(),
		LedgerJSON: account.NewLedgerJSON(l),
		Traces:     l.Traces, LeftOut: leftOutJSON(res.LeftOut), NotChosen: account.NewUnchosenJSON(res.Unchosen), Observations: res.Observations,
		FirstStart: res.From, LastStart: res.To,
		Sampling:    samplingJSON{string(res.Sampling), account.SamplingWords(res.Sampling), res.Weights.Attr, res.Weights.Unusable, res.Weights.Missing},
		Files:       page.Each(l.Files[:min(len(l.Files), mostJSONFiles)], account.NewFileJSON),
		FilesMore:   max(0, len(l.Files)-mostJSONFiles),
		Diagnostics: page.Each(l.Findings(), account.NewDiagnosticJSON),
		Journeys:    page.Each(res.Journeys, newJourneyJSON), OtherJourneys: otherJourneysJSON(res.Others),
		Apart:     page.Each(res.Apart[:min(len(res.Apart), mostJSONApart)], func(a analyze.Apart) apartJSON { return apartJSON(a) }),
		ApartMore: max(0, len(res.Apart)-mostJSONApart),
		Plan:      planFile(res), Biases: page.Each(res.Biases, account.NewBiasJSON), Verdicts: page.Each(res.Verdicts, r.changes.newVerdictJSON),
		Findings: foundJSON(res),
	}
}

// foundJSON returns what is wrong; nil where nobody looked.
func foundJSON(res *analyze.Result) *[]findings.FindingJSON {
	if !res.Looked {
		return nil
	}
	all := findings.JSON(res.Findings)
	return &all
}

func newJourneyJSON(j analyze.Journey) journeyJSON {
	return journeyJSON{
		Name: j.Name, Observations: j.Observations, Of: j.SampledFrom, Requests: j.Requests, Effective: j.Effective,
		Incomplete: j.Incomplete, Unfinished: j.Unfinished, Planned: j.Plan != nil, Sampling: string(j.Sampling), Mean: j.Mean, Max: j.Max,
		Percentiles: page.Each(j.Percentiles, newAttributedJSON),
		Curve:       page.Each(j.Curve, func(p quantile.Point) pointJSON { return pointJSON{p.Level.String(), p.Time} }),
		Answer:      newAnswerJSON(&j.Answer, j.Tail.Hump),
		Timeline:    timelineJSON{j.Timeline.From, j.Timeline.Bin, page.Each(j.Timeline.Bins, func(b timeline.Bin) binJSON { return binJSON(b) })},
		Since:       newSinceJSON(j.Since, j.FirstSeen),
		Tail:        newTailJSON(&j.Tail),
		Rows: groupedRowsJSON{
			Layer: page.Each(j.Rows.Layer, newRowJSON), Service: page.Each(j.Rows.Service, newRowJSON),
			Place: page.Each(j.Rows.Place, newRowJSON), Operation: page.Each(j.Rows.Operation, newRowJSON),
		},
		Calls: page.Each(j.Calls[:min(len(j.Calls), mostShares)], func(c analyze.Calls) callsJSON {
			return callsJSON{c.Operation, float64(c.Typical) / 100, float64(c.Slow) / 100}
		}),
		CallsMore: max(0, len(j.Calls)-mostShares),
		Async:     page.Each(j.Async[:min(len(j.Async), mostJSONAsync)], newAsyncJSON),
		AsyncMore: max(0, len(j.Async)-mostJSONAsync),
		Exemplars: page.Each(j.Exemplars, newExemplarJSON),
		Slices:    page.Each(j.Slices, newSliceJSON),
		Suspects:  page.Each(j.Suspects, newSuspectJSON),
		Rated:     page.Each(j.Rated, sides.NewRatedJSON),
	}
}

func newSinceJSON(c *since.Change, first []since.Value) *sinceJSON {
	if c == nil {
		return nil
	}
	var until *momentJSON
	if m := c.Mended; m != nil {
		until = &momentJSON{m.At, m.Low, m.High}
	}
	return &sinceJSON{c.At, c.Low, c.High, c.Level.String(), c.Before, c.After, until,
		page.Each(first, func(v since.Value) valueJSON { return valueJSON{v.Service, v.Key, v.Value, v.At, v.Requests} })}
}

func newAnswerJSON(a *blame.Answer, h analyze.Hump) answerJSON {
	out := answerJSON{
		Subject: string(a.Subject), Total: a.Total, Layer: a.Layer, Took: a.Took, Spread: a.Spread,
		Places: page.Each(a.Places, func(p blame.Place) placeJSON { return placeJSON{p.Name, p.Time, p.Layer, p.LayerTime} }),
	}
	if h.Requests > 0 {
		out.Hump = &humpJSON{h.Requests, h.From, h.Median}
	}
	if a.Beside != nil {
		beside := newAnswerJSON(a.Beside, analyze.Hump{})
		out.Beside = &beside
	}
	return out
}

func newAsyncJSON(a analyze.Async) asyncJSON {
	out := asyncJSON{Service: a.Service, Operation: a.Operation, Why: a.Why, Count: a.Count, P50: a.P50, P95: a.P95}
	if a.Lay.Count > 0 {
		out.Lay = &layJSON{a.Lay.Count, a.Lay.P50, a.Lay.P95}
	}
	return out
}

func newPercentileJSON(p quantile.Percentile) percentileJSON {
	return percentileJSON{p.Level.String(), p.Value, p.Low, p.High, p.Bounded}
}

func newAttributedJSON(a analyze.Attributed) attributedJSON {
	return attributedJSON{newPercentileJSON(a.Percentile), quantile.Needed(a.Level), newCompositionJSON(&a.Composition)}
}

func newRowJSON(r analyze.Row) rowJSON {
	return rowJSON{r.Name, r.Present, page.Each(r.Percentiles, newPercentileJSON)}
}

func newTailJSON(t *analyze.Tail) tailJSON {
	return tailJSON{
		Level: t.Level.String(), Wanted: t.Wanted.String(),
		Slow: newCompositionJSON(&t.Slow), Typical: newCompositionJSON(&t.Typical),
		Excess: compositionJSON{t.Slow.Observations, t.Extra, newGroupedJSON(t)},
		Within: page.Each(t.Known, func(i analyze.Interval) intervalJSON { return intervalJSON(i) }),
	}
}

func newCompositionJSON(c *analyze.Composition) compositionJSON {
	return compositionJSON{c.Observations, c.Total, newGroupedJSON(c)}
}

func newGroupedJSON(t interface {
	By(analyze.Grouping) []analyze.Share
}) groupedJSON {
	by := func(g analyze.Grouping) SharesJSON { return NewSharesJSON(t.By(g)) }
	return groupedJSON{by(analyze.ByLayer), by(analyze.ByService), by(analyze.ByPlace), by(analyze.ByOperation)}
}

// NewSharesJSON keeps the first of the shares and adds up the rest, so that they still sum to
// the total.
func NewSharesJSON(all []analyze.Share) SharesJSON {
	shown := all[:min(len(all), mostShares)]
	s := SharesJSON{
		Shares: page.Each(shown, func(s analyze.Share) shareJSON { return shareJSON(s) }),
		More:   len(all) - len(shown),
	}
	for _, rest := range all[len(shown):] {
		s.Rest += rest.Time
	}
	return s
}

func planFile(res *analyze.Result) string {
	if res.Plan == nil {
		return ""
	}
	return res.Plan.File
}

func (all changes) newVerdictJSON(v analyze.Verdict) verdictJSON {
	return verdictJSON{
		v.Journey.Name, v.Journey.Owner, v.Journey.Line, v.Observations, v.Unfinished, v.State.String(), newAgainstJSON(v.Against, all.of(&v)),
		page.Each(v.New, func(d analyze.Dependency) newJSON { return newJSON{d.Name, string(d.Category), d.Requests} }),
		page.Each(v.Moves, func(m analyze.Move) moveJSON { return moveJSON(m) }),
		page.Each(v.Checks, func(c analyze.Check) checkJSON { return all.newCheckJSON(&c, &v) }),
	}
}

func newAgainstJSON(c *analyze.Comparison, j *compare.Journey) *againstJSON {
	if c == nil {
		return nil
	}
	return &againstJSON{c.Level.String(), c.Before, c.After, c.Baseline, c.Same, newWentJSON(j)}
}

// newWentJSON keeps the rows that matter.
func newWentJSON(j *compare.Journey) *wentJSON {
	if j == nil || j.Unequal != "" {
		return nil
	}
	h := &j.Headline
	return &wentJSON{
		h.Of.String(), h.Change(), j.Interval.Low, j.Interval.High, h.Mix, h.Slower, j.Said.String(),
		page.Each(j.Layers, func(r compare.RowProof) wentRowJSON {
			return wentRowJSON{r.Layer, r.Place, r.Change(), r.Parts.Mix, r.Parts.Slower, r.Proven}
		}),
	}
}

var limitUnits = [...]string{"ns", "millionths", "millionths"}

func (all changes) newCheckJSON(c *analyze.Check, v *analyze.Verdict) checkJSON {
	out := checkJSON{
		Kind: string(c.Kind), Text: c.Text, Line: c.Line, Layer: c.Layer, State: c.State.String(), Why: c.Why,
		Sentence: all.sentence(analyze.Ranked{Check: c, Verdict: v}).String(),
		Unit:     limitUnits[c.Limit.Unit], Op: string(c.Op), Limit: c.Limit.Value,
		Unmeasured: c.Unmeasured, Observations: c.Observations, Needed: c.Needed, Exceeded: c.Exceeded.Share(), Extra: c.Extra,
		Exemplars: page.Each(c.Exemplars, newExemplarJSON),
	}
	if c.Known {
		out.Measured = &measuredJSON{c.Value, c.Low, c.High, c.Bounded}
	}
	if m := c.Most; m.Time > 0 {
		out.Most = &insideJSON{string(m.Category), string(m.Cause), m.Place, m.Time}
	}
	if left, bounded := c.Room(); bounded {
		out.Room = &left
	}
	if ch := c.Change; ch != nil {
		out.Regression = &changeJSON{ch.Before, ch.After, ch.Baseline, ch.Seed, ch.Draws, ch.Blocks, ch.Spread.Largest, ch.Spread.OneWay, ch.Separable(), ch.ByRun(), ch.Noise, ch.Different}
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

func newSuspectJSON(s suspects.Suspect) suspectJSON {
	return suspectJSON{
		tagJSON(s.Tag), page.Each(s.With, func(t attribute.Tag) tagJSON { return tagJSON(t) }),
		s.Waited, s.Tail, s.TailOf, s.Rest, s.RestOf, s.P, s.Effect,
	}
}
