package report

import (
	"math"
	"strings"
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/blame"
	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/analyze/since"
	"github.com/longpole/longpole/analyze/timeline"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/report/account"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/sides"
	"github.com/longpole/longpole/report/unit"
	"github.com/longpole/longpole/trace"
)

// journey tells one journey in full: first what fits a screen and is enough to act, then the rest.
func (r *Report) journey(j *analyze.Journey) page.Section {
	s := page.Section{Title: page.Say("Journey ", page.Name(j.Name), ownerOf(j))}
	r.doubtful(&s, j)
	s.Add(timeLine(j))
	v := r.verdictOf(j)
	told := false
	if v != nil {
		told = r.verdict(&s, v)
	}
	if v == nil || v.Journey.Target.IsZero() { // a budget's table says where the time goes, too
		s.AddTable(layerTable(j))
	}
	s.Add(percentiles(j))
	s.Add(sides.Rated(j))
	if !told {
		r.exemplars(&s, j)
	}
	s.AddTable(suspectTable(j))
	for _, t := range sliceTables(j) {
		s.AddTable(t)
	}
	s.AddTable(placesTable(j, analyze.ByPlace, "places", "place"))
	s.AddTable(operationsTable(j))
	s.AddTable(asyncTable(j))
	return s
}

// brief tells a journey that is not the first: what there is to say of it, and by layer why.
func (r *Report) brief(j *analyze.Journey) page.Section {
	s := page.Section{Title: page.Say("Journey ", page.Name(j.Name), ownerOf(j))}
	s.Say(upper(howSlow(j)), ": ", why(j), ".")
	r.doubtful(&s, j)
	s.Add(sides.Rated(j))
	s.AddTable(layerTable(j))
	r.exemplars(&s, j)
	return s
}

func (r *Report) doubtful(s *page.Section, j *analyze.Journey) {
	for _, doubt := range append(r.biases(j), doubts(j)...) {
		s.Add(page.Line{Text: doubt, Mood: page.Warning})
	}
}

// percentiles gives those that are bounded with their intervals, and says what the others need.
func percentiles(j *analyze.Journey) page.Line {
	var parts []page.Phrase
	for _, p := range j.Percentiles {
		if p.Bounded {
			parts = append(parts, page.Say(p.Level.String(), " ", unit.Duration(p.Value), " (", unit.Duration(p.Low), " to ", unit.Duration(p.High), ")"))
		}
	}
	text := page.List(parts)
	if more := unbounded(j); more != "" {
		if len(parts) > 0 {
			text = page.Say(text, "; ")
		}
		text = page.Say(text, more)
	}
	if len(parts) == 0 && j.Observations == 1 {
		return page.Line{}
	}
	return page.Line{Text: page.Say(text, "; mean ", unit.Duration(j.Mean), ", slowest ", unit.Duration(j.Max), stands(j), ".")}
}

// stands says for how many requests those that were measured stand.
func stands(j *analyze.Journey) string {
	if j.IsSampled() {
		return "; these are of all " + unit.Count(j.All()) + " requests, by their first three digits"
	}
	if math.Round(j.Requests) > float64(j.Observations) {
		return "; " + unit.Of(j.Observations, "request stands", "requests stand") + " for " + unit.Count(int64(math.Round(j.Requests)))
	}
	return ""
}

// tailIntervals says how well a sample knows what layers have of the tail; the largest ones, which matter.
func tailIntervals(j *analyze.Journey) string {
	var texts []string
	for _, in := range j.Tail.Known[:min(len(j.Tail.Known), mostIntervals)] {
		texts = append(texts, in.Layer+" "+unit.Duration(in.Low)+" to "+unit.Duration(in.High))
	}
	if len(texts) == 0 {
		return ""
	}
	return ". Of the slowest, all have " + strings.Join(texts, ", ")
}

// mostIntervals is how many layers are said with what is known of them.
const mostIntervals = 4

// unbounded names the percentiles that too few requests bound.
func unbounded(j *analyze.Journey) string {
	var texts []string
	for _, p := range j.Percentiles {
		if !p.Bounded {
			texts = append(texts, p.Level.String()+" needs "+unit.Count(quantile.Needed(p.Level)))
		}
	}
	if len(texts) == 0 {
		return ""
	}
	return strings.Join(texts, ", ") + " requests, and " + known(j)
}

