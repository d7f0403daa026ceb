package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/longpole/longpole/internal/bytesize"
	"github.com/longpole/longpole/internal/capture"
	"github.com/longpole/longpole/internal/strictyaml"
	"github.com/longpole/longpole/report/unit"
)

const captureUsage = `capture receives traces while a command runs, such as a test, and writes them into a file that
every other command reads. The command and what it starts find out where to send them:
OTEL_EXPORTER_OTLP_ENDPOINT and OTEL_EXPORTER_OTLP_PROTOCOL are set. One port takes OTLP by gRPC and
by HTTP, as protobuf and as JSON. Metrics and logs are taken, too, and dropped.

  longpole capture -o run.jsonl -- go test ./...
  longpole capture -o run.jsonl.zst -- npm test      compressed: .zst or .gz
  longpole capture -o run.jsonl                      until it is interrupted, on ports 4317 and 4318
  longpole capture -o - --max-time 30s | longpole report -

Signals are passed on to the command, and its exit code is that of capture: 128 and the number of a
signal that ended it, 124 where --max-time did, 126 and 127 where it cannot be run. Where it ends well
but not all spans could be kept, it is 5. When the command has ended, capture waits for what is sent
late: until nobody is connected any more, or nothing has come for --wait.

What a sender was told to be received is in the file, whatever happens then: it is written at once, a
line for each request. If the disk is full, or a limit is reached, all before that is kept and whole.`

// captureFlags are what the capture command is told.
type captureFlags struct {
	output     string
	listen     []string
	protocol   string
	wait       time.Duration
	maxTime    time.Duration
	maxMessage bytesize.Size
	maxFile    bytesize.Size
}

// standardPorts are where exporters send to that are told nothing, by gRPC and by HTTP.
var standardPorts = []string{"127.0.0.1:4317", "127.0.0.1:4318"}

const freePort = "127.0.0.1:0"

func newCapture(a *app) *cobra.Command {
	f := captureFlags{maxMessage: 64 << 20, maxFile: 16 << 30}
	c := &cobra.Command{
		Use:   "capture -o FILE [-- COMMAND...]",
		Short: "receive traces by OTLP while a command runs, and write them into a file",
		Long:  captureUsage,
		RunE:  func(c *cobra.Command, args []string) error { return a.capture(c.Context(), &f, args) },
	}
	s := c.Flags()
	s.SetInterspersed(false)
	s.StringVarP(&f.output, "output", "o", "", "write OTLP JSON to `FILE`, a line for each request; - is stdout")
	s.StringArrayVar(&f.listen, "listen", nil, "receive at this `ADDRESS`, such as 0.0.0.0:4317; may be repeated (default: a free port of 127.0.0.1; without a command 4317 and 4318)")
	s.StringVar(&f.protocol, "protocol", "", "tell the command to send by "+strings.Join(capture.Protocols, ", ")+" (default: what its environment says, else the first)")
	s.DurationVar(&f.wait, "wait", 6*time.Second, "when the command has ended, wait no longer than this for spans that come late")
	s.DurationVar(&f.maxTime, "max-time", 0, "end the command after this time; without one, end")
	s.Var(&f.maxMessage, "max-message", "refuse requests that are larger than `SIZE`, compressed or not")
	s.Var(&f.maxFile, "max-file", "let the file get no larger than `SIZE`")
	completes(c, "protocol", capture.Protocols...)
	return c
}

func (f *captureFlags) check(args []string) error {
	switch {
	case f.output == "":
		return failf(exitUsage, "-o run.jsonl", "no file to write is given")
	case f.output == "-" && len(args) > 0:
		return failf(exitUsage, "-o run.jsonl", "spans on stdout would mix with what %s prints", args[0])
	case f.protocol != "" && !slices.Contains(capture.Protocols, f.protocol):
		return failf(exitUsage, "", "--protocol: there is no %q%s; known are %s", f.protocol, strictyaml.Nearest(f.protocol, capture.Protocols), strings.Join(capture.Protocols, ", "))
	case f.maxMessage <= 0 || f.maxMessage > 2<<30-1:
		return failf(exitUsage, "", "--max-message is more than nothing and less than 2GiB")
	case f.wait < 0 || f.maxTime < 0 || f.maxFile < 0:
		return failf(exitUsage, "", "--wait, --max-time and --max-file are not less than nothing")
	}
	if len(f.listen) == 0 {
		f.listen = standardPorts
		if len(args) > 0 {
			f.listen = []string{freePort}
		}
	}
	return nil
}

