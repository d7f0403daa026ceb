package main

import (
	"runtime"
	"sync"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/ingest"
	"github.com/longpole/longpole/trace"
)

// collect assembles and analyses every trace. These are the only goroutines of an analysis;
// the answer does not depend on how many there are.
func collect(spans *ingest.Spans, rules *budget.Rules, plan *budget.Plan, assembly trace.Options, o analyze.Options) *analyze.Collector {
	batches := make(chan [][]trace.Span, 4)
	collectors := make([]*analyze.Collector, runtime.GOMAXPROCS(0))
	var workers sync.WaitGroup
	for i := range collectors {
		c := analyze.NewCollector(analyze.NewPlanExplainer(rules, plan), o)
		collectors[i] = c
		workers.Go(func() {
			for batch := range batches {
				for _, t := range batch {
					c.Add(trace.Assemble(t, assembly))
				}
			}
		})
	}
	deal(spans, batches)
	workers.Wait()
	for _, c := range collectors[1:] {
		collectors[0].Merge(c)
	}
	collectors[0].Ledger.Merge(&spans.Ledger)
	return collectors[0]
}

// deal hands out traces by the batch, for a channel costs more than a small trace.
func deal(spans *ingest.Spans, batches chan<- [][]trace.Span) {
	const size = 64
	batch := make([][]trace.Span, 0, size)
	for t := range spans.Traces() {
		batch = append(batch, t)
		if len(batch) == size {
			batches <- batch
			batch = make([][]trace.Span, 0, size)
		}
	}
	batches <- batch
	close(batches)
}
