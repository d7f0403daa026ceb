package main

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/compare"
	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/report/account"
	"github.com/longpole/longpole/report/diff"
	"github.com/longpole/longpole/trace"
)

const diffUsage = `diff says what changed from one set of traces to another: which journey got slower or quicker,
in which layer and place, because the same requests are slower or because other requests are
made, for whom, and whether that is more than chance. Its parts add up to the nanosecond.

  longpole diff before.jsonl after.jsonl
  longpole diff before/*.gz --to after/*.gz       many files on either side
  longpole diff before/*.gz --to after/*.gz --runs   each of them a run: three a side know the machine's weather
  longpole diff traces.jsonl --at 2026-11-26T14:03:02Z
  longpole diff traces.jsonl --at auto            at the instant from which requests take longer
  longpole diff traces.jsonl --where 'attr["service.version"] == "2.4.0"'
  longpole diff traces.jsonl --a 'route == "GET /v1"' --b 'route == "GET /v2"'

One set of files is divided: by a time, into requests of which an expression is true and the rest,
or by two expressions. With two sets, --where, --since and --until choose requests of both.`

// diffFlags are what the diff command is told.
type diffFlags struct {
	inputs
	outputs[*diff.Diff]
	planFlags
	weightFlags
	runFlags
	to         toFlag
	a, b, at   string
	end        string // of the set after, where it was found with --at auto
	percentile string
	seed       uint64
}

func newDiff(a *app) *cobra.Command {
	var f diffFlags
	c := &cobra.Command{
		Use:   "diff BEFORE... --to AFTER...",
		Short: "say what changed from one set of traces to another, in parts that add up",
		Long:  diffUsage,
		RunE:  func(c *cobra.Command, files []string) error { return a.diff(c.Context(), &f, files) },
	}
	f.inputs.flags(c)
	f.outputs.flags(c, diff.Formats)
	f.planFlags.flags(c)
	f.weightFlags.flags(c)
	f.runFlags.flags(c, "on both sides")
	p := c.Flags()
	f.to.among = p
	p.Var(&f.to, "to", "what follows is the set after: a `FILE`, folder or glob; what stands before it is the set before")
	p.StringVar(&f.a, "a", "", "the set before is the requests of which this `EXPR` is true, as of --where")
	p.StringVar(&f.b, "b", "", "the set after is the requests of which this `EXPR` is true")
	p.StringVar(&f.at, "at", "", "the set before is the requests that begin before this `TIME`, the set after the others; auto finds the time")
	p.StringVar(&f.percentile, "percentile", "p95", "say where the change of this `PERCENTILE` went")
	p.Uint64Var(&f.seed, "seed", 0, "seed of the resampling behind intervals")
	return c
}

func (a *app) diff(ctx context.Context, f *diffFlags, files []string) error {
	settings, err := f.settings()
	if err != nil {
		return err
	}
	out, err := f.outputs.prepare(a.stdout)
	if err != nil {
		return err
	}
	plan, err := f.planFlags.load(a)
	if err != nil {
		return err
	}
	when, err := f.when(ctx, a, files, plan, settings)
	if err != nil {
		return err
	}
	sides, err := f.sides(files)
	if err != nil {
		return err
	}
	if err := apart(out.targets, slices.Concat(sides[0].files, sides[1].files, f.same), plan); err != nil {
		return err
	}
	if err := f.runFlags.check(sides[0].files, sides[1].files); err != nil {
		return err
	}
	res, readErr, err := f.compared(ctx, a, &sides, plan, settings)
	if err != nil {
		return err
	}
	a.warnUnmet(f.choosers(), unmetBy(sides, [2]attribute.Unchosen{res.Before.Unchosen, res.After.Unchosen}))
	d := diff.New(res, diff.Options{Since: when, Input: f.again(files, plan)})
	if !out.inWords() {
		a.warnOf(res.Before.Ledger)
		a.warnOf(res.After.Ledger)
	}
	if err := out.write(a, d); err != nil {
		return err
	}
	return errors.Join(readErr, bothMeasured(res))
}

// compared reads both sides and compares them. unread is about files that could not be used beside those that
// could.
func (f *diffFlags) compared(ctx context.Context, a *app, sides *[2]side, plan *budget.Plan, s compare.Settings) (res *compare.Result, unread, err error) {
	var read [2]*analyze.Data
	var errs [2]error
	for i := range sides {
		if read[i], errs[i] = f.side(ctx, a, &sides[i], plan); read[i] == nil {
			return nil, nil, errs[i]
		}
	}
	if s.Equal, err = f.equal(ctx, a, &f.inputs, plan, attribute.Options{WeightAttr: f.attr}); err != nil {
		return nil, nil, err
	}
	res = compare.Of(read[0], read[1], plan, s)
	return res, errors.Join(errs[:]...), f.weighed(res)
}

// auto is the time that is to be found.
const auto = "auto"

// when finds the time to divide the files at, if that is asked for.
func (f *diffFlags) when(ctx context.Context, a *app, files []string, plan *budget.Plan, s compare.Settings) (*compare.When, error) {
	if f.at != auto {
		return nil, nil
	}
	if _, err := f.sides(files); err != nil { // before all is read
		return nil, err
	}
	options, err := f.choose(attribute.Options{WeightAttr: f.attr})
	if err != nil {
		return nil, err
	}
	data, err := a.analyze(ctx, &f.inputs, files, plan, options)
	if data == nil {
		return nil, err
	}
	when := compare.Since(data, plan, s)
	if when == nil {
		return nil, failf(exitInconclusive, "--at TIME divides at any time", "no instant stands out from which requests take longer or less long")
	}
	f.at = exactly(when.At)
	if when.Mended != nil {
		f.end = exactly(when.Mended.At)
	}
	return when, nil
}

func exactly(t trace.Time) string { return time.Unix(0, int64(t)).UTC().Format(time.RFC3339Nano) }

// again returns what follows a command that is to see the requests of both sets.
func (f *diffFlags) again(files []string, plan *budget.Plan) string {
	in := f.inputs
	if f.isDividedByWhere(files) {
		in.where = ""
	}
	at := f.to.before
	return again(slices.Concat(files[:at], f.to.files, files[at:]), &in, &f.planFlags, plan)
}

// side reads one of the sets.
func (f *diffFlags) side(ctx context.Context, a *app, s *side, plan *budget.Plan) (*analyze.Data, error) {
	options, err := s.choice.choose(attribute.Options{WeightAttr: f.attr, Structures: true})
	if err != nil {
		return nil, err
	}
	s.asks = options.ChosenBy
	return f.runFlags.analyze(ctx, a, &f.inputs, s.files, plan, options)
}

// weighed refuses an attribute of weights that no root of a side has.
func (f *diffFlags) weighed(res *compare.Result) error {
	for i, side := range []*analyze.Result{res.Before, res.After} {
		if err := f.weightFlags.check(side); err != nil {
			return of(sideNames[i], err)
		}
	}
	return nil
}

var sideNames = [...]string{"before", "after"}

// bothMeasured fails where a side has no request.
func bothMeasured(res *compare.Result) error {
	for i, side := range []*analyze.Result{res.Before, res.After} {
		if side.Observations == 0 {
			return failf(exitInput, "", "%s: no request can be measured: %s", sideNames[i], account.NoRequest(side))
		}
	}
	return nil
}

func (f *diffFlags) settings() (s compare.Settings, err error) {
	s.Level, err = quantile.ParseLevel(f.percentile)
	if err != nil {
		return s, failf(exitUsage, "", "--percentile: %w", err)
	}
	s.Seed = f.seed
	return s, nil
}
