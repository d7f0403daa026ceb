package main

import (
	"bytes"
	"strings"
	"testing"
)

func TestASummaryThatIsTooLongIsCutAtALine(t *testing.T) {
	text := []byte(strings.Repeat("a line of the report\n", 100))
	got := fitting(bytes.Clone(text), 500)
	if len(got) > 500 || !bytes.HasSuffix(got, []byte("report\n\n(cut: the whole report is too long for a summary)\n")) {
		t.Errorf("%d bytes:\n%s", len(got), got)
	}
	if whole := fitting(bytes.Clone(text), len(text)); !bytes.Equal(whole, text) {
		t.Error("one that fits is cut")
	}
}

func TestTheFirstFailureGivesTheExitCodeAndAllAreSaid(t *testing.T) {
	err := firstFailure(nil, failf(exitGateFailed, "", "2 checks fail"), nil, failf(exitOutput, "", "disk full"))
	var stderr bytes.Buffer
	if code := complain(&stderr, "longpole check", err); code != exitGateFailed || stderr.String() != "longpole: 2 checks fail\nlongpole: disk full\n" {
		t.Errorf("exit code %d, says %q", code, stderr.String())
	}
	if err := firstFailure(nil, nil); err != nil {
		t.Error(err)
	}
}
