package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/quality"
)

// A Doctor says what traces are good for: what was read, repaired and left out, what they
// lack, and what that costs the verdicts.
type Doctor struct {
	Answer   Phrase // the first line: fit for verdicts or not, and why
	Sections []Section
	Fitness  quality.Fitness
	result   *analyze.Result
	found    *quality.Result
}

// NewDoctor decides what to say of traces that were analysed and surveyed.
func NewDoctor(res *analyze.Result, found *quality.Result) *Doctor {
	d := &Doctor{Fitness: quality.Judge(res, found), result: res, found: found}
	d.Answer = d.answer()
	d.Sections = d.filled(d.read(), d.costs(), d.missing(), d.sampling(), d.clocks(), d.ledger())
	return d
}

// filled leaves out sections with nothing in them.
func (d *Doctor) filled(all ...Section) (some []Section) {
	for _, s := range all {
		if len(s.Items) > 0 {
			some = append(some, s)
		}
	}
	return some
}

// A DoctorFormat is a way to write what a Doctor says.
type DoctorFormat struct {
	Name string
	// Write writes all of d to w. It returns only errors of w.
	Write func(w io.Writer, d *Doctor, s Style) error
}

// DoctorFormats lists the outputs in the order of the help.
var DoctorFormats = []DoctorFormat{
	{text.Name, likeReport(text)},
	{markdown.Name, likeReport(markdown)},
	{jsonFormat.Name, writeDoctorJSON},
}

// likeReport writes in a format that asks of a report only what a Doctor has, too.
func likeReport(f Format) func(io.Writer, *Doctor, Style) error {
	return func(w io.Writer, d *Doctor, s Style) error {
		return f.Write(w, &Report{Answer: d.Answer, Sections: d.Sections}, s)
	}
}

// DoctorFormatOf returns the format of that name; the error lists those that there are.
func DoctorFormatOf(name string) (DoctorFormat, error) {
	var known []string
	for _, f := range DoctorFormats {
		if f.Name == name {
			return f, nil
		}
		known = append(known, f.Name)
	}
	return DoctorFormat{}, fmt.Errorf("doctor does not write %q; it writes %s", name, strings.Join(known, ", "))
}
