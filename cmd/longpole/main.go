// Longpole reads exported distributed traces, finds what each request really waited for, and
// says where the tail goes.
//
//	longpole report traces.jsonl          the journeys, their tails, and what makes them slow
//	longpole trace ID traces.jsonl        one trace, with its critical path marked
//	longpole explain SPAN traces.jsonl    why a span counts as what it does
package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"sync/atomic"
	"syscall"
	"time"
)

const manual = `longpole reads exported distributed traces (OTLP, Jaeger, Zipkin and others), finds the
critical path of every request, and says for each kind of request where its tail goes.

Files may be plain or compressed, folders, globs, or - for stdin; their formats are told by
content and may be mixed. Results go to stdout, everything else to stderr.

Exit codes: 0 done, 1 a gate failed, 2 wrong usage, 3 input that could not be used,
4 inconclusive, 5 an output could not be written.`

func main() {
	ctx, _ := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	debug.SetGCPercent(garbage)
	code := make(chan int, 1)
	a := &app{stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr}
	go func() { code <- a.execute(ctx, os.Args[1:]) }()
	os.Exit(a.inTime(ctx, code))
}

// inTime returns the exit code of a run that ends by itself, or soon after it is interrupted.
func (a *app) inTime(ctx context.Context, code <-chan int) int {
	select {
	case c := <-code:
		return c
	case <-ctx.Done():
	}
	if a.patient.Load() {
		return <-code
	}
	select {
	case c := <-code:
		return c
	case <-time.After(grace):
		return exitInterrupted
	}
}

// grace is how long a command may go on to clean up after an interrupt.
const grace = 1500 * time.Millisecond

// app is what commands share: where their input comes from and their output goes.
type app struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	inside         inside      // runs another command line of ours
	patient        atomic.Bool // an interrupt is for the command that runs inside, which takes its time
}

// An inside runs a command line and returns what it wrote, with its exit code. Commands get it when they
// are run: the table that they stand in cannot refer to them all.
type inside func(ctx context.Context, args []string) (stdout, stderr string, code int)

func runInside(ctx context.Context, args []string) (stdout, stderr string, code int) {
	var out, said bytes.Buffer
	code = execute(ctx, args, bytes.NewReader(nil), &out, &said)
	return out.String(), said.String(), code
}

// execute is the program, apart from the process around it.
func execute(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	a := &app{stdin: stdin, stdout: stdout, stderr: stderr}
	return a.execute(ctx, args)
}

func (a *app) execute(ctx context.Context, args []string) int {
	a.inside = runInside
	root := newRoot(a)
	root.SetArgs(args)
	offerWords(root, args)
	c, err := root.ExecuteContextC(ctx)
	return complain(a.stderr, c.CommandPath(), err)
}
