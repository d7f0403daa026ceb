package main

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/budget/match"
	"github.com/longpole/longpole/report"
	"github.com/longpole/longpole/report/account"
)

const reportUsage = `report reads traces and says, for each kind of request, how slow its tail is and what the
tail waited for: by layer (database, cache, network, retries, fan-out ...), by place and by
operation. Times of layers are times on the critical path, so they add up to the latency.

  longpole report traces.jsonl                   on the terminal
  longpole report *.json.gz more/ -o json        many files, as JSON
  kubectl logs ... | longpole report -           from stdin
  longpole report traces.jsonl --tail p98        compare the slowest 2 % with the typical
  longpole report traces.jsonl --journey '*checkout*'    only these; --journeys all lists every one

The first line is the answer: the place, and the layer in it, that holds most of what the slowest
requests add, or of what a typical one takes if that is more. Where no few places hold most of it,
nothing stands out.`

// reportFlags are what the report command is told.
type reportFlags struct {
	inputs
	outputs[*report.Report]
	planFlags
	linkFlags
	weightFlags
	by          []string
	percentiles []string
	tail        string
	journeys    string
	journey     []string
	incomplete  string
	findings    bool
	whatIf      bool
	// source returns the data instead of files, which then are only named; nil where these are read.
	source func(*budget.Plan, attribute.Options) (*analyze.Data, error)
	input  []string // what the files are called in commands that a report suggests; nil: by their names
}

func newReport(a *app) *cobra.Command {
	var f reportFlags
	c := &cobra.Command{
		Use:   "report FILES...",
		Short: "say where the tail of each journey goes",
		Long:  reportUsage,
		RunE: func(c *cobra.Command, files []string) error {
			return a.report(c.Context(), &f, files)
		},
	}
	f.flags(c)
	return c
}

func (f *reportFlags) flags(c *cobra.Command) {
	f.inputs.flags(c)
	f.outputs.flags(c, report.Formats)
	f.planFlags.flags(c)
	f.linkFlags.flags(c)
	f.weightFlags.flags(c)
	c.Flags().StringArrayVar(&f.by, "by", nil, "compare requests by this `KEY` of an attribute, too, or by whether they call a service: calls:SERVICE; may be repeated")
	c.Flags().StringSliceVar(&f.percentiles, "percentiles", []string{"p50", "p95", "p99"}, "report these `PERCENTILES`")
	c.Flags().StringVar(&f.tail, "tail", "", "the tail is all at or above this `PERCENTILE` (default: the highest of p99, p95, p90 that has 30 requests)")
	c.Flags().StringVar(&f.journeys, "journeys", "", "give each of the `N` journeys with most at stake a row of its own, or all of them")
	c.Flags().StringArrayVar(&f.journey, "journey", nil, "show only journeys whose name is like this `GLOB`; may be repeated")
	c.Flags().StringVar(&f.incomplete, "incomplete", "skip", "traces without their root: skip them, or keep them with the topmost span as root")
	c.Flags().BoolVar(&f.whatIf, "what-if", false, "try what would help most, too, as longpole whatif does")
	c.Flags().BoolVar(&f.findings, "findings", true, "look for what is wrong with requests, too")
	completes(c, "incomplete", "skip", "keep")
}

func (a *app) report(ctx context.Context, f *reportFlags, files []string) error {
	settings, err := f.settings()
	if err != nil {
		return err
	}
	out, err := f.outputs.prepare(a.stdout)
	if err != nil {
		return err
	}
	if err := f.linkFlags.check(); err != nil {
		return err
	}
	plan, err := f.planFlags.load(a)
	if err != nil {
		return err
	}
	if err := cmp.Or(needsPlan(out.targets, plan), apart(out.targets, files, plan)); err != nil {
		return err
	}
	options, err := f.choose(attribute.Options{KeepIncomplete: f.incomplete == "keep", WeightAttr: f.attr, Stacks: out.draws(), Findings: f.findings, Events: f.events()})
	if err != nil {
		return err
	}
	data, recorder, readErr := f.collect(ctx, a, files, plan, options)
	if data == nil {
		return readErr
	}
	res := data.Result(plan, settings)
	if err := cmp.Or(f.weightFlags.check(res), f.checkShown(res)); err != nil {
		return err
	}
	helped, without := f.weigh(recorder, data, res)
	r := report.New(res, report.Options{Every: f.journeys != "", Input: f.again(files, plan), PlanPath: planPath(plan), TraceURL: f.links, Version: version()})
	r.Sections = f.withHelp(r.Sections, helped, without, res, plan, files)
	if out.draws() {
		r.Pictures = a.pictures(ctx, &f.inputs, files, plan, data, res, f.links)
	}
	a.warn(&out, res)
	a.warnUnmet("--where", unmet(options.ChosenBy, res.Unchosen))
	warnAlike(a, f.by, res)
	if err := out.write(a, r); err != nil {
		return err
	}
	if res.Observations == 0 {
		return errors.Join(readErr, nothingMeasured(res))
	}
	return readErr
}

