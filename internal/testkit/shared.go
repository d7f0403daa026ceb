package testkit

import (
	"os"
	"path/filepath"
	"testing"
)

// Shared returns the path of a file or folder of the inputs that are kept beside the
// project, not in it; a test that needs one is skipped, saying so, where it is missing.
func Shared(t testing.TB, path ...string) string {
	t.Helper()
	p := filepath.Join(append([]string{Root(t), "..", "shared"}, path...)...)
	if _, err := os.Stat(p); err != nil {
		t.Skipf("skipped: %s is not beside this checkout", filepath.Join(append([]string{"shared"}, path...)...))
	}
	return p
}

// Root returns the project's folder: the nearest above the test that holds the module's go.mod
// and the folder of the command.
func Root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "cmd", "longpole")); err == nil {
			return dir
		}
	}
	t.Fatal("the test does not run within the project")
	return ""
}
