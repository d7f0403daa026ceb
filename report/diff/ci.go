package diff

import (
	"bufio"
	"io"
	"strconv"
	"strings"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/compare"
	"github.com/longpole/longpole/report/account"
	"github.com/longpole/longpole/report/ci"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/unit"
)

// Format is a way to write a difference.
type Format = page.Format[*Diff]

// Formats lists every output in the order of the help.
var Formats = append(page.Of(page.Formats, func(d *Diff) *page.Page { return &d.Page }),
	Format{Name: "junit", Doc: "for CI systems: a test for each journey, which fails where it is proven to be slower", Extension: "xml", Write: writeJUnit},
	Format{Name: "github", Doc: "for GitHub Actions: annotations of journeys that changed", Extension: "github.txt", Write: writeGitHub},
)

// verdict says of a journey what outputs for CI say of it: where a change went, and how sure it is.
func verdict(j *compare.Journey) string {
	text := changeOf(j)
	if j.Unequal == "" {
		text = page.Say(text, Where(j))
	}
	return page.Say(text, ". ", proof(j)).Escaped(page.ForTerminal)
}

// isSlower reports whether a journey is slower for certain.
func isSlower(j *compare.Journey) bool { return j.Said == compare.Proven && j.Headline.Change() > 0 }

func writeJUnit(w io.Writer, d *Diff, _ page.Style) error {
	s := ci.Suite{Name: "longpole diff", Properties: []ci.Property{
		{Name: "requests before", Value: strconv.Itoa(d.result.Before.Observations)}, {Name: "requests after", Value: strconv.Itoa(d.result.After.Observations)},
	}}
	for i := range d.result.Journeys {
		j := &d.result.Journeys[i]
		c := ci.Case{Name: page.ForTerminal(j.Name + " " + j.Headline.Of.String()), ClassName: page.ForTerminal(j.Name), Time: ci.Seconds(j.Headline.After)}
		s.Took += j.Headline.After
		switch text := verdict(j); {
		case isSlower(j):
			c.Failure = &ci.Message{Message: text, Type: "slower", Text: details(j)}
		case j.Unequal != "" && !j.Same:
			c.Skipped = &ci.Message{Message: text}
		default:
			c.Out = text
		}
		s.Add(c)
	}
	for _, j := range d.result.Gone {
		s.Add(ci.Case{Name: page.ForTerminal(j.Name), ClassName: page.ForTerminal(j.Name), Time: ci.Seconds(0),
			Skipped: &ci.Message{Message: "gone: " + unit.Of(j.Observations, "request", "requests") + " before, none after"}})
	}
	if s.Tests == 0 { // a suite without a test looks as if it had passed
		s.Add(ci.Case{Name: "has requests", ClassName: "longpole diff", Time: ci.Seconds(0), Error: &ci.Message{Message: d.Answer.Escaped(page.ForTerminal)}})
	}
	return ci.WriteJUnit(w, []ci.Suite{s})
}

// details say by layer where a change went, and what else changed.
func details(j *compare.Journey) string {
	var lines []string
	for _, p := range Lines(j) {
		lines = append(lines, p.Escaped(page.ForTerminal))
	}
	return strings.Join(lines, "\n")
}

// mostAnnotations is how many of each level GitHub shows of a step; it drops the rest in silence. One notice is
// left for what was read.
const mostAnnotations = 10

func writeGitHub(w io.Writer, d *Diff, _ page.Style) error {
	b := bufio.NewWriter(w)
	var warnings, notices []string
	for i := range d.result.Journeys {
		switch j := &d.result.Journeys[i]; {
		case isSlower(j):
			warnings = append(warnings, verdict(j))
		case j.Said > compare.Unproven || i == 0:
			notices = append(notices, verdict(j))
		}
	}
	annotate(b, "warning", "Slower", warnings, mostAnnotations)
	annotate(b, "notice", "Compared", notices, mostAnnotations-1)
	ci.WriteGitHub(b, ci.Annotation{Level: "notice", Title: "What was read", Text: d.read()})
	return b.Flush()
}

func annotate(w io.Writer, level, title string, texts []string, most int) {
	for i, text := range texts[:min(len(texts), most)] {
		if left := len(texts) - most; left > 0 && i == most-1 {
			text += " (and " + unit.Of(left, "journey", "journeys") + " more)"
		}
		ci.WriteGitHub(w, ci.Annotation{Level: level, Title: title, Text: text})
	}
}

// read is the account of what both sides were read from, and why nothing is compared where that is so.
func (d *Diff) read() string {
	var lines []string
	if len(d.result.Journeys) == 0 {
		lines = append(lines, d.Answer.Escaped(page.ForTerminal))
	}
	for i, side := range []*analyze.Result{d.result.Before, d.result.After} {
		name := [...]string{"before: ", "after: "}[i]
		for _, n := range account.Notices(side.Ledger) {
			lines = append(lines, name+n.Text)
		}
	}
	return strings.Join(lines, "\n")
}
