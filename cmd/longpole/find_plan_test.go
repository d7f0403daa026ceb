package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestThePlanIsLookedForUpToTheRootOfTheRepository(t *testing.T) {
	top := t.TempDir()
	deep := filepath.Join(top, "repo", "a", "b")
	for _, dir := range []string{deep, filepath.Join(top, "repo", ".git")} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	wantFound(t, deep, "")
	writePlan(t, filepath.Join(top, "longpole.yaml"))
	wantFound(t, deep, "") // above the repository is somebody else's
	writePlan(t, filepath.Join(top, "repo", "longpole.yml"))
	wantFound(t, deep, filepath.Join(top, "repo", "longpole.yml"))
	writePlan(t, filepath.Join(top, "repo", "a", "longpole.yaml"))
	wantFound(t, deep, filepath.Join(top, "repo", "a", "longpole.yaml"))
}

func wantFound(t *testing.T, dir, want string) {
	t.Helper()
	if got, err := findPlan(dir); err != nil || got != want {
		t.Errorf("found %q (%v), want %q", got, err, want)
	}
}

func writePlan(t *testing.T, name string) {
	t.Helper()
	if err := os.WriteFile(name, []byte("version: 1\n"), 0o644); err != nil {
		t.Fatal(err)
	}
}
