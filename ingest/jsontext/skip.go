package jsontext

import (
	"encoding/binary"
	"math/bits"
)

// maxDepth bounds how deep JSON may nest in what is skipped.
const maxDepth = 10_000

// A Skipper walks over one JSON value without recursion and without looking at what it
// says. It can stop at the end of any piece of text and continue with the next one. It
// checks brackets, commas and colons, so that a damaged document is noticed close to the
// damage; numbers and words it takes as they come.
type Skipper struct {
	state   skipState
	isKey   bool // the string is a key
	broke   bool // a string had a raw line break in it
	blanks  int  // behind the line break
	depth   int
	objects []uint64 // one bit per level: 1 for an object
	start   []byte   // see torn.go
}

type skipState uint8

const (
	wantValue skipState = iota
	wantValueOrEnd
	wantKey
	wantKeyOrEnd
	wantColon
	wantComma
	inString
	inEscape
	afterBreak
	inWord
)

func (s *Skipper) reset() { s.state, s.depth, s.broke = wantValue, 0, false }

// feed continues at b[p] and returns where it stopped. done: the value ends there. what
// says why it cannot go on; it is empty if only more text is missing.
func (s *Skipper) feed(b []byte, p int) (at int, done bool, what string) {
	for p < len(b) {
		switch s.state {
		case inString:
			p = s.inText(b, p)
		case inEscape:
			s.state = inString
			p++
			continue
		case afterBreak:
			if p, what = s.behindBreak(b, p); what != "" {
				return p, false, what
			}
			continue
		case inWord:
			if p = wordEnd(b, p); p == len(b) {
				return p, false, ""
			}
			s.state = wantComma
		default:
			if b[p] <= ' ' {
				if b[p] == '\n' && len(s.start) > 0 {
					if torn, known := begins(b[p+1:], s.start); torn || !known {
						return p, false, cutShortIf(torn)
					}
				}
				p++
				continue
			}
			if what = s.token(b[p]); what != "" {
				return p, false, what
			}
			if s.state == inWord {
				continue
			}
			p++
		}
		if s.depth == 0 && s.state == wantComma {
			return p, true, ""
		}
	}
	return p, false, ""
}

// A string with a raw line break, which JSON would have escaped, is taken as it is. But if
// nothing or another document follows on the next line, the line was cut off in a string.

// maxBlanks is how far behind a line break a document may begin.
const maxBlanks = Lookback / 2

// behindBreak looks at the byte that follows a line break in a string, and blanks.
func (s *Skipper) behindBreak(b []byte, p int) (next int, what string) {
	switch {
	case b[p] == '{' || b[p] == '[':
		return s.cutLine(p)
	case b[p] > ' ' || s.blanks == maxBlanks:
		s.state, s.broke = inString, true
		return p, ""
	}
	s.blanks++
	return p + 1, ""
}

// cutLine says that the line ended in a string. at is behind it, with nothing but blanks between.
func (s *Skipper) cutLine(at int) (lineEnd int, what string) {
	return at - s.blanks - 1, "line break inside a string"
}

// ended says what is wrong if the text ends at a place where the value does not.
func (s *Skipper) ended(at int) (end int, what string) {
	if s.state == afterBreak {
		return s.cutLine(at)
	}
	return at, ""
}

// inText moves behind the end of a string, or what else in it matters.
func (s *Skipper) inText(b []byte, p int) (next int) {
	p = TextEnd(b, p)
	if p == len(b) {
		return p
	}
	switch {
	case b[p] == '\n':
		s.state, s.blanks = afterBreak, 0
	case b[p] == '\\':
		s.state = inEscape
	case s.isKey:
		s.state = wantColon
	default:
		s.state = wantComma
	}
	return p + 1
}

// TextEnd returns the place of the next quote, backslash or line break at or after p;
// len(b) if there is none. It looks at eight bytes at a time: a byte of x is zero where the
// text has the byte looked for, and (x-low) &^ x has its high bit set for the first zero.
func TextEnd(b []byte, p int) int {
	const low, high = 0x0101010101010101, 0x8080808080808080
	for ; p+8 <= len(b); p += 8 {
		text := binary.LittleEndian.Uint64(b[p:])
		quote, slash, line := text^low*'"', text^low*'\\', text^low*'\n'
		found := ((quote-low)&^quote | (slash-low)&^slash | (line-low)&^line) & high
		if found != 0 {
			return p + bits.TrailingZeros64(found)>>3
		}
	}
	for ; p < len(b); p++ {
		if c := b[p]; c == '"' || c == '\\' || c == '\n' {
			break
		}
	}
	return p
}

// token takes one byte that is not blank and not inside a string or word.
func (s *Skipper) token(c byte) (what string) {
	switch {
	case s.state == wantColon:
		if c != ':' {
			return "no colon after a key"
		}
		s.state = wantValue
	case s.state == wantComma:
		return s.afterValue(c)
	case s.state == wantKeyOrEnd && c == '}', s.state == wantValueOrEnd && c == ']':
		s.pop()
	case s.state == wantKey || s.state == wantKeyOrEnd:
		if c != '"' {
			return "no key where one must stand"
		}
		s.state, s.isKey = inString, true
	default:
		return s.value(c)
	}
	return ""
}

func (s *Skipper) value(c byte) (what string) {
	switch {
	case c == '"':
		s.state, s.isKey = inString, false
	case c == '{':
		s.state = wantKeyOrEnd
		return s.push(true)
	case c == '[':
		s.state = wantValueOrEnd
		return s.push(false)
	case wordByte[c]:
		s.state = inWord
	default:
		return "no value where one must stand"
	}
	return ""
}

func (s *Skipper) afterValue(c byte) (what string) {
	object := s.inObject()
	switch {
	case c == ',' && object:
		s.state = wantKey
	case c == ',':
		s.state = wantValue
	case c == '}' && object, c == ']' && !object:
		s.pop()
	default:
		return "no comma or bracket after a value"
	}
	return ""
}

func (s *Skipper) push(object bool) (what string) {
	if s.depth == maxDepth {
		return tooDeep
	}
	if s.depth>>6 == len(s.objects) {
		s.objects = append(s.objects, 0)
	}
	word, bit := s.depth>>6, uint64(1)<<(s.depth&63)
	s.objects[word] &^= bit
	if object {
		s.objects[word] |= bit
	}
	s.depth++
	return ""
}

const tooDeep = "nested deeper than 10,000 levels"

func (s *Skipper) pop() {
	s.depth--
	s.state = wantComma
}

func (s *Skipper) inObject() bool {
	at := s.depth - 1
	return s.objects[at>>6]>>(at&63)&1 == 1
}

func wordEnd(b []byte, p int) int {
	for p < len(b) && wordByte[b[p]] {
		p++
	}
	return p
}

// wordByte marks what numbers, true, false, null (and NaN, Infinity) are made of.
var wordByte = func() (t [256]bool) {
	for c := range t {
		letter := c|0x20 >= 'a' && c|0x20 <= 'z'
		t[c] = letter || (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == '_'
	}
	return t
}()
