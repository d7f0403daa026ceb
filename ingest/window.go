package ingest

import (
	"bytes"
	"io"
)

// lookback is how many bytes before the reading position stay in the window, so that the
// place where two damaged documents were glued together can still be found.
const lookback = 64

const windowSize = 1 << 20

// A window is the part of a stream that is in memory. Decoders look at buf[pos:] and ask
// for more when that is too short:
//
//	stream  ....................|=====looked at=====|>>>>>unread>>>>>|......
//	                            buf[0]              buf[pos]         buf[len(buf)]
//	                            base
type window struct {
	src    io.Reader
	buf    []byte
	pos    int
	base   int64 // offset of buf[0] in the stream
	lines  int   // newlines before buf[known]
	known  int
	binary bool  // lines mean nothing
	large  place // where a value began that was too large to stay
	err    error // why src has no more; io.EOF at its end

	// JSON reading, see stream.go
	name  []byte
	fresh bool // just stepped into an object or array
	shut  bool // the value to step into was of another type
	bad   *syntaxError
	skim  skipper
}

type place struct {
	offset int64
	line   int
}

func newWindow(src io.Reader) *window { return &window{src: src} }

// over returns a window on text that is in memory already and that stands at base.
func over(text []byte, base int64) *window {
	return &window{buf: text, base: base, err: io.EOF}
}

func (w *window) rest() []byte  { return w.buf[w.pos:] }
func (w *window) offset() int64 { return w.base + int64(w.pos) }

// more reads on. False means that the stream is at its end or broken; err says which.
// Slices of buf that were taken before are no longer valid.
func (w *window) more() bool {
	if w.err != nil {
		return false
	}
	w.makeRoom()
	for range 100 {
		n, err := w.src.Read(w.buf[len(w.buf):cap(w.buf)])
		w.buf = w.buf[:len(w.buf)+n]
		w.err = err
		if n > 0 {
			return true
		}
		if err != nil {
			return false
		}
	}
	w.err = io.ErrNoProgress
	return false
}

// makeRoom drops what has been looked at if that is much, else grows.
func (w *window) makeRoom() {
	size := cap(w.buf)
	if size-len(w.buf) > size/4 {
		return
	}
	drop := max(w.pos-lookback, 0)
	if drop > size/4 {
		w.drop(drop)
		return
	}
	grown := make([]byte, len(w.buf), max(2*size, windowSize))
	copy(grown, w.buf)
	w.buf = grown
}

func (w *window) drop(n int) {
	if !w.binary && w.known < n {
		w.lines += bytes.Count(w.buf[w.known:n], newline)
		w.known = n
	}
	w.known = max(w.known-n, 0)
	w.buf = w.buf[:copy(w.buf, w.buf[n:])]
	w.base += int64(n)
	w.pos -= n
}

// pass moves to a later place on the same line, so that nobody needs to count newlines before
// it again; false if it is on another line.
func (w *window) pass(next int) bool {
	if bytes.IndexByte(w.buf[w.pos:next], '\n') >= 0 {
		return false
	}
	if w.known < w.pos {
		w.lines += bytes.Count(w.buf[w.known:w.pos], newline)
	}
	w.pos = next
	w.known = max(w.known, next)
	return true
}

var newline = []byte{'\n'}

// need makes at least n bytes available at pos; false if the stream ends before.
func (w *window) need(n int) bool {
	for len(w.buf)-w.pos < n {
		if !w.more() {
			return false
		}
	}
	return true
}

// line returns the line number of offset, which must be in the window or the beginning of the
// last value that was too large for it; 1 is the first.
func (w *window) line(offset int64) int {
	if offset < w.base && offset == w.large.offset {
		return w.large.line
	}
	n := min(max(int(offset-w.base), 0), len(w.buf))
	if n < w.known {
		return 1 + w.lines - bytes.Count(w.buf[n:w.known], newline)
	}
	return 1 + w.lines + bytes.Count(w.buf[w.known:n], newline)
}

// lineHere is line for the place of reading, and counts no newline again.
func (w *window) lineHere() int {
	if !w.binary && w.known < w.pos {
		w.lines += bytes.Count(w.buf[w.known:w.pos], newline)
		w.known = w.pos
	}
	return 1 + w.lines
}

// nextLine moves behind the next newline; false at the end of the stream.
func (w *window) nextLine() bool {
	for {
		if i := bytes.IndexByte(w.rest(), '\n'); i >= 0 {
			w.pos += i + 1
			return true
		}
		w.pos = len(w.buf)
		if !w.more() {
			return false
		}
	}
}
