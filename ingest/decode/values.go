package decode

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/longpole/longpole/ingest/jsontext"
)

// A file of the JSON family is a row of values: lines, pretty-printed documents, values
// without anything between them. Each value is recognised on its own, so formats may mix.
// A damaged value costs what comes after the damage, up to the next place where a value
// can safely be taken to begin.

// Values reads the stream under the window to its end. Forced is the format of all Values; nil:
// each says itself of which it is.
func (f *Decoder) Values(forced *Format) {
	for f.NextValue(forced) {
		f.BetweenDocuments()
	}
}

// NextValue reads one value, or steps over what is between values; false at the end.
func (f *Decoder) NextValue(forced *Format) bool { return valueStream{f}.next(forced) }

// A valueStream reads values one after the other.
type valueStream struct{ *Decoder }

// next reads one value, or steps over what is between values; false at the end.
func (f valueStream) next(forced *Format) bool {
	w := f.Window
	f.zeros()
	c := w.Peek()
	switch {
	case c == 0:
		return false
	case c == ',':
		f.NoteAt(BadSeparator, w.Offset(), nil)
		w.Pos++
	case f.separator(c):
		w.Pos++
	case c != '{' && c != '[':
		f.badLine()
	default:
		f.value(forced)
	}
	return true
}

// zeros notes a hole in the file. Zero bytes are passed over as blanks are, but records may have
// stood there.
func (f valueStream) zeros() {
	if at, n := f.Window.Zeros(); n > 0 {
		f.NoteAt(ZeroBytes, at, fmt.Appendf(nil, "%d zero bytes", n))
	}
}

var separators = [][]byte{{0xEF, 0xBB, 0xBF}, {0xE2, 0x80, 0xA8}, {0xE2, 0x80, 0xA9}}

// separator is true at a byte order mark or one of Unicode's line ends, and leaves the
// window at its last byte.
func (f valueStream) separator(c byte) bool {
	if c < 0x80 || !f.Window.Need(3) {
		return false
	}
	for _, s := range separators {
		if bytes.HasPrefix(f.Window.Rest(), s) {
			if s[0] != 0xEF {
				f.NoteAt(BadSeparator, f.Window.Offset(), nil)
			}
			f.Window.Pos += 2
			return true
		}
	}
	return false
}

func (f valueStream) badLine() {
	line := f.Window.Rest()
	if end := bytes.IndexByte(line, '\n'); end >= 0 {
		line = line[:end]
	}
	f.Record.Damage()
	f.NoteAt(BadLine, f.Window.Offset(), line)
	f.Window.NextLine()
}

const sniffBytes = 16 << 10

func (f valueStream) value(forced *Format) {
	f.Record.Begin()
	defer f.Record.End()
	w, row, s := f.Window, forced, jsontext.Outline{}
	start, startLine := w.Offset(), w.LineHere()
	w.Enter()
	if row == nil {
		w.Need(sniffBytes)
		row, s = valueFormat(f.Options.Formats, w.Rest())
	}
	if row == nil && len(s.Paths) == 0 && w.Need(jsontext.OutlineBytes) {
		row, s = valueFormat(f.Options.Formats, w.Rest())
	}
	if aside := f.Options.Aside; row == nil && aside != nil && aside.Value(&s) {
		aside.Decode(f.Decoder)
	} else if row == nil {
		f.unknown(&s)
	} else {
		f.SetFormat(row)
		f.Record.used = true
		row.Decode(f.Decoder)
	}
	w.Leave()
	if w.Bad != nil {
		f.Record.Damage()
		f.damage(start, startLine)
	}
}

// SetFormat says which format was found; the first one names the file.
func (f *Decoder) SetFormat(row *Format) {
	if f.Format == "" {
		f.Format = row.Name
	}
}

var otherSignals = []string{"resourceMetrics", "resourceLogs", "resourceProfiles", "resource_metrics", "resource_logs"}