func (a *app) capture(ctx context.Context, f *captureFlags, args []string) error {
	if err := f.check(args); err != nil {
		return err
	}
	a.patient.Store(true)
	command := &capture.Command{Args: args, Stdin: a.stdin, Stdout: a.stdout, Stderr: a.stderr, MaxTime: f.maxTime}
	if len(args) > 0 {
		if code, err := command.Find(); err != nil {
			return failf(code, "", "%s cannot be run: %w", args[0], err)
		}
	}
	r, err := capture.Listen(context.WithoutCancel(ctx), f.listen, capture.Options{
		MaxMessage: f.maxMessage,
		Tell:       func(problem string) { say(a.stderr, "%s", problem) },
	})
	if err != nil {
		return failf(exitUsage, "--listen "+freePort+", which takes a port that is free", "cannot receive: %w", err)
	}
	file, err := f.create(a)
	if err != nil {
		r.Close(ctx)
		return failf(exitOutput, "", "%s cannot be written: %w", f.output, err)
	}
	r.Serve(file.Keep)
	ended := a.during(r, f, command)
	a.await(r, f, len(args) > 0)
	return tellCaptured(a, r, f, file, ended)
}

func (f *captureFlags) create(a *app) (*capture.File, error) {
	if f.output == "-" {
		return capture.To(a.stdout, f.maxFile), nil
	}
	return capture.Create(f.output, f.maxFile)
}

// during runs the command, or without one waits for an interrupt. It returns how that ended.
func (a *app) during(r *capture.Receiver, f *captureFlags, command *capture.Command) error {
	if len(command.Args) == 0 {
		a.untilInterrupted(r, f)
		return nil
	}
	command.Env = capture.Environment(os.Environ(), r.Addresses()[0], f.protocol)
	switch code, err := command.Run(); {
	case err != nil:
		return failf(code, "", "%s: %w", command.Args[0], err)
	case code != 0:
		return failf(code, "", "%w", errSaid)
	}
	return nil
}

func (a *app) untilInterrupted(r *capture.Receiver, f *captureFlags) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	if f.maxTime > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, f.maxTime)
		defer cancel()
	}
	var at []string
	for _, address := range r.Addresses() {
		at = append(at, address.String())
	}
	say(a.stderr, "receiving OTLP by gRPC and HTTP on %s until interrupted", strings.Join(at, " and "))
	<-ctx.Done()
}

const closing = time.Second // for answers to requests that are being read at the end

// await takes what comes late after a command, unless it is interrupted, and stops receiving.
func (a *app) await(r *capture.Receiver, f *captureFlags, afterCommand bool) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	if afterCommand {
		r.Settle(ctx, f.wait)
	}
	ctx, cancel := context.WithTimeout(context.Background(), closing)
	defer cancel()
	r.Close(ctx)
}

// tellCaptured says what came, and returns what the run ends with: the end of the command before all.
func tellCaptured(a *app, r *capture.Receiver, f *captureFlags, file *capture.File, ended error) error {
	lost := file.Close()
	n := r.Counts()
	say(a.stderr, "%s in %s (%s), from %s", plural(n.Spans, "span is", "spans are"), f.output, unit.Bytes(int64(file.Size())), plural(n.Requests, "request", "requests"))
	if n.Refused > 0 {
		say(a.stderr, "%s: what they held is not in the file", plural(n.Refused, "request was refused", "requests were refused"))
	}
	if n.Spans == 0 {
		sayWhyNothing(a, n)
	}
	if lost == nil {
		return ended
	}
	lost = failf(exitOutput, "", "%s does not hold all that was sent: %w", f.output, lost)
	var first *failure
	if errors.As(ended, &first) {
		return &failure{code: first.code, err: errors.Join(ended, lost), hint: first.hint}
	}
	return lost
}

// sayWhyNothing says where to look when no span came.
func sayWhyNothing(a *app, n capture.Counts) {
	hint := "check that the program has an SDK of OpenTelemetry with an OTLP exporter, and shuts it down before it ends"
	if silenced := capture.Silenced(os.Environ()); len(silenced) > 0 {
		hint = "unset " + strings.Join(silenced, " and ") + ": with it nothing is sent"
	}
	if n.Refused == 0 {
		sayMore(a.stderr, hint)
	}
}