// again returns what follows a command that is to see what this one does.
func (f *reportFlags) again(files []string, plan *budget.Plan) string {
	if f.input != nil {
		files = f.input
	}
	return again(files, &f.inputs, &f.planFlags, plan)
}

// checkShown refuses globs that no journey is like.
func (f *reportFlags) checkShown(res *analyze.Result) error {
	if len(res.Journeys) > 0 || res.Observations == 0 {
		return nil
	}
	return failf(exitUsage, "longpole report --journeys all lists them", "no journey is like %s", strings.Join(f.journey, " or "))
}

// slicesBy are the slices by what was asked for.
func slicesBy(by []string) (all []budget.SliceBy) {
	for _, text := range by {
		all = append(all, budget.By(text))
	}
	return all
}

// warnAlike says by what requests were to be compared that does not tell them apart.
func warnAlike(a *app, by []string, res *analyze.Result) {
	for _, name := range by {
		tells := func(j analyze.Journey) bool {
			return slices.ContainsFunc(j.Slices, func(s analyze.Slice) bool { return s.Name == name })
		}
		if !slices.ContainsFunc(res.Journeys, tells) {
			say(a.stderr, "--by: no journey has requests that differ in %s", name)
			sayMore(a.stderr, "check how it is spelt: an attribute, or calls:SERVICE")
		}
	}
}

// nothingMeasured says why there is no request, and what can be done where something can.
func nothingMeasured(res *analyze.Result) error {
	hint := ""
	if res.Unchosen.Requests > 0 {
		hint = "longpole report without --where, --since and --until shows what there is to choose from"
	}
	if res.LeftOut.Traces > 0 {
		hint = "--incomplete=keep takes the topmost span of each as its root"
	}
	return failf(exitInput, hint, "no request can be measured: %s", account.NoRequest(res))
}

// warn says on stderr what a report that no person reads would keep from people.
func (a *app) warn(out *written[*report.Report], res *analyze.Result) {
	if out.inWords() {
		return
	}
	for _, w := range slices.Concat(account.Caveats(res), account.BiasWarnings(res), account.Warnings(res.Ledger)) {
		say(a.stderr, "%s", w)
	}
}

func planPath(plan *budget.Plan) string {
	if plan == nil {
		return ""
	}
	return inRepository(plan.File)
}

// analyze reads the files and collects their requests. Without a usable span the data is nil;
// with one, the error is about files that could not be used beside those that could.
func (a *app) analyze(ctx context.Context, in *inputs, files []string, plan *budget.Plan, o attribute.Options) (*analyze.Data, error) {
	if arePartials(files) {
		return answered(ctx, a, in, files, plan, o)
	}
	c, err := over(ctx, a, in, files, plan, o, func(e *attribute.Explainer) *analyze.Collector { return analyze.NewCollector(e, o) })
	if c == nil {
		return nil, err
	}
	return c.Data, err
}

// liked returns which journeys have a name like one of globs; nil for all, where there are none.
func liked(globs []string) func(journey string) bool {
	if len(globs) == 0 {
		return nil
	}
	var all match.Globs
	for _, g := range globs {
		all = append(all, match.Glob(g))
	}
	return all.Match
}

// shown says which journeys are shown, and how many.
func (f *reportFlags) shown() (s analyze.Settings, err error) {
	s.Only = liked(f.journey)
	switch f.journeys {
	case "":
		return s, nil
	case "all":
		s.Journeys = math.MaxInt
		return s, nil
	}
	if s.Journeys, err = strconv.Atoi(f.journeys); err != nil || s.Journeys < 1 {
		return s, failf(exitUsage, "", "--journeys is all, or a number of at least 1, not %q", f.journeys)
	}
	return s, nil
}

func (f *reportFlags) settings() (analyze.Settings, error) {
	s, err := f.shown()
	if err != nil {
		return s, err
	}
	if f.incomplete != "skip" && f.incomplete != "keep" {
		return s, failf(exitUsage, "", "--incomplete is skip or keep, not %q", f.incomplete)
	}
	for _, text := range f.percentiles {
		level, err := quantile.ParseLevel(text)
		if err != nil {
			return s, failf(exitUsage, "", "--percentiles: %w", err)
		}
		s.Levels = append(s.Levels, level)
	}
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
