package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/quality"
	"github.com/longpole/longpole/report/account"
	"github.com/longpole/longpole/report/doctor"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/trace"
)

const doctorUsage = `doctor says what traces are good for: what was read, repaired and left out, where
instrumentation is missing, how they were sampled, which clocks disagree, and what each of that
costs the verdicts. Its first line is the answer.

  longpole doctor traces.jsonl
  longpole doctor exports/ -o json=quality.json -o markdown
  longpole doctor traces.jsonl --strict          exit code 4 unless every verdict can be trusted`

// doctorFlags are what the doctor command is told.
type doctorFlags struct {
	inputs
	outputs[*page.Page]
	planFlags
	strict bool
}

func newDoctor(a *app) *cobra.Command {
	var f doctorFlags
	c := &cobra.Command{
		Use:   "doctor FILES...",
		Short: "say what traces are good for, what they lack, and what that costs the verdicts",
		Long:  doctorUsage,
		RunE:  func(c *cobra.Command, files []string) error { return a.doctor(c.Context(), &f, files) },
	}
	f.inputs.flags(c)
	f.outputs.flags(c, page.Formats)
	f.planFlags.flags(c)
	c.Flags().BoolVar(&f.strict, "strict", false, "exit with 4 unless the traces are fit for every verdict")
	return c
}

func (a *app) doctor(ctx context.Context, f *doctorFlags, files []string) error {
	out, err := f.outputs.prepare(a.stdout)
	if err != nil {
		return err
	}
	plan, err := f.planFlags.load(a)
	if err != nil {
		return err
	}
	if err := apart(out.targets, files, plan); err != nil {
		return err
	}
	options, err := f.choose(attribute.Options{})
	if err != nil {
		return err
	}
	x, readErr := over(ctx, a, &f.inputs, files, plan, options, func(e *attribute.Explainer) *examination { return newExamination(e, options) })
	if x == nil {
		return readErr
	}
	res := x.Result(analyze.Settings{})
	d := doctor.New(res, x.survey.Result())
	a.warnUnmet("--where", unmet(options.ChosenBy, res.Unchosen))
	if !out.inWords() {
		a.warnOf(res.Ledger)
	}
	if err := out.write(a, &d.Page); err != nil {
		return err
	}
	if readErr == nil && f.strict && d.Fitness.Grade != quality.Fit {
		return failf(exitInconclusive, "", "%s", strings.TrimSuffix(d.Answer.String(), "."))
	}
	return readErr
}

// warnOf says on stderr what a result that no person reads would keep from people.
func (a *app) warnOf(l *trace.Ledger) {
	for _, w := range account.Warnings(l) {
		say(a.stderr, "%s", w)
	}
}

// An examination analyses requests as a report does, and surveys what they lack.
type examination struct {
	*analyze.Collector
	survey *quality.Survey
}

func newExamination(e *attribute.Explainer, o attribute.Options) *examination {
	return &examination{analyze.NewCollector(e, o), quality.NewSurvey()}
}

// Look adds the requests of a trace, and what it lacks.
func (x *examination) Look(r *attribute.Reading) {
	x.Collector.Look(r)
	x.survey.Look(r)
}

// Merge adds what o found.
func (x *examination) Merge(o *examination) {
	x.Collector.Merge(o.Collector)
	x.survey.Merge(o.survey)
}
