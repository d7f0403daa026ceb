package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/longpole/longpole/internal/testkit"
)

// printedCommand is what looks like a command wherever it stands on a page: to the end of the line, or of the
// brackets that it stands in.
var printedCommand = regexp.MustCompile(`(?m)\(longpole [a-z][^)\n]*\)|longpole [a-z].*$`)

// A shell runs command lines as a person would paste them.
type shell struct {
	t   *testing.T
	bin string // where its programs are
	dir string
	ran map[string]bool
}

// newShell returns one that knows longpole and sendspans, and stands at the root of the repository.
func newShell(t *testing.T) *shell {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir()
	for _, name := range []string{"longpole", "sendspans"} { // which it is where it is called so, see TestMain
		if err := os.Symlink(program, filepath.Join(bin, name)); err != nil {
			t.Skip("no links here: ", err)
		}
	}
	return &shell{t, bin, testkit.Root(t), map[string]bool{}}
}

// pages runs a command, whatever it exits with, and then every command that its page prints, and those that
// their pages print: each of these has to run.
func (s *shell) pages(line string) {
	out, _ := s.run(line)
	s.printed(line, out)
}

func (s *shell) printed(line, out string) {
	for _, printed := range printedCommand.FindAllString(out, -1) {
		printed = strings.Trim(printed, "().")
		if s.ran[printed] {
			continue
		}
		s.ran[printed] = true
		again, code := s.run(printed)
		if code != exitOK {
			s.t.Errorf("%s\nprints\n%s\nwhich exits with %d:\n%.500s", line, printed, code, again)
			continue
		}
		s.printed(printed, again)
	}
}

// tool gives it one more program, a script.
func (s *shell) tool(name, script string) {
	s.t.Helper()
	if err := os.WriteFile(filepath.Join(s.bin, name), []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
		s.t.Fatal(err)
	}
}

func (s *shell) run(line string) (out string, code int) {
	s.t.Helper()
	c := exec.CommandContext(s.t.Context(), "sh", "-c", line)
	c.Dir, c.Env = s.dir, append(os.Environ(), "PATH="+s.bin+string(os.PathListSeparator)+os.Getenv("PATH"), "CI=", "GITHUB_STEP_SUMMARY="+filepath.Join(s.bin, "summary"))
	var errs strings.Builder
	c.Stderr = &errs
	text, err := c.Output()
	if code = c.ProcessState.ExitCode(); code != exitOK {
		return string(text) + errs.String(), code
	}
	if err != nil {
		s.t.Fatal(err)
	}
	return string(text), code
}

func TestEveryCommandThatAnOutputPrintsRunsAsPasted(t *testing.T) {
	s := newShell(t)
	recordings, _ := filepath.Glob(filepath.Join(s.dir, "testdata/recordings/lab/*/faulty.otlp.jsonl.zst"))
	for _, file := range testkit.Some(recordings, 1) {
		file, _ = filepath.Rel(s.dir, file)
		healthy := strings.Replace(file, "faulty", "healthy", 1)
		s.pages("longpole report " + file)
		s.pages("longpole doctor " + file)
		s.pages("longpole check --budget testdata/demo/checkout.yaml " + file)
		s.pages("longpole diff " + healthy + " " + file)
		s.pages("longpole explain network " + file)
	}
	scenarios, _ := filepath.Glob(filepath.Join(s.dir, "testdata/scenarios/*/trace.otlp.jsonl"))
	for _, file := range scenarios[:testkit.Rounds(4, len(scenarios)/8)] {
		file, _ = filepath.Rel(s.dir, file)
		s.pages("longpole report " + file)
	}
	if len(s.ran) < testkit.Rounds(8, 60) {
		t.Errorf("only %d commands were printed", len(s.ran))
	}
	t.Logf("%d commands run", len(s.ran))
}
