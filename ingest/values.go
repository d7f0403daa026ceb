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

// values reads the stream under the window to its end.
func (f *file) values(forced *Format) {
	for f.next(forced) {
		f.BetweenDocuments()
	}
}

// next reads one value, or steps over what is between values; false at the end.
func (f *file) next(forced *Format) bool {
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
func (f *file) separator(c byte) bool {
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

func (f *file) badLine() {
	line := f.w.Rest()
	if end := bytes.IndexByte(line, '\n'); end >= 0 {
		line = line[:end]
	}
	f.spoil()
	f.noteAt(BadLine, f.w.Offset(), line)
	f.w.NextLine()
}

const sniffBytes = 16 << 10

func (f *file) value(forced *Format) {
	f.beginRecord()
	defer f.endRecord()
	w, row, s := f.w, forced, jsontext.Outline{}
	start, startLine := w.Offset(), w.LineHere()
	if row == nil {
		w.Need(sniffBytes)
		row, s = valueFormat(w.Rest())
	}
	if row == nil && len(s.Paths) == 0 && w.Need(jsontext.OutlineBytes) {
		row, s = valueFormat(w.Rest())
	}
	if row == nil {
		f.unknown(&s)
	} else {
		f.is(row)
		f.record.used = true
		row.decode(f)
	}
	if w.Bad != nil {
		f.spoil()
		f.damage(start, startLine)
	}
}

// is says which format was found; the first one names the file.
func (f *file) is(row *Format) {
	if f.format == "" {
		f.format = row.Name
	}
}

// lists calls node for each element, one level deeper, if a list stands here, and is false if
// something else does. What stands too deep is skipped.
func (f *file) lists(depth, most int, node func(depth int)) bool {
	w := f.w
	switch {
	case depth == most:
		w.Skip()
	case w.Peek() == '[':
		for w.Open('['); w.Elem(); {
			node(depth + 1)
		}
	default:
		return false
	}
	return true
}

var otherSignals = []string{"resourceMetrics", "resourceLogs", "resourceProfiles", "resource_metrics", "resource_logs"}

// unknown skips a value that is no trace, and says what it is.
func (f *file) unknown(s *jsontext.Outline) {
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
func (f *file) envelopeKey() {
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
func (f *file) sourceError(v []byte) {
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
func (f *file) damage(start int64, startLine int) {
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
func (f *file) resync(start, line int64, oneLine bool) {
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
