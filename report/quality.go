package report

import (
	"fmt"
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/report/unit"
	"github.com/longpole/longpole/trace"
)

// footing says what the figures rest on. It is part of every report, so that one that is
// passed on alone does not look complete when it is not.
func footing(res *analyze.Result) Section {
	s := Section{Title: say("What this rests on")}
	l := res.Ledger
	s.say(readWords(l))
	s.say(recordWords(l.Records))
	s.say(tracesWords(res))
	s.add(Line{Text: say(samplingWords[res.Sampling]), Mood: samplingMoods[res.Sampling]})
	if w := res.Weights; w.Unusable > 0 {
		s.add(Line{Text: say(unit.Of(w.Unusable, "request carries", "requests carry"), " a ", Name(w.Attr), " that is no weight, so nobody knows how many they stand for."), Mood: Warning})
	}
	for _, b := range res.Biases {
		if b.Journey == "" {
			s.add(Line{Text: biasWords(b), Mood: Warning})
		}
	}
	if res.Plan != nil {
		s.say("Plan: ", Name(res.Plan.File), ".")
	}
	for _, f := range files(l.Files) {
		s.say(f)
	}
	for _, f := range l.Findings() {
		s.finding(f)
	}
	return s
}

func readWords(l *trace.Ledger) string {
	return fmt.Sprintf("%s read = %s accepted + %s + %s + %s rejected.",
		unit.Of(l.Spans, "span", "spans"), unit.Count(l.Total(trace.Kept)),
		unit.Of(l.Total(trace.Duplicate), "exact duplicate", "exact duplicates"),
		unit.Of(l.Total(trace.Conflict), "conflict", "conflicts"),
		unit.Count(l.Total(trace.Rejected)))
}

func recordWords(r trace.Records) string {
	return fmt.Sprintf("%s read = %s whole + %s damaged + %s skipped.",
		unit.Of(r.Read, "record", "records"), unit.Count(r.Whole), unit.Count(r.Damaged), unit.Count(r.Skipped))
}

func tracesWords(res *analyze.Result) string {
	text := unit.Of(res.Ledger.Traces, "trace", "traces") + ", " + unit.Of(res.Observations, "request", "requests")
	if res.Observations > 0 {
		text += " from " + clock(res.From) + " to " + clock(res.To)
	}
	if n := res.LeftOut.Traces; n > 0 {
		text += fmt.Sprintf("; left out: %s (%s) whose root span is missing",
			unit.Of(n, "trace", "traces"), unit.Of(res.LeftOut.Spans, "span", "spans"))
	}
	if n := res.LeftOut.Unfinished; n > 0 {
		text += "; left out: " + unit.Of(n, "request", "requests") + " of which nobody knows how long they took"
	}
	if n := apartCount(res.Apart); n > 0 {
		text += "; apart: " + unit.Of(n, "root that is no request", "roots that are no requests")
	}
	return text + "."
}

// clock writes an instant of the traces, always in UTC: the zone of whoever runs the report
// must not change it.
func clock(t trace.Time) string { return time.Unix(0, int64(t)).UTC().Format("2006-01-02 15:04:05Z") }

var samplingWords = map[analyze.Sampling]string{
	analyze.SamplingUnknown:  "Sampling unknown: no span says how it was sampled, so the figures are those of the traces that were exported. If slow traces were kept on purpose, percentiles are too high.",
	analyze.SamplingUniform:  "Sampling uniform: every trace was kept with the same probability.",
	analyze.SamplingWeighted: "Sampling weighted: traces were kept with different probabilities, and each counts for the requests it stands for.",
	analyze.SamplingMixed:    "Sampling mixed: some traces say with which probability they were kept and count for the requests they stand for; the others count once, so percentiles lean to the former.",
}

var samplingMoods = map[analyze.Sampling]Mood{
	analyze.SamplingUnknown: Warning,
	analyze.SamplingMixed:   Warning,
}

// mostFiles is how many inputs are named.
const mostFiles = 5

func files(all []trace.FileCount) []Phrase {
	var out []Phrase
	for i, f := range all {
		if i == mostFiles {
			return append(out, say("and ", unit.Of(len(all)-mostFiles, "other file", "other files")))
		}
		out = append(out, say(Name(f.Name), ": ", Name(f.Format), ", ", unit.Bytes(f.Bytes), ", ", unit.Of(f.Spans, "span", "spans")))
	}
	return out
}

// Warnings returns a line for each kind of finding about what was read: how often, what, and
// where for example. It is what a reader is told who is not shown the report itself.
func Warnings(l *trace.Ledger) []string {
	var lines []string
	for _, f := range l.Findings() {
		lines = append(lines, warning(f))
	}
	return lines
}

func warning(f trace.Finding) string {
	line := fmt.Sprintf("%s x %s [%s]", unit.Count(f.Count), f.Code.What, f.Code.ID)
	if len(f.Examples) > 0 {
		line += ", for example " + example(f.Examples[0]).Escaped(EscapeTerminal)
	}
	return line
}

// finding tells one finding: how often, what to do, and the worst case of it.
func (s *Section) finding(f trace.Finding) {
	mood := Plain
	if f.Code.Loss || f.Code.Fate == trace.Rejected {
		mood = Warning
	}
	s.add(Line{Text: say(unit.Count(f.Count), " x ", f.Code.What, " [", f.Code.ID, "]"), Mood: mood})
	if f.Code.Do != "" {
		s.add(Line{Text: say(f.Code.Do), Depth: 1})
	}
	if len(f.Examples) > 0 {
		s.add(Line{Text: say("for example ", example(f.Examples[0])), Depth: 1, Mood: Faint})
	}
}

// example says where a finding was made, in the way in which people look it up.
func example(e trace.Example) Phrase {
	p := place(e)
	if !e.Trace.IsZero() {
		p = joined(p, say("trace ", e.Trace.String()))
	}
	if e.Span != 0 {
		p = joined(p, say("span ", e.Span.String()))
	}
	if e.Amount != 0 {
		p = joined(p, say("by ", unit.Duration(e.Amount)))
	}
	if e.Text != "" {
		p = joined(p, say(Name(e.Text)))
	}
	return p
}

func place(e trace.Example) Phrase {
	if e.File == "" {
		return nil
	}
	p := say(Name(e.File))
	if e.Line > 0 {
		p = say(p, fmt.Sprintf(":%d", e.Line))
	}
	if e.Offset >= 0 {
		p = say(p, fmt.Sprintf(" byte %d", e.Offset))
	}
	return p
}

func joined(a, b Phrase) Phrase {
	if len(a) == 0 {
		return b
	}
	return say(a, ", ", b)
}
