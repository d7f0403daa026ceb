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
	batches, done := make(chan batch, 4), make(chan batch, 4)
	collectors := make([]*analyze.Collector, runtime.GOMAXPROCS(0))
	var workers sync.WaitGroup
	for i := range collectors {
		c := analyze.NewCollector(analyze.NewPlanExplainer(n.rules, n.plan), n.options)
		collectors[i] = c
		workers.Go(func() { n.work(c, batches, done) })
	}
	deal(ctx, spans, batches, done)
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

func (n *analysis) work(c *analyze.Collector, batches <-chan batch, done chan<- batch) {
	epoch, assembler := 0, trace.NewAssembler(n.assembly)
	for b := range batches {
		if b.epoch != epoch {
			c.ForgetSignatures()
			epoch = b.epoch
		}
		for _, t := range b.traces {
			c.Add(assembler.Assemble(t))
		}
		select {
		case done <- b:
		default:
		}
	}
}

// A batch is some traces of one epoch of spans: a channel costs more than a small trace.
type batch struct {
	traces [][]trace.Span
	epoch  int
	memory []trace.Span // that the traces stand in, as far as it has sufficed
}

// room returns memory for a trace of n spans. None that was given away is given again.
func (b *batch) room(n int) []trace.Span {
	if cap(b.memory)-len(b.memory) < n {
		b.memory = make([]trace.Span, 0, max(n, batchSpans))
	}
	at := len(b.memory)
	b.memory = b.memory[:at+n]
	return b.memory[at : at : at+n]
}

const (
	batchTraces = 64
	batchSpans  = 4096
)

// next returns a batch for other traces, with the memory of one that is done.
func next(done <-chan batch, epoch int) batch {
	select {
	case b := <-done:
		if cap(b.memory) <= 8*batchSpans { // more was for a trace that is rare
			return batch{b.traces[:0], epoch, b.memory[:0]}
		}
	default:
	}
	return batch{epoch: epoch}
}

// deal hands out all traces, or as many as there are until ctx ends.
func deal(ctx context.Context, spans *ingest.Spans, batches chan<- batch, done <-chan batch) {
	var b batch
	room := func(n int) []trace.Span {
		if len(b.traces) == batchTraces || len(b.memory) >= batchSpans || b.epoch != spans.Epoch() {
			batches <- b
			b = next(done, spans.Epoch())
		}
		return b.room(n)
	}
	for t := range spans.TracesIn(room) {
		if b.traces = append(b.traces, t); ctx.Err() != nil {
			break
		}
	}
	batches <- b
	close(batches)
}
