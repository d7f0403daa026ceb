package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/partial"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/ingest"
	"github.com/longpole/longpole/internal/errtext"
	"github.com/longpole/longpole/internal/run"
)

// partFlags are what map and reduce are told alike, so that both make the same requests of spans.
type partFlags struct {
	inputs
	planFlags
	weightFlags
	by         []string
	incomplete string
	compare    bool
}

func (f *partFlags) flags(c *cobra.Command) {
	f.inputs.flags(c)
	f.planFlags.flags(c)
	f.weightFlags.flags(c)
	p := c.Flags()
	p.StringArrayVar(&f.by, "by", nil, "compare requests by this `KEY` of an attribute, too, or by whether they call a service: calls:SERVICE; may be repeated")
	p.StringVar(&f.incomplete, "incomplete", "skip", "traces without their root: skip them, or keep them with the topmost span as root")
	p.BoolVar(&f.compare, "compare", false, "for diff and check --baseline, which tell requests apart by every call; report and check without a baseline need partials without it")
	completes(c, "incomplete", "skip", "keep")
}

// parted is how map and reduce read and analyse.
type parted struct {
	*run.Analysis
	settings []partial.Setting
}

func (f *partFlags) analysis(a *app) (*parted, error) {
	if f.incomplete != "skip" && f.incomplete != "keep" {
		return nil, failf(exitUsage, "", "--incomplete is skip or keep, not %q", f.incomplete)
	}
	assembly, err := f.assembly()
	if err != nil {
		return nil, err
	}
	plan, err := f.planFlags.load(a)
	if err != nil {
		return nil, err
	}
	o, err := f.choose(answering(attribute.Options{KeepIncomplete: f.incomplete == "keep", WeightAttr: f.attr, Structures: f.compare}))
	if err != nil {
		return nil, err
	}
	by := plan.AlsoBy(slicesBy(f.by))
	return &parted{run.With(by, assembly, o), settingsOf(&f.inputs, by, o)}, nil
}

// answering adds all that some answer may want of partials.
func answering(o attribute.Options) attribute.Options {
	o.Findings, o.Costs, o.Events = true, true, keptFor(true)
	return o
}

// header is that of what is made of some spans.
func (p *parted) header() partial.Header {
	return partial.Header{Longpole: version(), Settings: p.settings}
}

// settingsOf lists what figures depend on, apart from the spans.
func settingsOf(in *inputs, plan *budget.Plan, o attribute.Options) []partial.Setting {
	digest, slices := "none", budget.DefaultSlices
	if plan != nil {
		digest, slices = cmp.Or(plan.Digest, digest), plan.Slices
	}
	var by []string
	for _, s := range slices {
		by = append(by, s.Name)
	}
	return []partial.Setting{
		{Name: "the plan (SHA-256)", Value: digest},
		{Name: "slices (--by)", Value: strings.Join(by, " ")},
		{Name: "rules (SHA-256)", Value: category.Digest()},
		{Name: "--weight-attr", Value: o.WeightAttr},
		{Name: "--incomplete=keep", Value: strconv.FormatBool(o.KeepIncomplete)},
		{Name: "--skew", Value: in.skew},
		{Name: "--max-skew", Value: in.maxSkew.String()},
		{Name: "the choice of requests", Value: o.Choice},
		{Name: "requests that are kept of a journey, in all, and values", Value: strings.Trim(fmt.Sprint(o.Limits.OrUsual()), "{}")},
		{Name: "--compare", Value: strconv.FormatBool(o.Structures)},
	}
}

// arePartials reports whether names mean partials: the first of their files decides.
func arePartials(names []string) bool {
	paths := ingest.Paths(names[:min(len(names), 1)])
	if len(paths) == 0 {
		return false
	}
	return isPartial(paths[0])
}

func isPartial(name string) bool {
	info, err := os.Stat(name)
	if err != nil || !info.Mode().IsRegular() {
		return false
	}
	head, err := readSome(name, 16)
	return err == nil && partial.Sniff(head)
}

