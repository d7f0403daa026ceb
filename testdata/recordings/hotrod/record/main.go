package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"time"
)

// flushed is how long after the last answer the demo has sent its last span: its exporters flush once a second.
const flushed = 5 * time.Second

type options struct {
	hotrod string
	out    string
	only   string
	load   load
}

func main() {
	var o options
	flag.StringVar(&o.hotrod, "hotrod", "bin/hotrod", "the demo's binary; its log is written beside it")
	flag.StringVar(&o.out, "out", "..", "the folder that gets the recordings and truth.json")
	flag.StringVar(&o.only, "only", "all", "comma-separated recordings to make; none rewrites truth.json alone")
	flag.Uint64Var(&o.load.Seed, "seed", 1, "seed of arrivals and customers")
	flag.DurationVar(&o.load.Gap, "gap", 500*time.Millisecond, "mean gap between two arrivals")
	flag.IntVar(&o.load.Requests, "requests", 500, "how many requests a recording has")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "record:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) error {
	chosen, err := choose(o.only)
	if err != nil {
		return err
	}
	for _, r := range chosen {
		if err := record(ctx, o, r); err != nil {
			return fmt.Errorf("recording %s: %w", r.name, err)
		}
	}
	return writeTruth(o)
}

// choose returns the recordings that a comma-separated list names.
func choose(list string) ([]recording, error) {
	switch list {
	case "all":
		return recordings, nil
	case "none":
		return nil, nil
	}
	var chosen []recording
	for name := range strings.SplitSeq(list, ",") {
		r, ok := find(name)
		if !ok {
			return nil, fmt.Errorf("no recording is called %q: use %s, all or none", name, names())
		}
		chosen = append(chosen, r)
	}
	return chosen, nil
}

// record makes one recording. The file gets its name only when it is whole.
func record(ctx context.Context, o options, r recording) error {
	path := filepath.Join(o.out, r.file())
	part := path + ".part"
	if err := capture(ctx, o, r, part); err != nil {
		return errors.Join(err, os.Remove(part))
	}
	s, err := summarize(part)
	if err != nil {
		return err
	}
	if s.Dispatch.Count != o.load.Requests {
		return fmt.Errorf("%s holds %d of %d requests: is the machine too busy to export?", part, s.Dispatch.Count, o.load.Requests)
	}
	fmt.Printf("%s: %d traces, %d spans, p50 %.1f ms\n", r.file(), s.Traces, s.Spans, float64(s.Dispatch.P50)/1e6)
	return os.Rename(part, path)
}

func capture(ctx context.Context, o options, r recording, path string) error {
	sink, err := listen(path)
	if err != nil {
		return err
	}
	demo, err := start(ctx, o.hotrod, r, sink.endpoint())
	if err != nil {
		return errors.Join(err, sink.close())
	}
	err = o.load.send(ctx)
	if err == nil {
		time.Sleep(flushed)
	}
	demo.stop()
	return errors.Join(err, sink.close())
}
