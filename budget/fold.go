package budget

import (
	"strings"
	"unicode/utf8"
)

// maxName is the longest name, in bytes, that is folded; the rest is cut off.
const maxName = 200

// Fold puts a placeholder for everything in a name that looks like one of many: numbers, ids,
// hashes and tokens become {id}, and there are {email}, {date} and {ip}. Words that only hold a
// digit (v1, oauth2, s3, us-east-1) stay. What is folded stays as it is when folded again.
//
//	GET /users/42/orders/6f1e...  ->  GET /users/{id}/orders/{id}
func Fold(name string) string {
	name = shorten(name)
	if !strings.ContainsAny(name, foldable) {
		return name
	}
	s, again := foldOnce(name)
	for n := 0; n < 3 && (again || len(s) > maxName); n++ {
		before := s
		if s, again = foldOnce(shorten(before)); s == before {
			break
		}
	}
	return s
}

// foldable are the bytes without one of which a name holds nothing to fold.
const foldable = "0123456789@?%"

// shorten cuts a name at maxName bytes, at a separator if there is one near.
func shorten(s string) string {
	if len(s) <= maxName {
		return s
	}
	s = s[:maxName]
	if i := strings.LastIndexAny(s, " /"); i > maxName/2 {
		s = s[:i]
	}
	for s != "" && !utf8.ValidString(s) && !utf8.RuneStart(s[len(s)-1]) {
		s = s[:len(s)-1]
	}
	return s
}

// foldOnce also says whether folding its result may change it again: where something rare was
// cut out, or parts of a word were folded and the others now stand in another word.
func foldOnce(s string) (folded string, again bool) {
	s = withoutQuery(s)
	f := folder{again: isRare(s)}
	f.b.Grow(len(s))
	at := 0
	for _, m := range specials(s) {
		f.words(s[at:m.from])
		f.b.WriteString(m.kept(s))
		at = m.to
	}
	f.words(s[at:])
	return f.b.String(), f.again
}

// A folder writes a folded name.
type folder struct {
	b     strings.Builder
	again bool
}

// withoutQuery cuts the query string off a path. The ? of a SQL parameter stands alone.
func withoutQuery(s string) string {
	path, query, found := strings.Cut(s, "?")
	if !found || !strings.Contains(path, "/") || strings.HasSuffix(path, " ") {
		return s
	}
	if key, _, found := strings.Cut(query, "="); !found || strings.ContainsAny(key, " ()") {
		return s
	}
	return path
}

// separators are the bytes that end a word.
var separators = byteSet(" \t\r\n/:=#()[],;|&\"'`<>{}!?*+~$^\\@%")

func byteSet(bytes string) (set [256]bool) {
	for i := range len(bytes) {
		set[bytes[i]] = true
	}
	return set
}

func (f *folder) words(s string) {
	from, digits := 0, false
	for i := range len(s) {
		c := s[i]
		if digits = digits || isDigit(c); !separators[c] {
			continue
		}
		f.word(s[from:i], digits)
		f.b.WriteByte(c)
		from, digits = i+1, false
	}
	f.word(s[from:], digits)
}

// word folds one run without separators: as a whole, or part by part between - . and _.
func (f *folder) word(w string, digits bool) {
	switch {
	case !digits:
		f.b.WriteString(w)
		return
	case isNumber(w):
		f.b.WriteString("{id}")
		return
	}
	for first := true; w != ""; first = false {
		end := strings.IndexAny(w, "-._")
		if end < 0 {
			f.part(w, !first)
			return
		}
		if first && isFile(w, end) {
			f.b.WriteString("{id}")
			f.again = true
		} else {
			f.part(w[:end], true)
		}
		f.b.WriteByte(w[end])
		w = w[end+1:]
	}
}

// part folds one part; beside: the word has others.
func (f *folder) part(p string, beside bool) {
	folded := foldPart(p)
	f.again = f.again || (beside && folded != p)
	f.b.WriteString(folded)
}

// isFile reports whether w is a number with a file's extension, 42.png.
func isFile(w string, dot int) bool {
	return w[dot] == '.' && isDigits(w[:dot]) && dot+1 < len(w) && !isDigit(w[dot+1])
}

// foldPart folds a part of a word. Short numbers stay: they belong to regions, versions and standards.
func foldPart(p string) string {
	switch {
	case len(p) >= 4 && isDigits(p), isHash(p), isToken(p):
		return "{id}"
	case longestRun(p) < 5:
		return p
	}
	if i := strings.IndexAny(p, "0123456789"); i >= 3 {
		return p[:i] + "{id}"
	}
	return "{id}"
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// isNumber accepts 42, 4.2, -42 and 0x2a.
func isNumber(w string) bool {
	w = strings.TrimPrefix(w, "-")
	if hex, ok := strings.CutPrefix(w, "0x"); ok {
		return hex != "" && strings.Trim(hex, "0123456789abcdefABCDEF") == ""
	}
	whole, fraction, found := strings.Cut(w, ".")
	return isDigits(whole) && (!found || isDigits(fraction))
}

// isHash accepts eight or more hex digits that are not all letters.
func isHash(p string) bool {
	return len(p) >= 8 && count(p, isDigit) >= 2 && strings.Trim(p, "0123456789abcdefABCDEF") == ""
}

// isToken accepts what looks drawn at random: changing often between letters and digits, as base64,
// ULIDs and object ids do and words do not. Capitals alone need less: 9SIQT8TOJO is no word.
func isToken(w string) bool {
	digits, lowers, changes := 0, 0, 0
	for i := range len(w) {
		switch c := w[i]; {
		case isDigit(c):
			digits++
		case !isLetter(c):
			return false
		case c >= 'a':
			lowers++
		}
		if i > 0 && isDigit(w[i]) != isDigit(w[i-1]) {
			changes++
		}
	}
	if lowers == 0 && len(w) >= 8 {
		return digits >= 2 && changes >= 2
	}
	return len(w) >= 16 && digits >= 3 && digits*8 >= len(w) && changes >= 4
}

func isLetter(c byte) bool { return 'a' <= lower(c) && lower(c) <= 'z' }

func count(s string, is func(byte) bool) (n int) {
	for i := range len(s) {
		if is(s[i]) {
			n++
		}
	}
	return n
}

// longestRun returns the length of the longest run of digits.
func longestRun(s string) (longest int) {
	run := 0
	for i := range len(s) {
		run++
		if !isDigit(s[i]) {
			run = 0
		}
		longest = max(longest, run)
	}
	return longest
}
