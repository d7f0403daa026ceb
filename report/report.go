package report

import (
	"github.com/longpole/longpole/analyze"
)

// A Report is a result in rows and words. It is the same for every output.
type Report struct {
	Answer   Phrase // the first line: what users waited for most, and what it was spent on
	Sections []Section
	result   *analyze.Result
	options  Options
}

// A Section is a part of a report under a title.
type Section struct {
	Title Phrase
	Items []Item
}

// An Item is a line or a table; exactly one is set.
type Item struct {
	Line  *Line
	Table *Table
}

// A Line is a statement. Lines of a greater depth belong to the one above them.
type Line struct {
	Text  Phrase
	Depth int
	Mood  Mood
}

// A Mood says how a line or a cell should strike the eye. Colour only repeats what the words say.
type Mood uint8

// The moods.
const (
	Plain   Mood = iota
	Strong       // the answer
	Warning      // something is missing or in doubt
	Faint        // may be skipped
)

func (s *Section) say(parts ...any) { s.add(Line{Text: say(parts...)}) }

func (s *Section) add(l Line) { s.Items = append(s.Items, Item{Line: &l}) }

func (s *Section) table(t *Table) {
	if t != nil && len(t.Rows) > 0 {
		s.Items = append(s.Items, Item{Table: t})
	}
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
	r := &Report{result: res, options: o.withDefaults(), Answer: answer(res)}
	full, small := r.divide()
	for i, j := range full {
		r.Sections = append(r.Sections, r.journey(j, i == 0))
	}
	if len(small) > 0 || res.Others.Journeys > 0 {
		r.Sections = append(r.Sections, r.smallJourneys(small))
	}
	if len(res.Apart) > 0 {
		r.Sections = append(r.Sections, apart(res.Apart))
	}
	if s, any := r.missing(); any {
		r.Sections = append(r.Sections, s)
	}
	r.Sections = append(r.Sections, footing(res))
	return r
}

// fewest is how many observations a journey needs to be told in full, unless it is the one
// that users waited for most.
const fewest = 20

func (r *Report) divide() (full, small []*analyze.Journey) {
	for i := range r.result.Journeys {
		j := &r.result.Journeys[i]
		if r.isToldInFull(j, len(full)) {
			full = append(full, j)
			continue
		}
		small = append(small, j)
	}
	return full, small
}

// isToldInFull decides for a journey after so many that are. A plan says what matters.
func (r *Report) isToldInFull(j *analyze.Journey, told int) bool {
	if r.result.Plan != nil {
		return j.Plan != nil
	}
	return j == &r.result.Journeys[0] || (told < r.options.Blocks && j.Observations >= fewest)
}
