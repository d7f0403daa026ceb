package layout

import (
	"strings"

	"github.com/mattn/go-runewidth"
)

// plain measures without asking the environment for a locale, so that the same text has the
// same width everywhere.
var plain = &runewidth.Condition{EastAsianWidth: false, StrictEmojiNeutral: true}

// Width returns how many columns s takes on a terminal.
func Width(s string) int { return plain.StringWidth(s) }

// Cut shortens s to at most width columns and marks the cut with an ellipsis.
func Cut(s string, width int, ellipsis string) string {
	if Width(s) <= width {
		return s
	}
	if width <= Width(ellipsis) {
		return plain.Truncate(s, max(width, 0), "")
	}
	return plain.Truncate(s, width, ellipsis)
}

// Wrap breaks s at spaces into lines of at most width columns; a word that is longer has a
// line of its own. A width of zero or less breaks nothing.
func Wrap(s string, width int) []string {
	if width <= 0 || Width(s) <= width {
		return []string{s}
	}
	var lines []string
	line := ""
	for word := range strings.SplitSeq(s, " ") {
		if line != "" && Width(line)+1+Width(word) > width {
			lines = append(lines, line)
			line = word
			continue
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(lines, line)
}
