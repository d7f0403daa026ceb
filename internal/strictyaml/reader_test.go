package strictyaml

import (
	"strings"
	"testing"
)

func TestWhatNobodyCanHaveMeantIsRefusedAtItsPlace(t *testing.T) {
	for text, want := range map[string]string{
		"":                                   "f: the file is empty",
		"a: x\n---\na: y\n":                  "f:3:2: a second document; write one file for each",
		"a: x\nbb: y\n":                      `f:2:1: unknown key "bb" in the file; did you mean "b"?`,
		"a: [x]\n":                           "f:1:4: a must be a text, not a list",
		"a: ''\n":                            "f:1:4: a is empty",
		"b: []\n":                            "f:1:4: b is an empty list",
		"c: 1\n":                             `f:1:4: c must be true or false, not "1"`,
		"- a\n":                              "f:1:1: the file must be a mapping, not a list",
		"a: " + strings.Repeat("[", 65):      "f:1:68: nested more than 64 deep",
		"a: " + strings.Repeat("x", 1<<20):   "f: the file has more than 1048576 bytes",
		"a: ''\nb: [[]]\n":                   "f:1:4: a is empty\nf:2:5: b must be a text, not a list",
		"\"\\x1b[2J\": x\n":                  `f:1:1: unknown key "\x1b[2J" in the file; known are a, b, c`,
		"a: &x y\n":                          "f:1:4: a must be a text, not an anchor or alias (write it out)",
		"a: \"p95 < 1\"\nd: x\ne: \"abc\"\n": "f:2:1: unknown key \"d\" in the file; did you mean \"a\"?\nf:3:1: unknown key \"e\" in the file; did you mean \"a\"?",
	} {
		r := &Reader{File: "f"}
		if n := r.Root([]byte(text)); n != nil {
			r.Object(n, "the file",
				Key("a", func(n Node) { r.Text(n, "a") }),
				Key("b", func(n Node) { r.Texts(n, "b") }),
				Key("c", func(n Node) { r.Bool(n, "c") }),
			)
		}
		if err := r.Err(); err == nil || err.Error() != want {
			t.Errorf("%.40q\ngot  %v\nwant %s", text, err, want)
		}
	}
}

func TestAProblemInsideATextPointsAtItsByte(t *testing.T) {
	for text, want := range map[string]string{"a: bcd": "f:1:6: no", `a: "bcd"`: "f:1:7: no"} {
		r := &Reader{File: "f"}
		r.Object(r.Root([]byte(text)), "the file", Key("a", func(n Node) { r.FailInside(n, 2, "no") }))
		if got := r.Err().Error(); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}
