package main

import (
	"context"
	"slices"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/bounded"
	"github.com/longpole/longpole/analyze/replay"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/whatif"
)

// collect reads the files and collects their requests; with --what-if it records them, too, else the recorder is nil.
func (f *reportFlags) collect(ctx context.Context, a *app, files []string, plan *budget.Plan, o attribute.Options) (*analyze.Data, *replay.Recorder, error) {
	by := plan.AlsoBy(slicesBy(f.by))
	if f.source != nil {
		data, err := f.source(by, o)
		return data, nil, err
	}
	return a.rehearse(ctx, &f.inputs, files, by, o, f.whatIf)
}

// rehearse reads the files and collects their requests. It records them, too, if that is asked for, else the recorder
// is nil.
func (a *app) rehearse(ctx context.Context, in *inputs, files []string, plan *budget.Plan, o attribute.Options, record bool) (*analyze.Data, *replay.Recorder, error) {
	if record && arePartials(files) {
		return nil, nil, failf(exitUsage, "name the files that the partials are of", "what would help is found by replaying requests, and partials hold none")
	}
	if !record {
		data, err := a.analyze(ctx, in, files, plan, o)
		return data, nil, err
	}
	if o.Limits == (bounded.Limits{}) {
		o.Limits = bounded.None // the recorder has them all
	}
	seen, err := over(ctx, a, in, files, plan, o, func(e *attribute.Explainer) *rehearsal {
		return &rehearsal{analyze.NewCollector(e, o), replay.NewRecorder(nil)}
	})
	if seen == nil {
		return nil, nil, err
	}
	return seen.Data, seen.recorder, err
}

// replayable makes a run of what was recorded, with its stations, or why they were not looked for.
func replayable(recorder *replay.Recorder, data *analyze.Data, res *analyze.Result) (run *replay.Run, without string) {
	run = recorder.Run(data.Evidence().Judge())
	run.Journeys(data, res)
	if without = noQueues(res, run); without == "" {
		run.FindStations()
	}
	return run, without
}

// quoted quotes words for a shell.
func quoted(words ...string) string { return shellWords(words) }

// events says which events are kept for what is looked for beside the figures.
func (f *reportFlags) events() func(string) bool {
	kept := keptFor(f.findings)
	if !f.whatIf {
		return kept
	}
	return func(name string) bool { return replay.IsAcquired(name) || kept != nil && kept(name) }
}

// weigh says of what is wrong how much it is worth, if that is asked for; else the run is nil.
func (f *reportFlags) weigh(recorder *replay.Recorder, data *analyze.Data, res *analyze.Result) (*replay.Run, string) {
	if recorder == nil || res.Observations == 0 {
		return nil, ""
	}
	run, without := replayable(recorder, data, res)
	run.Weigh(res, without)
	return run, without
}

// withHelp puts what would help most before the last section, if it was replayed.
func (f *reportFlags) withHelp(all []page.Section, run *replay.Run, without string, res *analyze.Result, plan *budget.Plan, files []string) []page.Section {
	if run == nil {
		return all
	}
	o := whatif.Options{Input: again(files, &f.inputs, &f.planFlags, plan), Quote: quoted, NoQueues: without}
	return slices.Insert(all, len(all)-1, whatif.NewTried(res, run, run.Try(res), o).Help())
}