// answered returns what partials hold of the requests that files would give. Without a usable span the data is nil;
// with one, the error is about files that could not be used beside those that could.
func answered(ctx context.Context, a *app, in *inputs, names []string, plan *budget.Plan, o attribute.Options) (*analyze.Data, error) {
	all, err := gather(ctx, a, in, names, plan, o)
	if err != nil {
		return nil, err
	}
	if all.Contradicts() {
		return nil, failf(exitInconclusive, "longpole merge writes what they show, for longpole reduce --facts FILE", "all requests together show that some wait for each other otherwise than each part took it")
	}
	return all.Data, unusable(all)
}

// gather merges partials, which must be all that there are of a run.
func gather(ctx context.Context, a *app, in *inputs, names []string, plan *budget.Plan, o attribute.Options) (*partial.Partial, error) {
	all, err := join(ctx, a, in, names, plan, o)
	if err != nil {
		return nil, err
	}
	if err := cmp.Or(all.Missing(), all.FitsFacts()); err != nil {
		return nil, failf(exitInput, "", "%w", err)
	}
	return all, nil
}

// join merges partials, which may be some of those of a run.
func join(ctx context.Context, a *app, in *inputs, names []string, plan *budget.Plan, o attribute.Options) (all *partial.Partial, err error) {
	in.memory.grant()
	wanted := partial.Partial{File: "this command", Header: partial.Header{Longpole: version(), Settings: settingsOf(in, plan, o)}}
	paths := partialPaths(names)
	if len(paths) == 0 {
		return nil, failf(exitUsage, "name what longpole reduce has written, or a folder of it", "no partials are given")
	}
	for _, name := range paths {
		if ctx.Err() != nil {
			return nil, interruption(ctx)
		}
		p, err := openPartial(a, name)
		if err != nil {
			return nil, err
		}
		if how := p.Differs(&wanted.Header); how != "" {
			return nil, failf(exitInput, "give this command the plan and the flags that longpole reduce was given", "%s cannot answer this: between it and this command, %s", errtext.Printable(name), how)
		}
		if all != nil {
			if err := all.Fits(p); err != nil {
				return nil, failf(exitInput, "", "%w", err)
			}
		}
		if err := p.Into(analyze.NewData(category.BuiltIn(), plan, answering(o))); err != nil {
			return nil, failf(exitInput, "", "%s is no partial that can be used: %w", errtext.Printable(name), err)
		}
		analyze.Without(p.Data, !o.Findings, !o.Costs)
		if all == nil {
			all = p
			continue
		}
		all.Merge(p)
	}
	return all, nil
}

// partialPaths lists the files that names mean; - is stdin.
func partialPaths(names []string) (paths []string) {
	for _, name := range names {
		if name == "-" {
			paths = append(paths, name)
			continue
		}
		found := ingest.Paths([]string{name})
		if len(found) == 0 {
			found = []string{name}
		}
		paths = append(paths, found...)
	}
	return paths
}

func openPartial(a *app, name string) (*partial.Partial, error) {
	data, err := readWhole(a, name)
	if err != nil {
		return nil, failf(exitInput, "", "%s: %w", errtext.Printable(name), cause(err))
	}
	p, err := partial.Open(errtext.Printable(name), data)
	if err != nil {
		return nil, failf(exitInput, "name what longpole reduce has written", "%s is no partial that can be used: %w", errtext.Printable(name), err)
	}
	return p, nil
}

func readWhole(a *app, name string) ([]byte, error) {
	if name == "-" {
		return io.ReadAll(a.stdin)
	}
	return os.ReadFile(name)
}

// unusable is about the files that no reading could use, as a command would have said that read all of them; nil if
// there are none.
func unusable(all *partial.Partial) error {
	var errs []error
	folders := map[string]bool{}
	for _, seq := range slices.Sorted(maps.Keys(all.Inputs)) {
		for _, e := range all.Inputs[seq].Errors {
			errs = append(errs, &ingest.FileError{Name: e.Name, Err: errors.New(e.Text), Hint: e.Hint})
		}
		for name, used := range all.Inputs[seq].Folders {
			folders[name] = folders[name] || used
		}
	}
	errs = append(errs, ingest.EmptyFolders(folders)...)
	if len(errs) == 0 {
		return nil
	}
	return &failure{code: exitInput, err: errors.Join(errs...)}
}
