//go:build unix

package capture

import (
	"bufio"
	"errors"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestACommandEndsWithTheExitCodeThatAShellWouldSay(t *testing.T) {
	for script, want := range map[string]int{"true": 0, "exit 7": 7, "kill -KILL $$": 137, "kill -TERM $$": 143} {
		c := Command{Args: []string{"sh", "-c", script}}
		if code, err := c.Run(); code != want || err != nil {
			t.Errorf("%s: %d (%v), want %d", script, code, err, want)
		}
	}
	for name, want := range map[string]int{"no such command": 127, "/no/such/file": 127, "/": 126} {
		c := Command{Args: []string{name}}
		found, notFound := c.Find()
		code, err := c.Run()
		if code != want || err == nil || found != want || notFound == nil || strings.Contains(err.Error(), name+":") {
			t.Errorf("%s: %d (%v), and before %d (%v), want %d", name, code, err, found, notFound, want)
		}
	}
}

func TestACommandThatTakesTooLongIsToldToEnd(t *testing.T) {
	said, to := io.Pipe()
	c := Command{Args: []string{"sh", "-c", "trap 'echo ended; exit 3' TERM; while :; do sleep 0.01; done"}, Stdout: to, MaxTime: time.Second}
	go func() {
		code, err := c.Run()
		if code != 124 || !errors.Is(err, ErrTime) {
			t.Errorf("%d (%v)", code, err)
		}
		to.Close()
	}()
	if text, _ := io.ReadAll(said); string(text) != "ended\n" {
		t.Errorf("it said %q", text)
	}
}

func TestSignalsArePassedOn(t *testing.T) {
	said, to := io.Pipe()
	c := Command{Args: []string{"sh", "-c", "trap 'echo HUP' HUP; trap 'echo TERM; exit 9' TERM; echo ready; while :; do sleep 0.01; done"}, Stdout: to}
	ended := make(chan int)
	go func() {
		code, _ := c.Run()
		ended <- code
	}()
	lines := bufio.NewScanner(said)
	for _, step := range []struct {
		said string
		next syscall.Signal
	}{{"ready", syscall.SIGHUP}, {"HUP", syscall.SIGTERM}, {"TERM", 0}} {
		if !lines.Scan() || lines.Text() != step.said {
			t.Fatalf("it said %q, want %q", lines.Text(), step.said)
		}
		if step.next != 0 {
			syscall.Kill(os.Getpid(), step.next)
		}
	}
	if code := <-ended; code != 9 {
		t.Errorf("exit code %d, want that of the command", code)
	}
}
