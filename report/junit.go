package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/budget"
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
		Time     string       `xml:"time,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name       string          `xml:"name,attr"`
		Tests      int             `xml:"tests,attr"`
		Failures   int             `xml:"failures,attr"`
		Errors     int             `xml:"errors,attr"`
		Skipped    int             `xml:"skipped,attr"`
		Time       string          `xml:"time,attr"`
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
		Time      string        `xml:"time,attr"`
		Skipped   *junitMessage `xml:"skipped,omitempty"`
		Error     *junitMessage `xml:"error,omitempty"`
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
	var sum time.Duration
	for i := range r.result.Verdicts {
		s, took := r.junitSuite(&r.result.Verdicts[i])
		sum += took
		all.Suites = append(all.Suites, s)
		all.Tests += s.Tests
		all.Failures += s.Failures
		all.Errors += s.Errors
	}
	all.Time = seconds(sum)
	text, err := xml.MarshalIndent(all, "", "  ")
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, xml.Header+string(text)+"\n")
	return err
}

// junitSuite also returns the time of its tests.
func (r *Report) junitSuite(v *analyze.Verdict) (junitSuite, time.Duration) {
	s := junitSuite{Name: page.ForTerminal(v.Journey.Name), Properties: []junitProperty{
		{"requests", strconv.Itoa(v.Observations)}, {"plan", r.planAt(v.Journey.Line)},
	}}
	for _, t := range account.LedgerRows(r.result) {
		s.Properties = append(s.Properties, junitProperty{t.Under("ledger") + "/" + t.Name, strconv.Itoa(t.Count)})
	}
	if v.Journey.Owner != "" {
		s.Properties = append(s.Properties, junitProperty{"owner", page.ForTerminal(v.Journey.Owner)})
	}
	var sum time.Duration
	for i := range v.Checks {
		sum += measuredTime(&v.Checks[i])
		s.add(r.junitCase(analyze.Ranked{Check: &v.Checks[i], Verdict: v}))
	}
	s.Time = seconds(sum)
	if len(v.Checks) == 0 { // a suite without a test looks as if it had passed
		s.add(r.junitEmpty(v))
	}
	return s, sum
}

// junitEmpty is the test of a journey that promises nothing.
func (r *Report) junitEmpty(v *analyze.Verdict) junitCase {
	t := junitCase{Name: "has requests", ClassName: page.ForTerminal(v.Journey.Name), Time: seconds(0)}
	if v.Observations > 0 {
		t.Skipped = &junitMessage{Message: "the journey has no target and no assertion"}
	} else {
		t.Error = &junitMessage{Message: "no request was measured"}
	}
	return t
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
	if c.Error != nil {
		s.Errors++
	}
}

func (r *Report) junitCase(c analyze.Ranked) junitCase {
	t := junitCase{Name: page.ForTerminal(c.Text), ClassName: page.ForTerminal(c.Verdict.Journey.Name), Time: seconds(measuredTime(c.Check))}
	text := r.changes.sentence(c).Escaped(page.ForTerminal)
	switch {
	case r.fails(c.State):
		t.Failure = &junitMessage{text, c.State.String(), r.evidence(c)}
	case wasNotSeen(c):
		t.Error = &junitMessage{Message: text}
	case c.State == analyze.Unproven:
		t.Skipped = &junitMessage{Message: text}
	default:
		t.Out = c.State.String() + ": " + text
	}
	return t
}

// wasNotSeen reports whether the gate fails because nothing was measured: what nobody looks at has not
// passed.
func wasNotSeen(c analyze.Ranked) bool {
	return c.State == analyze.Unproven && c.Verdict.Unmeasured()
}

// measuredTime is what a line of the plan says of requests, so that CI systems draw how it goes from
// build to build; zero if it is not about a time, or none was measured.
func measuredTime(c *analyze.Check) time.Duration {
	if !c.Known || c.Limit.Unit != budget.UnitTime {
		return 0
	}
	return time.Duration(c.Value)
}

// seconds writes nanoseconds as seconds without a float in between.
func seconds(d time.Duration) string {
	s := fmt.Sprintf("%d.%09d", d/time.Second, d%time.Second)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// evidence is what a person needs to go on: the owner, the place in the plan, the traces.
func (r *Report) evidence(c analyze.Ranked) string {
	text := r.changes.sentence(c).Escaped(page.ForTerminal) + "\nplan: " + r.planAt(c.Line) + "\n"
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
