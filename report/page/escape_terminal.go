package page

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// longestName is how many runes of a name are ever shown.
const longestName = 200

// ForTerminal makes a name safe to print, and cuts it where it is longer than anybody reads.
func ForTerminal(name string) string { return EscapeTerminal(cutName(name)) }

// cutName keeps the first runes of a name.
func cutName(name string) string {
	if len(name) <= longestName {
		return name
	}
	n := 0
	for i := range name {
		if n == longestName {
			return name[:i] + "…"
		}
		n++
	}
	return name
}

// EscapeTerminal makes a text from a file safe to print where a terminal, or the log of a CI
// system that looks for commands, will read it. What could act or could not be seen is spelled
// out: an escape character becomes \u001b, a newline \u000a.
func EscapeTerminal(s string) string {
	if isPlain(s) {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == utf8.RuneError && isBroken(s[i:]):
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case isInvisible(r) || (strings.ContainsRune(":#", r) && opensCommand(s, i)):
			b.WriteString(spelled(r))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// isPlain reports whether s holds nothing but what can be neither invisible nor a command, as
// almost every name does.
func isPlain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == ':' || c == '#' {
			return false
		}
	}
	return true
}

func isBroken(s string) bool {
	_, size := utf8.DecodeRuneInString(s)
	return size == 1
}

// isInvisible reports whether r is a character that a reader does not see: controls, marks of
// writing direction, joiners, variation selectors, separators other than the space.
func isInvisible(r rune) bool {
	switch {
	case r == ' ':
		return false
	case r >= 0x20 && r < 0x7f:
		return false
	case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs, unicode.Z,
		unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point):
		return true
	}
	return r >= 0xfff0 && r <= 0xfffc || r&0xfffe == 0xfffe
}

// opensCommand reports whether the character at i begins a command of a CI system: GitHub's
// :: at the start of a line (or of a word, should a line be broken there) and ##[ anywhere,
// Azure's ##vso[ and TeamCity's ##teamcity[.
func opensCommand(s string, i int) bool {
	rest := s[i:]
	switch {
	case strings.HasPrefix(rest, "::"):
		return i == 0 || strings.ContainsRune(" \t\r\n", rune(s[i-1]))
	case strings.HasPrefix(rest, "##"):
		command := strings.TrimLeftFunc(rest[2:], unicode.IsLetter)
		return strings.HasPrefix(command, "[")
	}
	return false
}

func spelled(r rune) string {
	if r > 0xffff {
		return fmt.Sprintf(`\U%08x`, r)
	}
	return fmt.Sprintf(`\u%04x`, r)
}

// forASCII is ForTerminal for a terminal that shows nothing else than ASCII.
func forASCII(s string) string {
	var b strings.Builder
	for _, r := range ForTerminal(s) {
		switch {
		case r == '…':
			b.WriteString("...")
		case r > 0x7e:
			b.WriteString(spelled(r))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// ForSpreadsheet makes a name safe in a cell that a spreadsheet may take for a formula.
func ForSpreadsheet(name string) string {
	safe := ForTerminal(name)
	if strings.ContainsAny(safe[:min(1, len(safe))], "=+-@\t\r") {
		return "'" + safe
	}
	return safe
}
