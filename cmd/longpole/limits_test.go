package main

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
)

const oneSpan = `{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"00f067aa0ba902b7","name":"a","startTimeUnixNano":"1780000000000000000","endTimeUnixNano":"1780000000000000009"}]}]}]}`

// compressed writes a span that way to a file.
func compressed(t *testing.T, to func(io.Writer) io.WriteCloser) (name string) {
	t.Helper()
	var b bytes.Buffer
	w := to(&b)
	io.WriteString(w, oneSpan)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	name = filepath.Join(t.TempDir(), "traces")
	if err := os.WriteFile(name, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	return name
}

// A limit that stops a file is told with the flag that moves it, and that flag moves it.
func TestALimitNamesTheFlagThatMovesIt(t *testing.T) {
	keepHeapLimit(t)
	gz := compressed(t, func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) })
	wide := compressed(t, func(w io.Writer) io.WriteCloser {
		z, err := zstd.NewWriter(w, zstd.WithWindowSize(256<<20))
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(z, "\n")
		z.Flush() // before the size is known, so that the window is written down
		return z
	})
	for _, c := range []struct{ file, tooSmall, flag string }{
		{gz, "--max-expanded=100B", "--max-expanded"},
		{wide, "--max-window=128MiB", "--max-window"},
	} {
		for size, code := range map[string]int{c.tooSmall: exitInput, c.flag + "=512MiB": exitOK} {
			var out, stderr bytes.Buffer
			got := execute(t.Context(), []string{"report", "--budget", "none", c.file, size}, nil, &out, &stderr)
			if got != code || strings.Contains(stderr.String(), c.flag) != (code == exitInput) {
				t.Errorf("%s: exit code %d, want %d, and %s", size, got, code, stderr.String())
			}
		}
	}
}
