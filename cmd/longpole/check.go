package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/compare"
	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/report"
	"github.com/longpole/longpole/report/account"
	"github.com/longpole/longpole/report/page"
)

const checkUsage = `check holds requests against a plan: the target of each journey, the budget of each of its
layers, and its assertions. It says who fails and who passes, and where the time went that broke a limit; --verbose
shows the report behind that, which other outputs always have. Its exit code says how it ended.

  longpole check traces.jsonl                             with the longpole.yaml of this repository
  longpole check --budget plan.yaml new.jsonl --baseline old.jsonl
  longpole check traces.jsonl -o junit=junit.xml -o sarif=longpole.sarif -o github

Exit codes: 0 within budget; 1 a budget is blown, or with --strict at risk; 2 wrong usage or a
wrong plan; 3 input that could not be used; 4 nothing was measured of a journey, or with
--strict or --inconclusive=fail something could not be proven; 5 an output could not be written.
A broken budget is told before an output that failed. The tables of --verbose are those of report:
longpole help report.`

// checkFlags are what the check command is told.
type checkFlags struct {
	inputs
	outputs[*report.Report]
	planFlags
	linkFlags
	weightFlags
	runFlags
	baseline     []string
	tail         string
	inconclusive string
	strict       bool
	summary      bool
	seed         uint64
}

func newCheck(a *app) *cobra.Command {
	var f checkFlags
	c := &cobra.Command{
		Use:   "check FILES...",
		Short: "hold requests against their budgets; the exit code says whether they keep them",
		Long:  checkUsage,
		RunE:  func(c *cobra.Command, files []string) error { return a.check(c.Context(), &f, files) },
	}
	f.inputs.flags(c)
	f.outputs.flags(c, report.Formats)
	f.planFlags.flags(c)
	f.linkFlags.flags(c)
	f.weightFlags.flags(c)
	p := c.Flags()
	p.StringArrayVar(&f.baseline, "baseline", nil, "what regressions are held against: a `FILE`, folder or glob; may be repeated")
	f.runFlags.flags(c, "also those of --baseline")
	p.StringVar(&f.tail, "tail", "", "the tail is all at or above this `PERCENTILE` (default: the highest of p99, p95, p90 that has 30 requests)")
	p.StringVar(&f.inconclusive, "inconclusive", "pass", "what cannot be proven: pass, or fail with exit code 4")
	p.BoolVar(&f.strict, "strict", false, "fail also what is at risk (1), and what is incomplete or cannot be proven (4)")
	p.BoolVar(&f.summary, "summary", false, "append the report in Markdown to $GITHUB_STEP_SUMMARY")
	p.Uint64Var(&f.seed, "seed", 0, "seed of the resampling behind regressions, means and shares")
	completes(c, "inconclusive", "pass", "fail")
	return c
}

func (a *app) check(ctx context.Context, f *checkFlags, files []string) error {
	out, err := f.prepare(a, files)
	if err != nil {
		return err
	}
	settings, err := f.settings()
	if err != nil {
		return err
	}
	plan, err := f.planFlags.needed(a)
	if err != nil {
		return err
	}
	if err := apart(out.targets, slices.Concat(files, f.baseline, f.same), plan); err != nil {
		return err
	}
	options, err := f.choose(attribute.Options{WeightAttr: f.attr, Stacks: out.draws(), Structures: len(f.baseline) > 0, Findings: plan.AsksFindings(), Events: keptFor(plan.AsksFindings())})
	if err != nil {
		return err
	}
	now, readErr := f.runFlags.analyze(ctx, a, &f.inputs, files, plan, options)
	if now == nil {
		return a.unread(f, out, plan, settings, readErr)
	}
	other, err := f.references(ctx, a, plan, options)
	if err != nil {
		return err
	}
	res := now.Beside(other, plan, settings)
	if err := f.weightFlags.check(res); err != nil {
		return err
	}
	r := report.New(res, report.Options{
		Input: again(files, &f.inputs, &f.planFlags, plan), TraceURL: f.links, PlanPath: inRepository(plan.File), Strict: f.strict, Gate: true, Verbose: f.verbose, Version: version(),
		Changes: changes(other, now, plan, settings),
	})
	if out.draws() {
		r.Pictures = a.pictures(ctx, &f.inputs, files, plan, now, res, f.links)
	}
	a.warn(&out, res)
	a.warnUnmet("--where", unmet(options.ChosenBy, res.Unchosen))
	writeErr := out.write(a, r)
	if f.summary {
		writeErr = errors.Join(writeErr, a.summarise(r))
	}
	return firstFailure(usable(res), f.gate(res), readErr, writeErr, f.proof(res))
}

// changes says where the change from the baseline went, for the journeys of the plan; nil without one.
func changes(other analyze.References, now *analyze.Data, plan *budget.Plan, s analyze.Settings) *compare.Result {
	if other.Baseline == nil {
		return nil
	}
	s.Only = func(journey string) bool {
		_, err := plan.Journey(journey)
		return err == nil
	}
	return compare.Of(other.Baseline, now, plan, compare.Settings{Settings: s, Equal: other.Equal})
}

