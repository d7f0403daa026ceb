package run

import (
	"cmp"
	"context"
	"errors"
	"runtime"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/ingest"
	"github.com/longpole/longpole/trace"
	"github.com/longpole/longpole/trace/page"
	"github.com/longpole/longpole/trace/semconv"
)

// An Analysis is how spans become requests.
type Analysis struct {
	Rules    *category.Rules
	Plan     *budget.Plan // nil if there is none
	Assembly trace.Options
	Options  attribute.Options
	// Wants chooses the traces that are shown; nil shows all. What they are judged by is shown by
	// all. It is called from several goroutines.
	Wants func(*trace.Trace) bool
}

// With returns the analysis of a plan, which may be nil: its rules keep what the plan asks for,
// and its clocks are those that the plan knows.
func With(plan *budget.Plan, assembly trace.Options, o attribute.Options) *Analysis {
	rules := category.BuiltIn().With(append(semconv.RateKeys(), page.SpanKeys()...)...).With(page.RequestKeys...)
	rules = rules.With(cmp.Or(plan, attribute.NoPlan).Keys()...)
	if plan != nil {
		assembly.Ahead = plan.Ahead
	}
	if len(o.ChosenBy) > 0 {
		rules = rules.With(o.ChosenBy...)
	}
	if o.WeightAttr != "" {
		rules = rules.With(o.WeightAttr)
	}
	return &Analysis{Rules: rules, Plan: plan, Assembly: assembly, Options: o}
}

// Reading returns what of the spans must be read for the analysis.
func (a *Analysis) Reading() ingest.Options {
	o := ingest.Options{
		Keep: a.Rules.NeedsAttr, KeepEvent: a.needsEvent, NameForm: a.nameForm(), Form: formOf(a.Rules),
		Apart: budget.Apart(a.Rules, cmp.Or(a.Plan, attribute.NoPlan), a.Options.ChosenBy...), Target: targetOf,
	}
	if a.Plan == nil {
		o.OnEntry = budget.OnEntry(a.Rules, append([]string{a.Options.WeightAttr}, a.Options.ChosenBy...)...)
	}
	return o
}

// needsEvent tells the reader which events are asked for.
func (a *Analysis) needsEvent(name string) bool {
	return a.Rules.NeedsEvent(name) || (a.Options.Events != nil && a.Options.Events(name))
}

// nameForm tells the reader what of spans' names can be asked for: names that differ in an id are one, unless
// the plan asks for names, or traces are shown as they are.
func (a *Analysis) nameForm() ingest.Form {
	if a.Wants != nil || (a.Plan != nil && a.Plan.AsksNames()) {
		return nil
	}
	return semconv.AppendFold
}

// targetOf tells the reader what an attribute says of what a call is about.
func targetOf(key string) ingest.Target {
	t := semconv.TargetOf(key)
	return ingest.Target{Rank: uint8(t), Hash: t.Hash}
}

// formOf tells the reader what of an attribute's values the rules can ask for.
func formOf(rules *category.Rules) func(string) ingest.Form {
	return func(key string) ingest.Form {
		if form := rules.Form(key); form != semconv.Whole {
			return form.Append
		}
		return nil
	}
}

// A Looker is shown the requests of one trace after the other, by one goroutine. Lookers that
// were shown different traces merge, in any order, into one that was shown all of them.
type Looker[L any] interface {
	Look(*attribute.Reading)
	Merge(L)
	// Evidence returns what the requests that were shown say together of who waits for whom.
	Evidence() *attribute.Evidence
}

// Over assembles spans and shows their requests to lookers, of which begin makes as many as
// there are workers. It returns the one that they merge into. Where the requests together
// contradict what single ones were judged by, all are shown again, to new lookers, judged by all.
func Over[L Looker[L]](ctx context.Context, a *Analysis, spans *ingest.Spans, begin func(*attribute.Explainer) L) (L, error) {
	w := workers[L]{analysis: a, begin: begin}
	all, err := w.rest(ctx, spans)
	if err != nil {
		return all, err
	}
	j := all.Evidence().Judge()
	if !all.Evidence().Contradicts(j) {
		return all, nil
	}
	w = workers[L]{analysis: a, begin: begin, judged: j}
	return w.rest(ctx, spans)
}

