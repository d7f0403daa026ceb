// Package process runs commands and asks the kernel what they took.
package process

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

// Usage is what a process took.
type Usage struct {
	CPU  time.Duration // user and system
	Wall time.Duration
	RSS  int64 // bytes at the peak
}

// A Command is a process to be accounted for. Its output goes to /dev/null.
//
// Linux counts into a process's peak what its parent held when it started it, so whoever runs
// commands must not read an input itself.
type Command struct {
	Args  []string
	Cores int // 0: all
	Env   []string
	Feed  []string // another command, whose output is the input; not accounted for

	Accept int // an exit code besides 0 that is no failure
}

// Run runs the command to its end.
func (c Command) Run(ctx context.Context) (u Usage, err error) {
	cmd := exec.CommandContext(ctx, c.Args[0], c.Args[1:]...)
	cmd.Env = append(Environment(c.Cores), c.Env...)
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	if len(c.Feed) > 0 {
		stop, err := c.feedTo(ctx, cmd)
		if err != nil {
			return u, err
		}
		defer stop()
	}
	begun := time.Now()
	err = cmd.Run()
	accepted := c.Accept > 0 && cmd.ProcessState.ExitCode() == c.Accept
	if err != nil && !accepted {
		return u, fmt.Errorf("%s: %w: %s", strings.Join(c.Args, " "), err, complaints.Bytes())
	}
	return account(cmd.ProcessState, time.Since(begun)), nil
}

// feedTo starts the feed; stop waits for its end.
func (c Command) feedTo(ctx context.Context, cmd *exec.Cmd) (stop func(), err error) {
	feed := exec.CommandContext(ctx, c.Feed[0], c.Feed[1:]...)
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

func account(p *os.ProcessState, wall time.Duration) Usage {
	u := Usage{CPU: p.UserTime() + p.SystemTime(), Wall: wall}
	if r, ok := p.SysUsage().(*syscall.Rusage); ok {
		u.RSS = r.Maxrss << 10
	}
	return u
}

// Environment is that of this process, without what would tune Go programs, and with a number
// of cores.
func Environment(cores int) (env []string) {
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
