package errtext

import (
	"os"
	"testing"
)

func TestWhatCouldActOnATerminalIsQuoted(t *testing.T) {
	for text, want := range map[string]string{"traces.json": "traces.json", "a\x1b[2Jb": `"a\x1b[2Jb"`, `a"b`: `"a\"b"`} {
		if got := Printable(text); got != want {
			t.Errorf("%q is spelled %s, want %s", text, got, want)
		}
	}
}

func TestACauseDoesNotNameThePathAgain(t *testing.T) {
	_, err := os.Open("no such file")
	if got := Cause(err).Error(); got != "no such file or directory" {
		t.Errorf("the cause is %q", got)
	}
}
