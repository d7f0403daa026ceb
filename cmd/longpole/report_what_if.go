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
	by := plan.AlsoBy(f.slices())
	if !f.whatIf {
		data, err := a.analyze(ctx, &f.inputs, files, by, o)
		return data, nil, err
	}
	if o.Limits == (bounded.Limits{}) {
		o.Limits = bounded.None // the recorder has them all
	}
	seen, err := over(ctx, a, &f.inputs, files, by, o, func(e *attribute.Explainer) *rehearsal {
		return &rehearsal{analyze.NewCollector(e, o), replay.NewRecorder(nil)}
	})
	if seen == nil {
		return nil, nil, err
	}
	return seen.Data, seen.recorder, err
}

// events says which events are kept for what is looked for beside the figures.
func (f *reportFlags) events() func(string) bool {
	kept := keptFor(f.findings)
	if !f.whatIf {
		return kept
	}
	return func(name string) bool { return replay.IsAcquired(name) || kept != nil && kept(name) }
}

// withHelp puts what would help most before the last section, if that is asked for.
func (f *reportFlags) withHelp(all []page.Section, recorder *replay.Recorder, data *analyze.Data, res *analyze.Result, plan *budget.Plan, files []string) []page.Section {
	if recorder == nil || res.Observations == 0 {
		return all
	}
	run := recorder.Run(data.Evidence().Judge())
	run.Journeys(data, res)
	o := whatif.Options{Input: again(files, &f.inputs, &f.planFlags, plan), Quote: func(words ...string) string { return shellWords(words) }, NoQueues: noQueues(res, run)}
	if o.NoQueues == "" {
		run.FindStations()
	}
	return slices.Insert(all, len(all)-1, whatif.NewTried(res, run, run.Try(res), o).Help())
}
