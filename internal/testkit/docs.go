package testkit

import (
	"os"
	"strings"
	"testing"
)

// WriteBetween puts text between two marks of a file.
func WriteBetween(t testing.TB, name, from, to, text string) {
	t.Helper()
	page, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, found := strings.Cut(string(page), from)
	_, tail, closed := strings.Cut(rest, to)
	if !found || !closed {
		t.Fatalf("%s has no %s ... %s", name, strings.TrimSpace(from), to)
	}
	if err := os.WriteFile(name, []byte(head+from+text+to+tail), 0o644); err != nil {
		t.Fatal(err)
	}
}
