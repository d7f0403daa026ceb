package budget

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const plans = "../testdata/plans/"

// The first line of every bad plan is "# want: " and what its error must hold.
func TestBadPlansAreRefusedWithTheirMessage(t *testing.T) {
	names := glob(t, plans+"bad/*.yaml")
	if len(names) < 40 {
		t.Errorf("%d bad plans, want at least 40", len(names))
	}
	for _, name := range names {
		t.Run(filepath.Base(name), func(t *testing.T) {
			data := read(t, name)
			first, _, _ := strings.Cut(string(data), "\n")
			want, ok := strings.CutPrefix(first, "# want: ")
			if !ok || want == "" {
				t.Fatalf("the first line says no message: %q", first)
			}
			_, err := Load("plan.yaml", data)
			if err == nil {
				t.Fatal("the plan was taken")
			}
			want = strings.TrimPrefix(want, "0:0: ")
			if !strings.Contains(err.Error(), want) {
				t.Errorf("got  %s\nwant %s", err, want)
			}
		})
	}
}

func TestProblemsNameFileLineAndColumnAndHideNoOther(t *testing.T) {
	_, err := Load("my.yaml", []byte("version: 1\njourneys:\n  a: {root: {servic: x}}\n  b: {root: {service: x}, ownr: y}\n"))
	var ps Problems
	if !errors.As(err, &ps) || len(ps) != 2 {
		t.Fatalf("want two problems, got %v", err)
	}
	want := "my.yaml:3:14: unknown key \"servic\" in root; did you mean \"service\"?\n" +
		"my.yaml:4:27: unknown key \"ownr\" in journey \"b\"; did you mean \"owner\"?"
	if err.Error() != want {
		t.Errorf("got\n%s\nwant\n%s", err, want)
	}
}

func glob(t *testing.T, pattern string) []string {
	t.Helper()
	names, err := filepath.Glob(pattern)
	if err != nil || len(names) == 0 {
		t.Fatalf("%s finds nothing (%v)", pattern, err)
	}
	return names
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
