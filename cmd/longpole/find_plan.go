package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// planNames are the names under which findPlan looks for a plan, the first one first.
var planNames = []string{"longpole.yaml", "longpole.yml", ".longpole.yaml"}

// findPlan returns the path of the plan that governs dir: the nearest one upward, not beyond the
// root of the repository (the folder that holds .git). It returns "" if there is none.
func findPlan(dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	for {
		found, err := firstFile(dir, planNames)
		if err != nil || found != "" {
			return found, err
		}
		up := filepath.Dir(dir)
		if up == dir || isRepository(dir) {
			return "", nil
		}
		dir = up
	}
}

func firstFile(dir string, names []string) (string, error) {
	for _, name := range names {
		path := filepath.Join(dir, name)
		info, err := os.Stat(path)
		switch {
		case err == nil && !info.IsDir():
			return path, nil
		case err != nil && !errors.Is(err, fs.ErrNotExist):
			return "", err
		}
	}
	return "", nil
}

// isRepository reports whether dir holds .git: a folder, or a file in a worktree.
func isRepository(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, ".git"))
	return err == nil
}
