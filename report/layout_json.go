package report

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// encodeJSON writes v with keys in the order of its fields, and so that it may be looked at
// with cat, too.
func encodeJSON(w io.Writer, v any) error {
	out := bufio.NewWriterSize(w, 64<<10)
	e := json.NewEncoder(&jsonLayout{out: out, margin: "\n"})
	e.SetEscapeHTML(true)
	if err := e.Encode(v); err != nil {
		return err
	}
	return out.Flush()
}

// A jsonLayout takes what encoding/json has encoded, which is valid and holds no space between
// its tokens, and writes it with a line for each of them, as json.Indent does. In the same pass
// it spells out the characters that JSON allows in texts but that act on a terminal or in the
// log of a CI system. Readers of the JSON get the same texts. Errors stay with out.
type jsonLayout struct {
	out    *bufio.Writer
	depth  int
	margin string // a newline, and spaces for the deepest line so far
}

// Write takes whole tokens only; an Encoder writes a value at once.
func (l *jsonLayout) Write(data []byte) (int, error) {
	for at := 0; at < len(data); {
		at += l.token(data[at:])
	}
	return len(data), nil
}

// token writes what data begins with, and returns how long that was.
func (l *jsonLayout) token(data []byte) int {
	switch c := data[0]; c {
	case '"':
		n := endOfText(data)
		l.text(data[:n])
		return n
	case ':':
		l.out.WriteString(": ")
	case ',':
		l.out.WriteByte(c)
		l.newline()
	case '{', '[':
		l.out.WriteByte(c)
		if next := data[1]; next == '}' || next == ']' { // stays on its line
			l.out.WriteByte(next)
			return 2
		}
		l.depth++
		l.newline()
	case '}', ']':
		l.depth--
		l.newline()
		l.out.WriteByte(c)
	default: // of a number, true, false, null, or the newline at the end
		l.out.WriteByte(c)
	}
	return 1
}

func (l *jsonLayout) newline() {
	for len(l.margin) <= 2*l.depth {
		l.margin += "  "
	}
	l.out.WriteString(l.margin[:1+2*l.depth])
}

// endOfText returns the length of the text in quotes that data begins with.
func endOfText(data []byte) int {
	for i := 1; ; i++ {
		switch data[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
}

// text writes a text in its quotes: long stretches as they are, and between them what has to
// be spelled out.
func (l *jsonLayout) text(s []byte) {
	from := 0
	for i := 0; i < len(s); {
		if c := s[i]; c < 0x7f && c != '#' {
			i++
			continue
		}
		r, size := utf8.DecodeRune(s[i:])
		if isInvisible(r) || (r == '#' && s[i+1] == '#') { // ## begins commands of CI systems
			l.out.Write(s[from:i])
			l.spell(r)
			from = i + size
		}
		i += size
	}
	l.out.Write(s[from:])
}

// spell writes a character as JSON's escapes do, in UTF-16.
func (l *jsonLayout) spell(r rune) {
	for _, unit := range utf16.Encode([]rune{r}) {
		fmt.Fprintf(l.out, `\u%04x`, unit)
	}
}
