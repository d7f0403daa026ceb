package ingest

import (
	"bytes"
	"fmt"
	"io"
)

// maxValue bounds a JSON value that must be in memory whole: one span, one resource. A
// variable, so that tests need not write a value of that size.
var maxValue = 64 << 20

// A syntaxError says where a document stops being JSON. cut: the text ended too early.
type syntaxError struct {
	at   int64
	what string
	cut  bool
}

func (e *syntaxError) Error() string { return fmt.Sprintf("%s at byte %d", e.what, e.at) }

// The outer levels of a document are read as they stream by:
//
//	for w.open('{'); w.key(); {
//		switch string(w.name) {
//		case "spans":
//			for w.open('['); w.elem(); { ... }
//		default:
//			w.skip()
//		}
//	}
//
// The first damage ends all loops and stays in w.bad. A value of another type than asked
// for is skipped and has no elements.

// peek returns the next byte that is not blank without taking it; 0 at the end.
func (w *window) peek() byte {
	for {
		for ; w.pos < len(w.buf); w.pos++ {
			if c := w.buf[w.pos]; c > ' ' {
				return c
			}
		}
		if !w.more() {
			return 0
		}
	}
}

func (w *window) fail(what string) {
	if w.bad != nil {
		return
	}
	atEnd := w.pos == len(w.buf) && w.err != nil
	if atEnd {
		what = "the text ends too early"
	}
	w.bad = &syntaxError{at: w.offset(), what: what, cut: atEnd}
}

// open steps into an object or array. False if the value is something else, which is skipped.
func (w *window) open(bracket byte) bool {
	if w.bad != nil {
		return false
	}
	if w.peek() != bracket {
		w.skip()
		w.shut = true
		return false
	}
	w.pos++
	w.fresh = true
	return true
}

// key steps to the next value of an object, whose key is then in w.name; false at its end.
func (w *window) key() bool {
	if !w.step('}') {
		return false
	}
	text, ok := w.text()
	if !ok {
		return false
	}
	w.name = text
	if w.pos < len(w.buf) && w.buf[w.pos] == ':' {
		w.pos++
		return true
	}
	w.name = bytes.Clone(text)
	if w.peek() != ':' {
		w.fail("no colon after a key")
		return false
	}
	w.pos++
	return true
}

// elem steps to the next value of an array; false at its end.
func (w *window) elem() bool { return w.step(']') }

// step takes the comma before the next member, or the bracket that ends them.
func (w *window) step(end byte) bool {
	first, shut := w.fresh, w.shut
	w.fresh, w.shut = false, false
	if w.bad != nil || shut {
		return false
	}
	c := w.peek()
	if c == end {
		w.pos++
		return false
	}
	if first {
		return true
	}
	if c != ',' {
		w.fail("no comma or bracket after a value")
		return false
	}
	w.pos++
	if w.peek() == end {
		w.fail("a comma before a closing bracket")
		return false
	}
	return true
}

// text takes a string and returns what is between its quotes, escapes as they are.
func (w *window) text() ([]byte, bool) {
	if w.peek() != '"' {
		w.fail("no key where one must stand")
		return nil, false
	}
	v := w.value()
	if v == nil {
		return nil, w.bad == nil
	}
	return v[1 : len(v)-1], true
}

// skip moves behind the next value, however large it is.
func (w *window) skip() {
	w.peek()
	w.skim.reset()
	w.skipOn()
}

func (w *window) skipOn() {
	for w.bad == nil {
		at, done, what := w.skim.feed(w.buf, w.pos)
		w.pos = at
		if done {
			return
		}
		if what == "" && w.more() {
			continue
		}
		if what == "" {
			w.pos, what = w.skim.ended(w.pos)
		}
		w.fail(what)
	}
}

// value takes the next value whole. Nil: damaged (w.bad says how), or larger than
// maxValue and skipped.
func (w *window) value() []byte {
	w.peek()
	w.skim.reset()
	seen := 0
	for {
		at, done, what := w.skim.feed(w.buf, w.pos+seen)
		if at-w.pos > maxValue {
			w.large = place{w.offset(), w.lineHere()}
			if w.pos = at; !done {
				w.skipOn()
			}
			return nil
		}
		if done {
			v := w.buf[w.pos:at]
			w.pos = at
			return v
		}
		seen = at - w.pos
		if what == "" && w.more() {
			continue
		}
		if what == "" {
			at, what = w.skim.ended(w.pos + seen)
		}
		w.pos = at
		w.fail(what)
		return nil
	}
}

// broken reports why the stream under w failed; nil if it just ended.
func (w *window) broken() error {
	if w.err == nil || w.err == io.EOF {
		return nil
	}
	return w.err
}
