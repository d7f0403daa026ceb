package testkit

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "rewrite golden files with what the tests got")

// Update reports whether the tests were asked to rewrite what they check.
func Update() bool { return *update }

// Golden compares got with testdata/<name> beside the test. With -update it writes the file
// instead. Of pages it compares what is not equal on all of them. On a difference it leaves .got-<name> beside it, to be compared.
func Golden(t testing.TB, name string, got []byte) {
	t.Helper()
	if filepath.Ext(name) == ".html" {
		got = Bare(got)
	}
	path := filepath.Join("testdata", name)
	gotPath := filepath.Join(filepath.Dir(path), ".got-"+filepath.Base(path))
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		write(t, path, got)
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; go test -update writes it", err)
	}
	if bytes.Equal(got, want) {
		os.Remove(gotPath)
		return
	}
	write(t, gotPath, got)
	t.Errorf("%s differs at line %d: compare it with %s, or accept it with -update", path, firstDifference(got, want), gotPath)
}

func write(t testing.TB, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

// firstDifference returns the line, from 1, at which a and b part.
func firstDifference(a, b []byte) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return 1 + bytes.Count(a[:n], []byte("\n"))
}
