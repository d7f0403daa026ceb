package main

import (
	"errors"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/longpole/longpole/internal/testkit"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"longpole":  main,
		"sendspans": sendSpans,
	})
}

// TestScripts runs what the command line promises, one script a promise. In a script,
// $SCENARIOS and $RECORDINGS are the folders of these names, and exits CODE CMD... expects
// an exit code.
func TestScripts(t *testing.T) {
	testdata := filepath.Join(testkit.Root(t), "testdata")
	testscript.Run(t, testscript.Params{
		Dir:           "testdata/script",
		UpdateScripts: testkit.Update(),
		Setup: func(e *testscript.Env) error {
			e.Setenv("SCENARIOS", filepath.Join(testdata, "scenarios"))
			e.Setenv("RECORDINGS", filepath.Join(testdata, "recordings"))
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": exits},
	})
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE command...")
	}
	err := ts.Exec(args[1], args[2:]...)
	if got := exitCode(err); got != args[0] {
		ts.Fatalf("exit code %s (%v), want %s", got, err, args[0])
	}
}

func exitCode(err error) string {
	var failed *exec.ExitError
	switch {
	case err == nil:
		return "0"
	case errors.As(err, &failed):
		return strconv.Itoa(failed.ExitCode())
	}
	return err.Error()
}
