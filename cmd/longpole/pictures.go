package main

import (
	"context"
	"os"
	"slices"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/internal/run"
	"github.com/longpole/longpole/report/pictures"
	"github.com/longpole/longpole/report/waterfall"
	"github.com/longpole/longpole/trace"
)

// pictures returns what a page draws beside the json of a result: for the requests that are worth opening
// the files are read once more.
func (a *app) pictures(ctx context.Context, in *inputs, files []string, plan *budget.Plan, data *analyze.Data, res *analyze.Result, link string) func() any {
	wants, leftOut := pictures.Wants(res), ""
	var found []pictures.Found
	switch {
	case arePartials(files):
		return func() any {
			return pictures.None("Nothing is drawn that asks for spans, for partials hold none; longpole trace draws requests of files.")
		}
	case !readableAgain(files):
		leftOut = "Requests are not drawn, for what was read is not there any more; longpole trace draws them of files."
	default:
		found = a.find(ctx, in, files, plan, wants)
	}
	return func() any { return pictures.Of(res, data, found, link, leftOut) }
}

// find lays out the requests that are wanted. What could not be read was said before.
func (a *app) find(ctx context.Context, in *inputs, files []string, plan *budget.Plan, wants []pictures.Wanted) (all []pictures.Found) {
	ids := map[trace.ID]bool{}
	for _, w := range wants {
		ids[w.Exemplar.Trace] = true
	}
	found, _ := a.search(ctx, in, files, plan, func(t *trace.Trace) bool { return ids[t.ID] })
	for _, w := range wants {
		at := slices.IndexFunc(found, func(f run.Found) bool { return f.Trace.ID == w.Exemplar.Trace })
		if at < 0 {
			continue
		}
		one := &found[at]
		if root, is := one.Trace.Find(w.Exemplar.Root); is {
			q := one.Request(root)
			all = append(all, pictures.Found{Wanted: w, Waterfall: waterfall.New(one.Trace, &q, one.Waits, one.Explain)})
		}
	}
	return all
}

// readableAgain reports whether files can be read a second time, as what is piped cannot.
func readableAgain(files []string) bool {
	for _, name := range files {
		info, err := os.Stat(name)
		if name == "-" || err == nil && !info.Mode().IsRegular() && !info.IsDir() {
			return false
		}
	}
	return len(files) > 0
}
