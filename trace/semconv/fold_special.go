package semconv

import (
	"bytes"
	"regexp"
	"strings"
)

// special finds what must be seen whole: what is folded already or is a template, addresses and
// dates that hold separators, and numbers that are part of a word (HTTP/1.1, shop.svc:8080).
var special = regexp.MustCompile(strings.Join([]string{
	`\{[^{}]*\}|<[^<>]*>`,
	`(?P<email>[\w.+%-]+(?:@|%40)[\w-]+(?:\.[\w-]+)+)`,
	`(?P<id>\b[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\b)`,
	`(?P<date>\b[12]\d{3}-[01]\d-[0-3]\d(?:[T ][0-2]\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?\b)`,
	`(?P<ip>\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?::\d+)?\b)`,
	`HTTP/\d(?:\.\d)?`,
	`[A-Za-z][\w-]*(?:\.[\w-]+)+:\d{2,5}\b|localhost:\d{2,5}\b`,
}, "|"))

// A match is a stretch of a name that special finds.
type match struct {
	from, to int
	group    string // what it is; "" for what stays as it is
}

// append appends what stands for the match in a folded name.
func (m match) append(dst, s []byte) []byte {
	if m.group == "" {
		return append(dst, s[m.from:m.to]...)
	}
	return append(append(append(dst, '{'), m.group...), '}')
}

// specials appends all that special finds in s. The expression costs a hundred times what
// folding the words does, so it is asked only where it can find more than templates and
// UUIDs, which nearly all special names of nearly all traces are.
func specials(out []match, s []byte, rare bool) []match {
	if rare {
		return expressed(out, s)
	}
	return plainSpecials(out, s)
}

func expressed(out []match, s []byte) []match {
	for _, m := range special.FindAllSubmatchIndex(s, -1) {
		found := match{from: m[0], to: m[1]}
		for i, group := range special.SubexpNames() {
			if i > 0 && m[2*i] >= 0 {
				found.group = group
			}
		}
		out = append(out, found)
	}
	return out
}

// rareBytes are those that isRare looks at twice.
var rareBytes = byteSet("@%:-.H")

// isRare reports whether s has what no match of the other alternatives can do without: an @,
// a port or a time behind a colon, the dashes of a date, three dots between digits, HTTP/.
func isRare(s []byte) bool {
	dots := 0
	for i, c := range s {
		if !rareBytes[c] {
			continue
		}
		switch rest := s[i:]; c {
		case '@':
			return true
		case '%':
			if bytes.HasPrefix(rest, []byte("%40")) {
				return true
			}
		case ':':
			if len(rest) > 1 && isDigit(rest[1]) {
				return true
			}
		case '-':
			if isDateDash(s, i) {
				return true
			}
		case '.':
			if i > 0 && isDigit(s[i-1]) && len(rest) > 1 && isDigit(rest[1]) {
				dots++
			}
		case 'H':
			if bytes.HasPrefix(rest, []byte("HTTP/")) {
				return true
			}
		}
	}
	return dots >= 3
}

// isDateDash reports whether the dash at i may be the first one of 2006-01-02.
func isDateDash(s []byte, i int) bool {
	return i >= 4 && i+3 < len(s) && s[i+3] == '-' && isDigits(s[i-4:i]) && isDigits(s[i+1:i+3])
}

// plainSpecials returns templates and UUIDs.
func plainSpecials(out []match, s []byte) []match {
	for i := 0; i < len(s); i++ {
		m := match{from: i}
		switch {
		case s[i] == '{':
			m.to = templateEnd(s, i, "{}")
		case s[i] == '<':
			m.to = templateEnd(s, i, "<>")
		case i+8 < len(s) && s[i+8] == '-' && isUUID(s, i):
			m.to, m.group = i+uuidLen, "id"
		}
		if m.to > i {
			out = append(out, m)
			i = m.to - 1
		}
	}
	return out
}

// templateEnd returns where the template that the bracket at i opens ends; 0 if it is none.
func templateEnd(s []byte, i int, brackets string) int {
	n := bytes.IndexAny(s[i+1:], brackets)
	if n < 0 || s[i+1+n] != brackets[1] {
		return 0
	}
	return i + n + 2
}

const uuidLen = 36

// isUUID reports whether a UUID stands at i, and is no part of a word.
func isUUID(s []byte, i int) bool {
	if len(s)-i < uuidLen || (i > 0 && isWordByte(s[i-1])) || (len(s)-i > uuidLen && isWordByte(s[i+uuidLen])) {
		return false
	}
	for k := range uuidLen {
		dash := k == 8 || k == 13 || k == 18 || k == 23
		if c := s[i+k]; dash != (c == '-') || (!dash && !isHexDigit(c)) {
			return false
		}
	}
	return true
}

func isHexDigit(c byte) bool { return isDigit(c) || ('a' <= c|0x20 && c|0x20 <= 'f') }

func isWordByte(c byte) bool { return isDigit(c) || isLetter(c) || c == '_' }
