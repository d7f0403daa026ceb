package report

import (
	"io"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/trace"
)

var jsonFormat = Format{Name: "json", Doc: "for programs: exact figures, with a schema and a version", Extension: "json", Write: writeJSON}

// The most entries of lists that the input can make as long as it likes.
const (
	mostShares    = 100
	mostJSONFiles = 1000
	mostJSONAsync = 100
)

func writeJSON(w io.Writer, r *Report, _ Style) error {
	return encodeJSON(w, r.json())
}

func (r *Report) json() reportJSON {
	res := r.result
	l := res.Ledger
	return reportJSON{
		Schema: Schema, Version: 1, Headline: r.Answer.String(),
		SpansRead: l.Spans, SpansAccepted: l.Total(trace.Kept), SpansDuplicate: l.Total(trace.Duplicate),
		SpansConflicting: l.Total(trace.Conflict), SpansRejected: l.Total(trace.Rejected),
		RecordsRead: l.Records.Read, RecordsWhole: l.Records.Whole, RecordsDamaged: l.Records.Damaged, RecordsSkipped: l.Records.Skipped,
		Traces: l.Traces, LeftOut: leftOutJSON(res.LeftOut), Observations: res.Observations,
		FirstStart: res.From, LastStart: res.To,
		Sampling:    samplingJSON{string(res.Sampling), samplingWords[res.Sampling]},
		Files:       each(l.Files[:min(len(l.Files), mostJSONFiles)], func(f trace.FileCount) fileJSON { return fileJSON(f) }),
		FilesMore:   max(0, len(l.Files)-mostJSONFiles),
		Diagnostics: each(l.Findings(), newDiagnosticJSON),
		Journeys:    each(res.Journeys, newJourneyJSON), OtherJourneys: otherJourneysJSON(res.Others),
		Plan: planFile(res), Biases: each(res.Biases, newBiasJSON), Verdicts: each(res.Verdicts, newVerdictJSON),
	}
}

// each converts a list; an empty one is a list too, and not null.
func each[From, To any](list []From, convert func(From) To) []To {
	out := make([]To, 0, len(list))
	for _, v := range list {
		out = append(out, convert(v))
	}
	return out
}

var fates = [...]string{trace.Kept: "kept", trace.Duplicate: "duplicate", trace.Conflict: "conflict", trace.Rejected: "rejected"}

func newDiagnosticJSON(f trace.Finding) diagnosticJSON {
	return diagnosticJSON{
		Code: f.Code.ID, Count: f.Count, Fate: fates[f.Code.Fate], Loss: f.Code.Loss,
		What: f.Code.What, Do: f.Code.Do, Examples: each(f.Examples, newExampleJSON),
	}
}

func newExampleJSON(e trace.Example) exampleJSON {
	out := exampleJSON{File: e.File, Line: e.Line, Text: e.Text, Amount: e.Amount}
	if e.File != "" && e.Offset >= 0 {
		out.Offset = &e.Offset
	}
	if !e.Trace.IsZero() {
		out.Trace = e.Trace.String()
	}
	if e.Span != 0 {
		out.Span = e.Span.String()
	}
	return out
}

func newJourneyJSON(j analyze.Journey) journeyJSON {
	return journeyJSON{
		Name: j.Name, Observations: j.Observations, Requests: j.Requests, Effective: j.Effective,
		Incomplete: j.Incomplete, Planned: j.Plan != nil, Sampling: string(j.Sampling), Mean: j.Mean, Max: j.Max,
		Percentiles: each(j.Percentiles, newAttributedJSON),
		Tail:        newTailJSON(&j.Tail),
		Rows: groupedRowsJSON{
			Layer: each(j.Rows.Layer, newRowJSON), Service: each(j.Rows.Service, newRowJSON),
			Place: each(j.Rows.Place, newRowJSON), Operation: each(j.Rows.Operation, newRowJSON),
		},
		Async:     each(j.Async[:min(len(j.Async), mostJSONAsync)], func(a analyze.Async) asyncJSON { return asyncJSON(a) }),
		AsyncMore: max(0, len(j.Async)-mostJSONAsync),
		Exemplars: each(j.Exemplars, newExemplarJSON),
		Slices:    each(j.Slices, newSliceJSON),
		Suspects:  each(j.Suspects, newSuspectJSON),
	}
}

func newPercentileJSON(p quantile.Percentile) percentileJSON {
	return percentileJSON{p.Level.String(), p.Value, p.Low, p.High, p.Bounded}
}

func newAttributedJSON(a analyze.Attributed) attributedJSON {
	return attributedJSON{newPercentileJSON(a.Percentile), quantile.Needed(a.Level), newCompositionJSON(&a.Composition)}
}

func newRowJSON(r analyze.Row) rowJSON {
	return rowJSON{r.Name, r.Present, each(r.Percentiles, newPercentileJSON)}
}

func newTailJSON(t *analyze.Tail) tailJSON {
	return tailJSON{
		Level: t.Level.String(), Wanted: t.Wanted.String(),
		Slow: newCompositionJSON(&t.Slow), Typical: newCompositionJSON(&t.Typical),
		Excess: compositionJSON{t.Slow.Observations, t.Extra, newGroupedJSON(t)},
	}
}

func newCompositionJSON(c *analyze.Composition) compositionJSON {
	return compositionJSON{c.Observations, c.Total, newGroupedJSON(c)}
}

func newGroupedJSON(time interface {
	By(analyze.Grouping) []analyze.Share
}) groupedJSON {
	by := func(g analyze.Grouping) sharesJSON { return newSharesJSON(time.By(g)) }
	return groupedJSON{by(analyze.ByLayer), by(analyze.ByService), by(analyze.ByPlace), by(analyze.ByOperation)}
}

// newSharesJSON keeps the first of the shares and adds up the rest, so that they still sum to
// the total.
func newSharesJSON(all []analyze.Share) sharesJSON {
	shown := all[:min(len(all), mostShares)]
	s := sharesJSON{
		Shares: each(shown, func(s analyze.Share) shareJSON { return shareJSON(s) }),
		More:   len(all) - len(shown),
	}
	for _, rest := range all[len(shown):] {
		s.Rest += rest.Time
	}
	return s
}
