package main

import (
	"context"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/partial"
	"github.com/longpole/longpole/budget"
)

const mergeUsage = `merge is the last of three steps of a report that more than one process makes. It takes the partials
that longpole reduce has written, all of a run, and says what longpole report says of the same files, to the byte. What is
missing, doubled, damaged or made with other settings is refused (exit code 3), with the reason.

  longpole merge partials/
  longpole merge partials/ -o html=report.html --input 's3://traces/2026-11-26/*.gz'
  longpole merge a.partial b.partial --to ab.partial      one of two, to be merged with others

Where all requests together show that some wait for each other otherwise than each part took it, the exit code is 4 and
what they show stands in the file that --facts names: longpole reduce --facts FILE is then run once more over
the same frames. report, check, diff and findings read partials, too; check is the gate.`

// mergeFlags are what the merge command is told.
type mergeFlags struct {
	reportFlags
	to, facts string
	compare   bool
}

func newMerge(a *app) *cobra.Command {
	var f mergeFlags
	c := &cobra.Command{
		Use:   "merge PARTIALS...",
		Short: "put the partials of a run together: what report says of the same files",
		Long:  mergeUsage,
		RunE:  func(c *cobra.Command, files []string) error { return f.run(c.Context(), a, files) },
	}
	f.reportFlags.flags(c)
	p := c.Flags()
	p.StringArrayVar(&f.input, "input", nil, "call the input this `WORD` in commands that the report suggests; may be repeated (default: the names of the files)")
	p.StringVar(&f.to, "to", "", "write one partial to `FILE` instead of a report; some of a run will do")
	p.BoolVar(&f.compare, "compare", false, "with --to: the partials are made with --compare, for diff and check --baseline")
	p.StringVar(&f.facts, "facts", "longpole-facts", "write what all requests show together to `FILE`, where that decides otherwise")
	return c
}

func (f *mergeFlags) run(ctx context.Context, a *app, names []string) error {
	if f.whatIf {
		return failf(exitUsage, "longpole report --what-if FILES...", "--what-if replays requests, and partials hold none")
	}
	if f.compare && f.to == "" {
		return failf(exitUsage, "longpole diff BEFORE... --to AFTER... reads such partials", "--compare goes with --to: report tells requests apart otherwise")
	}
	if len(names) == 0 && a.isFed() {
		names = []string{"-"}
	}
	if f.to != "" {
		return f.join(ctx, a, names)
	}
	f.source = func(plan *budget.Plan, o attribute.Options) (*analyze.Data, error) {
		all, err := gather(ctx, a, &f.inputs, names, plan, o)
		if err != nil {
			return nil, err
		}
		if all.Contradicts() {
			return nil, writeFacts(a, f.facts, all)
		}
		err = unusable(all)
		if len(f.input) == 0 {
			f.input = filesOf(all)
		}
		if all.Total().Spans == 0 {
			if err == nil {
				err = noSpans(f.input)
			}
			return nil, err
		}
		return all.Data, err
	}
	return a.report(ctx, &f.reportFlags, names)
}

// join writes one partial of several.
func (f *mergeFlags) join(ctx context.Context, a *app, names []string) error {
	plan, err := f.planFlags.load(a)
	if err != nil {
		return err
	}
	o, err := f.choose(answering(attribute.Options{KeepIncomplete: f.incomplete == "keep", WeightAttr: f.attr, Structures: f.compare}))
	if err != nil {
		return err
	}
	if slices.ContainsFunc(partialPaths(names), func(name string) bool { return sameFile(f.to, name) }) {
		return failf(exitUsage, "write to another file", "--to %s would overwrite what is read", f.to)
	}
	all, err := join(ctx, a, &f.inputs, names, plan.AlsoBy(slicesBy(f.by)), o)
	if err != nil {
		return err
	}
	text, err := all.Encode()
	if err == nil {
		err = a.deliverTo(f.to, func(w io.Writer) error { _, err := w.Write(text); return err })
	}
	if err != nil {
		return failf(exitOutput, "", "--to could not be written: %w", err)
	}
	return nil
}

// writeFacts writes what requests show together, and says what is to be done with it.
func writeFacts(a *app, name string, all *partial.Partial) error {
	facts, err := all.EncodeFacts()
	if err == nil {
		err = a.deliverTo(name, func(w io.Writer) error { _, err := w.Write(facts); return err })
	}
	if err != nil {
		return failf(exitOutput, "", "--facts could not be written: %w", err)
	}
	return failf(exitInconclusive, "longpole reduce --facts "+shellWords([]string{name})+" over the same frames, then merge again",
		"all requests together show that some wait for each other otherwise than each part took it; %s says what they show", name)
}

// mostNamed is how many files are named in commands that a report suggests.
const mostNamed = 20

// filesOf lists the files that a run has read, by the names that their readings gave them.
func filesOf(all *partial.Partial) (names []string) {
	for _, f := range all.Data.Ledger.Files {
		names = append(names, f.Name)
	}
	if len(names) == 0 || len(names) > mostNamed {
		return []string{"FILES..."}
	}
	return names
}
