package ingest

import "github.com/longpole/longpole/trace"

// A row is a span in 48 bytes without a pointer, so that millions of them cost neither
// memory nor the garbage collector's time. sig and trace are indices into the tables of
// the reader that made it; extra is 1 + an index, or 0.
type row struct {
	id, parent        trace.SpanID
	start, end        int64
	trace, sig, extra uint32
	flags             trace.Flags
}

// An extra holds what few spans have.
type extra struct {
	more      *trace.More
	threshold uint64
}

const chunkRows = 8192

// A store holds the rows of one reader in the order of reading.
type store struct {
	chunks [][]row
	count  int
	ids    []trace.ID
	byID   map[trace.ID]uint32
	last   trace.ID // spans of one trace often follow each other
	lastAt uint32
	extras []extra
}

func newStore() *store { return &store{byID: map[trace.ID]uint32{}} }

func (s *store) traceAt(id trace.ID) uint32 {
	if id == s.last && s.count > 0 {
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

func (s *store) add(d *draft, sig uint32) {
	r := row{
		id: d.id, parent: d.parent, start: d.start, end: d.end,
		trace: s.traceAt(d.trace), sig: sig, flags: d.flags,
	}
	if len(d.events)+len(d.links) > 0 || d.flags.Has(trace.Sampled) {
		s.extras = append(s.extras, newExtra(d))
		r.extra = uint32(len(s.extras))
	}
	if s.count%chunkRows == 0 {
		s.chunks = append(s.chunks, make([]row, 0, chunkRows))
	}
	c := &s.chunks[len(s.chunks)-1]
	*c = append(*c, r)
	s.count++
}

func newExtra(d *draft) extra {
	x := extra{threshold: d.threshold}
	if len(d.events)+len(d.links) > 0 {
		x.more = &trace.More{
			Events: append([]trace.Event(nil), d.events...),
			Links:  append([]trace.Link(nil), d.links...),
		}
	}
	return x
}

// at returns the row that was added as number i.
func (s *store) at(i int) *row { return &s.chunks[i/chunkRows][i%chunkRows] }
