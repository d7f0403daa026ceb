package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/longpole/longpole/budget"
)

const lintUsage = `lint reads plans and says everything that is wrong with them, each with its line and column.

  longpole lint                   the longpole.yaml of this repository
  longpole lint plans/*.yaml`

func newLint(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "lint [PLANS...]",
		Short: "check plan files without reading traces",
		Long:  lintUsage,
		RunE:  func(_ *cobra.Command, names []string) error { return a.lint(names) },
	}
}

func (a *app) lint(names []string) error {
	if len(names) == 0 {
		found, err := (&planFlags{}).find()
		if err != nil {
			return err
		}
		if found == "" {
			return failf(exitUsage, "longpole lint FILE", "there is no %s here or above, up to the root of the repository", planNames[0])
		}
		names = []string{found}
	}
	var b strings.Builder
	var errs []error
	for _, name := range names {
		plan, err := loadPlan(name)
		if err != nil {
			errs = append(errs, separate(errors.Unwrap(err))...)
			continue
		}
		fmt.Fprintf(&b, "%s: %s\n", oneLine(name), contents(plan))
	}
	if err := a.print([]byte(b.String())); err != nil {
		return failf(exitOutput, "", "stdout: %w", err)
	}
	if len(errs) > 0 {
		return &failure{exitUsage, errors.Join(errs...), "docs/plan.md describes the plan file"}
	}
	return nil
}

// contents says what a plan holds, so that one that holds less than meant is noticed.
func contents(p *budget.Plan) string {
	if len(p.Journeys) == 0 {
		return "ok: no journeys, so that nothing is held against it; " + plural(len(p.Slices), "slice", "slices")
	}
	layers, asserts := 0, 0
	for _, j := range p.Journeys {
		layers += len(j.Layers)
		asserts += len(j.Asserts)
	}
	return fmt.Sprintf("ok: %s, %s, %s", plural(len(p.Journeys), "journey", "journeys"),
		plural(layers, "layer", "layers"), plural(asserts, "assertion", "assertions"))
}
