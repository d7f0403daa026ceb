package strictyaml

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/agnivade/levenshtein"
)

// Nearest returns "; did you mean ...?" for the known name that is closest to what was
// written, or a list of the known names if none is close.
func Nearest(got string, known []string) string {
	best, least := "", len(got)/3+2
	for _, k := range known {
		if d := levenshtein.ComputeDistance(strings.ToLower(got), strings.ToLower(k)); d < least {
			best, least = k, d
		}
	}
	switch {
	case best != "":
		return fmt.Sprintf("; did you mean %q?", best)
	case len(known) == 0 || len(known) > 24:
		return ""
	}
	return "; known are " + strings.Join(known, ", ")
}

// Printable escapes whatever could act on a terminal; the parser's messages quote raw bytes.
func Printable(s string) string {
	var b strings.Builder
	for _, c := range s {
		if strconv.IsPrint(c) {
			b.WriteRune(c)
			continue
		}
		b.WriteString(strings.Trim(strconv.QuoteRune(c), "'"))
	}
	return b.String()
}

// Cut returns the first n bytes of a text, and says if there were more.
func Cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + "..."
}

// Quoted returns the beginning of a name, quoted.
func Quoted(s string) string { return fmt.Sprintf("%q", Cut(s, 60)) }
