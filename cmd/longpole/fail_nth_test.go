package main

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/report"
)

var errInjected = &fs.PathError{Op: "write", Path: ".longpole-temporary", Err: errors.New("no space left on device")}

// failing counts the calls to the system, and lets one fail.
type failing struct{ calls, fails int }

func (f *failing) call() error {
	if f.calls++; f.calls == f.fails {
		return errInjected
	}
	return nil
}

// failingFile is a file of which a call may fail. One that fails to write has written half.
type failingFile struct {
	beside
	*failing
}

func (f failingFile) Write(b []byte) (int, error) {
	if err := f.call(); err != nil {
		n, _ := f.beside.Write(b[:len(b)/2])
		return n, err
	}
	return f.beside.Write(b)
}

func (f failingFile) Sync() error { return errors.Join(f.call(), f.beside.Sync()) }
func (f failingFile) Chmod(mode fs.FileMode) error {
	return errors.Join(f.call(), f.beside.Chmod(mode))
}
func (f failingFile) Close() error { return errors.Join(f.call(), f.beside.Close()) }

// failNth lets the nth call fail that replacing files asks of the system.
func failNth(t *testing.T, n int) *failing {
	f, real := &failing{fails: n}, disk
	t.Cleanup(func() { disk = real })
	disk.create = func(name string) (beside, error) {
		if err := f.call(); err != nil {
			return nil, err
		}
		file, err := real.create(name)
		return failingFile{file, f}, err
	}
	disk.rename = func(from, to string) error {
		if err := f.call(); err != nil {
			return &os.LinkError{Op: "rename", Old: from, New: to, Err: errInjected.Err}
		}
		return real.rename(from, to)
	}
	return f
}

// Whichever call to the system fails, an output is the old file or the whole new one.
func TestAnOutputIsTheOldFileOrTheWholeNewOneWhicheverCallFails(t *testing.T) {
	root := testkit.Root(t)
	input := filepath.Join(root, "testdata/scenarios/retry/trace.otlp.jsonl")
	t.Chdir(t.TempDir())
	args := []string{"report", input, "--budget", filepath.Join(root, "testdata/demo/checkout.yaml")}
	var names []string
	for _, f := range report.Formats {
		names = append(names, f.Name+".out")
		args = append(args, "-o", f.Name+"="+f.Name+".out")
	}
	keepHeapLimit(t)
	whole := outputsAfter(t, args, exitOK, names)
	for n := 1; ; n += testkit.Rounds(5, 1) {
		for _, name := range names {
			os.WriteFile(name, []byte("old"), 0o644)
		}
		f := failNth(t, n)
		code := exitOutput
		if n > 6*len(names) { // create, write, sync, chmod, close, rename
			code = exitOK
		}
		now := outputsAfter(t, args, code, names)
		old := 0
		for _, name := range names {
			if now[name] == "old" {
				old++
			} else if now[name] != whole[name] {
				t.Errorf("call %d fails: %s is neither the old nor the new file", n, name)
			}
		}
		if f.calls < n {
			break
		}
		if old != 1 {
			t.Errorf("call %d fails: %d files are the old ones, want 1", n, old)
		}
	}
}

// outputsAfter runs longpole, which must end with a code and leave nothing but outputs. What it says
// names no temporary file.
func outputsAfter(t *testing.T, args []string, code int, names []string) map[string]string {
	t.Helper()
	var stderr bytes.Buffer
	if got := execute(t.Context(), args, nil, &bytes.Buffer{}, &stderr); got != code {
		t.Fatalf("exit code %d, want %d: %s", got, code, stderr.String())
	}
	if strings.Contains(stderr.String(), ".longpole-") || code == exitOutput && !strings.Contains(stderr.String(), ".out: no space left on device") {
		t.Errorf("it says %s", stderr.String())
	}
	if left, _ := filepath.Glob(".longpole-*"); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
	files := map[string]string{}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Error(err)
		}
		files[name] = string(text)
	}
	return files
}
