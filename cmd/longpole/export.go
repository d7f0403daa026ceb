package main

import (
	"context"
	"errors"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/bounded"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/ingest"
	"github.com/longpole/longpole/internal/run"
	"github.com/longpole/longpole/report/pictures"
	"github.com/longpole/longpole/report/results"
	"github.com/longpole/longpole/trace"
)

const exportUsage = `export writes what an analysis finds for other tools: what report says of the same files, in their
formats. docs/export.md says what each of them holds.

  longpole export traces.jsonl -o pprof=tail.pb.gz     go tool pprof -http :8080 -tagfocus=band=slow tail.pb.gz
  longpole export traces.jsonl -o folded=tail.folded   for speedscope
  longpole export traces.jsonl -o perfetto=tail.json   for ui.perfetto.dev
  longpole export traces.jsonl -o observations-csv     a row for each request
  longpole export traces.jsonl --journey '*checkout*' -o hgrm`

// exportFlags are what the export command is told.
type exportFlags struct {
	inputs
	planFlags
	weightFlags
	specs   []string
	by      []string
	journey []string
	tail    string
}

func newExport(a *app) *cobra.Command {
	var f exportFlags
	c := &cobra.Command{
		Use:   "export FILES... -o FORMAT[=FILE]",
		Short: "write what was found for pprof, speedscope, Perfetto, spreadsheets and other tools",
		Long:  exportUsage,
		RunE:  func(c *cobra.Command, files []string) error { return a.export(c.Context(), &f, files) },
	}
	f.inputs.flags(c)
	f.planFlags.flags(c)
	f.weightFlags.flags(c)
	outputFlag(c, &f.specs, results.Formats)
	p := c.Flags()
	p.StringArrayVar(&f.by, "by", nil, "tell requests apart by this `KEY` of an attribute, too, or by whether they call a service: calls:SERVICE; may be repeated")
	p.StringArrayVar(&f.journey, "journey", nil, "write only journeys whose name is like this `GLOB`; may be repeated")
	p.StringVar(&f.tail, "tail", "", "the tail is all at or above this `PERCENTILE` (default: the highest of p99, p95, p90 that has 30 requests)")
	return c
}

func (a *app) export(ctx context.Context, f *exportFlags, files []string) error {
	names := namesOf(results.Formats)
	hint := "-o " + names[0] + ", or one of " + strings.Join(names[1:], ", ")
	if len(f.specs) == 0 {
		return failf(exitUsage, hint, "no format to write is given")
	}
	targets, err := targetsOf(f.specs, results.Formats, hint)
	if err != nil {
		return err
	}
	settings, err := (&reportFlags{journey: f.journey, tail: f.tail, incomplete: "skip"}).settings()
	if err != nil {
		return err
	}
	plan, err := f.planFlags.load(a)
	if err != nil {
		return err
	}
	if err := apart(targets, files, plan); err != nil {
		return err
	}
	settings.Journeys = math.MaxInt
	plan = plan.AlsoBy(slicesBy(f.by))
	var errs []error
	groups := grouped(targets)
	if len(groups) > 1 && !readableAgain(files) {
		return failf(exitUsage, "write one of them, or export a file", "-o otlp and other formats read the input twice, and a pipe is read once")
	}
	for _, group := range groups {
		errs = append(errs, a.exportTo(ctx, f, files, plan, settings, group))
	}
	return firstFailure(errs...)
}

// grouped puts formats apart that need all that spans say: the others are given what report is given, so that they
// say the same.
func grouped(targets []target[results.Format]) (groups [][]target[results.Format]) {
	var usual, whole []target[results.Format]
	for _, t := range targets {
		if t.format.Needs&results.Spans != 0 {
			whole = append(whole, t)
			continue
		}
		usual = append(usual, t)
	}
	return slices.DeleteFunc([][]target[results.Format]{usual, whole}, func(g []target[results.Format]) bool { return len(g) == 0 })
}

// exportTo reads the files and writes them for formats that need like things.
func (a *app) exportTo(ctx context.Context, f *exportFlags, files []string, plan *budget.Plan, s analyze.Settings, targets []target[results.Format]) error {
	r, readErr := a.results(ctx, f, files, plan, s, needsOf(targets))
	if r == nil {
		return readErr
	}
	var failed []error
	for _, t := range targets {
		failed = append(failed, t.deliver(a, func(w io.Writer) error { return t.format.Write(w, r) }))
	}
	if err := errors.Join(failed...); err != nil {
		return failf(exitOutput, "", "%w", err)
	}
	return readErr
}

