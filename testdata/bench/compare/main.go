// Command compare measures what whole commands take of the processor in two builds of longpole,
// in pairs, and prints the median of their ratios with its interval.
//
//	compare -old ../../bin/bench/old -new ../../bin/bench/new -input DIR
//	compare ... -rows report-otlp-json,check    only these
//	compare ... -rows doctor/report             two commands of the new build
//	compare ... -limit 1.03                     exit code 1 if a row is above, or not known well enough
//
// `make bench-compare` builds both and makes the inputs: otlp.jsonl, otlp.pb and jaeger.json.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"syscall"

	"github.com/longpole/longpole/testdata/bench/host"
	"github.com/longpole/longpole/testdata/bench/stats"
)

func main() {
	log.SetFlags(0)
	b := &bench{}
	flag.StringVar(&b.old, "old", "", "the program to compare with")
	flag.StringVar(&b.new, "new", "", "the program that is compared")
	flag.StringVar(&b.input, "input", "", "a folder with otlp.jsonl, otlp.pb and jaeger.json")
	repo := flag.String("repo", "../..", "the checkout that the new program is of")
	base := flag.String("base", "unknown", "the revision that the old program is of")
	names := flag.String("rows", "", "measure only these rows: "+rowNames())
	limit := flag.Float64("limit", 0, "fail if a median is above this, or its interval stays too wide; 0: never")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	chosen, err := choose(*names)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s; load average before %s\n", host.Describe(), host.Load())
	fmt.Printf("old %s, new %s; CPU of whole commands on one core each, over %s\n\n", *base, host.Commit(ctx, *repo), b.input)
	if err := b.compare(ctx, chosen, *limit); err != nil {
		log.Fatal(err)
	}
}

// compare prints the rows as they are measured. With a limit, the error names what broke it.
func (b *bench) compare(ctx context.Context, chosen []row, limit float64) error {
	dir, err := os.MkdirTemp("", "compare-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b.plan = filepath.Join(dir, "plan.yaml")
	if slices.ContainsFunc(chosen, needsPlan) {
		if err := b.draft(ctx); err != nil {
			return err
		}
	}
	var broken []error
	fmt.Printf("%-22s%7s%9s   %s\n", "row", "pairs", "ratio", "95 % interval")
	for _, r := range chosen {
		ratios, err := b.ratios(ctx, r)
		if err != nil {
			return err
		}
		in := stats.MedianInterval(ratios)
		fmt.Printf("%-22s%7d%9.3f   %.3f to %.3f\n", r.name, len(ratios), in.Median, in.Low, in.High)
		broken = append(broken, exceeds(r.name, in, limit))
	}
	return errors.Join(broken...)
}

// exceeds says how a row breaks the limit, nil if it does not. Without a limit none does.
func exceeds(name string, in stats.Interval, limit float64) error {
	switch {
	case limit == 0:
		return nil
	case in.Median > limit:
		return fmt.Errorf("%s: %.3f is above the limit of %g", name, in.Median, limit)
	case in.Width() > narrow:
		return fmt.Errorf("%s: unknown within %g after %d pairs: %.3f to %.3f", name, narrow, most, in.Low, in.High)
	}
	return nil
}
