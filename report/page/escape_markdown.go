package page

import (
	"fmt"
	"strings"
	"unicode"
)

// markdownActs lists the characters that some dialect of Markdown gives a meaning within a line.
const markdownActs = "|`<&@![]{}*_~#\\:$^"

// forMarkdown makes a name safe within a paragraph, a list or a table of Markdown. What has a
// meaning becomes an entity: a backslash would not stop mentions, autolinks and the ends of
// table cells everywhere, and code spans end at the first backtick of a name.
func forMarkdown(name string) string {
	var b strings.Builder
	safe := ForTerminal(name)
	for i, r := range safe {
		if strings.ContainsRune(markdownActs, r) || beginsBlock(i, r) || endsHost(safe[:i], r) {
			fmt.Fprintf(&b, "&#%d;", r)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// beginsBlock reports whether r at the start of a name could begin a list or a rule.
func beginsBlock(i int, r rune) bool {
	return i == 0 && r < 0x80 && !unicode.IsLetter(r)
}

// endsHost reports whether r is the point of "www.", which becomes a link by itself.
func endsHost(before string, r rune) bool {
	return r == '.' && len(before) >= 3 && strings.EqualFold(before[len(before)-3:], "www")
}
