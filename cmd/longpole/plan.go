package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/longpole/longpole/analyze/detect"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/internal/strictyaml"
	"github.com/longpole/longpole/report"
)

// planFlags say which plan says what a request is, whom it waits for, and what it may cost.
type planFlags struct {
	file    string
	verbose bool
}

func (p *planFlags) flags(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&p.file, "budget", "", "hold requests against this plan `FILE`; none for no plan (default: the nearest "+planNames[0]+", up to the root of the repository)")
	f.BoolVarP(&p.verbose, "verbose", "v", false, "say on stderr which plan is used; of check, show the whole report")
}

// load reads the plan that was named or found. Without one it returns nil.
func (p *planFlags) load(a *app) (*budget.Plan, error) {
	name, err := p.find()
	if err != nil || name == "" {
		if p.verbose && err == nil {
			say(a.stderr, "no plan is used")
		}
		return nil, err
	}
	if p.verbose {
		say(a.stderr, "the plan is %s", name)
	}
	return loadPlan(name)
}

// needed reads the plan, without which there is nothing to do.
func (p *planFlags) needed(a *app) (*budget.Plan, error) {
	plan, err := p.load(a)
	if plan == nil && err == nil {
		err = failf(exitUsage, "longpole init FILES... > "+planNames[0]+", or --budget FILE", "there is no plan to hold requests against")
	}
	return plan, err
}

// again returns the flags with which another command finds the same plan, or none.
func (p *planFlags) again(plan *budget.Plan) []string {
	switch {
	case plan != nil:
		return []string{"--budget", plan.File}
	case p.file != "":
		return []string{"--budget", p.file}
	}
	return nil
}

func (p *planFlags) find() (string, error) {
	switch p.file {
	case "none":
		return "", nil
	case "":
	default:
		return p.file, nil
	}
	found, err := findPlan(".")
	if err != nil {
		return "", failf(exitUsage, "name the plan with --budget FILE", "no plan could be looked for: %w", err)
	}
	return fromHere(found), nil
}

// fromHere shortens a path that lies at or below the current folder.
func fromHere(path string) string {
	here, err := os.Getwd()
	if err != nil || path == "" {
		return path
	}
	if rel, err := filepath.Rel(here, path); err == nil && filepath.IsLocal(rel) {
		return rel
	}
	return path
}

func loadPlan(name string) (*budget.Plan, error) {
	data, err := readSome(name, strictyaml.MaxBytes+1)
	if err != nil {
		return nil, failf(exitUsage, "longpole init FILES... writes a plan from traces", "%w", err)
	}
	plan, err := budget.Load(name, data, detect.Known()...)
	if err != nil {
		return nil, &failure{exitUsage, eachProblem(err), "docs/plan.md describes the plan file"}
	}
	return plan, nil
}

// readSome reads a file, a pipe or a device, but no more of it than most.
func readSome(name string, most int64) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, cause(err))
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, most))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, cause(err))
	}
	return text, nil
}

// eachProblem takes the problems of a plan apart, so that each has its own line.
func eachProblem(err error) error {
	var all strictyaml.Problems
	if !errors.As(err, &all) {
		return err
	}
	var errs []error
	for _, p := range all {
		errs = append(errs, p)
	}
	return errors.Join(errs...)
}

// needsPlan refuses outputs that are about a plan where there is none: an empty one would look as
// if everything had passed.
func needsPlan(targets []target[report.Format], plan *budget.Plan) error {
	for _, t := range targets {
		if t.format.Gate && (plan == nil || len(plan.Journeys) == 0) {
			return failf(exitUsage, "--budget FILE, or longpole init FILES... > "+planNames[0], "-o %s is about the journeys of a plan, and there are none", t.format.Name)
		}
	}
	return nil
}

// inRepository returns the path of a plan from the root of its repository, with slashes: that is
// how annotations name files. Outside of a repository it is the path as it was given.
func inRepository(name string) string {
	abs, err := filepath.Abs(name)
	if err != nil {
		return name
	}
	for dir := filepath.Dir(abs); ; dir = filepath.Dir(dir) {
		if isRepository(dir) {
			rel, err := filepath.Rel(dir, abs)
			if err != nil {
				return name
			}
			return filepath.ToSlash(rel)
		}
		if dir == filepath.Dir(dir) {
			return strings.TrimPrefix(filepath.ToSlash(name), "./")
		}
	}
}
