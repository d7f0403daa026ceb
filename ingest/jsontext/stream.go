package jsontext

import (
	"bytes"
	"fmt"
	"io"
)

// MaxValue bounds a JSON value that must be in memory whole: one span, one resource. A
// variable, so that tests need not write a value of that size.
var MaxValue = 64 << 20

// A SyntaxError says where a document stops being JSON.
type SyntaxError struct {
	At   int64
	What string
	Cut  bool
}

// Error says what is wrong and where.
func (e *SyntaxError) Error() string { return fmt.Sprintf("%s at byte %d", e.What, e.At) }

// The outer levels of a document are read as they stream by:
//
//	for w.Open('{'); w.Key(); {
//		switch string(w.Name) {
//		case "spans":
//			for w.Open('['); w.Elem(); { ... }
//		default:
//			w.Skip()
//		}
//	}
//
// The first damage ends all loops and stays in w.Bad. A value of another type than asked
// for is skipped and has no elements.

// Peek returns the next byte that is not blank without taking it; 0 at the end.
func (w *Window) Peek() byte {
	for {
		for ; w.Pos < len(w.Buf); w.Pos++ {
			c := w.Buf[w.Pos]
			if c > ' ' {
				return c
			}
			if c == '\n' && w.torn() {
				w.Fail(CutShort)
				return 0
			}
		}
		if !w.More() {
			return 0
		}
	}
}

// Fail ends all loops, if nothing has ended them yet.
func (w *Window) Fail(what string) {
	if w.Bad != nil {
		return
	}
	atEnd := w.Pos == len(w.Buf) && w.err != nil
	if atEnd {
		what = CutShort
	}
	w.Bad = &SyntaxError{At: w.Offset(), What: what, Cut: atEnd}
}

// Recovered returns the damage that ended all loops, and makes reading on possible.
func (w *Window) Recovered() *SyntaxError {
	e := w.Bad
	w.Bad, w.fresh, w.shut = nil, false, false
	return e
}

// BrokeLine reports whether a string of the value that was taken last had a raw line break
// in it, or of any since it was forgotten.
func (w *Window) BrokeLine() bool { return w.skim.broke }

// ForgetBrokenLine forgets that a string had a raw line break.
func (w *Window) ForgetBrokenLine() { w.skim.broke = false }

// Open steps into an object or array. False if the value is something else, which is skipped.
func (w *Window) Open(bracket byte) bool {
	if w.Bad != nil {
		return false
	}
	if w.Peek() != bracket {
		w.Skip()
		w.shut = true
		return false
	}
	w.Pos++
	w.fresh = true
	return true
}

// Key steps to the next value of an object, whose Key is then in w.Name; false at its end.
func (w *Window) Key() bool {
	if !w.step('}') {
		return false
	}
	text, ok := w.text()
	if !ok {
		return false
	}
	w.Name = Unescape(text)
	if w.Pos < len(w.Buf) && w.Buf[w.Pos] == ':' {
		w.Pos++
		return true
	}
	w.Name = bytes.Clone(w.Name)
	if w.Peek() != ':' {
		w.Fail("no colon after a key")
		return false
	}
	w.Pos++
	return true
}

// Elem steps to the next value of an array; false at its end.
func (w *Window) Elem() bool { return w.step(']') }

// step takes the comma before the next member, or the bracket that ends them.
func (w *Window) step(end byte) bool {
	first, shut := w.fresh, w.shut
	w.fresh, w.shut = false, false
	if w.Bad != nil || shut {
		return false
	}
	c := w.Peek()
	if w.Bad != nil {
		return false
	}
	if c == end {
		w.Pos++
		return false
	}
	if first {
		return true
	}
	if c != ',' {
		w.Fail("no comma or bracket after a value")
		return false
	}
	w.Pos++
	if w.Peek() == end {
		w.Fail("a comma before a closing bracket")
		return false
	}
	return true
}

// text takes a string and returns what is between its quotes, escapes as they are.
func (w *Window) text() ([]byte, bool) {
	if w.Peek() != '"' {
		w.Fail("no key where one must stand")
		return nil, false
	}
	v := w.Value()
	if v == nil {
		return nil, w.Bad == nil
	}
	return v[1 : len(v)-1], true
}

// Skip moves behind the next value, however large it is.
func (w *Window) Skip() {
	w.Peek()
	w.skim.reset()
	w.skipOn()
}

func (w *Window) skipOn() {
	for w.Bad == nil {
		at, done, what := w.skim.feed(w.Buf, w.Pos)
		w.Pos = at
		if done {
			return
		}
		if what == "" && (w.More() || w.skim.noMore(w.Buf, at)) {
			continue
		}
		if what == "" {
			w.Pos, what = w.skim.ended(w.Pos)
		}
		w.Fail(what)
	}
}

// Value takes the next Value whole. Nil: damaged (w.Bad says how), or larger than
// MaxValue and skipped.
func (w *Window) Value() []byte {
	if w.Peek(); w.Bad != nil {
		return nil
	}
	w.skim.reset()
	seen := 0
	for {
		at, done, what := w.skim.feed(w.Buf, w.Pos+seen)
		if at-w.Pos > MaxValue {
			w.large = position{w.Offset(), w.LineHere()}
			if w.Pos = at; !done {
				w.skipOn()
			}
			return nil
		}
		if done {
			v := w.Buf[w.Pos:at]
			w.Pos = at
			return v
		}
		seen = at - w.Pos
		if what == "" && (w.More() || w.skim.noMore(w.Buf, at)) {
			continue
		}
		if what == "" {
			at, what = w.skim.ended(w.Pos + seen)
		}
		w.Pos = at
		w.Fail(what)
		return nil
	}
}

// Broken reports why the stream under w failed; nil if it just ended.
func (w *Window) Broken() error {
	if w.err == nil || w.err == io.EOF {
		return nil
	}
	return w.err
}
