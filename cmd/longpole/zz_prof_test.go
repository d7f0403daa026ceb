package main

import (
	"context"
	"io"
	"os"
	"runtime/debug"
	"testing"
)

func TestZZProf(t *testing.T) {
	if os.Getenv("ZZ") == "" {
		t.Skip()
	}
	debug.SetGCPercent(garbage)
	execute(context.Background(), []string{"report", os.Getenv("ZZ"), "-o", "json=/tmp/nm/prof.json"}, os.Stdin, io.Discard, os.Stderr)
}
