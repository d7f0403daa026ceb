package capture

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"time"
)

// A Command is what runs while spans are received.
type Command struct {
	Args           []string // the program and its arguments
	Env            []string
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	MaxTime        time.Duration // after which it is told to end; 0: none
}

// ErrTime says that a command was ended because it took longer than it may.
var ErrTime = errors.New("the command took longer than it may")

// Exit codes as shells and timeout have them.
const (
	exitTime        = 124
	exitNotRunnable = 126
	exitNotFound    = 127
	exitSignal      = 128 // and the number of the signal that ended it
)

const insisting = 10 * time.Second // between telling a command to end and ending it

// Find returns why the command cannot be run, with the exit code that says so.
func (c *Command) Find() (code int, err error) {
	if _, err := exec.LookPath(c.Args[0]); err != nil {
		return notRun(err), unnamed(err)
	}
	return 0, nil
}

// Run runs the command, passes signals on to it, and returns its exit code as a shell would. The error
// says why it could not be run, or that it was ended.
func (c *Command) Run() (code int, err error) {
	ctx := context.Background()
	if c.MaxTime > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, c.MaxTime, ErrTime)
		defer cancel()
	}
	x := exec.CommandContext(ctx, c.Args[0], c.Args[1:]...)
	x.Env, x.Stdin, x.Stdout, x.Stderr = c.Env, c.Stdin, c.Stdout, c.Stderr
	x.Cancel = func() error { return end(x.Process) }
	x.WaitDelay = insisting
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, passed...)
	defer signal.Stop(signals)
	if err := x.Start(); err != nil {
		return notRun(err), unnamed(err)
	}
	ended := make(chan struct{})
	defer close(ended)
	go pass(signals, x.Process, ended)
	x.Wait() // what it says stands in the state of the process
	if ctx.Err() != nil {
		return exitTime, context.Cause(ctx)
	}
	return exitCode(x.ProcessState), nil
}

// pass hands signals on until the command has ended.
func pass(signals <-chan os.Signal, to *os.Process, ended <-chan struct{}) {
	for {
		select {
		case s := <-signals:
			if !reaches(s) {
				to.Signal(s)
			}
		case <-ended:
			return
		}
	}
}

func notRun(err error) int {
	if errors.Is(err, exec.ErrNotFound) || errors.Is(err, fs.ErrNotExist) {
		return exitNotFound
	}
	return exitNotRunnable
}

// unnamed strips the name of the program, which whoever prints the error says.
func unnamed(err error) error {
	var lookup *exec.Error
	var path *fs.PathError
	switch {
	case errors.As(err, &lookup):
		return lookup.Err
	case errors.As(err, &path):
		return path.Err
	}
	return err
}
