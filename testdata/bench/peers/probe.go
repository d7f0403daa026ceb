package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/longpole/longpole/testdata/bench/process"
)

// A probe takes one measurement. Probes of one name are the same, so rows share what was
// measured in a round.
type probe struct {
	name string
	take func(context.Context, *lab) (usage, error)
}

// usage is what a probe took.
type usage struct {
	process.Usage
	figure float64 // what a benchmark reported of itself
	note   string  // what must stand beside it; may be empty
}

func run(ctx context.Context, c process.Command) (usage, error) {
	u, err := c.Run(ctx)
	return usage{Usage: u}, err
}

// report is the whole job: JSON to /dev/null. Without a number of cores it gets what there is.
func report(input string, cores int, flags ...string) probe {
	name := fmt.Sprintf("report %s %v on %d", input, flags, cores)
	return probe{name, func(ctx context.Context, l *lab) (usage, error) {
		file, err := l.file(ctx, input)
		if err != nil {
			return usage{}, err
		}
		return run(ctx, process.Command{Args: l.report(file, flags), Cores: cores})
	}}
}

// longpole is any other command of the program.
func longpole(args ...string) probe {
	return probe{"longpole " + strings.Join(args, " "), func(ctx context.Context, l *lab) (usage, error) {
		return run(ctx, process.Command{Args: append([]string{l.program("longpole")}, args...)})
	}}
}

func (l *lab) report(file string, flags []string) []string {
	return append([]string{l.program("longpole"), "report", "-o", "json", file}, flags...)
}

func baseline(with, input string, cores int) probe {
	return probe{fmt.Sprintf("baseline %s %s on %d", with, input, cores), func(ctx context.Context, l *lab) (usage, error) {
		file, err := l.file(ctx, input)
		if err != nil {
			return usage{}, err
		}
		return run(ctx, process.Command{Args: []string{l.program("baseline"), with, file}, Cores: cores})
	}}
}

// jq counts the spans of each line.
func jq(input string) probe {
	const filter = "[.resourceSpans[].scopeSpans[].spans | length] | add"
	return probe{"jq " + input, func(ctx context.Context, l *lab) (usage, error) {
		if err := haveJQ(ctx); err != nil {
			return usage{}, err
		}
		file, err := l.file(ctx, input)
		if err != nil {
			return usage{}, err
		}
		return run(ctx, process.Command{Args: []string{"jq", filter, file}})
	}}
}

// haveJQ installs jq where it is missing and that can be done.
func haveJQ(ctx context.Context) error {
	if _, err := exec.LookPath("jq"); err == nil {
		return nil
	}
	install := "apt-get update -q >&2 && apt-get install -qy --no-install-recommends jq >&2"
	if os.Geteuid() == 0 && exec.CommandContext(ctx, "sh", "-c", install).Run() == nil {
		return nil
	}
	return errors.New("jq is missing: apt-get install jq")
}

// spilled is a report in so little memory that every span is moved to disk. That it does is
// shown first: without a folder for the temporary file it must fail.
func spilled(input string) probe {
	whole := report(input, 1, "--max-memory", tight)
	return probe{whole.name + ", spilled", func(ctx context.Context, l *lab) (usage, error) {
		file, err := l.file(ctx, input)
		if err != nil {
			return usage{}, err
		}
		homeless := process.Command{Args: l.report(file, []string{"--max-memory", tight}), Env: []string{"TMPDIR=" + filepath.Join(l.work, "no-such-folder")}}
		if _, err := homeless.Run(ctx); err == nil {
			return usage{}, fmt.Errorf("nothing went to disk: the input is too small for --max-memory %s", tight)
		}
		return whole.take(ctx, l)
	}}
}

// sized is p with the size of its input beside the figure.
func sized(p probe, input string) probe {
	return probe{p.name, func(ctx context.Context, l *lab) (usage, error) {
		u, err := p.take(ctx, l)
		if info, statErr := os.Stat(l.path(input)); statErr == nil {
			u.note = fmt.Sprintf(", of %.1f GB", float64(info.Size())/1e9)
		}
		return u, err
	}}
}

// streamed is a report on an input that is written again and again, with other trace ids.
func streamed(input string, copies func(l *lab, size int64) int, flags ...string) probe {
	return probe{fmt.Sprintf("report copies of %s %v", input, flags), func(ctx context.Context, l *lab) (usage, error) {
		file, err := l.file(ctx, input)
		if err != nil {
			return usage{}, err
		}
		info, err := os.Stat(file)
		if err != nil {
			return usage{}, err
		}
		n := copies(l, info.Size())
		feed := []string{l.program("stream"), "-copies", strconv.Itoa(n), file}
		u, err := run(ctx, process.Command{Args: l.report("-", flags), Feed: feed})
		u.note = fmt.Sprintf(", of %.1f GB", float64(n)*float64(info.Size())/1e9)
		return u, err
	}}
}

func toLarge(l *lab, size int64) int { return int(math.Ceil(l.large / float64(size))) }

// benchmark is a Go benchmark of cmd/longpole that reports the figure itself; of several
// variants the worst one counts.
func benchmark(name, metric string) probe {
	return probe{"benchmark " + name, func(ctx context.Context, l *lab) (u usage, err error) {
		file, err := l.file(ctx, "otlp.jsonl")
		if err != nil {
			return u, err
		}
		cmd := exec.CommandContext(ctx, l.program("longpole.test"), "-test.run", "^$", "-test.bench", "^Benchmark"+name+"$", "-test.benchtime", "1x")
		cmd.Dir = filepath.Join(l.repo, "cmd", "longpole")
		cmd.Env = append(process.Environment(1), "LONGPOLE_BENCH="+file)
		out, err := cmd.CombinedOutput()
		if err != nil {
			return u, fmt.Errorf("%w: %s", err, out)
		}
		u.figure, err = worst(string(out), metric)
		return u, err
	}}
}

// page writes the page of many journeys and opens it in a browser, which says the figure.
func page(metric string) probe {
	return probe{"page " + metric, func(ctx context.Context, l *lab) (u usage, err error) {
		browser, err := exec.LookPath("chromium")
		if err != nil {
			return u, errors.New("chromium is missing: apt-get install chromium")
		}
		if _, err := os.Stat(filepath.Join(l.repo, "scripts", "pages", "node_modules")); err != nil {
			return u, errors.New("make pages has not been run, which installs what drives the browser")
		}
		cmd := exec.CommandContext(ctx, "node", filepath.Join(l.repo, "scripts", "pages", "paint.mjs"), l.program("longpole"))
		cmd.Env = append(os.Environ(), "BROWSER="+browser)
		out, err := cmd.CombinedOutput()
		if err != nil {
			return u, fmt.Errorf("%w: %s", err, out)
		}
		u.figure, err = worst(string(out), metric)
		return u, err
	}}
}

// worst returns the largest value of a metric in what go test printed.
func worst(out, metric string) (most float64, err error) {
	words := strings.Fields(out)
	found := false
	for i := 1; i < len(words); i++ {
		if words[i] != metric {
			continue
		}
		value, err := strconv.ParseFloat(words[i-1], 64)
		if err != nil {
			return 0, err
		}
		most, found = max(most, value), true
	}
	if !found {
		return 0, fmt.Errorf("no benchmark reported %s: %s", metric, out)
	}
	return most, nil
}
