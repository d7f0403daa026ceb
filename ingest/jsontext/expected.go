package jsontext

import (
	"bytes"
	"encoding/binary"
)

// An Expected walks over JSON that is written as it mostly is, byte for byte. OK turns false
// at the first surprise, and then a Cursor has to read the text from its start.
type Expected struct {
	Buf     []byte
	Pos     int
	OK      bool     // all was as expected
	Escaped bool     // the last raw text has escapes
	Skipper *Skipper // whose memory SkipMembers uses
}

// Has steps over lit if it stands here.
func (t *Expected) Has(lit string) bool {
	if len(t.Buf)-t.Pos >= len(lit) && string(t.Buf[t.Pos:t.Pos+len(lit)]) == lit {
		t.Pos += len(lit)
		return true
	}
	return false
}

// Must steps over lit, which has to stand here.
func (t *Expected) Must(lit string) {
	if !t.Has(lit) {
		t.OK = false
	}
}

// Take steps over n bytes and a closing quote.
func (t *Expected) Take(n int) []byte {
	if len(t.Buf)-t.Pos <= n || t.Buf[t.Pos+n] != '"' {
		t.OK = false
		return nil
	}
	v := t.Buf[t.Pos : t.Pos+n]
	t.Pos += n + 1
	return v
}

// Text steps behind the closing quote of a string and resolves its escapes.
func (t *Expected) Text() []byte { return Unescape(t.Bytes()) }

// Raw is text for a string that is short in most cases. Escapes stay in it.
func (t *Expected) Raw() []byte {
	end := TextEnd(t.Buf, t.Pos)
	if end == len(t.Buf) || t.Buf[end] != '"' {
		v := t.Bytes()
		t.Escaped = bytes.IndexByte(v, '\\') >= 0
		return v
	}
	v := t.Buf[t.Pos:end]
	t.Pos = end + 1
	return v
}

// Bytes is text for a string that nobody reads.
func (t *Expected) Bytes() []byte {
	n := bytes.IndexByte(t.Buf[t.Pos:], '"')
	if n > 0 && t.Buf[t.Pos+n-1] == '\\' {
		n = stringEnd(t.Buf, t.Pos) - t.Pos
	}
	if n < 0 {
		t.OK = false
		return nil
	}
	v := t.Buf[t.Pos : t.Pos+n]
	t.Pos += n + 1
	return v
}

// Number steps over digits.
func (t *Expected) Number() (n int64) {
	from := t.Pos
	for len(t.Buf)-t.Pos >= 8 {
		eight, ok := eightDigits(binary.LittleEndian.Uint64(t.Buf[t.Pos:]))
		if !ok {
			break
		}
		n = n*100_000_000 + int64(eight)
		t.Pos += 8
	}
	for t.Pos < len(t.Buf) {
		d := t.Buf[t.Pos] - '0'
		if d > 9 {
			break
		}
		n = n*10 + int64(d)
		t.Pos++
	}
	got := t.Pos - from
	fits := got <= 18 || (got == 19 && t.Buf[from] < '9')
	if got == 0 || !fits || t.Pos == len(t.Buf) {
		t.OK = false
	}
	return n
}

// Nanoseconds reads 19 digits, as many as a time since 1970 has until 2286. Numbers that may be beyond int64 are
// not ok.
func Nanoseconds(b []byte) (n int64, ok bool) {
	b = b[:19]
	first, okFirst := eightDigits(binary.LittleEndian.Uint64(b))
	second, okSecond := eightDigits(binary.LittleEndian.Uint64(b[8:]))
	x, y, z := b[16]-'0', b[17]-'0', b[18]-'0'
	n = int64(first*100_000_000+second)*1000 + int64(x)*100 + int64(y)*10 + int64(z)
	return n, okFirst && okSecond && x <= 9 && y <= 9 && z <= 9 && b[0] < '9'
}

// eightDigits reads the eight digits that are the bytes of x, the first in the lowest: it
// adds neighbours, then pairs, then fours.
func eightDigits(x uint64) (n uint64, ok bool) {
	const each = 0x0101010101010101
	if x&(each*0xf0) != each*0x30 || (x+each*6)&(each*0xf0) != each*0x30 {
		return 0, false
	}
	x -= each * 0x30
	x = (x*10 + x>>8) & 0x00ff00ff00ff00ff
	x = (x*100 + x>>16) & 0x0000ffff0000ffff
	return (x*10_000 + x>>32) & 0xffffffff, true
}

// Word steps over a number or truth value.
func (t *Expected) Word() {
	for t.Pos < len(t.Buf) && wordByte[t.Buf[t.Pos]] {
		t.Pos++
	}
}

// SkipMembers steps over what is in an object, from behind its first quote to before its
// closing bracket.
func (t *Expected) SkipMembers() bool {
	s := t.Skipper
	s.reset()
	s.push(true)
	s.state, s.isKey = inString, true
	at, done, _ := s.feed(t.Buf, t.Pos)
	t.Pos = at - 1
	return done
}

// Integer steps behind the quote after an Integer that is spelled as Go would spell it.
func (t *Expected) Integer() []byte {
	v := t.Bytes()
	digits := v
	if len(digits) > 1 && digits[0] == '-' {
		digits = digits[1:]
	}
	_, plain := PlainDigits(digits)
	if !plain || (digits[0] == '0' && len(v) > 1) {
		t.OK = false
	}
	return v
}
