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
	"github.com/longpole/longpole/analyze/quality"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/ingest"
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
	assembly, err := f.assembly()
	if err != nil {
		return err
	}
	spans, readErr := f.read(ctx, a, files, budget.BuiltIn())
	if spans == nil {
		return readErr
	}
	defer spans.Close()
	res, found := examine(ctx, spans, assembly)
	if err := unread(ctx, spans, spans.Err()); err != nil {
		return err
	}
	d := report.NewDoctor(res, found)
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

// examine analyses every trace as a report does, and surveys what it lacks.
func examine(ctx context.Context, spans *ingest.Spans, assembly trace.Options) (*analyze.Result, *quality.Result) {
	e := analyze.NewExplainer(budget.BuiltIn(), nil)
	collector, survey := analyze.NewCollector(e, analyze.Options{}), quality.NewSurvey(e)
	epoch := 0
	for t := range until(ctx, spans.Traces()) {
		if spans.Epoch() != epoch {
			collector.ForgetSignatures()
			epoch = spans.Epoch()
		}
		assembled := trace.Assemble(t, assembly)
		collector.Add(assembled)
		survey.Add(assembled)
	}
	collector.Ledger.Merge(&spans.Ledger)
	return collector.Result(analyze.Settings{}), survey.Result()
}
