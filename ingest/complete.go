package ingest

import (
	"errors"
	"sync"

	"github.com/longpole/longpole/trace"
)

// Some exports say where a trace ends: Jaeger's JSON, Zipkin's lists of lists and X-Ray hold
// each trace in a value of its own. Such a trace need not wait for the rest of the input:
//
//	file    |== trace a ==|== trace b ==|== trace c ==|~~~ not read yet ~~~
//	                      v             v             v
//	taker                 a             b             c
//
// This trusts the file, which may be wrong: more of a trace may come later, or stand in
// another file. Then what was made of the trace is wrong, too, and all is read again without
// trusting any file.

// ErrSplit says that a trace which had been handed on as complete has spans elsewhere. What was
// made of the traces that a Taker took is of no use then; Read again without one.
var ErrSplit = errors.New("a trace that was taken as complete has spans elsewhere")

// A Taker takes traces while others are still being read. One goroutine uses it at a time.
type Taker interface {
	// Room returns an empty slice with a capacity of n spans or more. It is called once before
	// each Take. Signatures of an earlier epoch do not come again.
	Room(n, epoch int) []trace.Span

	// Take takes all spans of a trace, in the slice that Room gave.
	Take(spans []trace.Span)
}

// completed is what any reader of a run has handed on.
type completed struct {
	mu    sync.Mutex
	ids   map[trace.ID]struct{}
	split bool
}

// add notes that a trace is complete; false if it was before.
func (c *completed) add(id trace.ID) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, again := c.ids[id]
	c.split = c.split || again
	if c.ids == nil {
		c.ids = map[trace.ID]struct{}{}
	}
	c.ids[id] = struct{}{}
	return !again
}

func (c *completed) has(id trace.ID) bool {
	_, has := c.ids[id]
	return has
}

// err returns ErrSplit once a trace was completed twice.
func (c *completed) err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.split {
		return ErrSplit
	}
	return nil
}

// An outlet hands on the complete traces of one reader.
type outlet struct {
	completed *completed
	open      func() Taker
	taker     Taker // once there is a trace for it
	group     group // of traces that are handed on together
	epoch     int
}

// outlet returns nil where every trace has to wait: nobody takes it, or an input, as a pipe,
// could not be read again.
func (p *pool) outlet() *outlet {
	if p.o.Taker == nil {
		return nil
	}
	for _, in := range p.inputs {
		if !in.again {
			return nil
		}
	}
	return &outlet{completed: &p.completed, open: p.o.Taker}
}

// complete hands on the traces of the rows that came after m, which are all there is of them
// in this file's word. Traces of which spans came before, or went to the temporary file, or
// still wait for their resource, have to wait for the rest.
func (f *file) complete(m mark) {
	o, n := f.outlet, f.store.count-m.count
	if o == nil || n == 0 || m.count < f.store.first || f.store.final(m.count, f.tables) < f.store.count || f.store.metBefore(m) {
		return
	}
	for _, id := range f.store.ids[m.ids:] {
		if !o.completed.add(id) {
			return
		}
	}
	if o.taker == nil {
		o.taker = o.open()
	}
	o.gather(f.tables, f.store, m)
	room := func(n int) []trace.Span { return o.taker.Room(n, o.epoch) }
	o.group.each(room, func(spans []trace.Span) bool {
		o.taker.Take(spans)
		return true
	})
	f.elsewhere += n
	f.store.cut(m)
	f.holder.shed()
}

// metBefore reports whether a trace of the rows after m has rows before it.
func (s *store) metBefore(m mark) bool {
	for i := m.count; i < s.count; i++ {
		if int(s.at(i).trace) < m.ids {
			return true
		}
	}
	return false
}

// gather makes the rows after m a group.
func (o *outlet) gather(t *tables, s *store, m mark) {
	g := &o.group
	if t.epoch != o.epoch {
		o.epoch, g.sigs, g.spare = t.epoch, nil, nil
	}
	g.ids, g.chunks, g.extras = s.ids[m.ids:], s.chunks, s.extras
	g.starts = append(g.starts[:0], make([]int, len(g.ids)+1)...)
	for i := m.count; i < s.count; i++ {
		r := s.at(i)
		g.use(t, r.sig)
		g.starts[int(r.trace)-m.ids+1]++
	}
	for i := range g.ids {
		g.starts[i+1] += g.starts[i]
	}
	g.order = append(g.order[:0], make([]uint32, s.count-m.count)...)
	next := append([]int(nil), g.starts...)
	for i := m.count; i < s.count; i++ {
		to := &next[int(s.at(i).trace)-m.ids]
		g.order[*to] = uint32(i - s.dropped*chunkRows)
		*to++
	}
}
