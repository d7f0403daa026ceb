package main

import (
	"context"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/detect"
	"github.com/longpole/longpole/analyze/replay"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/report/findings"
	"github.com/longpole/longpole/report/glossary"
)

const findingsUsage = `findings says what is wrong with requests: queries repeated for each row, retries that pile up, one
instance that differs, a turn that must be waited for, what is asked for although nobody needs it.
What adds most to the tail comes first, with what was seen, how sure that is, and the usual remedy.
What it adds is found by replay: all requests are replayed without it.

  longpole findings traces.jsonl
  longpole findings exports/ -o json=findings.json -o sarif=findings.sarif
  longpole findings --explain LP007              what a finding means, and what it is told by
  longpole findings --explain all                all that can be found`

// findingsFlags are what the findings command is told.
type findingsFlags struct {
	inputs
	outputs[*findings.Findings]
	planFlags
	weightFlags
	explain string
	journey []string
	replay  bool
}

func newFindings(a *app) *cobra.Command {
	var f findingsFlags
	c := &cobra.Command{
		Use:   "findings FILES...",
		Short: "say what is wrong with requests, with evidence and remedy, what adds most to the tail first",
		Long:  findingsUsage + "\n\n" + glossary.Help("findings"),
		RunE:  func(c *cobra.Command, files []string) error { return f.find(c.Context(), a, files) },
	}
	f.inputs.flags(c)
	f.outputs.flags(c, findings.Formats)
	f.planFlags.flags(c)
	f.weightFlags.flags(c)
	c.Flags().StringVar(&f.explain, "explain", "", "say what the finding `ID` means instead, by its id or name; all lists them")
	c.Flags().BoolVar(&f.replay, "replay", true, "replay requests without each finding, so that it is known what it adds; without, the most that it can be is told")
	c.Flags().StringArrayVar(&f.journey, "journey", nil, "look only at journeys whose name is like this `GLOB`; may be repeated")
	return c
}

// find says what is wrong.
func (f *findingsFlags) find(ctx context.Context, a *app, files []string) error {
	f.replay = f.replay && !arePartials(files) // which hold nothing to replay
	out, err := f.outputs.prepare(a.stdout)
	if err != nil {
		return err
	}
	if f.explain != "" {
		return f.explained(a, out, files)
	}
	plan, err := f.planFlags.load(a)
	if err != nil {
		return err
	}
	if err := apart(out.targets, files, plan); err != nil {
		return err
	}
	options, err := f.choose(attribute.Options{WeightAttr: f.attr, Findings: true, Costs: true, Events: f.events()})
	if err != nil {
		return err
	}
	data, recorder, readErr := a.rehearse(ctx, &f.inputs, files, plan, options, f.replay)
	if data == nil {
		return readErr
	}
	res := data.Result(plan, analyze.Settings{Only: liked(f.journey)})
	if err := f.weightFlags.check(res); err != nil {
		return err
	}
	if recorder != nil {
		run, noQueues := replayable(recorder, data, res)
		run.Weigh(res, noQueues)
	}
	page := findings.New(res, findings.Options{Input: again(files, &f.inputs, &f.planFlags, plan), Quote: quoted, PriceOf: prices(plan), PlanPath: planPath(plan), Version: version()})
	a.warnUnmet("--where", unmet(options.ChosenBy, res.Unchosen))
	if !out.inWords() {
		a.warnOf(res.Ledger)
	}
	if err := out.write(a, page); err != nil {
		return err
	}
	if res.Observations == 0 {
		return errors.Join(readErr, nothingMeasured(res))
	}
	return readErr
}

// events says which events are kept.
func (f *findingsFlags) events() func(string) bool {
	if !f.replay {
		return keptFor(true)
	}
	return func(name string) bool { return replay.IsAcquired(name) || detect.KeepsEvent(name) }
}

// prices returns what services cost by a plan; nil if it has no prices.
func prices(plan *budget.Plan) func(string, time.Duration) (int64, bool) {
	if plan == nil || len(plan.Prices) == 0 {
		return nil
	}
	return plan.PriceOf
}

// explained says what a finding means.
func (f *findingsFlags) explained(a *app, out written[*findings.Findings], files []string) error {
	if len(files) > 0 {
		return failf(exitUsage, "", "--explain says what a finding means, and reads no files")
	}
	if f.explain == "all" {
		return out.write(a, findings.List())
	}
	d := detect.Find(f.explain)
	if d == nil {
		return failf(exitUsage, "longpole findings --explain all lists them", "no finding is known as %q", f.explain)
	}
	return out.write(a, findings.Explain(d))
}

// keptFor returns which events are asked for where findings are looked for.
func keptFor(findings bool) func(name string) bool {
	if findings {
		return detect.KeepsEvent
	}
	return nil
}
