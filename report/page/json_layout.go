package page

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// EncodeJSON writes v with keys in the order of its fields, and so that it may be looked at
// with cat, too.
func EncodeJSON(w io.Writer, v any) error { return encodeJSON(w, v, false) }

// TightJSON returns v on one line, without spaces, with the same characters spelled out.
func TightJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	err := encodeJSON(&b, v, true)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// encodeJSON writes v on one line where that is to be tight.
func encodeJSON(w io.Writer, v any, tight bool) error {
	l := &jsonLayout{to: w, out: make([]byte, 0, 2*jsonBuffer), margin: "\n", tight: tight}
	e := json.NewEncoder(l)
	e.SetEscapeHTML(true)
	if err := e.Encode(v); err != nil {
		return err
	}
	return l.flush()
}

// A jsonLayout takes what encoding/json has encoded, which is valid and holds no space between
// its tokens, and writes it with a line for each of them, as json.Indent does. In the same pass
// it spells out the characters that JSON allows in texts but that act on a terminal or in the
// log of a CI system. Readers of the JSON get the same texts.
type jsonLayout struct {
	to     io.Writer
	out    []byte // laid out, and not written yet
	depth  int
	margin string // a newline, and spaces for the deepest line so far
	tight  bool   // no line is begun, and no space stands between tokens
}

// jsonBuffer is how much is laid out before it is written.
const jsonBuffer = 32 << 10

// Write takes whole tokens only; an Encoder writes a value at once.
func (l *jsonLayout) Write(data []byte) (int, error) {
	for at := 0; at < len(data); {
		at += l.token(data[at:])
		if len(l.out) < jsonBuffer {
			continue
		}
		if err := l.flush(); err != nil {
			return at, err
		}
	}
	return len(data), nil
}

func (l *jsonLayout) flush() error {
	_, err := l.to.Write(l.out)
	l.out = l.out[:0]
	return err
}

// token lays out what data begins with, and returns how long that was.
func (l *jsonLayout) token(data []byte) int {
	switch c := data[0]; c {
	case '"':
		return l.text(data)
	case ':':
		l.out = append(l.out, ':')
		if !l.tight {
			l.out = append(l.out, ' ')
		}
	case ',':
		l.out = append(l.out, c)
		l.newline()
	case '{', '[':
		l.out = append(l.out, c)
		if next := data[1]; next == '}' || next == ']' { // stays on its line
			l.out = append(l.out, next)
			return 2
		}
		l.depth++
		l.newline()
	case '}', ']':
		l.depth--
		l.newline()
		l.out = append(l.out, c)
	default:
		return l.scalar(data)
	}
	return 1
}

func (l *jsonLayout) newline() {
	if l.tight {
		return
	}
	for len(l.margin) <= 2*l.depth {
		l.margin += "  "
	}
	l.out = append(l.out, l.margin[:1+2*l.depth]...)
}

// scalar lays out a number, true, false, null, or the newline at the end.
func (l *jsonLayout) scalar(data []byte) int {
	n := 1
	for n < len(data) && data[n] != ',' && data[n] != ']' && data[n] != '}' {
		n++
	}
	l.out = append(l.out, data[:n]...)
	return n
}

// text lays out a text in its quotes: long stretches as they are, and between them what has to
// be spelled out.
func (l *jsonLayout) text(data []byte) int {
	from := 0
	for i := 1; ; {
		switch c := data[i]; {
		case c == '"':
			l.out = append(l.out, data[from:i+1]...)
			return i + 1
		case c == '\\':
			i += 2
		case c < 0x7f && c != '#':
			i++
		default:
			r, size := utf8.DecodeRune(data[i:])
			if isInvisible(r) || (r == '#' && data[i+1] == '#') { // ## begins commands of CI systems
				l.out = append(l.out, data[from:i]...)
				l.spell(r)
				from = i + size
			}
			i += size
		}
	}
}

// spell lays out a character as JSON's escapes do, in UTF-16.
func (l *jsonLayout) spell(r rune) {
	for _, unit := range utf16.Encode([]rune{r}) {
		l.out = fmt.Appendf(l.out, `\u%04x`, unit)
	}
}
