package page

import "io"

// A Format is a way to write a T.
type Format[T any] struct {
	Name string // as in -o NAME=FILE
	Doc  string // one line of help
	// Extension is what files of this format usually end with, without the dot.
	Extension string
	// Gate: the output is about what a plan says and means nothing without one.
	Gate bool
	// Prose: whoever reads the output is told in it, in words, what was wrong with the input.
	Prose bool
	// Draws: the output draws the pictures of a page.
	Draws bool
	// Write writes all of v to w. It returns only errors of w.
	Write func(w io.Writer, v T, s Style) error
}

// String returns the name.
func (f Format[T]) String() string { return f.Name }

// Formats lists the outputs that write any page, in the order of the help.
var Formats = []Format[*Page]{
	Text,
	Markdown,
	JSON,
	HTML,
}

// Of returns a table of formats for what has a page.
func Of[T any](formats []Format[*Page], pageOf func(T) *Page) (all []Format[T]) {
	for _, f := range formats {
		write := func(w io.Writer, v T, s Style) error { return f.Write(w, pageOf(v), s) }
		all = append(all, Format[T]{Name: f.Name, Doc: f.Doc, Extension: f.Extension, Gate: f.Gate, Prose: f.Prose, Draws: f.Draws, Write: write})
	}
	return all
}

// Style is what the place of output can show. Only outputs for terminals ask for it. The zero
// value is plain text of no more than 120 columns.
type Style struct {
	// Fit is how many bytes the output may take; 0 is any number. Outputs for people and json ask for it.
	Fit   int64
	Width int  // in columns; 120 if zero
	Color bool // ANSI colours are welcome
	ASCII bool // nothing but ASCII can be shown
}
