package testkit

import (
	"os"
	"strings"
	"testing"
)

// Block requires that a page holds text between <!-- NAME --> and <!-- end of NAME -->, or writes it
// there.
func Block(t testing.TB, page, name, text string) {
	t.Helper()
	t.Log("\n" + text)
	old, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, begins := strings.Cut(string(old), "<!-- "+name+" -->\n")
	_, after, ends := strings.Cut(rest, "<!-- end of "+name+" -->\n")
	if !begins || !ends {
		t.Fatalf("%s has no place for %s", page, name)
	}
	now := before + "<!-- " + name + " -->\n" + text + "<!-- end of " + name + " -->\n" + after
	switch {
	case now == string(old):
	case Update():
		if err := os.WriteFile(page, []byte(now), 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("%s does not show this %s; make golden writes it", page, name)
	}
}
