package capture

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/longpole/longpole/ingest"
	"github.com/longpole/longpole/internal/bytesize"
)

func lineOf(n int) []byte {
	m := message(fmt.Sprint("request ", n))
	m.ResourceSpans[0].ScopeSpans[0].Spans[0].SpanId[0] = byte(n + 1)
	return append(asJSON(m), '\n')
}

func spansIn(t *testing.T, name string) int {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	read, err := ingest.ReadBytes(name, text, ingest.Options{})
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return read.Ledger.Spans
}

func TestWhatIsInTheFileIsWholeAfterEveryLine(t *testing.T) {
	for _, name := range []string{"run.jsonl", "run.jsonl.gz", "run.jsonl.zst"} {
		name = filepath.Join(t.TempDir(), name)
		f, err := Create(name, 0)
		if err != nil {
			t.Fatal(err)
		}
		for n := range 5 {
			if err := f.Keep(lineOf(n)); err != nil {
				t.Fatal(err)
			}
			if got := spansIn(t, name); got != n+1 {
				t.Errorf("%s holds %d spans after %d", name, got, n+1)
			}
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
		if info, err := os.Stat(name); err != nil || bytesize.Size(info.Size()) != f.Size() {
			t.Errorf("%s has not the size %s (%v)", name, f.Size(), err)
		}
	}
}

func TestOfTwoCapturesIntoOneFileTheSecondIsRefusedAndHarmsNothing(t *testing.T) {
	name := filepath.Join(t.TempDir(), "run.jsonl")
	first, err := Create(name, 0)
	if err != nil {
		t.Fatal(err)
	}
	first.Keep(lineOf(1))
	if _, err := Create(name, 0); !errors.Is(err, ErrInUse) {
		t.Errorf("the second is told %v", err)
	}
	if got := spansIn(t, name); got != 1 {
		t.Errorf("%d spans are left of 1", got)
	}
	first.Close()
	third, err := Create(name, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer third.Close()
	if info, _ := os.Stat(name); info.Size() != 0 {
		t.Error("what an earlier capture wrote is still there")
	}
}

func TestAtTheLimitNothingIsKeptAnyMore(t *testing.T) {
	name := filepath.Join(t.TempDir(), "run.jsonl")
	line := lineOf(1)
	f, err := Create(name, bytesize.Size(2*len(line)))
	if err != nil {
		t.Fatal(err)
	}
	for n, want := range []bool{true, true, false} {
		if err := f.Keep(line); (err == nil) != want {
			t.Errorf("line %d: %v", n, err)
		}
	}
	if err := f.Keep([]byte("\n")); err == nil {
		t.Error("a shorter line is kept behind a gap")
	}
	if err := f.Close(); err == nil || !strings.Contains(err.Error(), "--max-file") {
		t.Errorf("at the end: %v", err)
	}
	if got := f.Size(); got != bytesize.Size(2*len(line)) {
		t.Errorf("%s were kept", got)
	}
}

// TestOnAFullDiskWhatCameBeforeIsWhole needs to be root, for a file system that is full soon.
func TestOnAFullDiskWhatCameBeforeIsWhole(t *testing.T) {
	small := t.TempDir()
	if err := mountSmall(small); err != nil {
		t.Skipf("no small file system can be mounted: %v", err)
	}
	t.Cleanup(func() { unmount(small) })
	for _, end := range []string{"", ".gz", ".zst"} {
		name := filepath.Join(small, "run.jsonl"+end)
		f, err := Create(name, 0)
		if err != nil {
			t.Fatal(err)
		}
		kept := 0
		for err == nil && kept < 100_000 {
			if err = f.Keep(lineOf(kept % 200)); err == nil {
				kept++
			}
		}
		if !errors.Is(err, syscall.ENOSPC) || kept == 0 {
			t.Fatalf("after %d lines: %v", kept, err)
		}
		if closed := f.Close(); !errors.Is(closed, syscall.ENOSPC) {
			t.Errorf("at the end: %v", closed)
		}
		if got := linesIn(t, name); got != kept {
			t.Errorf("%s holds %d lines, and %d were kept", name, got, kept)
		}
		os.Remove(name)
	}
}

func linesIn(t *testing.T, name string) int {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	read, err := ingest.ReadBytes(name, text, ingest.Options{})
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return read.Ledger.Records.Read
}

type failing struct{ n int }

func (f *failing) Write(b []byte) (int, error) {
	if f.n--; f.n < 0 {
		return len(b) / 2, syscall.EIO
	}
	return len(b), nil
}

func TestAWriteThatFailsEndsWhatIsKept(t *testing.T) {
	for n := range 4 {
		f := To(&failing{n}, 0)
		kept := 0
		for i := range 4 {
			if f.Keep(lineOf(i)) == nil {
				kept++
			}
		}
		if kept != n || !errors.Is(f.Close(), syscall.EIO) {
			t.Errorf("%d lines are kept of which %d could be written", kept, n)
		}
	}
}