func known(j *analyze.Journey) string {
	if math.Round(j.Effective) < float64(j.All()) {
		return "the sample knows as much as " + unit.Count(int(j.Effective))
	}
	return "there are " + unit.Count(j.All())
}

// doubts says what the figures of a journey do not prove, in words instead of numbers that
// look solid.
func doubts(j *analyze.Journey) []page.Phrase {
	var out []page.Phrase
	if j.IsSampled() {
		out = append(out, page.Say("Of ", unit.Count(j.All()), " requests ", unit.Count(j.Observations), " are measured, chosen by their ids: where time goes, exemplars, slices and suspects rest on these", tailIntervals(j), "."))
	}
	if !hasTail(j) && j.Observations > 1 {
		out = append(out, page.Say("Too few requests to tell slow ones from typical ones; what a typical one took is shown."))
	}
	if j.Incomplete > 0 {
		out = append(out, page.Say(unit.Of(j.Incomplete, "request misses", "requests miss"), " a span (",
			unit.Percent(j.Incomplete, j.All()), "); their times are right, but part of them is untraced."))
	}
	return out
}

// timeLine draws how slow requests were over time.
func timeLine(j *analyze.Journey) page.Line {
	t := &j.Timeline
	if len(t.Bins) < 2 {
		return page.Line{}
	}
	return page.Line{Drawn: true, Text: page.Say(when(j), "p95 per ", limitText(budget.Limit{Value: int64(t.Bin)}), " from ", clockOf(t.From), "  ", spark(t), "  up to ", unit.Duration(highest(t)))}
}

// when says from which instant on requests were slower or quicker, or that they were alike all the time. What it
// stands before is the p95: another percentile is named.
func when(j *analyze.Journey) string {
	c, t := j.Since, &j.Timeline
	switch {
	case c != nil && c.Level != quantile.P95:
		return c.Level.String() + " since " + period(c) + "  "
	case c != nil:
		return "since " + period(c) + "  "
	case isAlike(t):
		return "all " + limitText(budget.Limit{Value: int64(t.Bin) * int64(len(t.Bins))}) + " alike  "
	}
	return ""
}

// fewestInBin is how many requests of a bin say how slow it was.
const fewestInBin = 5

// isAlike reports whether no bin is twice as slow as another one.
func isAlike(t *timeline.Line) bool {
	least := highest(t)
	for _, bin := range t.Bins {
		if bin.Requests < fewestInBin {
			return false
		}
		least = min(least, bin.P95)
	}
	return highest(t) <= 2*least
}

// sinceWhen ends a sentence about a journey that became slower while it was recorded, in what the sentence is about.
func sinceWhen(j *analyze.Journey) page.Phrase {
	c := j.Since
	if c == nil || c.After <= c.Before || c.Level == quantile.P50 && j.Answer.Subject != blame.Typical {
		return nil
	}
	return page.Say("; since ", period(c), account.FirstSeen(j.FirstSeen))
}

// period says when a change began, and when it was mended if it was.
func period(c *since.Change) string {
	if c.Mended == nil {
		return instantOf(c.At)
	}
	return instantOf(c.At) + " until " + instantOf(c.Mended.At)
}

// sparks are the heights of a time line; a dot in their place has no request.
const sparks = "▁▂▃▄▅▆▇█"

func spark(t *timeline.Line) string {
	most := highest(t)
	var b strings.Builder
	for _, bin := range t.Bins {
		if bin.Requests == 0 {
			b.WriteRune('·')
			continue
		}
		heights := []rune(sparks)
		b.WriteRune(heights[min(int(bin.P95/max(most/8, 1)), 7)])
	}
	return b.String()
}

func highest(t *timeline.Line) (most time.Duration) {
	for _, bin := range t.Bins {
		most = max(most, bin.P95)
	}
	return most
}

// instantOf is clockOf to the tenth of a second.
func instantOf(t trace.Time) string { return time.Unix(0, int64(t)).UTC().Format("15:04:05.0Z") }

// clockOf is the time of day of an instant of the traces, in UTC.
func clockOf(t trace.Time) string { return time.Unix(0, int64(t)).UTC().Format("15:04:05Z") }

// upper begins a sentence with s. Names of percentiles are small everywhere.
func upper(s string) string {
	if len(s) > 1 && s[0] == 'p' && s[1] >= '0' && s[1] <= '9' {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
