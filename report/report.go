package report

import (
	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/report/page"
)

// A Report is a page about a result, and what outputs about plans and figures ask of it.
type Report struct {
	page.Page
	result  *analyze.Result
	options Options
}

// Options are the choices of a report. The zero value is the default.
type Options struct {
	// Blocks is how many journeys are told in full, 5 if zero; the others have a row each.
	Blocks int
	// Input stands for the input in commands that the report suggests; FILE if empty. It must
	// be quoted for a shell; it is escaped like any name.
	Input string
	// TraceURL makes links of trace ids: {traceID} and {spanID} stand for them. Empty: commands.
	TraceURL string
	// PlanPath is where the plan stands in its repository, for annotations.
	PlanPath string
	// Strict fails what is at risk, too.
	Strict bool
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
	r := &Report{Page: page.Page{Title: "longpole report", Answer: answer(res)}, result: res, options: o.withDefaults()}
	r.JSON = func() any { return r.json() }
	full, others := r.divide()
	for i, j := range full {
		r.Sections = append(r.Sections, r.journey(j, i == 0))
	}
	if len(others) > 0 || res.Others.Journeys > 0 {
		r.Sections = append(r.Sections, r.otherJourneys(others))
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

// fewest is how many observations a journey needs to be told in full, unless it is the one
// that users waited for most.
const fewest = 20

func (r *Report) divide() (full, others []*analyze.Journey) {
	for i := range r.result.Journeys {
		j := &r.result.Journeys[i]
		if r.isToldInFull(j, len(full)) {
			full = append(full, j)
			continue
		}
		others = append(others, j)
	}
	return full, others
}

// isToldInFull decides for a journey after so many that are. A plan says what matters.
func (r *Report) isToldInFull(j *analyze.Journey, told int) bool {
	if r.result.Plan != nil {
		return j.Plan != nil
	}
	return j == &r.result.Journeys[0] || (told < r.options.Blocks && j.Observations >= fewest)
}
