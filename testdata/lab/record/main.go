package record

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
)

// group is a set of recordings that is made, and kept, together.
type group struct {
	name   string
	folder string // below the recordings
	about  string
	list   func() []string
	record func(l lab, ctx context.Context, name, out string) error
}

// groups are all there are, in the order in which they are recorded.
func groups() []group {
	return []group{
		{"faults", "lab", "22 faults, each with a healthy twin", names(faults), lab.recordFault},
		{"runs", "runs", "five equal healthy runs, and three runs of each of six faults", func() []string { return []string{"checkout"} }, lab.recordRuns},
		{"cures", "cures", "faults, and the same arrivals after what mends them", names(cures), lab.recordCures},
		{"halftime", "halftime", "faults that begin in the middle of five minutes", names(halfTimes), lab.recordHalfTime},
		{"tracing", "tracing", "a system instrumented by hand, whose spans have no kinds", names(tracingFaults), lab.recordFault},
		{"browser", "browser", "a page in Chromium, healthy and with eight faults", names(browserPages), lab.recordBrowser},
		{"consumers", "consumers", "a system that lives by consumers of a broker", names(consumerFaults), lab.recordFault},
	}
}

type named interface{ called() string }

func (f fault) called() string { return f.name }

// names are what can be recorded of a table.
func names[T named](table func() []T) func() []string {
	return func() []string {
		var out []string
		for _, row := range table() {
			out = append(out, row.called())
		}
		return out
	}
}

// find is the row of this name.
func find[T named](name string, tables ...func() []T) (row T, err error) {
	for _, table := range tables {
		for _, row := range table() {
			if row.called() == name {
				return row, nil
			}
		}
	}
	return row, fmt.Errorf("nothing is called %s", name)
}

// Main records the groups that are asked for, or all of them. The servers must
// be running; record.sh sees to that.
func Main(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("record", flag.ContinueOnError)
	only := flags.String("only", "", "comma-separated `names` of groups or of recordings; all of them unless given")
	out := flags.String("out", "", "`folder` for the recordings, one below it for each group")
	l := lab{packing: &errgroup.Group{}}
	flags.StringVar(&l.bin, "bin", "", "`folder` with lab, lab-old and collector")
	flags.StringVar(&l.work, "work", "", "`folder` for what the runs leave behind")
	flags.IntVar(&l.seed, "seed", 20261122, "seed of arrivals and dice")
	flags.IntVar(&l.attempts, "attempts", 2, "how often a run is made at most when the machine is busy")
	flags.Float64Var(&l.pace, "length", 1, "`factor` on the length of every load: 0.2 tries all of it quickly")
	list := flags.Bool("list", false, "print what there is to record, and stop")
	if err := flags.Parse(args); err != nil {
		return err
	}
	began := time.Now()
	for _, g := range groups() {
		for _, name := range g.list() {
			if !chosen(*only, g.name) && !chosen(*only, name) && !chosen(*only, g.name+"/"+name) {
				continue
			}
			if *list {
				fmt.Printf("%-10s %s\n", g.name, name)
				continue
			}
			if err := g.record(l, ctx, name, filepath.Join(*out, g.folder)); err != nil {
				return errors.Join(fmt.Errorf("%s, %s: %w", g.name, name, err), l.packing.Wait())
			}
		}
	}
	if *list {
		return nil
	}
	err := l.packing.Wait()
	fmt.Printf("recorded in %s\n", time.Since(began).Round(time.Second))
	return err
}

func chosen(only, name string) bool {
	return only == "" || strings.Contains(","+only+",", ","+name+",")
}

// take is one run that is kept: where, and what it exported.
func (l lab) take(ctx context.Context, sc scene, side, to string) (counts, *stage, error) {
	began := time.Now()
	dir := filepath.Join(l.work, "runs", sc.of.name, sc.name, side)
	s, err := l.run(ctx, sc, dir)
	if err != nil {
		return counts{}, s, fmt.Errorf("%s: %w", side, err)
	}
	c, err := l.keep(sc, dir, to)
	if err != nil {
		return c, s, err
	}
	c.Busy = s.busy
	fmt.Printf("%-20s %-14s %5d traces %6d spans %5.1f s, %.2f threads waited\n", sc.name, side, c.Traces, c.Spans, time.Since(began).Seconds(), s.busy)
	return c, s, nil
}

// recordFault makes the pair of one fault: recordings first, truth last.
func (l lab) recordFault(ctx context.Context, name, out string) error {
	f, err := find(name, faults, tracingFaults, consumerFaults)
	if err != nil {
		return err
	}
	out = filepath.Join(out, name)
	sides := map[string]counts{}
	var journal []entry
	for _, side := range []string{"healthy", "faulty"} {
		c, s, err := l.take(ctx, f.scene(l, side == "faulty"), side, filepath.Join(out, side))
		if err != nil {
			return err
		}
		if side == "healthy" && c.Failed > 0 {
			return fmt.Errorf("healthy: %d of %d requests failed; see the logs in %s", c.Failed, c.Traces, s.dir)
		}
		if journal, err = readJournal(s.dir); err != nil {
			return err
		}
		sides[side] = c
	}
	return writeTruth(filepath.Join(out, "truth.json"), f, l, sides, journal)
}

// keep stores one side under to.otlp.jsonl.zst and, where the scene asks for
// it, as Jaeger and Zipkin would show it.
func (l lab) keep(sc scene, dir, to string) (counts, error) {
	spans := filepath.Join(dir, spansFile)
	c, err := count(spans)
	if err != nil {
		return c, err
	}
	if sc.of.jaeger {
		return c, l.convert(spans, dir, to, asJaeger)
	}
	if err := l.pack(spans, to+".otlp.jsonl.zst"); err != nil || !sc.convert {
		return c, err
	}
	return c, l.convert(spans, dir, to, asJaeger, asZipkin)
}
