package jsontext

import (
	"bytes"
	"io"
	"math/rand/v2"
	"testing"
	"testing/iotest"
)

func TestAWindowKeepsLinesAndOffsetsWhileItSlides(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	text := make([]byte, 5*windowSize)
	for i := range text {
		text[i] = "abc\n"[r.IntN(4)]
	}
	w := NewWindow(iotest.HalfReader(bytes.NewReader(text)))
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
