package jsontext

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestSkippingEndsWhereTheValueEnds(t *testing.T) {
	for _, value := range []string{
		`{}`, `[]`, `""`, `"a"`, `{"a":1}`, `[1,2,[3,{"b":"]}"}]]`, `{"a\"b":"c\\"}`, ` {"a" : [ true , null ] } `, `{"a":NaN}`,
		`"` + strings.Repeat("x", 100) + `\""`,
	} {
		for cut := 0; cut <= len(value); cut++ {
			var s Skipper
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
		var s Skipper
		if got, done, what := s.feed([]byte(text), 0); done || what == "" || got != at {
			t.Errorf("%.40q: stopped at %d, %v %q, want %d", text, got, done, what, at)
		}
	}
}

func TestDeepNestingNeedsNoStack(t *testing.T) {
	deep := strings.Repeat(`[`, maxDepth) + strings.Repeat(`]`, maxDepth)
	var s Skipper
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
		var s Skipper
		at, done, what := s.feed(text[:cut], 0)
		if !done && what == "" {
			at, done, what = s.feed(text, at)
		}
		if json.Valid(text) && (!done || what != "") {
			t.Fatalf("%q is JSON, but stops at %d: %s", text, at, what)
		}
		if done {
			var again Skipper
			if at2, done2, _ := again.feed(text, 0); !done2 || at2 != at {
				t.Fatalf("%q: ends at %d in two pieces, at %d in one", text, at, at2)
			}
		}
	})
}

func BenchmarkSkip(b *testing.B) {
	span := `{"name":"GET /items/{id}","status":{},"attributes":[{"key":"app.attribute","value":{"stringValue":"some value\n of usual length"}}],` + "\n" +
		`"startTimeUnixNano":"1700000000000000000","droppedAttributesCount":0}`
	text := []byte("[" + strings.Repeat(span+", ", 1000) + span + "]")
	b.SetBytes(int64(len(text)))
	var s Skipper
	for b.Loop() {
		s.reset()
		if at, done, what := s.feed(text, 0); !done || at != len(text) {
			b.Fatal(what)
		}
	}
}
