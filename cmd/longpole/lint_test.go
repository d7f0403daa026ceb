package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/longpole/longpole/internal/testkit"
)

// The first line of every bad plan is "# want: " and what its error must hold.
func TestEveryBadPlanEndsWithExitCodeTwoAndItsMessage(t *testing.T) {
	plans, err := filepath.Glob(filepath.Join(testkit.Root(t), "testdata", "plans", "bad", "*.yaml"))
	if err != nil || len(plans) < 40 {
		t.Fatalf("%d bad plans (%v), want at least 40", len(plans), err)
	}
	traces := filepath.Join(testkit.Root(t), "testdata", "scenarios", "retry", "trace.otlp.jsonl")
	for _, plan := range plans {
		text, err := os.ReadFile(plan)
		if err != nil {
			t.Fatal(err)
		}
		first, _, _ := strings.Cut(string(text), "\n")
		want := strings.TrimPrefix(strings.TrimPrefix(first, "# want: "), "0:0: ")
		for _, args := range [][]string{{"lint", plan}, {"check", "--budget", plan, traces}, {"report", "--budget", plan, traces}} {
			var stdout, stderr bytes.Buffer
			if code := execute(t.Context(), args, nil, &stdout, &stderr); code != exitUsage || !strings.Contains(stderr.String(), want) {
				t.Errorf("%s %s: exit code %d, says %q, want %q", args[0], filepath.Base(plan), code, stderr.String(), want)
			}
			if stdout.Len() > 0 {
				t.Errorf("%s %s writes a report: %s", args[0], filepath.Base(plan), stdout.String())
			}
		}
	}
}
