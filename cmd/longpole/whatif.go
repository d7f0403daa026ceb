package main

import (
	"context"
	"errors"
	"math"
	"slices"

	"github.com/spf13/cobra"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/bounded"
	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/analyze/replay"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/budget/match"
	"github.com/longpole/longpole/internal/strictyaml"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/whatif"
)

const whatifUsage = `whatif says how long requests would take if something were otherwise: it replays each of them, with
queues where requests wait for each other. Without a change it tries what may help, and says what
would help most.

  longpole whatif traces.jsonl
  longpole whatif traces.jsonl --set 'network{web -> payment, region=ap-south-1}=typical'
  longpole whatif traces.jsonl --set 'db{inventory}=50%'     half as long; =0 not at all; =20ms at most so long
  longpole whatif traces.jsonl --remove 'web -> audit'       the call with all below it; of a layer, its time
  longpole whatif traces.jsonl --parallel 'web -> tax,web -> inventory'
  longpole whatif traces.jsonl --cache 'db{recommendations}=90%'
  longpole whatif traces.jsonl --timeout 'payment -> bank*=200ms' --hedge 'search=p95'
  longpole whatif traces.jsonl --servers 'inventory pool=3'  a station, as the page lists them

What is selected: a layer as the report has it, of it what is at the places, services or operations
in {}, or has an attribute; without a layer a place or an operation: all its time, or its calls;
calls{PLACE} is the time of calls with all below them. Patterns may hold * and ?. Changes of time
come first, then those of calls, each in the order in which they stand; then all requests wait in
the queues that follow from both.`

// whatifFlags are what the whatif command is told.
type whatifFlags struct {
	inputs
	outputs[*page.Page]
	planFlags
	weightFlags
	changes []rawChange
	journey []string
}

// A rawChange is a change as it was typed, yet to be read.
type rawChange struct {
	kind replay.Kind
	text string
}

// changeFlag adds a change of a kind to those that were typed before, whatever their kinds.
type changeFlag struct {
	kind replay.Kind
	all  *[]rawChange
}

func (f changeFlag) String() string { return "" }

// Type is what the help calls the value.
func (f changeFlag) Type() string { return "CHANGE" }

// Set is called where the flag is met.
func (f changeFlag) Set(text string) error {
	*f.all = append(*f.all, rawChange{f.kind, text})
	return nil
}

func newWhatIf(a *app) *cobra.Command {
	var f whatifFlags
	c := &cobra.Command{
		Use:   "whatif FILES...",
		Short: "say how long requests would take if a part were quicker, gone, at once, cached or less crowded",
		Long:  whatifUsage,
		RunE:  func(c *cobra.Command, files []string) error { return whatIf(c.Context(), a, &f, files) },
	}
	f.inputs.flags(c)
	f.outputs.flags(c, page.Formats)
	f.planFlags.flags(c)
	f.weightFlags.flags(c)
	for _, flag := range []struct {
		kind replay.Kind
		text string
	}{
		{replay.Set, "let time take a share of what it took, or at most so much of each request: `WHAT=typical|50%|0|20ms`"},
		{replay.Remove, "leave out calls with all below them, or the time of a layer: `WHAT`"},
		{replay.Parallel, "make calls of one span at once: `CALLS`, parted by commas"},
		{replay.Cache, "let a cache answer a share of calls: `CALLS=90%`"},
		{replay.Timeout, "let calls fail that take longer: `CALLS=200ms`"},
		{replay.Hedge, "make calls once more that take longer: `CALLS=p95|20ms`"},
		{replay.Servers, "let a station have so many servers: `STATION=3`"},
	} {
		c.Flags().Var(changeFlag{flag.kind, &f.changes}, flag.kind.String(), flag.text+"; may be repeated")
	}
	c.Flags().StringArrayVar(&f.journey, "journey", nil, "tell only journeys whose name is like this `GLOB`; may be repeated")
	return c
}

