package main

import (
	"context"
	"runtime"
	"sync"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/ingest"
	"github.com/longpole/longpole/trace"
)

// An analysis is what is asked of spans.
type analysis struct {
	rules    *budget.Rules
	plan     *budget.Plan // may be nil
	assembly trace.Options
	options  analyze.Options
}

// of assembles and analyses every trace. These are the only goroutines of an analysis; the
// answer does not depend on how many there are.
func (n *analysis) of(ctx context.Context, spans *ingest.Spans) (*analyze.Collector, error) {
	batches := make(chan batch, 4)
	collectors := make([]*analyze.Collector, runtime.GOMAXPROCS(0))
	var workers sync.WaitGroup
	for i := range collectors {
		c := analyze.NewCollector(analyze.NewPlanExplainer(n.rules, n.plan), n.options)
		collectors[i] = c
		workers.Go(func() { n.work(c, batches) })
	}
	deal(ctx, spans, batches)
	workers.Wait()
	if err := interruption(ctx); err != nil {
		return nil, err
	}
	if err := spillFailure(spans.Err()); err != nil {
		return nil, err
	}
	for _, c := range collectors[1:] {
		collectors[0].Merge(c)
	}
	collectors[0].Ledger.Merge(&spans.Ledger)
	return collectors[0], nil
}

func (n *analysis) work(c *analyze.Collector, batches <-chan batch) {
	epoch, assembler := 0, trace.NewAssembler(n.assembly)
	for b := range batches {
		if b.epoch != epoch {
			c.ForgetSignatures()
			epoch = b.epoch
		}
		for _, t := range b.traces {
			c.Add(assembler.Assemble(t))
		}
	}
}

// A batch is some traces of one epoch of spans: a channel costs more than a small trace.
type batch struct {
	traces [][]trace.Span
	epoch  int
}

// deal hands out all traces, or as many as there are until ctx ends.
func deal(ctx context.Context, spans *ingest.Spans, batches chan<- batch) {
	const size = 64
	var b batch
	for t := range spans.Traces() {
		if len(b.traces) == size || b.epoch != spans.Epoch() {
			batches <- b
			b = batch{make([][]trace.Span, 0, size), spans.Epoch()}
		}
		if b.traces = append(b.traces, t); ctx.Err() != nil {
			break
		}
	}
	batches <- b
	close(batches)
}
