package ci

import (
	"fmt"
	"io"
	"strings"
)

// An Annotation is a line that GitHub shows beside a workflow's steps.
type Annotation struct {
	Level string // error, warning or notice
	File  string // in the repository; empty if it is about none
	Line  int
	Title string
	Text  string
}

// WriteGitHub writes an annotation as a command of a workflow.
func WriteGitHub(w io.Writer, a Annotation) error {
	at := ""
	if a.File != "" {
		at = fmt.Sprintf("file=%s,line=%d,", property(a.File), max(a.Line, 1))
	}
	_, err := fmt.Fprintf(w, "::%s %stitle=%s::%s\n", a.Level, at, property(a.Title), text(a.Text))
	return err
}

// text escapes a message of a workflow command.
func text(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s)
}

// property escapes a property of a workflow command.
func property(s string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(text(s))
}
