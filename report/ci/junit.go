package ci

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"
)

// The types below are the JUnit format as Jenkins' schema junit-10.xsd has it.
type (
	suites struct {
		XMLName  xml.Name `xml:"testsuites"`
		Name     string   `xml:"name,attr"`
		Tests    int      `xml:"tests,attr"`
		Failures int      `xml:"failures,attr"`
		Errors   int      `xml:"errors,attr"`
		Time     string   `xml:"time,attr"`
		Suites   []Suite  `xml:"testsuite"`
	}
	// A Suite is the tests of one thing.
	Suite struct {
		Took       time.Duration `xml:"-"` // all of its tests
		Name       string        `xml:"name,attr"`
		Tests      int           `xml:"tests,attr"`
		Failures   int           `xml:"failures,attr"`
		Errors     int           `xml:"errors,attr"`
		Skipped    int           `xml:"skipped,attr"`
		Time       string        `xml:"time,attr"`
		Properties []Property    `xml:"properties>property"`
		Cases      []Case        `xml:"testcase"`
	}
	// A Property is something worth knowing of a suite.
	Property struct {
		Name  string `xml:"name,attr"`
		Value string `xml:"value,attr"`
	}
	// A Case is a test; it passed unless it is skipped, an error or a failure.
	Case struct {
		Name      string   `xml:"name,attr"`
		ClassName string   `xml:"classname,attr"`
		Time      string   `xml:"time,attr"`
		Skipped   *Message `xml:"skipped,omitempty"`
		Error     *Message `xml:"error,omitempty"`
		Failure   *Message `xml:"failure,omitempty"`
		Out       string   `xml:"system-out,omitempty"`
	}
	// A Message says why a test did not pass.
	Message struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr,omitempty"`
		Text    string `xml:",chardata"`
	}
)

// WriteJUnit writes suites, with the sums of their tests.
func WriteJUnit(w io.Writer, of []Suite) error {
	all := suites{Name: "longpole", Suites: of}
	var took time.Duration
	for i := range of {
		s := &of[i]
		took += s.Took
		s.Time = Seconds(s.Took)
		all.Tests += s.Tests
		all.Failures += s.Failures
		all.Errors += s.Errors
	}
	all.Time = Seconds(took)
	text, err := xml.MarshalIndent(all, "", "  ")
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, xml.Header+string(text)+"\n")
	return err
}

// Add adds a test.
func (s *Suite) Add(c Case) {
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

// Seconds writes nanoseconds as seconds without a float in between.
func Seconds(d time.Duration) string {
	s := fmt.Sprintf("%d.%09d", d/time.Second, d%time.Second)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}