// prepare reads the flags that need no file.
func (f *checkFlags) prepare(a *app, files []string) (written[*report.Report], error) {
	if f.inconclusive != "pass" && f.inconclusive != "fail" {
		return written[*report.Report]{}, failf(exitUsage, "", "--inconclusive is pass or fail, not %q", f.inconclusive)
	}
	out, err := f.outputs.prepare(a.stdout)
	if err != nil {
		return out, err
	}
	return out, cmp.Or(f.linkFlags.check(), f.runFlags.check(files, f.baseline))
}

func (f *checkFlags) settings() (analyze.Settings, error) {
	s := analyze.Settings{Seed: f.seed}
	if f.tail == "" {
		return s, nil
	}
	level, err := quantile.ParseLevel(f.tail)
	if err != nil {
		return s, failf(exitUsage, "", "--tail: %w", err)
	}
	s.Tail = level
	return s, nil
}

// gate fails where a limit is broken for certain, with --strict also where it seems to be.
func (f *checkFlags) gate(res *analyze.Result) error {
	least := analyze.Blown
	if f.strict {
		least = analyze.AtRisk
	}
	n := countFrom(res, least)
	if n == 0 {
		return nil
	}
	return failf(exitGateFailed, "", "%s", plural(n, "check fails", "checks fail"))
}

// usable fails where nothing that was measured can be held against a limit.
func usable(res *analyze.Result) error {
	if !res.Dates.Wrong() {
		return nil
	}
	return failf(exitInconclusive, "look at the times of the export, and write them in the unit of its format", "%s", account.Caveats(res)[0])
}

// proof fails where nothing was measured, and where something could not be proven if that is
// asked for.
func (f *checkFlags) proof(res *analyze.Result) error {
	if err := unmeasured(res); err != nil {
		return err
	}
	if f.inconclusive != "fail" && !f.strict {
		return nil
	}
	if f.strict && len(res.Biases) > 0 {
		return failf(exitInconclusive, "", "the traces may be chosen by what they show, so that no percentile of them is proven")
	}
	if f.strict && res.LeftOut.Traces > 0 {
		return failf(exitInconclusive, "", "%s no root, so that not every request was measured", plural(res.LeftOut.Traces, "trace has", "traces have"))
	}
	if f.strict && res.Ledger.Records.Damaged > 0 {
		return failf(exitInconclusive, "", "%s damaged, so that not every request was measured", plural(res.Ledger.Records.Damaged, "record is", "records are"))
	}
	if n := countState(res, analyze.Unproven); n > 0 {
		return failf(exitInconclusive, "", "%s not be proven", plural(n, "check could", "checks could"))
	}
	return nil
}

// unmeasured fails where the plan promises nothing, and where nothing was measured of a journey:
// what nobody looks at has not passed.
func unmeasured(res *analyze.Result) error {
	var blind []string
	hint := ""
	for i := range res.Verdicts {
		if v := &res.Verdicts[i]; v.Unmeasured() {
			if v.Observations == 0 {
				hint = "longpole report --budget none lists the journeys, of which the plan must name the roots"
			}
			blind = append(blind, page.EscapeTerminal(v.Journey.Name)+" ("+page.EscapeTerminal(why(v))+")")
		}
	}
	switch {
	case len(blind) > 0:
		return failf(exitInconclusive, hint, "nothing was measured of %s, so it has not passed", strings.Join(blind, ", "))
	case !res.HasChecks():
		return failf(exitInconclusive, "give a journey a target, or assertions", "the plan has nothing to hold requests against, so nothing has passed")
	}
	return nil
}

// why says why nothing was measured of a journey.
func why(v *analyze.Verdict) string {
	if v.Observations == 0 && v.Unfinished > 0 {
		return fmt.Sprintf("none of its requests has an end: %d", v.Unfinished)
	}
	if v.Observations == 0 || len(v.Checks) == 0 {
		return "no trace has it"
	}
	unmeasured := slices.IndexFunc(v.Checks, func(c analyze.Check) bool { return c.Unmeasured })
	return v.Checks[max(0, unmeasured)].Why
}

func countFrom(res *analyze.Result, least analyze.State) (n int) {
	for s := least; s <= analyze.Blown; s++ {
		n += countState(res, s)
	}
	return n
}

// countState counts the checks in a state; a journey without a check or a request is unproven.
func countState(res *analyze.Result, s analyze.State) (n int) {
	for i := range res.Verdicts {
		v := &res.Verdicts[i]
		for k := range v.Checks {
			if v.Checks[k].State == s {
				n++
			}
		}
		if v.Observations == 0 && len(v.Checks) == 0 && s == analyze.Unproven {
			n++
		}
	}
	return n
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// firstFailure returns the errors joined under the exit code of the first of them.
func firstFailure(errs ...error) error {
	var first *failure
	var all []error
	for _, err := range errs {
		if err == nil {
			continue
		}
		var f *failure
		if !errors.As(err, &f) {
			f = failf(exitOutput, "", "%w", err)
		}
		if first == nil {
			first = &failure{code: f.code, hint: f.hint}
		}
		all = append(all, separate(f.err)...)
	}
	if first == nil {
		return nil
	}
	first.err = errors.Join(all...)
	return first
}
