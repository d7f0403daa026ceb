package report

import (
	"encoding/xml"
	"io"
	"strconv"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/report/account"
	"github.com/longpole/longpole/report/page"
)

var junitFormat = Format{Name: "junit", Doc: "for CI systems: a test for each line of the plan", Extension: "xml", Gate: true, Write: writeJUnit}

// The types below are the JUnit format as Jenkins' schema junit-10.xsd has it.
type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Name     string       `xml:"name,attr"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Errors   int          `xml:"errors,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name       string          `xml:"name,attr"`
		Tests      int             `xml:"tests,attr"`
		Failures   int             `xml:"failures,attr"`
		Errors     int             `xml:"errors,attr"`
		Skipped    int             `xml:"skipped,attr"`
		Properties []junitProperty `xml:"properties>property"`
		Cases      []junitCase     `xml:"testcase"`
	}
	junitProperty struct {
		Name  string `xml:"name,attr"`
		Value string `xml:"value,attr"`
	}
	junitCase struct {
		Name      string        `xml:"name,attr"`
		ClassName string        `xml:"classname,attr"`
		Skipped   *junitMessage `xml:"skipped,omitempty"`
		Failure   *junitMessage `xml:"failure,omitempty"`
		Out       string        `xml:"system-out,omitempty"`
	}
	junitMessage struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr,omitempty"`
		Text    string `xml:",chardata"`
	}
)

func writeJUnit(w io.Writer, r *Report, _ page.Style) error {
	all := junitSuites{Name: "longpole"}
	for i := range r.result.Verdicts {
		s := r.junitSuite(&r.result.Verdicts[i])
		all.Suites = append(all.Suites, s)
		all.Tests += s.Tests
		all.Failures += s.Failures
	}
	text, err := xml.MarshalIndent(all, "", "  ")
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, xml.Header+string(text)+"\n")
	return err
}

func (r *Report) junitSuite(v *analyze.Verdict) junitSuite {
	s := junitSuite{Name: page.ForTerminal(v.Journey.Name), Properties: []junitProperty{
		{"requests", strconv.Itoa(v.Observations)}, {"plan", r.planAt(v.Journey.Line)},
	}}
	for _, t := range account.LedgerRows(r.result) {
		s.Properties = append(s.Properties, junitProperty{t.Under("ledger") + "/" + t.Name, strconv.Itoa(t.Count)})
	}
	if v.Journey.Owner != "" {
		s.Properties = append(s.Properties, junitProperty{"owner", page.ForTerminal(v.Journey.Owner)})
	}
	for i := range v.Checks {
		s.add(r.junitCase(analyze.Ranked{Check: &v.Checks[i], Verdict: v}))
	}
	if len(v.Checks) == 0 { // a suite without a test looks as if it had passed
		s.add(junitCase{Name: "has requests", ClassName: s.Name, Skipped: junitSkip(v)})
	}
	return s
}

func junitSkip(v *analyze.Verdict) *junitMessage {
	if v.Observations > 0 {
		return &junitMessage{Message: "the journey has no target and no assertion"}
	}
	return &junitMessage{Message: "no request was measured"}
}

func (s *junitSuite) add(c junitCase) {
	s.Cases = append(s.Cases, c)
	s.Tests++
	if c.Failure != nil {
		s.Failures++
	}
	if c.Skipped != nil {
		s.Skipped++
	}
}

func (r *Report) junitCase(c analyze.Ranked) junitCase {
	t := junitCase{Name: page.ForTerminal(c.Text), ClassName: page.ForTerminal(c.Verdict.Journey.Name)}
	text := sentence(c).Escaped(page.ForTerminal)
	switch {
	case r.fails(c.State):
		t.Failure = &junitMessage{text, c.State.String(), r.evidence(c)}
	case c.State == analyze.Unproven:
		t.Skipped = &junitMessage{Message: text}
	default:
		t.Out = c.State.String() + ": " + text
	}
	return t
}

// evidence is what a person needs to go on: the owner, the place in the plan, the traces.
func (r *Report) evidence(c analyze.Ranked) string {
	text := sentence(c).Escaped(page.ForTerminal) + "\nplan: " + r.planAt(c.Line) + "\n"
	if o := c.Verdict.Journey.Owner; o != "" {
		text += "owner: " + page.ForTerminal(o) + "\n"
	}
	for _, e := range c.Exemplars {
		text += exemplarTexts[e.Why] + ": " + r.open(e).Escaped(page.ForTerminal) + "\n"
	}
	return text
}

// fails reports whether a state stops a release.
func (r *Report) fails(s analyze.State) bool {
	return s == analyze.Blown || (s == analyze.AtRisk && r.options.Strict)
}

func (r *Report) planAt(line int) string {
	return page.ForTerminal(r.planPath()) + ":" + strconv.Itoa(line)
}

// planPath is where annotations point.
func (r *Report) planPath() string {
	if r.options.PlanPath == "" && r.result.Plan != nil {
		return r.result.Plan.File
	}
	return r.options.PlanPath
}
