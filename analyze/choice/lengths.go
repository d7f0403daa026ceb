package choice

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// lengthCall stands in an expression where a length of time was written: the language has numbers
// without units only.
const lengthCall = "length_of_time"

var lengthOfTime = regexp.MustCompile(`^(?:[0-9]+(?:\.[0-9]+)?(?:ns|us|µs|ms|s|m|h))+`)

// A rewrite is a text in which lengths of time stand as calls, and how much longer it became where.
type rewrite struct {
	written string
	text    string
	grown   []growth
}

type growth struct{ at, by int } // in runes of the new text

// rewriteLengths writes 1.5s as a call that returns it, but not inside of texts or names.
func rewriteLengths(text string) rewrite {
	r := rewrite{written: text}
	var out strings.Builder
	for at := 0; at < len(text); {
		if n := quoted(text[at:]); n > 0 {
			out.WriteString(text[at : at+n])
			at += n
			continue
		}
		if n := word(text[at:]); n > 0 {
			r.write(&out, text[at:at+n])
			at += n
			continue
		}
		_, n := utf8.DecodeRuneInString(text[at:])
		out.WriteString(text[at : at+n])
		at += n
	}
	r.text = out.String()
	return r
}

// write writes a name or a number.
func (r *rewrite) write(out *strings.Builder, w string) {
	d, err := time.ParseDuration(w)
	if lengthOfTime.FindString(w) != w || err != nil {
		out.WriteString(w)
		return
	}
	call := lengthCall + "(" + strconv.FormatInt(int64(d), 10) + ")"
	out.WriteString(call)
	r.grown = append(r.grown, growth{utf8.RuneCountInString(out.String()), utf8.RuneCountInString(call) - utf8.RuneCountInString(w)})
}

// quoted returns the length of the text in quotes that s begins with, zero if it begins with none.
func quoted(s string) int {
	q := s[0]
	if q != '"' && q != '\'' && q != '`' {
		return 0
	}
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '\\' && q != '`':
			i++
		case s[i] == q:
			return i + 1
		}
	}
	return len(s)
}

var wordAt = regexp.MustCompile(`^(?:[\pL_$][\pL\pN_$]*|[0-9][\pL\pN_]*(?:\.[0-9][\pL\pN_]*)*)`)

// word returns the length of the name or the number that s begins with.
func word(s string) int { return len(wordAt.FindString(s)) }

// column returns where in the text that was written a place of the new one is, from 1.
func (r *rewrite) column(at int) int {
	column := at
	for _, g := range r.grown {
		switch {
		case at >= g.at:
			column -= g.by
		case at > g.at-g.by:
			column -= at - (g.at - g.by)
		}
	}
	return column + 1
}
