package report

import (
	"slices"
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/blame"
	"github.com/longpole/longpole/analyze/compare"
	"github.com/longpole/longpole/report/findings"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/unit"
	"github.com/longpole/longpole/trace"
)

// A Report is a page about a result, and what outputs about plans and figures ask of it.
type Report struct {
	page.Page
	result  *analyze.Result
	options Options
	changes changes
}

// Options are the choices of a report. The zero value is the default.
type Options struct {
	// Blocks is how many journeys are told at length, 5 if zero; the others have a row or a word each.
	Blocks int
	// Every gives each journey a row that is not told at length, also those that are as expected.
	Every bool
	// Input stands for the input in commands that the report suggests; FILE if empty. It must
	// be quoted for a shell; it is escaped like any name.
	Input string
	// TraceURL makes links of trace ids: {traceID} and {spanID} stand for them. Empty: commands.
	TraceURL string
	// PlanPath is where the plan stands in its repository, for annotations.
	PlanPath string
	// Gate puts what fails and what passes first. A terminal shows no more unless Verbose is set.
	Gate, Verbose bool
	// Version is that of the program, for outputs that name their writer; empty if it is not known.
	Version string
	// Strict fails what is at risk, too.
	Strict bool
	// Changes says what changed from the baseline, at the percentile of each journey's target; nil without one.
	Changes *compare.Result
}

func (o Options) withDefaults() Options {
	if o.Blocks == 0 {
		o.Blocks = 5
	}
	if o.Input == "" {
		o.Input = "FILE"
	}
	return o
}

// New decides what a report says of res.
func New(res *analyze.Result, o Options) *Report {
	r := &Report{Page: page.Page{Title: windowTitle(res), Chip: chip(res)}, result: res, options: o.withDefaults()}
	if c := r.options.Changes; c != nil {
		r.changes = c.Journeys
	}
	r.Answer = answer(res, r.changes)
	r.JSON = func() any { return r.json() }
	told, rows, expected := r.divide()
	if r.options.Gate {
		r.Sections = r.gates()
		if !r.options.Verbose {
			r.Short = r.short(r.Sections)
		}
	}
	r.Sections = append(r.Sections, page.Filled(overview(res, len(expected)), findings.Section(res, r.options.Input))...)
	for i, j := range told {
		s := r.brief(j)
		if i == 0 || j.Plan != nil {
			s = r.journey(j)
		}
		s.Of = 1 + slices.IndexFunc(res.Journeys, func(o analyze.Journey) bool { return o.Name == j.Name && o.Plan == j.Plan })
		r.Sections = append(r.Sections, s)
	}
	if len(rows)+len(expected) > 0 || res.Others.Journeys > 0 {
		r.Sections = append(r.Sections, r.otherJourneys(rows, expected))
	}
	if len(res.Apart) > 0 {
		r.Sections = append(r.Sections, apart(res.Apart))
	}
	if s, any := r.missing(); any {
		r.Sections = append(r.Sections, s)
	}
	r.Sections = append(r.Sections, provenance(res))
	return r
}

// fewest is how many observations a journey needs for slow ones to be told from typical ones.
const fewest = 20

// divide says which journeys are told at length, which have a row, and which are as expected: nothing
// that slow requests add to them stands out.
func (r *Report) divide() (told, rows, expected []*analyze.Journey) {
	for i := range r.result.Journeys {
		j := &r.result.Journeys[i]
		switch {
		case r.isTold(j, len(told)):
			told = append(told, j)
		case r.options.Every || standsOut(j):
			rows = append(rows, j)
		default:
			expected = append(expected, j)
		}
	}
	return told, rows, expected
}

// isTold decides for a journey after so many that are. A plan says what matters.
func (r *Report) isTold(j *analyze.Journey, told int) bool {
	if r.result.Plan != nil {
		return j.Plan != nil
	}
	return j == &r.result.Journeys[0] || told < r.options.Blocks && standsOut(j)
}

// standsOut reports whether what slow requests add to a journey is worth a sentence.
func standsOut(j *analyze.Journey) bool {
	return j.Answer.Subject == blame.Tail || j.Answer.Beside != nil
}

// overview says how many journeys there are beside the first, and what was measured when.
func overview(res *analyze.Result, expected int) page.Section {
	var s page.Section
	if res.Observations == 0 {
		return s
	}
	text := unit.Of(res.Observations, "request", "requests") + ", " + span(res.From, res.To)
	if expected > 0 && res.Plan == nil {
		text = unit.Of(expected, "other journey is", "other journeys are") + " as expected. " + upper(text)
	}
	s.Say(text + ".")
	return s
}

// span is from when to when, with days where it is not all on one.
func span(from, to trace.Time) string {
	day := func(t trace.Time) string { return time.Unix(0, int64(t)).UTC().Format("2006-01-02 ") }
	switch {
	case day(from) != day(to):
		return day(from) + clockOf(from) + " to " + day(to) + clockOf(to)
	case clockOf(from) != clockOf(to):
		return clockOf(from) + " to " + clockOf(to)
	}
	return clockOf(from)
}
