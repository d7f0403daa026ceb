package errtext

import (
	"errors"
	"os"
	"strconv"
)

// Printable returns text as it is if there is any and nothing in it could act on a terminal, else quoted.
func Printable(text string) string {
	if q := strconv.Quote(text); text == "" || q != `"`+text+`"` {
		return q
	}
	return text
}

// Cause strips the path, for messages that name it themselves.
func Cause(err error) error {
	var pe *os.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}

// Quoted spells the beginning of text that nobody checked, in quotes.
func Quoted(text []byte) string {
	return strconv.Quote(string(text[:min(len(text), 60)]))
}
