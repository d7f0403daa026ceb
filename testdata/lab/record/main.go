package record

import (
	"context"
	"flag"
	"fmt"
	"path/filepath"
	"strings"
	"time"
)

// Main records the faults that are asked for, or all of them. The servers must
// be running; record.sh sees to that.
func Main(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("record", flag.ContinueOnError)
	only := flags.String("only", "", "comma-separated `faults`; all of them unless given")
	out := flags.String("out", "", "`folder` for the recordings")
	l := lab{}
	flags.StringVar(&l.bin, "bin", "", "`folder` with lab, lab-old and collector")
	flags.StringVar(&l.work, "work", "", "`folder` for what the runs leave behind")
	flags.IntVar(&l.seed, "seed", 20261122, "seed of arrivals and dice")
	flags.IntVar(&l.attempts, "attempts", 2, "how often a run is made at most when the machine is busy")
	list := flags.Bool("list", false, "print the names of all faults and stop")
	if err := flags.Parse(args); err != nil {
		return err
	}
	for _, f := range faults() {
		if *list {
			fmt.Printf("%-16s %s\n", f.name, f.about)
			continue
		}
		if *only != "" && !strings.Contains(","+*only+",", ","+f.name+",") {
			continue
		}
		if err := l.record(ctx, f, filepath.Join(*out, f.name)); err != nil {
			return fmt.Errorf("fault %s: %w", f.name, err)
		}
	}
	return nil
}

// record makes the pair of one fault: recordings first, truth last.
func (l lab) record(ctx context.Context, f fault, out string) error {
	sides := map[string]counts{}
	var journal []entry
	for _, side := range []string{"healthy", "faulty"} {
		began := time.Now()
		dir := filepath.Join(l.work, "runs", f.name, side)
		busy, err := l.run(ctx, f, side == "faulty", dir)
		if err != nil {
			return fmt.Errorf("%s: %w", side, err)
		}
		c, err := l.keep(f, dir, filepath.Join(out, side))
		if err != nil {
			return err
		}
		if c.Busy = busy; side == "healthy" && c.Failed > 0 {
			return fmt.Errorf("healthy: %d of %d requests failed; see the logs in %s", c.Failed, c.Traces, dir)
		}
		if journal, err = readJournal(dir); err != nil {
			return err
		}
		sides[side] = c
		fmt.Printf("%-16s %-8s %5d traces %6d spans %5.1f s, %.2f threads waited\n", f.name, side, c.Traces, c.Spans, time.Since(began).Seconds(), busy)
	}
	return writeTruth(filepath.Join(out, "truth.json"), f, l, sides, journal)
}

// keep stores one side under to.otlp.jsonl.zst and, where the fault asks for
// it, as Jaeger and Zipkin would show it.
func (l lab) keep(f fault, dir, to string) (counts, error) {
	spans := filepath.Join(dir, spansFile)
	c, err := count(spans)
	if err != nil {
		return c, err
	}
	if err := pack(spans, to+".otlp.jsonl.zst"); err != nil || !f.convert {
		return c, err
	}
	return c, convert(spans, dir, to)
}