// Once shows the requests of spans to lookers, judged by what those of a whole run show, which others know; by
// nothing but each for itself where that is nil.
func Once[L Looker[L]](ctx context.Context, a *Analysis, spans *ingest.Spans, judged *attribute.Judgement, begin func(*attribute.Explainer) L) (L, error) {
	w := workers[L]{analysis: a, begin: begin, judged: judged}
	return w.rest(ctx, spans)
}

// A Read reads files as the options say. Without a usable span it returns none, and an error.
type Read func(ingest.Options) (*ingest.Spans, error)

// Early is Over for spans that are yet to be read. Traces are shown while files are read, as
// far as these say where a trace ends; where a file was wrong about that, or the requests together
// contradict what single ones were judged by, all is read again, and nothing is believed. What was
// read is accounted for in the ledger.
//
// Without a usable span there is no ledger; with one, the error is about files that could not be
// used beside those that could.
func Early[L Looker[L]](ctx context.Context, a *Analysis, o ingest.Options, read Read, begin func(*attribute.Explainer) L) (L, *trace.Ledger, error) {
	w := &workers[L]{analysis: a, begin: begin}
	o.Sink = w.sink
	spans, readErr := read(o)
	if spans == nil || errors.Is(readErr, ingest.ErrSplit) {
		w.wait()
	}
	if errors.Is(readErr, ingest.ErrSplit) {
		if spans != nil {
			spans.Close()
		}
		return again(ctx, a, o, read, begin, nil)
	}
	if spans == nil {
		var none L
		return none, nil, readErr
	}
	defer spans.Close()
	early := len(w.lookers) > 0
	all, err := w.rest(ctx, spans)
	if errors.Is(err, ingest.ErrSplit) {
		spans.Close()
		return again(ctx, a, o, read, begin, nil)
	}
	if err != nil {
		return all, nil, err
	}
	j := all.Evidence().Judge()
	switch {
	case !all.Evidence().Contradicts(j):
		return all, &spans.Ledger, readErr
	case early:
		spans.Close()
		return again(ctx, a, o, read, begin, j)
	}
	w = &workers[L]{analysis: a, begin: begin, judged: j}
	all, err = w.rest(ctx, spans)
	return all, &spans.Ledger, cmp.Or(err, readErr)
}

// again reads all once more before any of it is shown. It is judged by what all of it showed, if that
// is known.
func again[L Looker[L]](ctx context.Context, a *Analysis, o ingest.Options, read Read, begin func(*attribute.Explainer) L, j *attribute.Judgement) (all L, ledger *trace.Ledger, err error) {
	o.Sink = nil
	spans, readErr := read(o)
	if spans == nil {
		return all, nil, readErr
	}
	defer spans.Close()
	if j == nil {
		all, err = Over(ctx, a, spans, begin)
	} else {
		all, err = (&workers[L]{analysis: a, begin: begin, judged: j}).rest(ctx, spans)
	}
	if err != nil {
		return all, nil, err
	}
	return all, &spans.Ledger, readErr
}

// rest shows what was not shown while it was read, and merges all lookers.
func (w *workers[L]) rest(ctx context.Context, spans *ingest.Spans) (all L, err error) {
	d := w.start(runtime.GOMAXPROCS(0))
	room := func(n int) []trace.Span { return d.Room(n, spans.Epoch()) }
	for t := range spans.TracesIn(room) {
		if d.Take(t); ctx.Err() != nil {
			break
		}
	}
	w.wait()
	if err := errors.Join(ctx.Err(), spans.Err()); err != nil {
		return all, err
	}
	all = w.lookers[0]
	for _, other := range w.lookers[1:] {
		all.Merge(other)
	}
	return all, nil
}
