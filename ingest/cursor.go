package ingest

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"
)

// A cursor reads one JSON value that is in memory whole, in any layout. Its loops are
// those of the window:
//
//	for c.open('{'); c.key(); {
//		switch string(c.name) {
//		case "name":
//			name = c.text()
//		default:
//			c.skip()
//		}
//	}
//
// It never recurses. bad is set once something is not JSON, and ends all loops.
type cursor struct {
	b     []byte
	p     int
	name  []byte
	fresh bool
	shut  bool
	bad   string
	skim  skipper
}

func (c *cursor) reset(b []byte) {
	c.b, c.p, c.bad = b, 0, ""
	c.fresh, c.shut = false, false
}

func (c *cursor) peek() byte {
	for ; c.p < len(c.b); c.p++ {
		if b := c.b[c.p]; b > ' ' {
			return b
		}
	}
	return 0
}

func (c *cursor) fail(what string) {
	if c.bad == "" {
		c.bad = what
	}
}

// open steps into an object or array. False if the value is something else, which is skipped.
func (c *cursor) open(bracket byte) bool {
	if c.bad != "" {
		return false
	}
	if c.peek() != bracket {
		c.skip()
		c.shut = true
		return false
	}
	c.p++
	c.fresh = true
	return true
}

// key steps to the next value of an object, whose key is then in c.name; false at its end.
func (c *cursor) key() bool {
	if !c.step('}') {
		return false
	}
	if c.peek() != '"' {
		c.fail("no key where one must stand")
		return false
	}
	c.name = c.text()
	if c.peek() != ':' {
		c.fail("no colon after a key")
		return false
	}
	c.p++
	return true
}

// elem steps to the next value of an array; false at its end.
func (c *cursor) elem() bool { return c.step(']') }

func (c *cursor) step(end byte) bool {
	first, shut := c.fresh, c.shut
	c.fresh, c.shut = false, false
	if c.bad != "" || shut {
		return false
	}
	b := c.peek()
	if b == end {
		c.p++
		return false
	}
	if first {
		return true
	}
	if b != ',' {
		c.fail("no comma or bracket after a value")
		return false
	}
	c.p++
	return true
}

// skip moves behind the next value.
func (c *cursor) skip() {
	if c.peek() == '"' {
		if end := plainString(c.b, c.p+1); end >= 0 {
			c.p = end + 1
			return
		}
	}
	c.skim.reset()
	at, done, what := c.skim.feed(c.b, c.p)
	c.p = at
	if !done && !(at == len(c.b) && c.skim.state == inWord && c.skim.depth == 0) {
		c.fail(cmpOr(what, "the text ends too early"))
	}
}

func cmpOr(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// raw takes the next value whole.
func (c *cursor) raw() []byte {
	c.peek()
	from := c.p
	c.skip()
	return c.b[from:c.p]
}

// plainString returns where the string that starts at b[p] ends, if it is sure that no
// escape is in the way; else -1.
func plainString(b []byte, p int) int {
	end := bytes.IndexByte(b[p:], '"')
	if end < 0 || (end > 0 && b[p+end-1] == '\\') {
		return -1
	}
	return p + end
}

// text takes a string and resolves its escapes; nil for null and for any other type. An
// empty string is not nil.
func (c *cursor) text() []byte {
	v := c.raw()
	if len(v) < 2 || v[0] != '"' {
		return nil
	}
	return unescape(v[1 : len(v)-1])
}

// scalar takes a string, number, true or false as the text it is spelled with, without
// quotes; nil for null, objects and arrays.
func (c *cursor) scalar() []byte {
	v := c.raw()
	switch {
	case len(v) == 0, v[0] == '{', v[0] == '[', string(v) == "null":
		return nil
	case v[0] == '"' && len(v) >= 2:
		return unescape(v[1 : len(v)-1])
	}
	return v
}

// pair takes an object of a key and a value, whose members have these names.
func (c *cursor) pair(keyName, valueName string, take func(*cursor) []byte) (key, value []byte) {
	for c.open('{'); c.key(); {
		switch string(c.name) {
		case keyName:
			key = c.text()
		case valueName:
			value = take(c)
		default:
			c.skip()
		}
	}
	return key, value
}

// isTrue takes a value and reports whether it is true or "true".
func (c *cursor) isTrue() bool { return string(c.scalar()) == "true" }

// unescape resolves the escapes of a JSON string. What cannot be resolved, as a lone
// surrogate, becomes U+FFFD. Text without escapes is returned as it is.
func unescape(s []byte) []byte {
	if bytes.IndexByte(s, '\\') < 0 {
		return s
	}
	return appendUnescaped(make([]byte, 0, len(s)), s)
}

// appendUnescaped copies what is between escapes at once.
func appendUnescaped(out, s []byte) []byte {
	for len(s) > 0 {
		at := bytes.IndexByte(s, '\\')
		if at < 0 {
			return append(out, s...)
		}
		out, s = oneEscape(append(out, s[:at]...), s[at:])
	}
	return out
}

var shortEscapes = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

func oneEscape(out, s []byte) (longer, rest []byte) {
	if len(s) < 2 {
		return utf8.AppendRune(out, utf8.RuneError), nil
	}
	if c := shortEscapes[s[1]]; c != 0 {
		return append(out, c), s[2:]
	}
	r, ok := hexRune(s)
	if !ok {
		return utf8.AppendRune(out, utf8.RuneError), s[2:]
	}
	s = s[6:]
	if utf16.IsSurrogate(r) {
		low, _ := hexRune(s)
		if r = utf16.DecodeRune(r, low); r != utf8.RuneError {
			s = s[6:]
		}
	}
	return utf8.AppendRune(out, r), s
}

// hexRune reads \uXXXX at the start of s.
func hexRune(s []byte) (r rune, ok bool) {
	if len(s) < 6 || s[0] != '\\' || s[1] != 'u' {
		return 0, false
	}
	n, ok := hexDigits(s[2:6])
	return rune(n), ok
}
