package spanstore

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
//	sink                  a             b             c
//
// This trusts the file, which may be wrong: more of a trace may come later, or stand in
// another file. Then what was made of the trace is wrong, too, and all is read again without
// trusting any file.

// ErrSplit says that a trace which had been handed on as complete has spans elsewhere. What was
// made of the traces that a Sink took is of no use then; Read again without one.
var ErrSplit = errors.New("a trace that was taken as complete has spans elsewhere")

// A Sink takes traces while others are still being read. One goroutine uses it at a time.
type Sink interface {
	// Room returns an empty slice with a capacity of n spans or more. It is called once before
	// each Take. Signatures of an earlier epoch do not come again.
	Room(n, epoch int) []trace.Span

	// Take takes all spans of a trace, in the slice that Room gave.
	Take(spans []trace.Span)
}

// HandedOn is what any reader of a run has handed on.
type HandedOn struct {
	mu    sync.Mutex
	ids   map[trace.ID]struct{}
	split bool
}

// add notes that a trace is complete; false if it was before.
func (c *HandedOn) add(id trace.ID) bool {
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

func (c *HandedOn) has(id trace.ID) bool {
	_, has := c.ids[id]
	return has
}

// Refuse makes all that was handed on of no use, if anything was: traces need what was read beside them.
func (c *HandedOn) Refuse() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.split = c.split || len(c.ids) > 0
}

// Err returns ErrSplit once a trace was completed twice.
func (c *HandedOn) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.split {
		return ErrSplit
	}
	return nil
}

// An EarlySink says where traces go that are complete before all is read.
type EarlySink struct {
	HandedOn *HandedOn
	Open     func() Sink
}

// An early hands on the complete traces of one shard.
type early struct {
	*EarlySink
	sink  Sink  // once there is a trace for it
	group group // of traces that are handed on together
	epoch int
}

// HandOn hands on the traces of the rows that came after m, which are all there is of them in
// the word of their file, and returns how many spans these are. Traces of which spans came
// before, or went to the temporary file, or still wait for their resource, have to wait for
// the rest.
func (s *Shard) HandOn(m Mark) (spans int) {
	o, n := s.early, s.store.count-m.Rows
	if o == nil || n == 0 || m.Rows < s.store.first || s.store.final(m.Rows, s.Interner) < s.store.count || s.store.metBefore(m) {
		return 0
	}
	for _, id := range s.store.ids[m.ids:] {
		if !o.HandedOn.add(id) {
			return 0
		}
	}
	if o.sink == nil {
		o.sink = o.Open()
	}
	o.gather(s.Interner, s.store, m)
	room := func(n int) []trace.Span { return o.sink.Room(n, o.epoch) }
	o.group.each(room, func(spans []trace.Span) bool {
		o.sink.Take(spans)
		return true
	})
	s.store.cut(m)
	s.spiller.forget()
	return n
}

// metBefore reports whether a trace of the rows after m has rows before it.
func (s *store) metBefore(m Mark) bool {
	for i := m.Rows; i < s.count; i++ {
		if int(s.at(i).trace) < m.ids {
			return true
		}
	}
	return false
}

// gather makes the rows after m a group.
func (o *early) gather(t *Interner, s *store, m Mark) {
	g := &o.group
	if t.epoch != o.epoch {
		o.epoch, g.sigs, g.spare = t.epoch, nil, nil
	}
	g.ids, g.chunks, g.extras = s.ids[m.ids:], s.chunks, s.extras
	g.starts = append(g.starts[:0], make([]int, len(g.ids)+1)...)
	for i := m.Rows; i < s.count; i++ {
		r := s.at(i)
		g.use(t, r.sig)
		g.starts[int(r.trace)-m.ids+1]++
	}
	for i := range g.ids {
		g.starts[i+1] += g.starts[i]
	}
	g.order = append(g.order[:0], make([]uint32, s.count-m.Rows)...)
	next := append([]int(nil), g.starts...)
	for i := m.Rows; i < s.count; i++ {
		to := &next[int(s.at(i).trace)-m.ids]
		g.order[*to] = uint32(i - s.dropped*chunkRows)
		*to++
	}
}
