package semconv

import (
	"bytes"
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
	if len(name) <= maxName && !strings.ContainsAny(name, foldable) {
		return name
	}
	return string(AppendFold(nil, []byte(name)))
}

// AppendFold appends what Fold makes of name.
func AppendFold(dst, name []byte) []byte {
	name = shorten(name)
	if indexIn(name, &foldableBytes) < 0 {
		return append(dst, name...)
	}
	from := len(dst)
	dst, again := foldOnce(dst, name)
	for n := 0; n < 3 && (again || len(dst)-from > maxName); n++ {
		before := bytes.Clone(dst[from:])
		if dst, again = foldOnce(dst[:from], shorten(before)); bytes.Equal(dst[from:], before) {
			break
		}
	}
	return dst
}

// foldable are the bytes without one of which a name holds nothing to fold.
const foldable = "0123456789@?%"

var foldableBytes = byteSet(foldable)

// shorten cuts a name at maxName bytes, at a separator if there is one near.
func shorten(s []byte) []byte {
	if len(s) <= maxName {
		return s
	}
	s = s[:maxName]
	if i := bytes.LastIndexAny(s, " /"); i > maxName/2 {
		s = s[:i]
	}
	for len(s) > 0 && !utf8.Valid(s) && !utf8.RuneStart(s[len(s)-1]) {
		s = s[:len(s)-1]
	}
	return s
}

// foldOnce also says whether folding its result may change it again: where something rare was
// cut out, or parts of a word were folded and the others now stand in another word.
func foldOnce(dst, s []byte) (folded []byte, again bool) {
	s = withoutQuery(s)
	rare := isRare(s)
	f := folder{out: dst, again: rare}
	at := 0
	var few [8]match
	for _, m := range specials(few[:0], s, rare) {
		f.words(s[at:m.from])
		f.out = m.append(f.out, s)
		at = m.to
	}
	f.words(s[at:])
	return f.out, f.again
}

// A folder writes a folded name.
type folder struct {
	out   []byte
	again bool
}

// withoutQuery cuts the query string off a path. The ? of a SQL parameter stands alone.
func withoutQuery(s []byte) []byte {
	path, query, found := bytes.Cut(s, []byte("?"))
	if !found || bytes.IndexByte(path, '/') < 0 || bytes.HasSuffix(path, []byte(" ")) {
		return s
	}
	if key, _, found := bytes.Cut(query, []byte("=")); !found || bytes.ContainsAny(key, " ()") {
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

// indexIn returns where the first byte of a set stands in s; -1 if there is none.
func indexIn(s []byte, set *[256]bool) int {
	for i, c := range s {
		if set[c] {
			return i
		}
	}
	return -1
}

// partEnds are the bytes that end a part of a word.
var partEnds, digitBytes = byteSet("-._"), byteSet("0123456789")

func (f *folder) words(s []byte) {
	from, digits := 0, false
	for i, c := range s {
		if digits = digits || isDigit(c); !separators[c] {
			continue
		}
		f.word(s[from:i], digits)
		f.out = append(f.out, c)
		from, digits = i+1, false
	}
	f.word(s[from:], digits)
}

// word folds one run without separators: as a whole, or part by part between - . and _.
func (f *folder) word(w []byte, digits bool) {
	switch {
	case !digits:
		f.out = append(f.out, w...)
		return
	case isNumber(w):
		f.out = append(f.out, "{id}"...)
		return
	}
	for first := true; len(w) > 0; first = false {
		end := indexIn(w, &partEnds)
		if end < 0 {
			f.part(w, !first)
			return
		}
		if first && isFile(w, end) {
			f.out = append(f.out, "{id}"...)
			f.again = true
		} else {
			f.part(w[:end], true)
		}
		f.out = append(f.out, w[end])
		w = w[end+1:]
	}
}

// part folds one part; beside: the word has others.
func (f *folder) part(p []byte, beside bool) {
	kept := foldPart(p)
	if kept == len(p) {
		f.out = append(f.out, p...)
		return
	}
	f.out = append(append(f.out, p[:kept]...), "{id}"...)
	f.again = f.again || beside
}

// isFile reports whether w is a number with a file's extension, 42.png.
func isFile(w []byte, dot int) bool {
	return w[dot] == '.' && isDigits(w[:dot]) && dot+1 < len(w) && !isDigit(w[dot+1])
}

// foldPart returns how many bytes of a part of a word stay; what follows them is an id. Short
// numbers stay: they belong to regions, versions and standards.
func foldPart(p []byte) (kept int) {
	switch {
	case len(p) >= 4 && isDigits(p), isHash(p), isToken(p):
		return 0
	case longestRun(p) < 5:
		return len(p)
	}
	if i := indexIn(p, &digitBytes); i >= 3 {
		return i
	}
	return 0
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isDigits(s []byte) bool { return len(s) > 0 && count(s, isDigit) == len(s) }

// isNumber accepts 42, 4.2, -42 and 0x2a.
func isNumber(w []byte) bool {
	w = bytes.TrimPrefix(w, []byte("-"))
	if hex, ok := bytes.CutPrefix(w, []byte("0x")); ok {
		return len(hex) > 0 && count(hex, isHexDigit) == len(hex)
	}
	whole, fraction, found := bytes.Cut(w, []byte("."))
	return isDigits(whole) && (!found || isDigits(fraction))
}

// isHash accepts eight or more hex digits that are not all letters.
func isHash(p []byte) bool {
	return len(p) >= 8 && count(p, isHexDigit) == len(p) && count(p, isDigit) >= 2
}

// isToken accepts what looks drawn at random: changing often between letters and digits, as base64,
// ULIDs and object ids do and words do not. Capitals alone need less: 9SIQT8TOJO is no word.
func isToken(w []byte) bool {
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

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

func count(s []byte, is func(byte) bool) (n int) {
	for i := range len(s) {
		if is(s[i]) {
			n++
		}
	}
	return n
}

// longestRun returns the length of the longest run of digits.
func longestRun(s []byte) (longest int) {
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