func whatIf(ctx context.Context, a *app, f *whatifFlags, files []string) error {
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
	scenario, err := f.scenario(plan)
	if err != nil {
		return err
	}
	options, err := f.choose(attribute.Options{WeightAttr: f.attr, Events: replay.IsAcquired, Limits: bounded.None})
	if err != nil {
		return err
	}
	terms, chosen := scenario.Terms(), options
	for _, t := range terms {
		options.ChosenBy = slices.Concat(options.ChosenBy, t.Keys) // so that they are read
	}
	seen, readErr := over(ctx, a, &f.inputs, files, plan, options, func(e *attribute.Explainer) *rehearsal {
		return &rehearsal{analyze.NewCollector(e, options), replay.NewRecorder(terms)}
	})
	if seen == nil {
		return readErr
	}
	res := seen.Result(analyze.Settings{Journeys: math.MaxInt})
	if res.Observations == 0 {
		return errors.Join(readErr, nothingMeasured(res))
	}
	w, err := f.answer(seen, res, files, plan, scenario)
	if err != nil {
		return err
	}
	a.warnUnmet("--where", unmet(chosen.ChosenBy, res.Unchosen))
	if !out.inWords() {
		a.warnOf(res.Ledger)
	}
	return errors.Join(out.write(a, &w.Page), readErr)
}

// answer replays what was read, and decides what to say of it.
func (f *whatifFlags) answer(seen *rehearsal, res *analyze.Result, files []string, plan *budget.Plan, scenario *replay.Scenario) (*whatif.WhatIf, error) {
	run, without := replayable(seen.recorder, seen.Data, res)
	o := whatif.Options{Input: again(files, &f.inputs, &f.planFlags, plan), Quote: quoted, NoQueues: without}
	if len(f.journey) > 0 {
		var globs match.Globs
		for _, g := range f.journey {
			globs = append(globs, match.Glob(g))
		}
		o.Only = globs.Match
	}
	if len(scenario.Changes) == 0 {
		return whatif.NewTried(res, run, run.Try(res), o), nil
	}
	answer, err := run.Answer(scenario)
	if err != nil {
		return nil, unanswered(err, o.NoQueues)
	}
	return whatif.New(res, run, answer, o), nil
}

// noQueues says why nobody knows whom requests waited for; empty if all that waited are there.
func noQueues(res *analyze.Result, run *replay.Run) string {
	for _, j := range run.Kinds {
		for _, w := range j.Weights {
			if w != quantile.One {
				return "the traces are a sample, and those that were not kept stood in the queues, too"
			}
		}
	}
	switch {
	case res.Unchosen.Requests+res.Unchosen.Traces > 0:
		return "requests that were not chosen stood in the queues, too"
	case len(res.Biases) > 0:
		return "the traces look chosen, and those that were not kept stood in the queues, too"
	case res.LeftOut.Traces*20 > res.Ledger.Traces:
		return "too many traces are without their root"
	}
	return ""
}

// unanswered says what to ask instead.
func unanswered(err error, noQueues string) error {
	var unknown *replay.Unknown
	var refused *replay.Refused
	switch {
	case errors.As(err, &unknown) && unknown.What == "station" && noQueues != "":
		return failf(exitUsage, "", "%w: %s", err, noQueues)
	case errors.As(err, &unknown):
		return failf(exitUsage, "longpole whatif FILES... lists what may help", "%w%s", err, strictyaml.Nearest(unknown.Name, unknown.Known))
	case errors.As(err, &refused):
		return failf(exitUsage, "--servers STATION=N gives a station more servers; longpole whatif FILES... lists them", "%w", err)
	}
	return err
}

// A rehearsal analyses requests as a report does, and keeps them so that they can be replayed.
type rehearsal struct {
	*analyze.Collector
	recorder *replay.Recorder
}

// Look adds the requests of a trace.
func (r *rehearsal) Look(t *attribute.Reading) {
	r.Collector.Look(t)
	r.recorder.Look(t)
}

// Merge adds what o holds.
func (r *rehearsal) Merge(o *rehearsal) {
	r.Collector.Merge(o.Collector)
	r.recorder.Merge(o.recorder)
}

// scenario reads the changes. Attributes may be named as the plan's slices are.
func (f *whatifFlags) scenario(plan *budget.Plan) (*replay.Scenario, error) {
	known := budget.DefaultSlices
	if plan != nil {
		known = plan.Slices
	}
	keysOf := func(name string) []string {
		for _, by := range known {
			if by.Name == name && len(by.Keys) > 0 {
				return by.Keys
			}
		}
		return []string{name}
	}
	s := &replay.Scenario{}
	for _, raw := range f.changes {
		c, err := replay.ParseChange(raw.kind, raw.text, keysOf)
		if err != nil {
			return nil, failf(exitUsage, "longpole help whatif shows what can be changed", "--%s: %w", raw.kind, err)
		}
		s.Changes = append(s.Changes, c)
	}
	if n := len(s.Terms()); n > replay.MostTerms {
		return nil, failf(exitUsage, "", "%d attributes are asked for; %d can be", n, replay.MostTerms)
	}
	return s, nil
}
