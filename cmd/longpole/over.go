package main

import (
	"cmp"
	"context"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/ingest"
	"github.com/longpole/longpole/internal/run"
	"github.com/longpole/longpole/trace"
)

// An accountant is a looker that keeps the books of what was read.
type accountant[L any] interface {
	run.Looker[L]
	Account(*trace.Ledger)
}

// over reads the files and shows their requests, as the plan has them, to what begin makes.
// Without a usable span it returns the zero looker; with one, the error is about files that could
// not be used beside those that could.
func over[L accountant[L]](ctx context.Context, a *app, in *inputs, files []string, plan *budget.Plan, o attribute.Options, begin func(*attribute.Explainer) L) (none L, err error) {
	assembly, err := in.assembly()
	if err != nil {
		return none, err
	}
	n := run.With(plan, assembly, o)
	read := func(o ingest.Options) (*ingest.Spans, error) { return in.readAs(ctx, a, files, o) }
	all, ledger, err := run.Early(ctx, n, in.options(n), read, begin)
	if ledger == nil {
		return none, refusal(ctx, err)
	}
	all.Account(ledger)
	return all, err
}

// refusal says why nothing came of a run.
func refusal(ctx context.Context, err error) error {
	if stopped := interruption(ctx); stopped != nil {
		return stopped
	}
	return cmp.Or(spillFailure(err), err)
}

// search reads the files and returns the traces of which wants says that they are wanted, as
// the plan has them. Without any the error is about the files.
func (a *app) search(ctx context.Context, in *inputs, files []string, plan *budget.Plan, wants func(*trace.Trace) bool) ([]run.Found, error) {
	assembly, err := in.assembly()
	if err != nil {
		return nil, err
	}
	o, err := in.choose(attribute.Options{})
	if err != nil {
		return nil, err
	}
	n := run.With(plan, assembly, o)
	n.Wants = wants
	spans, readErr := in.readAs(ctx, a, files, in.options(n))
	if spans == nil {
		return nil, readErr
	}
	defer spans.Close()
	s, err := run.Over(ctx, n, spans, run.NewSearch)
	if err != nil {
		return nil, refusal(ctx, err)
	}
	if found := s.Found(); len(found) > 0 || s.LeftOut() == 0 {
		return found, readErr
	}
	return nil, failf(exitInput, "leave out --where, --since and --until, or choose other requests", "what was asked for is there, but it is not chosen")
}
