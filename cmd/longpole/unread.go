package main

import (
	"errors"
	"os"
	"slices"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/report"
	"github.com/longpole/longpole/report/page"
)

// unread tells pipelines (where CI is set, as their runners do) of input that could not be used: in what they read, every line of the plan was
// not measured, and why. Whoever looks at the widget and not at the log would take silence, or the
// file of the last run, for a gate that passed. It returns the error of the input with its own.
func (a *app) unread(f *checkFlags, out written[*report.Report], plan *budget.Plan, s analyze.Settings, cause error) error {
	out.targets = slices.DeleteFunc(slices.Clone(out.targets), func(t target[page.Format[*report.Report]]) bool { return !t.format.Gate })
	if len(out.targets) == 0 || os.Getenv("CI") == "" {
		return cause
	}
	res := analyze.NewCollector(attribute.NewPlanExplainer(category.BuiltIn(), plan), attribute.Options{}).Data.Result(plan, s)
	for i := range res.Verdicts {
		for k := range res.Verdicts[i].Checks {
			res.Verdicts[i].Checks[k].Why = "the input could not be used: " + firstOf(cause)
		}
	}
	r := report.New(res, report.Options{PlanPath: inRepository(plan.File), Strict: f.strict, Gate: true, Version: version()})
	return errors.Join(cause, out.write(a, r))
}

// firstOf returns the first of several errors.
func firstOf(err error) string {
	var all interface{ Unwrap() []error }
	if errors.As(err, &all) && len(all.Unwrap()) > 0 {
		return firstOf(all.Unwrap()[0])
	}
	return err.Error()
}
