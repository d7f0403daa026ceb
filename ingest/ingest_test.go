package ingest

import (
	"context"
	"os"
	"path/filepath"
	"testing"
)

// shared returns the path of real exports beside the checkout, or skips the test.
func shared(t testing.TB, path string) string {
	t.Helper()
	full := filepath.Join("..", "..", "shared", path)
	if _, err := os.Stat(full); err != nil {
		t.Skipf("%s is not here: this test reads real exports that are not part of the repository", full)
	}
	return full
}

func TestHotRODIsReadWhole(t *testing.T) {
	s, err := Read(context.Background(), []string{shared(t, "traces/hotrod-all.jaeger.json.zst")}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if s.Ledger.Spans != 48242 || s.Len() != 1886 {
		t.Errorf("read %d spans of %d traces, want 48,242 of 1,886", s.Ledger.Spans, s.Len())
	}
}
