package main

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/longpole/longpole/testdata/bench/model"
)

// A collector gathers spans as they end, by process, and hands on batches of what several
// processes sent:
//
//	spans by end ---> one queue for each pod ---> batch ---> sinks
//	                  sends 20 to 500 spans       is written at 200 to 2,500 spans
type collector struct {
	maker   *model.Maker
	sinks   []sink
	running []*model.Span // not ended yet, or not looked at
	queues  map[*model.Pod][]*model.Span
	sends   map[*model.Pod]int // spans at which a pod sends
	batch   batch
	writes  int // spans at which the batch is written

	traces, spans, attrs, batches int
}

// A batch is what processes sent, one after the other.
type batch struct {
	sent  [][]*model.Span // each of one pod
	spans int
}

func newCollector(m *model.Maker, sinks []sink) *collector {
	c := &collector{maker: m, sinks: sinks, queues: map[*model.Pod][]*model.Span{}, sends: map[*model.Pod]int{}}
	for _, p := range m.Pods() {
		c.sends[p] = 20 + m.IntN(480)
	}
	c.writes = 200 + m.IntN(2300)
	return c
}

func (c *collector) accept(trace []*model.Span) error {
	c.traces++
	c.spans += len(trace)
	for _, s := range trace {
		c.attrs += len(s.Attrs)
	}
	for _, s := range c.sinks {
		if err := s.trace(trace); err != nil {
			return err
		}
	}
	c.running = append(c.running, trace...)
	if c.traces%50 == 0 {
		return c.end(c.maker.Now())
	}
	return nil
}

// end queues the spans that end before a time before which no further span can end.
func (c *collector) end(before int64) error {
	slices.SortStableFunc(c.running, func(a, b *model.Span) int { return cmp.Compare(a.End, b.End) })
	n, _ := slices.BinarySearchFunc(c.running, before, func(s *model.Span, t int64) int { return cmp.Compare(s.End, t) })
	for _, s := range c.running[:n] {
		c.queues[s.Pod] = append(c.queues[s.Pod], s)
		if err := c.send(s.Pod, c.sends[s.Pod]); err != nil {
			return err
		}
	}
	c.running = slices.Delete(c.running, 0, n)
	return nil
}

// send empties the queue of a pod if it holds so many spans.
func (c *collector) send(p *model.Pod, least int) error {
	if len(c.queues[p]) < least {
		return nil
	}
	c.batch.sent = append(c.batch.sent, c.queues[p])
	c.batch.spans += len(c.queues[p])
	c.queues[p], c.sends[p] = nil, 20+c.maker.IntN(480)
	return c.export(c.writes)
}

// export writes the batch if it holds so many spans.
func (c *collector) export(least int) error {
	if c.batch.spans < least {
		return nil
	}
	for _, s := range c.sinks {
		if err := s.batch(&c.batch); err != nil {
			return err
		}
	}
	c.batches++
	c.batch, c.writes = batch{}, 200+c.maker.IntN(2300)
	return nil
}

// finish ends every span, and all files.
func (c *collector) finish() error {
	const never = 1<<63 - 1
	if err := c.end(never); err != nil {
		return err
	}
	for _, p := range c.maker.Pods() {
		if err := c.send(p, 1); err != nil {
			return err
		}
	}
	if err := c.export(1); err != nil {
		return err
	}
	for _, s := range c.sinks {
		if err := s.close(); err != nil {
			return err
		}
	}
	return nil
}

func (c *collector) summary() string {
	return fmt.Sprintf("%d spans in %d traces, %.1f attributes each, %d batches", c.spans, c.traces, float64(c.attrs)/float64(c.spans), c.batches)
}