// unknown skips a value that is no trace, and says what it is.
func (f valueStream) unknown(s *jsontext.Outline) {
	at := f.Window.Offset()
	switch {
	case s.Any(otherSignals...):
		f.NoteAt(NotTraces, at, []byte(s.Paths[0]))
		f.Window.Skip()
	case s.Any("error", "errors", "error.message"):
		for f.Window.Open('{'); f.Window.Key(); {
			f.EnvelopeKey()
		}
	default:
		f.NoteAt(UnknownJSON, at, f.Window.Rest()[:min(len(f.Window.Rest()), 80)])
		f.Window.Skip()
	}
}

// EnvelopeKey reads a key beside the spans: an error of the backend, or another signal.
func (f *Decoder) EnvelopeKey() {
	w := f.Window
	switch name := string(w.Name); {
	case name == "error" || name == "errors":
		f.sourceError(w.Value())
	case strings.HasPrefix(name, "resource") && name != "resourceSpans":
		f.NoteAt(NotTraces, w.Offset(), w.Name)
		w.Skip()
	default:
		w.Skip()
	}
}

// sourceError keeps the message of an error answer: a string, an object with msg or
// message, or a list of these.
func (f *Decoder) sourceError(v []byte) {
	c := &f.Cursor
	c.Reset(v)
	text := errorText(c)
	if c.Peek() == '[' {
		for c.Open('['); c.Elem(); {
			text = append(text, errorText(c)...)
		}
	}
	if len(text) == 0 {
		return
	}
	f.NoteAt(SourceError, f.Window.Offset(), text)
	if f.Api == "" {
		f.Api = string(text[:min(len(text), 200)])
	}
}

func errorText(c *jsontext.Cursor) (text []byte) {
	switch c.Peek() {
	case '"':
		return c.Text()
	case '{':
		for c.Open('{'); c.Key(); {
			if k := string(c.Name); k == "msg" || k == "message" {
				text = c.Text()
			} else {
				c.Skip()
			}
		}
	}
	return text
}

// damage counts what the window found to be no JSON in the value that began at start, in a line
// of that number, and moves to where the next value can begin.
func (f valueStream) damage(start int64, startLine int) {
	w := f.Window
	e := w.Recovered()
	line := w.Base + int64(bytes.LastIndexByte(w.Buf[:w.Pos], '\n')+1)
	oneLine := line <= start || w.Line(line)-startLine <= 1
	switch {
	case e.Cut && !f.MoreFollows:
		f.NoteAt(CutEnd, e.At, []byte(e.What))
		return
	case oneLine:
		f.NoteAt(BadLine, max(start, w.Base), []byte(e.What))
	default:
		f.NoteAt(CutDocument, e.At, []byte(e.What))
	}
	f.resync(start, line, oneLine)
}

// DocumentStart is how a document of OTLP JSON begins that is a line.
var DocumentStart = []byte(`{"resourceSpans":[`)

// resync looks for the next value: the line that the damage begins, if that is a bracket, a
// document glued to the fragment of another one, or a later line. Of a document in several
// lines, lines that do not begin with a bracket are part of the damage.
func (f valueStream) resync(start, line int64, oneLine bool) {
	w := f.Window
	if line > start && line == w.Offset() && (w.Peek() == '{' || w.Peek() == '[') {
		return
	}
	from := max(w.Pos-jsontext.Lookback, int(start-w.Base)+1, 0)
	text := w.Buf[from:]
	if end := bytes.IndexByte(w.Rest(), '\n'); end >= 0 {
		text = w.Buf[from : w.Pos+end]
	}
	if i := bytes.Index(text, DocumentStart); i >= 0 {
		w.Pos = from + i
		return
	}
	for w.NextLine() {
		if oneLine || (w.Need(1) && (w.Buf[w.Pos] == '{' || w.Buf[w.Pos] == '[')) {
			return
		}
	}
}
