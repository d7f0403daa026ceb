package spanstore

import (
	"math"

	"github.com/longpole/longpole/trace"
)

// A row is a span in 56 bytes without a pointer, so that millions of them cost neither
// memory nor the garbage collector's time. sig and trace are ids of the shard
// that holds it; extra is 1 + an index, or 0.
type row struct {
	id, parent        trace.SpanID
	start, end        int64
	target            uint64
	trace, sig, extra uint32
	flags             trace.Flags
}

// An extra holds what few spans have.
type extra struct {
	more      *trace.More
	threshold uint64
}

const chunkRows = 8192

// A store holds the rows of one shard in the order of reading. Rows before number first are
// no longer held, but others keep their numbers.
type store struct {
	chunks  [][]row
	count   int // ever added
	first   int // still held
	dropped int // chunks
	spare   [][]row
	ids     []trace.ID
	byID    map[trace.ID]uint32
	last    trace.ID // spans of one trace often follow each other
	lastAt  uint32
	extras  []extra
	more    int64 // bytes of extras
	lookAt  int   // the count at which the spiller wants to check
}

func newStore() *store { return &store{byID: map[trace.ID]uint32{}, lookAt: math.MaxInt} }

func (s *store) traceAt(id trace.ID) uint32 {
	if id == s.last && len(s.ids) > 0 {
		return s.lastAt
	}
	at, ok := s.byID[id]
	if !ok {
		at = uint32(len(s.ids))
		s.ids = append(s.ids, id)
		s.byID[id] = at
	}
	s.last, s.lastAt = id, at
	return at
}

func (s *store) add(d *Draft, sig uint32, more *trace.More) {
	if d.Parent == 0 {
		d.Flags &^= trace.RemoteParent | trace.LocalParent
	}
	r := row{
		id: d.ID, parent: d.Parent, start: d.Start, end: d.End, target: d.Target,
		trace: s.traceAt(d.Trace), sig: sig, flags: d.Flags,
	}
	if more != nil || d.Flags.Has(trace.Sampled) {
		s.extras = append(s.extras, extra{more, d.Threshold})
		s.more += int64(100 + 24*(len(d.Events)+len(d.Links)))
		r.extra = uint32(len(s.extras))
	}
	if s.count%chunkRows == 0 {
		s.chunks = append(s.chunks, s.chunk())
	}
	c := &s.chunks[len(s.chunks)-1]
	*c = append(*c, r)
	s.count++
}

func (s *store) chunk() []row {
	if n := len(s.spare); n > 0 {
		c := s.spare[n-1]
		s.spare = s.spare[:n-1]
		return c
	}
	return make([]row, 0, chunkRows)
}

// at returns the row that was added as number i.
func (s *store) at(i int) *row { return &s.chunks[i/chunkRows-s.dropped][i%chunkRows] }

func (s *store) empty() bool { return s.first == s.count }

// bytes is about what the store takes of memory.
func (s *store) bytes() int64 {
	const eachTrace = 64
	return rowBytes*int64(s.count-s.first) + eachTrace*int64(len(s.ids)) + s.more
}

// final returns the number of the first row, counted from the given one on, whose resource or
// scope is still to be read; the count if there is none.
func (s *store) final(from int, t *Interner) int {
	for i := from; i < s.count; i++ {
		if n := s.at(i).sig; t.scopeOf(n) == Later || t.resources[t.sigs.all[n].res].Pending {
			return i
		}
	}
	return s.count
}

// A Mark is a position in a store that it can be cut back to.
type Mark struct {
	Rows, ids, extras int
	more              int64
}

func (s *store) mark() Mark { return Mark{s.count, len(s.ids), len(s.extras), s.more} }

// cut drops the rows that came after m, none of which belongs to a trace from before.
func (s *store) cut(m Mark) {
	for s.count = m.Rows; (len(s.chunks)+s.dropped)*chunkRows >= s.count+chunkRows; {
		last := len(s.chunks) - 1
		s.spare = append(s.spare, s.chunks[last][:0])
		s.chunks = s.chunks[:last]
	}
	if n := s.count % chunkRows; n > 0 {
		last := &s.chunks[len(s.chunks)-1]
		*last = (*last)[:n]
	}
	for _, id := range s.ids[m.ids:] {
		delete(s.byID, id)
	}
	clear(s.extras[m.extras:])
	s.ids, s.extras, s.more, s.last = s.ids[:m.ids], s.extras[:m.extras], m.more, trace.ID{}
}

// forget drops the rows before number upTo, and if these are all, what belongs to them.
func (s *store) forget(upTo int) {
	s.first = upTo
	for ; s.dropped < upTo/chunkRows; s.dropped++ {
		s.spare = append(s.spare, s.chunks[0][:0])
		s.chunks = s.chunks[1:]
	}
	if !s.empty() {
		return
	}
	s.ids, s.extras, s.more = s.ids[:0], nil, 0
	clear(s.byID)
}
