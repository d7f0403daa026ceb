package main

import (
	"cmp"
	"context"
	"errors"
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

// of assembles and analyses every trace.
func (n *analysis) of(ctx context.Context, spans *ingest.Spans) (*analyze.Collector, error) {
	c := crew{analysis: n}
	return c.rest(ctx, spans)
}

// while assembles and analyses traces while they are read, as far as files say where a trace
// ends. Where a file was wrong about that, all is read again, and nothing is believed.
//
// Without a usable span the collector is nil; with one, the error is about files that could
// not be used beside those that could.
func (n *analysis) while(ctx context.Context, o ingest.Options, read func(ingest.Options) (*ingest.Spans, error)) (*analyze.Collector, error) {
	c := crew{analysis: n}
	o.Taker = c.taker
	result, err := c.whole(ctx, o, read)
	if !errors.Is(err, ingest.ErrSplit) {
		return result, err
	}
	c = crew{analysis: n}
	o.Taker = nil
	return c.whole(ctx, o, read)
}

// A crew analyses the traces of one reading. Its workers are the only goroutines of an
// analysis; the answer does not depend on how many there are.
type crew struct {
	analysis   *analysis
	mu         sync.Mutex
	dealers    []*dealer
	collectors []*analyze.Collector
	workers    sync.WaitGroup
}

// whole reads spans and analyses them.
func (c *crew) whole(ctx context.Context, o ingest.Options, read func(ingest.Options) (*ingest.Spans, error)) (*analyze.Collector, error) {
	spans, readErr := read(o)
	if spans == nil {
		c.done()
		return nil, readErr
	}
	defer spans.Close()
	if errors.Is(readErr, ingest.ErrSplit) {
		c.done()
		return nil, readErr
	}
	result, err := c.rest(ctx, spans)
	if err != nil {
		return nil, err
	}
	return result, readErr
}

// rest analyses what was not taken while it was read, and returns what came of all.
func (c *crew) rest(ctx context.Context, spans *ingest.Spans) (*analyze.Collector, error) {
	d := c.hire(runtime.GOMAXPROCS(0))
	room := func(n int) []trace.Span { return d.Room(n, spans.Epoch()) }
	for t := range spans.TracesIn(room) {
		if d.Take(t); ctx.Err() != nil {
			break
		}
	}
	c.done()
	if err := interruption(ctx); err != nil {
		return nil, err
	}
	if err := spans.Err(); err != nil {
		return nil, cmp.Or(spillFailure(err), err)
	}
	all := c.collectors[0]
	for _, other := range c.collectors[1:] {
		all.Merge(other)
	}
	all.Ledger.Merge(&spans.Ledger)
	return all, nil
}

// taker is for a reader: one worker keeps up with it.
func (c *crew) taker() ingest.Taker { return c.hire(1) }

// hire returns a dealer to n new workers.
func (c *crew) hire(n int) *dealer {
	d := &dealer{batches: make(chan batch, 4), used: make(chan batch, 4)}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.dealers = append(c.dealers, d)
	for range n {
		collector := analyze.NewCollector(analyze.NewPlanExplainer(c.analysis.rules, c.analysis.plan), c.analysis.options)
		c.collectors = append(c.collectors, collector)
		c.workers.Go(func() { c.analysis.work(collector, d) })
	}
	return d
}

// done waits until all that was dealt is analysed.
func (c *crew) done() {
	for _, d := range c.dealers {
		d.batches <- d.batch
		close(d.batches)
	}
	c.workers.Wait()
}

func (n *analysis) work(c *analyze.Collector, d *dealer) {
	epoch, assembler := 0, trace.NewAssembler(n.assembly)
	for b := range d.batches {
		if b.epoch != epoch {
			c.ForgetSignatures()
			epoch = b.epoch
		}
		for _, t := range b.traces {
			c.Add(assembler.Assemble(t))
		}
		select {
		case d.used <- b:
		default:
		}
	}
}

// A dealer hands out traces in batches, for a channel costs more than a small trace.
type dealer struct {
	batch   batch // that is being filled
	batches chan batch
	used    chan batch // whose memory can be used again
}

// Room returns memory for a trace of n spans.
func (d *dealer) Room(n, epoch int) []trace.Span {
	if b := &d.batch; len(b.traces) == batchTraces || len(b.memory) >= batchSpans || b.epoch != epoch {
		d.batches <- *b
		*b = d.next(epoch)
	}
	return d.batch.room(n)
}

// Take takes the spans of a trace.
func (d *dealer) Take(spans []trace.Span) { d.batch.traces = append(d.batch.traces, spans) }

// next returns a batch for other traces, with the memory of one that is done.
func (d *dealer) next(epoch int) batch {
	select {
	case b := <-d.used:
		if cap(b.memory) <= 8*batchSpans { // more was for a trace that is rare
			return batch{b.traces[:0], epoch, b.memory[:0]}
		}
	default:
	}
	return batch{epoch: epoch}
}

const (
	batchTraces = 64
	batchSpans  = 4096
)

// A batch is some traces of one epoch of spans.
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
