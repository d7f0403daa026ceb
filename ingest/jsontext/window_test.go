package jsontext

import (
	"bytes"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"
)

func TestAWindowKeepsLinesAndOffsetsWhileItSlides(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	text := make([]byte, 5*windowSize)
	for i := range text {
		text[i] = "abc\n"[r.IntN(4)]
	}
	w := NewWindow(iotest.HalfReader(bytes.NewReader(text)), nil)
	for w.Need(1) {
		w.Pos += min(1+r.IntN(1000), len(w.Rest()))
		at := int(w.Offset())
		if r.IntN(100) > 0 {
			continue
		}
		if got, want := w.Line(int64(at)), 1+bytes.Count(text[:at], Newline); got != want {
			t.Fatalf("byte %d is on line %d, want %d", at, got, want)
		}
	}
	if w.err != io.EOF || w.Offset() != int64(len(text)) {
		t.Errorf("ended at %d with %v", w.Offset(), w.err)
	}
}

func TestAValueEndsWhereAnotherBeginsAsItDidHoweverLittleIsReadAtOnce(t *testing.T) {
	long := `{"a":"` + strings.Repeat("x", maxStart) + `",`
	for _, text := range []string{long + `"b":` + "\n" + `{"a":1}`, long + `"b":[` + "\n\n" + `{"a":1}`, long + "\r\n" + `{"a":1}`} {
		for _, read := range []func(*Window){func(w *Window) { w.Value() }, (*Window).Skip, walk} {
			w := NewWindow(iotest.OneByteReader(strings.NewReader(text)), nil)
			w.Enter()
			read(w)
			w.Leave()
			if e := w.Recovered(); e == nil || !w.NextLine() || w.Peek() != '{' {
				t.Fatalf("%q: %v at %d", text, e, w.Offset())
			}
			if w.Offset() > int64(strings.LastIndexByte(text, '\n'))+1 {
				t.Errorf("%q: the next value is read from byte %d", text, w.Offset())
			}
		}
	}
}

// walk steps through an object of lists and objects.
func walk(w *Window) {
	for w.Open('{'); w.Key(); {
		if w.Peek() == '[' {
			for w.Open('['); w.Elem(); {
				w.Value()
			}
			continue
		}
		w.Value()
	}
}
