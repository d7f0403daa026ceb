package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/ingest"
)

// runFlags say which of the files are runs of their own, and which runs are known to be equal.
type runFlags struct {
	same []string
	runs bool
}

// flags adds the flags to a command; also are the runs that --runs means beside the files.
func (r *runFlags) flags(c *cobra.Command, also string) {
	f := c.Flags()
	f.BoolVar(&r.runs, "runs", false, "each file or folder is a run of its own, "+also+"; three on each side tell a change from one of the machine")
	f.StringArrayVar(&r.same, "same", nil, "a `RUN` that is known to equal the other runs given so: what they differ by is no regression; a file, folder or glob, twice or more")
}

// check refuses what cannot be compared. Runs of --same may be matched by one glob.
func (r *runFlags) check(sides ...[]string) error {
	if n := len(runsOf(r.same)); n == 1 {
		return failf(exitUsage, "--same RUN --same RUN", "--same names one run, and nothing says what it equals")
	}
	for _, names := range append(sides, r.same) {
		if n := len(runsOf(names)); n > analyze.MostRuns {
			return failf(exitUsage, "", "%d runs are too many; at most %d", n, analyze.MostRuns)
		}
	}
	return nil
}

// runsOf returns the runs that names mean: a file or a folder is one, and so is each file that a glob
// matches.
func runsOf(names []string) (runs []string) {
	for _, name := range names {
		_, err := os.Lstat(name)
		if matched := ingest.Paths([]string{name}); err != nil && strings.ContainsAny(name, "*?[{") && len(matched) > 0 {
			runs = append(runs, matched...)
			continue
		}
		runs = append(runs, name)
	}
	return runs
}

// analyze reads files as one set, or each as a run. Without a usable span the data is nil; with one, the
// error is about files that could not be used beside those that could.
func (r *runFlags) analyze(ctx context.Context, a *app, in *inputs, files []string, plan *budget.Plan, o attribute.Options) (*analyze.Data, error) {
	if !r.runs || len(files) == 0 {
		return a.analyze(ctx, in, files, plan, o)
	}
	return analyzeRuns(ctx, a, in, files, plan, o)
}

func analyzeRuns(ctx context.Context, a *app, in *inputs, names []string, plan *budget.Plan, o attribute.Options) (*analyze.Data, error) {
	var runs []*analyze.Data
	var errs []error
	for _, name := range runsOf(names) {
		data, err := a.analyze(ctx, in, []string{name}, plan, o)
		if data != nil {
			runs = append(runs, data)
		}
		errs = append(errs, err)
	}
	if len(runs) == 0 {
		return nil, firstFailure(errs...)
	}
	return analyze.OfRuns(runs...), firstFailure(errs...)
}

// equal reads the runs that are known to be equal; nil without any. Anything that cannot be used of them is
// an error: with a hole in it a run proves nothing.
func (r *runFlags) equal(ctx context.Context, a *app, in *inputs, plan *budget.Plan, o attribute.Options) (*analyze.Data, error) {
	if len(r.same) == 0 {
		return nil, nil
	}
	data, err := analyzeRuns(ctx, a, in, r.same, plan, o)
	if err != nil {
		return nil, of("--same", err)
	}
	return data, nil
}

// references reads what requests are compared with, of which anything that cannot be used is an error, too.
func (f *checkFlags) references(ctx context.Context, a *app, plan *budget.Plan, o attribute.Options) (other analyze.References, err error) {
	if len(f.baseline) > 0 {
		if other.Baseline, err = f.runFlags.analyze(ctx, a, &f.inputs, f.baseline, plan, o); err != nil {
			return other, of("--baseline", err)
		}
	}
	other.Equal, err = f.equal(ctx, a, &f.inputs, plan, o)
	return other, err
}

// of says which flag named what could not be used.
func of(flag string, err error) error {
	var f *failure
	if !errors.As(err, &f) {
		return fmt.Errorf("%s: %w", flag, err)
	}
	var errs []error
	for _, e := range separate(f.err) {
		errs = append(errs, fmt.Errorf("%s: %w", flag, e))
	}
	return &failure{f.code, errors.Join(errs...), f.hint}
}
