package report

import (
	"fmt"
	"io"
	"strings"
)

// A Format is a way to write a report.
type Format struct {
	Name string // as in -o NAME=FILE
	Doc  string // one line of help
	// Extension is what files of this format usually end with, without the dot.
	Extension string
	// Gate: the output is about what a plan says and means nothing without one.
	Gate bool
	// Write writes all of r to w. It returns only errors of w.
	Write func(w io.Writer, r *Report, s Style) error
}

// Formats lists every output in the order of the help.
var Formats = []Format{
	text,
	markdown,
	jsonFormat,
	htmlFormat,
	csvFormat,
	junitFormat,
	sarifFormat,
	githubFormat,
	gitlabFormat,
	openMetricsFormat,
}

// FormatOf returns the format of that name; the error lists those that there are.
func FormatOf(name string) (Format, error) {
	var known []string
	for _, f := range Formats {
		if f.Name == name {
			return f, nil
		}
		known = append(known, f.Name)
	}
	return Format{}, fmt.Errorf("unknown output format %q; known are %s", name, strings.Join(known, ", "))
}

// Style is what the place of output can show. Only outputs for terminals ask for it. The zero
// value is plain text of no more than 120 columns.
type Style struct {
	Width int  // in columns; 120 if zero
	Color bool // ANSI colours are welcome
	ASCII bool // nothing but ASCII can be shown
}