func needsOf(targets []target[results.Format]) (all results.Needs) {
	for _, t := range targets {
		all |= t.format.Needs
	}
	return all
}

// results reads the files once and analyses them; for formats that ask for requests it goes over what was read
// again. Without a request there is only an error.
func (a *app) results(ctx context.Context, f *exportFlags, files []string, plan *budget.Plan, s analyze.Settings, needs results.Needs) (*results.Results, error) {
	assembly, err := f.assembly()
	if err != nil {
		return nil, err
	}
	options, err := f.choose(attribute.Options{WeightAttr: f.attr, Stacks: needs&results.Stacks != 0, Limits: bounded.None})
	if err != nil {
		return nil, err
	}
	n := run.With(plan, assembly, options)
	o := f.options(n)
	if needs&results.Spans != 0 {
		o = ingest.Options{MaxMemory: o.MaxMemory, Target: o.Target, MaxText: -1}
	}
	spans, readErr := f.readAs(ctx, a, files, o)
	if spans == nil {
		return nil, readErr
	}
	defer spans.Close()
	c, err := run.Over(ctx, n, spans, func(e *attribute.Explainer) *analyze.Collector { return analyze.NewCollector(e, options) })
	if err != nil {
		return nil, refusal(ctx, err)
	}
	c.Account(&spans.Ledger)
	r := &results.Results{Result: c.Data.Result(plan, s), Data: c.Data}
	if err := f.weightFlags.check(r.Result); err != nil {
		return nil, err
	}
	a.warnOf(&spans.Ledger)
	a.warnUnmet("--where", unmet(options.ChosenBy, r.Unchosen))
	switch {
	case r.Observations == 0:
		return nil, errors.Join(readErr, nothingMeasured(r.Result))
	case len(r.Journeys) == 0:
		return nil, failf(exitUsage, "longpole report --journeys all lists them", "no journey is like %s", strings.Join(f.journey, " or "))
	}
	r.Requests, err = a.requests(ctx, n, spans, r, needs)
	return r, errors.Join(err, readErr)
}

// requests returns the requests of the journeys that formats need, in order of their traces.
func (a *app) requests(ctx context.Context, n *run.Analysis, spans *ingest.Spans, r *results.Results, needs results.Needs) ([]results.Request, error) {
	if needs&(results.Exemplars|results.Paths) == 0 {
		return nil, nil
	}
	wants := map[trace.ID]bool{}
	for _, w := range pictures.Wants(r.Result) {
		wants[w.Exemplar.Trace] = true
	}
	again := *n
	again.Wants = func(t *trace.Trace) bool { return needs&results.Paths != 0 || wants[t.ID] }
	found, err := run.Over(ctx, &again, spans, run.NewSearch)
	if err != nil {
		return nil, refusal(ctx, err)
	}
	return requestsOf(found.Found(), r), nil
}

// A rooted is a request by its trace and the span that it begins with.
type rooted struct {
	trace trace.ID
	root  trace.SpanID
}

// requestsOf lists the requests of traces that are in a journey of the result, which names it as all names of the
// run together do.
func requestsOf(found []run.Found, r *results.Results) (all []results.Request) {
	why, journeys := map[rooted]string{}, map[rooted][]string{}
	for _, w := range pictures.Wants(r.Result) {
		why[rooted{w.Exemplar.Trace, w.Exemplar.Root}] = w.Exemplar.Why
	}
	for i := range r.Journeys {
		for _, o := range r.Data.RequestsOf(&r.Journeys[i]).All() {
			at := rooted{o.Trace, o.Root}
			journeys[at] = append(journeys[at], r.Journeys[i].Name)
		}
	}
	for i := range found {
		one := &found[i]
		for _, q := range one.Requests {
			at := rooted{one.Trace.ID, one.Trace.Spans[q.Root].ID}
			switch names := journeys[at]; {
			case len(names) == 0, len(names) > 1 && !slices.Contains(names, q.Key.Journey):
				continue
			case len(names) == 1:
				q.Key.Journey = names[0]
			}
			all = append(all, results.Request{Trace: one.Trace, Waits: one.Waits, Request: q, Why: why[at]})
		}
	}
	return all
}
