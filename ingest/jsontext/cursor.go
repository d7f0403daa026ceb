package jsontext

import (
	"bytes"
	"cmp"
	"unicode/utf16"
	"unicode/utf8"
)

// A Cursor reads one JSON value that is in memory whole, in any layout. Its loops are
// those of a Window:
//
//	for c.Open('{'); c.Key(); {
//		switch string(c.Name) {
//		case "name":
//			name = c.Text()
//		default:
//			c.Skip()
//		}
//	}
//
// It never recurses. Bad is set once something is not JSON, and ends all loops.
type Cursor struct {
	Bytes []byte // the value
	Name  []byte // the key that Key stepped behind
	Bad   string // what is no JSON, if something is not
	p     int
	fresh bool
	shut  bool
	skim  Skipper
}

// Reset begins with another value.
func (c *Cursor) Reset(b []byte) {
	c.Bytes, c.p, c.Bad = b, 0, ""
	c.fresh, c.shut = false, false
}

// Peek returns the next byte that is not blank without taking it; 0 at the end.
func (c *Cursor) Peek() byte {
	for ; c.p < len(c.Bytes); c.p++ {
		if b := c.Bytes[c.p]; b > ' ' {
			return b
		}
	}
	return 0
}

func (c *Cursor) fail(what string) {
	if c.Bad == "" {
		c.Bad = what
	}
}

// Open steps into an object or array. False if the value is something else, which is skipped.
func (c *Cursor) Open(bracket byte) bool {
	if c.Bad != "" {
		return false
	}
	if c.Peek() != bracket {
		c.Skip()
		c.shut = true
		return false
	}
	c.p++
	c.fresh = true
	return true
}

// Key steps to the next value of an object, whose Key is then in c.Name; false at its end.
func (c *Cursor) Key() bool {
	if !c.step('}') {
		return false
	}
	if c.Peek() != '"' {
		c.fail("no key where one must stand")
		return false
	}
	c.Name = c.Text()
	if c.Peek() != ':' {
		c.fail("no colon after a key")
		return false
	}
	c.p++
	return true
}

// Elem steps to the next value of an array; false at its end.
func (c *Cursor) Elem() bool { return c.step(']') }

func (c *Cursor) step(end byte) bool {
	first, shut := c.fresh, c.shut
	c.fresh, c.shut = false, false
	if c.Bad != "" || shut {
		return false
	}
	b := c.Peek()
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

// Skip moves behind the next value.
func (c *Cursor) Skip() {
	if c.Peek() == '"' {
		if end := plainString(c.Bytes, c.p+1); end >= 0 {
			c.p = end + 1
			return
		}
	}
	c.skim.reset()
	at, done, what := c.skim.feed(c.Bytes, c.p)
	c.p = at
	if !done && !(at == len(c.Bytes) && c.skim.state == inWord && c.skim.depth == 0) {
		c.fail(cmp.Or(what, "the text ends too early"))
	}
}

// Raw takes the next value whole.
func (c *Cursor) Raw() []byte {
	c.Peek()
	from := c.p
	c.Skip()
	return c.Bytes[from:c.p]
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

// Text takes a string and resolves its escapes; nil for null and for any other type. An
// empty string is not nil.
func (c *Cursor) Text() []byte {
	v := c.Raw()
	if len(v) < 2 || v[0] != '"' {
		return nil
	}
	return Unescape(v[1 : len(v)-1])
}

// Scalar takes a string, number, true or false as the text it is spelled with, without
// quotes; nil for null, objects and arrays.
func (c *Cursor) Scalar() []byte {
	v := c.Raw()
	switch {
	case len(v) == 0, v[0] == '{', v[0] == '[', string(v) == "null":
		return nil
	case v[0] == '"' && len(v) >= 2:
		return Unescape(v[1 : len(v)-1])
	}
	return v
}

// Pair takes an object of a key and a value, whose members have these names.
func (c *Cursor) Pair(keyName, valueName string, take func(*Cursor) []byte) (key, value []byte) {
	for c.Open('{'); c.Key(); {
		switch string(c.Name) {
		case keyName:
			key = c.Text()
		case valueName:
			value = take(c)
		default:
			c.Skip()
		}
	}
	return key, value
}

// IsTrue takes a value and reports whether it is true or "true".
func (c *Cursor) IsTrue() bool { return string(c.Scalar()) == "true" }

// Unescape resolves the escapes of a JSON string. What cannot be resolved, as a lone
// surrogate, becomes U+FFFD. Text without escapes is returned as it is.
func Unescape(s []byte) []byte {
	if bytes.IndexByte(s, '\\') < 0 {
		return s
	}
	return AppendUnescaped(make([]byte, 0, len(s)), s)
}

// AppendUnescaped copies what is between escapes at once.
func AppendUnescaped(out, s []byte) []byte {
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
	n, ok := HexDigits(s[2:6])
	return rune(n), ok
}
