package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// usage is what something took.
type usage struct {
	cpu    time.Duration // user and system
	wall   time.Duration
	rss    int64   // bytes at the peak
	figure float64 // what a benchmark reported of itself
	note   string  // what must stand beside it; may be empty
}

// A command is a process to be accounted for. Its output goes to /dev/null.
//
// Linux counts into a process's peak what its parent held when it started it, so this program
// never reads an input itself.
type command struct {
	args  []string
	cores int // 0: all
	env   []string
	feed  []string // another command, whose output is the input; not accounted for
}

func (c command) run(ctx context.Context) (u usage, err error) {
	cmd := exec.CommandContext(ctx, c.args[0], c.args[1:]...)
	cmd.Env = append(plainEnvironment(c.cores), c.env...)
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	if len(c.feed) > 0 {
		stop, err := c.feedTo(ctx, cmd)
		if err != nil {
			return u, err
		}
		defer stop()
	}
	begun := time.Now()
	if err := cmd.Run(); err != nil {
		return u, fmt.Errorf("%s: %w: %s", strings.Join(c.args, " "), err, complaints.Bytes())
	}
	return account(cmd.ProcessState, time.Since(begun)), nil
}

// feedTo starts the feed; stop waits for its end.
func (c command) feedTo(ctx context.Context, cmd *exec.Cmd) (stop func(), err error) {
	feed := exec.CommandContext(ctx, c.feed[0], c.feed[1:]...)
	feed.Stderr = os.Stderr
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	feed.Stdout, cmd.Stdin = w, r
	if err := feed.Start(); err != nil {
		return nil, err
	}
	w.Close()
	return func() { r.Close(); feed.Wait() }, nil
}

func account(p *os.ProcessState, wall time.Duration) usage {
	u := usage{cpu: p.UserTime() + p.SystemTime(), wall: wall}
	if r, ok := p.SysUsage().(*syscall.Rusage); ok {
		u.rss = r.Maxrss << 10
	}
	return u
}

// plainEnvironment is ours, without what would tune Go programs, and with a number of cores.
func plainEnvironment(cores int) (env []string) {
	for _, v := range os.Environ() {
		name, _, _ := strings.Cut(v, "=")
		switch name {
		case "GOMAXPROCS", "GOGC", "GOMEMLIMIT", "GODEBUG", "LONGPOLE_BENCH":
		default:
			env = append(env, v)
		}
	}
	if cores > 0 {
		env = append(env, fmt.Sprintf("GOMAXPROCS=%d", cores))
	}
	return env
}
