package jsontext

import (
	"bytes"
	"io"
)

// Lookback is how many bytes before the reading position stay in the window, so that the
// place where two damaged documents were glued together can still be found.
const Lookback = 64

const windowSize = 1 << 20

// A Window is the part of a stream that is in memory. Readers look at Buf[Pos:] and ask
// for more when that is too short:
//
//	stream  ....................|=====looked at=====|>>>>>unread>>>>>|......
//	                            Buf[0]              Buf[Pos]         Buf[len(Buf)]
//	                            Base
type Window struct {
	src    io.Reader
	Buf    []byte
	Pos    int   // of reading, in Buf
	Base   int64 // offset of Buf[0] in the stream
	lines  int   // newlines before Buf[known]
	known  int
	Binary bool     // lines mean nothing
	large  position // where a value began that was too large to stay
	err    error    // why src has no more; io.EOF at its end

	// JSON reading, see stream.go
	Name  []byte       // the key that Key stepped behind
	Bad   *SyntaxError // the first damage, which ends all loops
	fresh bool         // just stepped into an object or array
	shut  bool         // the value to step into was of another type
	skim  Skipper
}

// Zeros steps over blanks, and says how many of them were zero bytes and where the first stood.
func (w *Window) Zeros() (at int64, n int) {
	for ; w.Need(1) && w.Buf[w.Pos] <= ' '; w.Pos++ {
		if w.Buf[w.Pos] != 0 {
			continue
		}
		if n == 0 {
			at = w.Offset()
		}
		n++
	}
	return at, n
}

// A position is where something stands in a stream.
type position struct {
	offset int64
	line   int
}

// NewWindow returns a window on what src gives, in memory that nothing else uses; nil for new memory.
func NewWindow(src io.Reader, memory []byte) *Window { return &Window{src: src, Buf: memory[:0]} }

// Memory gives the memory of the window to another one, unless it has become large.
func (w *Window) Memory() []byte {
	if w.src == nil || cap(w.Buf) > 4*windowSize {
		return nil
	}
	return w.Buf[:0]
}

// Over returns a window on text that is in memory already and that stands at base.
func Over(text []byte, base int64) *Window {
	return &Window{Buf: text, Base: base, err: io.EOF}
}

// Reader returns a reader of all that is still to be read, in memory or not. The window is of no use then.
func (w *Window) Reader() io.Reader {
	if w.src == nil || w.err == io.EOF {
		return bytes.NewReader(w.Rest())
	}
	return io.MultiReader(bytes.NewReader(w.Rest()), w.src)
}

// Rest returns what is in memory from the position of reading on.
func (w *Window) Rest() []byte { return w.Buf[w.Pos:] }

// Offset returns the position of reading in the stream.
func (w *Window) Offset() int64 { return w.Base + int64(w.Pos) }

// End returns how much of the stream has been in memory.
func (w *Window) End() int64 { return w.Base + int64(len(w.Buf)) }

// StartAtLine says that lines come before a text that is in memory already.
func (w *Window) StartAtLine(lines int) { w.lines = lines }

// Take steps over n bytes; whole is false if the stream ends before. The slice holds until
// the window moves.
func (w *Window) Take(n int) (b []byte, whole bool) {
	whole = w.Need(n)
	b = w.Rest()[:min(n, len(w.Rest()))]
	w.Pos += len(b)
	return b, whole
}

// More reads on. False means that the stream is at its end or broken; err says which.
// Slices of buf that were taken before are no longer valid.
func (w *Window) More() bool {
	if w.err != nil {
		return false
	}
	w.makeRoom()
	for range 100 {
		n, err := w.src.Read(w.Buf[len(w.Buf):cap(w.Buf)])
		w.Buf = w.Buf[:len(w.Buf)+n]
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
func (w *Window) makeRoom() {
	size := cap(w.Buf)
	if size-len(w.Buf) > size/4 {
		return
	}
	drop := max(w.Pos-Lookback, 0)
	if drop > size/4 {
		w.drop(drop)
		return
	}
	grown := make([]byte, len(w.Buf), max(2*size, windowSize))
	copy(grown, w.Buf)
	w.Buf = grown
}

func (w *Window) drop(n int) {
	if !w.Binary && w.known < n {
		w.lines += bytes.Count(w.Buf[w.known:n], Newline)
		w.known = n
	}
	w.known = max(w.known-n, 0)
	w.Buf = w.Buf[:copy(w.Buf, w.Buf[n:])]
	w.Base += int64(n)
	w.Pos -= n
}

// Pass moves to a later position on the same line, so that nobody needs to count newlines before
// it again; false if it is on another line.
func (w *Window) Pass(next int) bool {
	if bytes.IndexByte(w.Buf[w.Pos:next], '\n') >= 0 {
		return false
	}
	if w.known < w.Pos {
		w.lines += bytes.Count(w.Buf[w.known:w.Pos], Newline)
	}
	w.Pos = next
	w.known = max(w.known, next)
	return true
}

// Newline is what ends a line.
var Newline = []byte{'\n'}

// Need makes at least n bytes available at pos; false if the stream ends before.
func (w *Window) Need(n int) bool {
	for len(w.Buf)-w.Pos < n {
		if !w.More() {
			return false
		}
	}
	return true
}

// Line returns the Line number of offset, which must be in the window or the beginning of the
// last value that was too large for it; 1 is the first.
func (w *Window) Line(offset int64) int {
	if offset < w.Base && offset == w.large.offset {
		return w.large.line
	}
	n := min(max(int(offset-w.Base), 0), len(w.Buf))
	if n < w.known {
		return 1 + w.lines - bytes.Count(w.Buf[n:w.known], Newline)
	}
	return 1 + w.lines + bytes.Count(w.Buf[w.known:n], Newline)
}

// LineHere is line for the position of reading, and counts no newline again.
func (w *Window) LineHere() int {
	if !w.Binary && w.known < w.Pos {
		w.lines += bytes.Count(w.Buf[w.known:w.Pos], Newline)
		w.known = w.Pos
	}
	return 1 + w.lines
}

// NextLine moves behind the next newline; false at the end of the stream.
func (w *Window) NextLine() bool {
	for {
		if i := bytes.IndexByte(w.Rest(), '\n'); i >= 0 {
			w.Pos += i + 1
			return true
		}
		w.Pos = len(w.Buf)
		if !w.More() {
			return false
		}
	}
}
