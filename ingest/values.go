package ingest

import (
	"bytes"
	"strings"
)

// A file of the JSON family is a row of values: lines, pretty-printed documents, values
// without anything between them. Each value is recognised on its own, so formats may mix.
// A damaged value costs what comes after the damage, up to the next place where a value
// can safely be taken to begin.

// values reads the stream under the window to its end.
func (f *file) values(forced *Format) {
	for f.next(forced) {
		f.holder.rest()
	}
}

// next reads one value, or steps over what is between values; false at the end.
func (f *file) next(forced *Format) bool {
	w := f.w
	c := w.peek()
	switch {
	case c == 0:
		return false
	case c == ',':
		f.noteAt(BadSeparator, w.offset(), nil)
		w.pos++
	case f.separator(c):
		w.pos++
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
	if c < 0x80 || !f.w.need(3) {
		return false
	}
	for _, s := range separators {
		if bytes.HasPrefix(f.w.rest(), s) {
			if s[0] != 0xEF {
				f.noteAt(BadSeparator, f.w.offset(), nil)
			}
			f.w.pos += 2
			return true
		}
	}
	return false
}

func (f *file) badLine() {
	line := f.w.rest()
	if end := bytes.IndexByte(line, '\n'); end >= 0 {
		line = line[:end]
	}
	f.spoil()
	f.noteAt(BadLine, f.w.offset(), line)
	f.w.nextLine()
}

const sniffBytes = 16 << 10

func (f *file) value(forced *Format) {
	f.beginRecord()
	defer f.endRecord()
	w, row, s := f.w, forced, shape{}
	start, startLine := w.offset(), w.lineHere()
	if row == nil {
		w.need(sniffBytes)
		row, s = valueFormat(w.rest())
	}
	if row == nil && len(s.paths) == 0 && w.need(shapeBytes) {
		row, s = valueFormat(w.rest())
	}
	if row == nil {
		f.unknown(&s)
	} else {
		f.is(row)
		f.record.used = true
		row.decode(f)
	}
	if w.bad != nil {
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
		w.skip()
	case w.peek() == '[':
		for w.open('['); w.elem(); {
			node(depth + 1)
		}
	default:
		return false
	}
	return true
}

var otherSignals = []string{"resourceMetrics", "resourceLogs", "resourceProfiles", "resource_metrics", "resource_logs"}

// unknown skips a value that is no trace, and says what it is.
func (f *file) unknown(s *shape) {
	at := f.w.offset()
	switch {
	case s.any(otherSignals...):
		f.noteAt(NotTraces, at, []byte(s.paths[0]))
		f.w.skip()
	case s.any("error", "errors", "error.message"):
		for f.w.open('{'); f.w.key(); {
			f.envelopeKey()
		}
	default:
		f.noteAt(UnknownJSON, at, f.w.rest()[:min(len(f.w.rest()), 80)])
		f.w.skip()
	}
}

// envelopeKey reads a key beside the spans: an error of the backend, or another signal.
func (f *file) envelopeKey() {
	w := f.w
	switch name := string(w.name); {
	case name == "error" || name == "errors":
		f.sourceError(w.value())
	case strings.HasPrefix(name, "resource") && name != "resourceSpans":
		f.noteAt(NotTraces, w.offset(), w.name)
		w.skip()
	default:
		w.skip()
	}
}

// sourceError keeps the message of an error answer: a string, an object with msg or
// message, or a list of these.
func (f *file) sourceError(v []byte) {
	c := &f.cur
	c.reset(v)
	text := errorText(c)
	if c.peek() == '[' {
		for c.open('['); c.elem(); {
			text = append(text, errorText(c)...)
		}
	}
	if len(text) == 0 {
		return
	}
	f.noteAt(SourceError, f.w.offset(), text)
	if f.api == "" {
		f.api = string(text[:min(len(text), 200)])
	}
}

func errorText(c *cursor) (text []byte) {
	switch c.peek() {
	case '"':
		return c.text()
	case '{':
		for c.open('{'); c.key(); {
			if k := string(c.name); k == "msg" || k == "message" {
				text = c.text()
			} else {
				c.skip()
			}
		}
	}
	return text
}

// damage counts what the window found to be no JSON in the value that began at start, in a line
// of that number, and moves to where the next value can begin.
func (f *file) damage(start int64, startLine int) {
	w, e := f.w, f.w.bad
	w.bad, w.fresh, w.shut = nil, false, false
	line := w.base + int64(bytes.LastIndexByte(w.buf[:w.pos], '\n')+1)
	oneLine := line <= start || w.line(line)-startLine <= 1
	switch {
	case e.cut && !f.moreFollows:
		f.noteAt(CutEnd, e.at, []byte(e.what))
		return
	case oneLine:
		f.noteAt(BadLine, max(start, w.base), []byte(e.what))
	default:
		f.noteAt(CutDocument, e.at, []byte(e.what))
	}
	f.resync(start, line, oneLine)
}

var docStart = []byte(`{"resourceSpans":[`)

// resync looks for the next value: the line that the damage begins, if that is a bracket, a
// document glued to the fragment of another one, or a later line. Of a document in several
// lines, lines that do not begin with a bracket are part of the damage.
func (f *file) resync(start, line int64, oneLine bool) {
	w := f.w
	if line > start && line == w.offset() && (w.peek() == '{' || w.peek() == '[') {
		return
	}
	from := max(w.pos-lookback, int(start-w.base)+1, 0)
	text := w.buf[from:]
	if end := bytes.IndexByte(w.rest(), '\n'); end >= 0 {
		text = w.buf[from : w.pos+end]
	}
	if i := bytes.Index(text, docStart); i >= 0 {
		w.pos = from + i
		return
	}
	for w.nextLine() {
		if oneLine || (w.need(1) && (w.buf[w.pos] == '{' || w.buf[w.pos] == '[')) {
			return
		}
	}
}
