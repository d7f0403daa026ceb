package ingest

import (
	"bytes"
	"strings"

	"github.com/longpole/longpole/ingest/jsontext"
)

// A file of the JSON family is a row of values: lines, pretty-printed documents, values
// without anything between them. Each value is recognised on its own, so formats may mix.
// A damaged value costs what comes after the damage, up to the next place where a value
// can safely be taken to begin.

// values reads the stream under the window to its end. Forced is the format of all values; nil:
// each says itself of which it is.
func (f *decoder) values(forced *Format) {
	for f.nextValue(forced) {
		f.BetweenDocuments()
	}
}

// nextValue reads one value, or steps over what is between values; false at the end.
func (f *decoder) nextValue(forced *Format) bool { return valueStream{f}.next(forced) }

// A valueStream reads values one after the other.
type valueStream struct{ *decoder }

// next reads one value, or steps over what is between values; false at the end.
func (f valueStream) next(forced *Format) bool {
	w := f.w
	c := w.Peek()
	switch {
	case c == 0:
		return false
	case c == ',':
		f.noteAt(BadSeparator, w.Offset(), nil)
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

var separators = [][]byte{{0xEF, 0xBB, 0xBF}, {0xE2, 0x80, 0xA8}, {0xE2, 0x80, 0xA9}}

// separator is true at a byte order mark or one of Unicode's line ends, and leaves the
// window at its last byte.
func (f valueStream) separator(c byte) bool {
	if c < 0x80 || !f.w.Need(3) {
		return false
	}
	for _, s := range separators {
		if bytes.HasPrefix(f.w.Rest(), s) {
			if s[0] != 0xEF {
				f.noteAt(BadSeparator, f.w.Offset(), nil)
			}
			f.w.Pos += 2
			return true
		}
	}
	return false
}

func (f valueStream) badLine() {
	line := f.w.Rest()
	if end := bytes.IndexByte(line, '\n'); end >= 0 {
		line = line[:end]
	}
	f.record.damaged()
	f.noteAt(BadLine, f.w.Offset(), line)
	f.w.NextLine()
}

const sniffBytes = 16 << 10

func (f valueStream) value(forced *Format) {
	f.record.begin()
	defer f.record.end()
	w, row, s := f.w, forced, jsontext.Outline{}
	start, startLine := w.Offset(), w.LineHere()
	if row == nil {
		w.Need(sniffBytes)
		row, s = valueFormat(f.o.Formats, w.Rest())
	}
	if row == nil && len(s.Paths) == 0 && w.Need(jsontext.OutlineBytes) {
		row, s = valueFormat(f.o.Formats, w.Rest())
	}
	if row == nil {
		f.unknown(&s)
	} else {
		f.setFormat(row)
		f.record.used = true
		row.Decode(f.decoder)
	}
	if w.Bad != nil {
		f.record.damaged()
		f.damage(start, startLine)
	}
}

// setFormat says which format was found; the first one names the file.
func (f *decoder) setFormat(row *Format) {
	if f.format == "" {
		f.format = row.Name
	}
}

var otherSignals = []string{"resourceMetrics", "resourceLogs", "resourceProfiles", "resource_metrics", "resource_logs"}

// unknown skips a value that is no trace, and says what it is.
func (f valueStream) unknown(s *jsontext.Outline) {
	at := f.w.Offset()
	switch {
	case s.Any(otherSignals...):
		f.noteAt(NotTraces, at, []byte(s.Paths[0]))
		f.w.Skip()
	case s.Any("error", "errors", "error.message"):
		for f.w.Open('{'); f.w.Key(); {
			f.envelopeKey()
		}
	default:
		f.noteAt(UnknownJSON, at, f.w.Rest()[:min(len(f.w.Rest()), 80)])
		f.w.Skip()
	}
}

// envelopeKey reads a key beside the spans: an error of the backend, or another signal.
func (f *decoder) envelopeKey() {
	w := f.w
	switch name := string(w.Name); {
	case name == "error" || name == "errors":
		f.sourceError(w.Value())
	case strings.HasPrefix(name, "resource") && name != "resourceSpans":
		f.noteAt(NotTraces, w.Offset(), w.Name)
		w.Skip()
	default:
		w.Skip()
	}
}

// sourceError keeps the message of an error answer: a string, an object with msg or
// message, or a list of these.
func (f *decoder) sourceError(v []byte) {
	c := &f.cur
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
	f.noteAt(SourceError, f.w.Offset(), text)
	if f.api == "" {
		f.api = string(text[:min(len(text), 200)])
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
	w := f.w
	e := w.Recovered()
	line := w.Base + int64(bytes.LastIndexByte(w.Buf[:w.Pos], '\n')+1)
	oneLine := line <= start || w.Line(line)-startLine <= 1
	switch {
	case e.Cut && !f.moreFollows:
		f.noteAt(CutEnd, e.At, []byte(e.What))
		return
	case oneLine:
		f.noteAt(BadLine, max(start, w.Base), []byte(e.What))
	default:
		f.noteAt(CutDocument, e.At, []byte(e.What))
	}
	f.resync(start, line, oneLine)
}

var docStart = []byte(`{"resourceSpans":[`)

// resync looks for the next value: the line that the damage begins, if that is a bracket, a
// document glued to the fragment of another one, or a later line. Of a document in several
// lines, lines that do not begin with a bracket are part of the damage.
func (f valueStream) resync(start, line int64, oneLine bool) {
	w := f.w
	if line > start && line == w.Offset() && (w.Peek() == '{' || w.Peek() == '[') {
		return
	}
	from := max(w.Pos-jsontext.Lookback, int(start-w.Base)+1, 0)
	text := w.Buf[from:]
	if end := bytes.IndexByte(w.Rest(), '\n'); end >= 0 {
		text = w.Buf[from : w.Pos+end]
	}
	if i := bytes.Index(text, docStart); i >= 0 {
		w.Pos = from + i
		return
	}
	for w.NextLine() {
		if oneLine || (w.Need(1) && (w.Buf[w.Pos] == '{' || w.Buf[w.Pos] == '[')) {
			return
		}
	}
}
