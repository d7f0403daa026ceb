package page

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// markdownActs lists the characters that some dialect of Markdown gives a meaning within a line.
const markdownActs = "|`<&@![]{}*_~#\\:$^"

// forMarkdown makes a name safe within a paragraph, a list or a table of Markdown. What has a
// meaning becomes an entity: a backslash would not stop autolinks and the ends of table cells
// everywhere, and code spans end at the first backtick of a name. Forges look for mentions and
// references in what was rendered, where an entity is what it stands for: a break of no width
// follows those.
func forMarkdown(name string) string {
	var b strings.Builder
	safe := ForTerminal(name)
	for i, r := range safe {
		if strings.ContainsRune(markdownActs, r) || beginsBlock(i, r) || endsHost(safe[:i], r) {
			fmt.Fprintf(&b, "&#%d;", r)
		} else {
			b.WriteRune(r)
		}
		if refers(safe[:i], r, safe[i+utf8.RuneLen(r):]) {
			b.WriteString(noWidth)
		}
	}
	return b.String()
}

const (
	// referring lists the characters that make a mention or a reference of the word behind them, on
	// GitHub or GitLab.
	referring = "@#!$%&~^*"

	noWidth = "&#8203;"
)

// refers reports whether r, between before and behind, may make a mention or a reference: @somebody,
// #123, GH-123.
func refers(before string, r rune, behind string) bool {
	next, _ := utf8.DecodeRuneInString(behind)
	if r == '-' {
		return len(before) >= 2 && strings.EqualFold(before[len(before)-2:], "gh") && unicode.IsDigit(next)
	}
	return strings.ContainsRune(referring, r) && (unicode.IsLetter(next) || unicode.IsDigit(next) || next == '_' || next == '"')
}

// beginsBlock reports whether r at the start of a name could begin a list or a rule.
func beginsBlock(i int, r rune) bool {
	return i == 0 && r < 0x80 && !unicode.IsLetter(r)
}

// endsHost reports whether r is the point of "www.", which becomes a link by itself.
func endsHost(before string, r rune) bool {
	return r == '.' && len(before) >= 3 && strings.EqualFold(before[len(before)-3:], "www")
}
