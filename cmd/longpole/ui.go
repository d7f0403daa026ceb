package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/longpole/longpole/ingest"
	"github.com/longpole/longpole/report/page"
)

// How longpole talks: results go to stdout; everything else goes to stderr, one line each,
// starting with "longpole:", in lower case and without a full stop; a refusal is followed by
// a line that says what to do next. Text from files is escaped before it is shown.

// Exit codes, a contract with scripts.
const (
	exitOK           = 0
	exitGateFailed   = 1
	exitUsage        = 2
	exitInput        = 3
	exitInconclusive = 4
	exitOutput       = 5   // also a temporary file: neither the input nor the plan is to blame
	exitInterrupted  = 130 // as shells say of a command that SIGINT ended
)

// A failure ends a command: what went wrong, what to do, and the exit code that says so.
type failure struct {
	code int
	err  error
	hint string
}

func (f *failure) Error() string { return f.err.Error() }
func (f *failure) Unwrap() error { return f.err }

func failf(code int, hint, format string, args ...any) *failure {
	return &failure{code, fmt.Errorf(format, args...), hint}
}

// complain prints err, which ended command, and returns the exit code that it calls for. Errors that
// no command made come from the parsing of flags. Whoever used a command wrongly gets a next step.
func complain(stderr io.Writer, command string, err error) int {
	if err == nil {
		return exitOK
	}
	var f *failure
	if !errors.As(err, &f) {
		f = failf(exitUsage, "", "%w", err)
	}
	if f.code == exitUsage && !errors.Is(f.err, errSaid) {
		f.hint = cmp.Or(f.hint, command+" --help says how it is used")
	}
	for _, e := range separate(f.err) {
		say(stderr, "%s", e)
		var file *ingest.FileError
		if errors.As(e, &file) && file.Hint != "" {
			sayMore(stderr, file.Hint)
		}
	}
	if f.hint != "" {
		sayMore(stderr, f.hint)
	}
	return f.code
}

// separate takes joined errors apart, also inside of errors that say nothing of their own, so
// that each has its own line.
func separate(err error) (all []error) {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range joined.Unwrap() {
			all = append(all, separate(e)...)
		}
		return all
	}
	if inner := errors.Unwrap(err); inner != nil && inner.Error() == err.Error() {
		return separate(inner)
	}
	return []error{err}
}

// errSaid ends a command of which everything is said already.
var errSaid = said{}

type said struct{}

func (said) Error() string   { return "" }
func (said) Unwrap() []error { return nil }

func say(w io.Writer, format string, args ...any) {
	fmt.Fprintf(w, "longpole: %s\n", oneLine(fmt.Sprintf(format, args...)))
}

func sayMore(w io.Writer, hint string) { fmt.Fprintf(w, "  try: %s\n", oneLine(hint)) }

// oneLine keeps a message from a library or a file name from starting a line of its own.
func oneLine(s string) string { return strings.Join(strings.Fields(page.EscapeTerminal(s)), " ") }
