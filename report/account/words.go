package account

import (
	"fmt"
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/unit"
	"github.com/longpole/longpole/trace"
)

// Spans says what became of every span that was read.
func Spans(l *trace.Ledger) string {
	return fmt.Sprintf("%s read = %s accepted + %s + %s + %s rejected.",
		unit.Of(l.Spans, "span", "spans"), unit.Count(l.Total(trace.Kept)),
		unit.Of(l.Total(trace.Duplicate), "exact duplicate", "exact duplicates"),
		unit.Of(l.Total(trace.Conflict), "conflict", "conflicts"),
		unit.Count(l.Total(trace.Rejected)))
}

// Records says what became of every line, document or message that was read.
func Records(r trace.Records) string {
	return fmt.Sprintf("%s read = %s whole + %s damaged + %s skipped.",
		unit.Of(r.Read, "record", "records"), unit.Count(r.Whole), unit.Count(r.Damaged), unit.Count(r.Skipped))
}

// Traces says what the spans made up, and what of it is left out.
func Traces(res *analyze.Result) string {
	text := unit.Of(res.Ledger.Traces, "trace", "traces") + ", " + unit.Of(res.Observations, "request", "requests")
	if res.Observations > 0 {
		text += " from " + Clock(res.From) + " to " + Clock(res.To)
	}
	if n := res.Measured; n > 0 && n < res.Observations {
		text += ", of which " + unit.Count(n) + " are measured one by one, chosen by their ids"
	}
	if n := res.LeftOut.Traces; n > 0 {
		text += fmt.Sprintf("; left out: %s (%s) whose root span is missing",
			unit.Of(n, "trace", "traces"), unit.Of(res.LeftOut.Spans, "span", "spans"))
	}
	if n := res.LeftOut.Unfinished; n > 0 {
		text += "; left out: " + unit.Of(n, "request", "requests") + " of which nobody knows how long they took"
	}
	if u := res.Unchosen; u.Requests > 0 {
		text += "; not chosen: " + unit.Of(u.Requests, "request", "requests")
		if u.Undecided > 0 {
			text += fmt.Sprintf(", of which %s have no number where --where asks for one", unit.Count(u.Undecided))
		}
	}
	if n := res.Unchosen.Traces; n > 0 {
		text += "; not chosen: " + unit.Of(n, "trace", "traces") + " whose root span is missing"
	}
	if n := res.Unchosen.Apart; n > 0 {
		text += "; not chosen: " + unit.Of(n, "root that is no request", "roots that are no requests")
	}
	if n := ApartCount(res.Apart); n > 0 {
		text += "; apart: " + unit.Of(n, "root that is no request", "roots that are no requests")
	}
	return text + "."
}

// Clock writes an instant of the traces, always in UTC: the zone of whoever runs the report
// must not change it.
func Clock(t trace.Time) string { return time.Unix(0, int64(t)).UTC().Format("2006-01-02 15:04:05Z") }

var samplingWords = map[analyze.Sampling]string{
	analyze.SamplingUnknown:  "Sampling unknown: no span says how it was sampled, so the figures are those of the traces that were exported. If slow traces were kept on purpose, percentiles are too high.",
	analyze.SamplingUniform:  "Sampling uniform: every trace was kept with the same probability.",
	analyze.SamplingWeighted: "Sampling weighted: traces were kept with different probabilities, and each counts for the requests it stands for.",
	analyze.SamplingMixed:    "Sampling mixed: some traces say with which probability they were kept and count for the requests they stand for; the others count once, so percentiles lean to the former.",
}

var samplingMoods = map[analyze.Sampling]page.Mood{
	analyze.SamplingUnknown: page.Warning,
	analyze.SamplingMixed:   page.Warning,
}

// SamplingWords says what the traces say of how they were sampled.
func SamplingWords(s analyze.Sampling) string { return samplingWords[s] }

// Sampling is the line that says so.
func Sampling(s analyze.Sampling) page.Line {
	return page.Line{Text: page.Say(samplingWords[s]), Mood: samplingMoods[s]}
}

// mostFiles is how many inputs are named.
const mostFiles = 5

// Files says of each input what was in it; many are counted.
func Files(all []trace.FileCount) []page.Phrase {
	var out []page.Phrase
	for i, f := range all {
		if i == mostFiles {
			return append(out, page.Say("and ", unit.Of(len(all)-mostFiles, "other file", "other files")))
		}
		out = append(out, page.Say(page.Name(f.Name), ": ", page.Name(f.Format), ", ", unit.Bytes(f.Bytes), ", ", unit.Of(f.Spans, "span", "spans")))
	}
	return out
}
