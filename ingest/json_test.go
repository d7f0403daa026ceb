package ingest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"testing/iotest"
)

func TestSkippingEndsWhereTheValueEnds(t *testing.T) {
	for _, value := range []string{
		`{}`, `[]`, `""`, `"a"`, `{"a":1}`, `[1,2,[3,{"b":"]}"}]]`, `{"a\"b":"c\\"}`, ` {"a" : [ true , null ] } `, `{"a":NaN}`,
		`"` + strings.Repeat("x", 100) + `\""`,
	} {
		for cut := 0; cut <= len(value); cut++ {
			var s skipper
			at, done, what := s.feed([]byte(value[:cut]), 0)
			if !done {
				at, done, what = s.feed([]byte(value+`,"next"`), at)
			}
			if want := strings.TrimRight(value, " "); !done && what != "" || done && at != len(want) {
				t.Errorf("%q cut at %d: ends at %d, %v %q", value, cut, at, done, what)
			}
		}
	}
}

func TestDamageIsNoticedWhereItIs(t *testing.T) {
	for text, at := range map[string]int{
		`{"a":1 "b":2}`:                 7,
		`{"a" 1}`:                       5,
		`{"a":}`:                        5,
		`{a:1}`:                         1,
		`{"a":1,}`:                      7,
		`[1 2]`:                         3,
		`[1}`:                           2,
		`{"a":1]`:                       6,
		"{\"a\":\"b\n\r\n {\"":          7,
		"{\"a\":\"b\n{\"":               7,
		"{\"a\n[":                       3,
		`{"a":1,{"b":2}}`:               7,
		`{"a":'b'}`:                     5,
		strings.Repeat("[", maxDepth+1): maxDepth,
	} {
		var s skipper
		if got, done, what := s.feed([]byte(text), 0); done || what == "" || got != at {
			t.Errorf("%.40q: stopped at %d, %v %q, want %d", text, got, done, what, at)
		}
	}
}

func TestDeepNestingNeedsNoStack(t *testing.T) {
	deep := strings.Repeat(`[`, maxDepth) + strings.Repeat(`]`, maxDepth)
	var s skipper
	if at, done, what := s.feed([]byte(deep), 0); !done || at != len(deep) {
		t.Errorf("stopped at %d: %s", at, what)
	}
}

func FuzzSkipperTakesWhatJSONIs(f *testing.F) {
	for _, s := range []string{`{"a":[1,2.5e3,"x\n",true,null]}`, `[[],{}]`, `"\u00e9"`, `{"a":"b"} {"c":1}`} {
		f.Add([]byte(s), 3)
	}
	f.Fuzz(func(t *testing.T, text []byte, cut int) {
		if len(text) == 0 || text[0] != '{' && text[0] != '[' {
			return
		}
		cut = min(max(cut, 0), len(text))
		var s skipper
		at, done, what := s.feed(text[:cut], 0)
		if !done && what == "" {
			at, done, what = s.feed(text, at)
		}
		if json.Valid(text) && (!done || what != "") {
			t.Fatalf("%q is JSON, but stops at %d: %s", text, at, what)
		}
		if done {
			var again skipper
			if at2, done2, _ := again.feed(text, 0); !done2 || at2 != at {
				t.Fatalf("%q: ends at %d in two pieces, at %d in one", text, at, at2)
			}
		}
	})
}

func TestEscapesAreResolvedAsJSONSays(t *testing.T) {
	for _, text := range []string{
		`plain`, `a\"b\\c\/d`, `\b\f\n\r\t`, `é`, `\u00e9`, `\ud834\udd1e`, `\ud834`, `\ud834x`, `\ud834\u0041`, `\udd1e`, `x\u0000y`,
	} {
		var want string
		if err := json.Unmarshal([]byte(`"`+text+`"`), &want); err != nil {
			t.Fatal(err)
		}
		if got := string(unescape([]byte(text))); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

// What a reader gives at once must not matter: a pipe may give a byte at a time.
func TestSmallReadsGiveTheSameSpans(t *testing.T) {
	for _, path := range []string{"otlp-json.json", "otlp-json.pretty.json", "jaeger.json", "jaeger.bare.json", "zipkin.json", "tempo.v1.json", "xray.json"} {
		data, err := os.ReadFile("testdata/formats/" + path)
		if err != nil {
			t.Fatal(err)
		}
		whole := draw(read(t, string(data), Options{}))
		for _, slow := range []func(io.Reader) io.Reader{iotest.OneByteReader, iotest.HalfReader, iotest.DataErrReader} {
			s := readFiles(t, Options{Stdin: slow(bytes.NewReader(data))}, "-")
			want(t, path, draw(s), whole)
		}
	}
}

func TestAWindowKeepsLinesAndOffsetsWhileItSlides(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	text := make([]byte, 5*windowSize)
	for i := range text {
		text[i] = "abc\n"[r.IntN(4)]
	}
	w := newWindow(iotest.HalfReader(bytes.NewReader(text)))
	for w.need(1) {
		w.pos += min(1+r.IntN(1000), len(w.rest()))
		at := int(w.offset())
		if r.IntN(100) > 0 {
			continue
		}
		if got, want := w.line(int64(at)), 1+bytes.Count(text[:at], newline); got != want {
			t.Fatalf("byte %d is on line %d, want %d", at, got, want)
		}
	}
	if w.err != io.EOF || w.offset() != int64(len(text)) {
		t.Errorf("ended at %d with %v", w.offset(), w.err)
	}
}

func TestABrokenStreamIsAnErrorThatNamesTheFile(t *testing.T) {
	src := io.MultiReader(strings.NewReader(`{"resourceSpans":[`), iotest.ErrReader(errors.New("disk on fire")))
	_, err := Read(t.Context(), []string{"-"}, Options{Stdin: src})
	if err == nil || !strings.Contains(err.Error(), "-: cannot be read: disk on fire") {
		t.Errorf("error is %v", err)
	}
}
