package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/quality"
	"github.com/longpole/longpole/report"
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
	outputs
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
	f.outputs.plainFlags(c)
	f.planFlags.flags(c)
	p := c.Flags()
	p.StringArrayVarP(&f.specs, "output", "o", nil, "write `FORMAT[=FILE]`; may be repeated; formats: "+strings.Join(doctorOutputs(), ", "))
	p.BoolVar(&f.strict, "strict", false, "exit with 4 unless the traces are fit for every verdict")
	c.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(doctorOutputs(), cobra.ShellCompDirectiveNoFileComp|cobra.ShellCompDirectiveNoSpace))
	return c
}

func doctorOutputs() (names []string) {
	for _, f := range report.DoctorFormats {
		names = append(names, f.Name)
	}
	return names
}

func (a *app) doctor(ctx context.Context, f *doctorFlags, files []string) error {
	where, err := f.destinations()
	if err != nil {
		return err
	}
	style, err := f.style(a.stdout)
	if err != nil {
		return err
	}
	plan, err := f.planFlags.load(a)
	if err != nil {
		return err
	}
	if err := apart(where, files, plan); err != nil {
		return err
	}
	x, readErr := over(ctx, a, &f.inputs, files, plan, attribute.Options{}, newExamination)
	if x == nil {
		return readErr
	}
	res := x.Result(analyze.Settings{})
	d := report.NewDoctor(res, x.survey.Result())
	if !slices.ContainsFunc(where, func(to destination) bool { return to.file == "" && to.format != "json" }) {
		a.warnOf(res.Ledger)
	}
	var failed []error
	for _, to := range where {
		failed = append(failed, a.deliver(to, doctorIn(d, to, style)))
	}
	if err := errors.Join(failed...); err != nil {
		return failf(exitOutput, "", "%w", err)
	}
	if readErr == nil && f.strict && d.Fitness.Grade != quality.Fit {
		return failf(exitInconclusive, "", "%s", strings.TrimSuffix(d.Answer.String(), "."))
	}
	return readErr
}

// warnOf says on stderr what a result that no person reads would keep from people.
func (a *app) warnOf(l *trace.Ledger) {
	for _, w := range report.Warnings(l) {
		say(a.stderr, "%s", w)
	}
}

// destinations reads the flags: text to stdout unless they say otherwise.
func (f *doctorFlags) destinations() ([]destination, error) {
	specs := f.specs
	if f.json {
		specs = append(specs, "json")
	}
	if len(specs) == 0 {
		specs = []string{"text"}
	}
	return destinations(specs, func(name string) error {
		if _, err := report.DoctorFormatOf(name); err != nil {
			return failf(exitUsage, "-o text, or -o json=quality.json", "%w", err)
		}
		return nil
	})
}

// doctorIn renders d whole before any of it is written.
func doctorIn(d *report.Doctor, to destination, style report.Style) func(io.Writer) error {
	return func(w io.Writer) error {
		f, err := report.DoctorFormatOf(to.format)
		if err != nil {
			return err
		}
		if to.file != "" {
			style = report.Style{}
		}
		var text bytes.Buffer
		if err := f.Write(&text, d, style); err != nil {
			return err
		}
		_, err = text.WriteTo(w)
		return err
	}
}

// An examination analyses requests as a report does, and surveys what they lack.
type examination struct {
	*analyze.Collector
	survey *quality.Survey
}

func newExamination(e *attribute.Explainer) *examination {
	return &examination{analyze.NewCollector(e, attribute.Options{}), quality.NewSurvey()}
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
